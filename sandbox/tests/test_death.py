"""A kernel that dies is told with its reason, replaced, and leaves nothing behind; the bridge survives."""

import time

from driver import SandboxTest


class Death(SandboxTest):
    def dies(self, code: str, words: str, language: str = "python"):
        run = self.run_cell(language, code)
        self.assertEqual((run.status, run.done["stateLost"]), ("killed", True), run.errors)
        self.assertIn(words, run.errors[-1]["evalue"])
        return run

    def test_exit_of_the_process(self):
        self.dies("import os; os._exit(3)", "exit status 3")
        self.assertEqual(self.ok("python", "1 + 1").result, "2")

    def test_crash_in_native_code(self):
        self.dies("import ctypes; ctypes.string_at(0)", "SIGSEGV")

    def test_kill_by_a_signal(self):
        self.dies("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL")
        self.dies("kill -9 $$", "SIGKILL", "bash")

    def test_javascript_process_exit(self):
        self.dies("process.exit(4)", "exit status 4", "javascript")
        self.assertEqual(self.ok("javascript", "1").result, "1")

    def test_output_before_the_death_is_kept(self):
        run = self.run_cell("bash", "echo last words; kill -9 $$")
        self.assertEqual(run.text(), "last words\n")

    def test_an_idle_kernels_death_is_noticed_and_told(self):
        self.ok("python", "import os, signal, threading\nthreading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()")
        self.sandbox.connection.until("ready", language="python")
        run = self.run_cell("python", "os")
        self.assertEqual(run.enames, ["NameError"])
        self.assertIn("variables are gone", run.text("stderr"))

    def test_descendants_die_with_their_kernel(self):
        code = """
import subprocess, os
subprocess.Popen(['setsid', 'sleep', '1111'])
subprocess.Popen('(setsid env -i sleep 2222 &)', shell=True)
subprocess.Popen(['sleep', '3333'], start_new_session=True)
"""
        self.ok("python", code)
        self.ok("bash", "kept=1; sleep 4444 & (setsid sleep 5555 &)")
        time.sleep(0.3)
        self.assertEqual(sum("sleep" in line for line in self.sandbox.processes()), 5)
        self.run_cell("python", "os._exit(1)")
        left = [line for line in self.sandbox.processes() if "sleep" in line]
        self.assertEqual(sorted(left), ["sleep 4444", "sleep 5555"])
        self.assertEqual(self.ok("bash", "echo $kept").text(), "1\n")
        self.sandbox.connection.send({"op": "restart", "id": "sweep"})
        self.sandbox.connection.until("restarted", id="sweep")
        self.assertFalse([line for line in self.sandbox.processes() if "sleep" in line])

    def test_a_fork_bomb_is_survived(self):
        run, _ = self.sandbox.interrupt_after(2, "bash", "bomb() { bomb | bomb & }; bomb; sleep 60")
        self.assertIn(run.status, ("interrupted", "killed"))
        self.sandbox.connection.send({"op": "restart", "id": "bomb"})
        self.sandbox.connection.until("restarted", id="bomb")
        self.assertEqual(self.ok("python", "6 * 7").result, "42")
        self.assertLess(len(self.sandbox.processes()), 10)

    def test_a_python_fork_bomb_is_survived(self):
        run = self.run_cell("python", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", timeout_s=2)
        self.assertEqual(run.status, "timeout")
        self.sandbox.connection.send({"op": "restart", "id": "bomb2"})
        self.sandbox.connection.until("restarted", id="bomb2")
        self.assertEqual(self.ok("python", "6 * 7").result, "42")


class Memory(SandboxTest):
    options = {"memory": "512m"}

    def test_the_memory_limit_is_named(self):
        run = self.run_cell("python", "x = bytearray(2 * 1024**3)\nx[::4096] = b'1' * len(x[::4096])")
        self.assertEqual((run.status, run.done["stateLost"]), ("killed", True))
        self.assertIn("memory limit", run.errors[-1]["evalue"])
        self.assertEqual(self.ok("python", "1 + 1").result, "2")

    def test_a_child_over_the_limit_is_named(self):
        run = self.run_cell("bash", "python3 -c 'x = bytearray(2 * 1024**3); x[::4096] = b\"1\" * len(x[::4096])'")
        self.assertEqual(run.status, "error")
        self.assertIn("memory limit", run.errors[-1]["evalue"])

    def test_looking_at_a_workbook_costs_no_variables(self):
        self.ok("python", """
import openpyxl
book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet("Rows")
for row in range(20_000): sheet.append([row, row * 2, f"=A{row + 1}+B{row + 1}"])
kept = bytearray(b"1") * (330 * 1024**2)
book.save("/outputs/rows.xlsx")""")
        run = self.ok("python", "len(kept)")
        self.assertEqual((run.result, run.text("stderr")), (str(330 * 1024**2), ""))


class FullDisk(SandboxTest):
    def test_a_full_tmp_can_be_cleaned_or_is_emptied_for_a_new_kernel(self):
        run = self.run_cell("python", "f = open('/tmp/fill', 'wb', 0)\nwhile True: f.write(b'x' * 1_000_000)")
        self.assertEqual((run.status, run.enames), ("error", ["OSError"]))
        self.assertIn("No space left", run.errors[0]["evalue"])
        self.ok("python", "1")
        self.run_cell("python", "import os; os._exit(1)")
        run = self.ok("python", "import os; os.path.exists('/tmp/fill')")
        self.assertEqual(run.result, "False")
        self.assertIn("/tmp was full", run.text("stderr"))
