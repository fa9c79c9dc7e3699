"""Files below /outputs: what counts as an artifact, what is refused and why, and how bytes leave."""

import hashlib

from driver import SandboxTest


class Artifacts(SandboxTest):
    def test_new_and_changed_files_with_size_and_hash(self):
        run = self.ok("python", "open('a.txt', 'w').write('hello')\nimport os; os.makedirs('deep/er'); open('deep/er/größe 日本.csv', 'w').write('x')")
        self.assertEqual(run.artifacts["a.txt"], {"name": "a.txt", "bytes": 5, "sha256": hashlib.sha256(b"hello").hexdigest()})
        self.assertIn("deep/er/größe 日本.csv", run.artifacts)
        self.assertEqual(self.ok("python", "1").done["artifacts"], [])
        self.assertEqual(list(self.ok("bash", "echo more >>a.txt").artifacts), ["a.txt"])
        self.assertEqual(list(self.ok("python", "open('a.txt', 'w').write('hello')").artifacts), ["a.txt"])

    def test_what_is_written_again_unchanged_says_so_and_what_is_gone_is_told_once(self):
        self.ok("bash", "mkdir -p v; echo one >v/a; echo one >v/b")
        again = self.ok("bash", "echo one >v/a; echo two >v/b").artifacts
        self.assertEqual((again["v/a"].get("same"), again["v/b"].get("same")), (True, None))
        gone = self.ok("bash", "rm v/a; mv v/b v/c; ln -s x v/link")
        self.assertEqual(gone.done["removed"], ["v/a", "v/b"])
        self.assertEqual(list(gone.artifacts), ["v/c"])
        self.assertNotIn("removed", self.ok("bash", "rm v/link").done)
        self.assertNotIn("same", self.ok("bash", "echo one >v/a").artifacts["v/a"])
        self.assertEqual(self.ok("bash", "rm -r v").done["removed"], ["v/a", "v/c"])

    def test_a_failed_or_stopped_cell_has_artifacts_too(self):
        self.assertIn("failed.txt", self.run_cell("python", "open('failed.txt', 'w').write('x'); 1/0").artifacts)
        self.assertIn("late.txt", self.run_cell("bash", "echo x >late.txt; sleep 60", timeout_s=1).artifacts)
        self.assertIn("dead.txt", self.run_cell("python", "import os; f = open('dead.txt', 'w'); f.write('x'); f.close(); os._exit(1)").artifacts)

    def test_links_devices_pipes_and_sockets_are_refused(self):
        code = """
ln -s /etc/passwd link; ln -s /etc folderlink; ln -s nowhere broken; mkfifo pipe
mkdir inside && ln -s ../.. inside/up
"""
        self.sandbox.exec("python3", "-c", "import socket; socket.socket(socket.AF_UNIX).bind('/outputs/sock')")
        run = self.ok("bash", code)
        self.assertEqual(run.done["artifacts"], [])
        for name, reason in (("link", "symbolic link"), ("folderlink", "symbolic link"), ("broken", "symbolic link"),
                             ("pipe", "named pipe"), ("sock", "socket"), ("inside/up", "symbolic link")):  # fmt: skip
            self.assertIn(reason, run.refused[name])
        self.assertEqual(self.ok("bash", "true").done["refused"], [])
        self.ok("bash", "rm -rf link folderlink broken pipe sock inside")

    def test_hard_links_are_files(self):
        run = self.ok("bash", "echo x >one; ln one two")
        self.assertEqual(set(run.artifacts), {"one", "two"})

    def test_unsafe_names_are_refused(self):
        code = r"""
import os
for name in [b'new\nline', b'esc\x1b[31m', b'\xff\xfe', b'back\\slash', b'a:b', b'con', b'LPT1.txt', b'dot.', b' lead', 'rtl\u202egnp.exe'.encode(), b'..hidden..']:
    open(name, 'w').write('x')
os.mkdir(b'bad\tdir'); open(b'bad\tdir/f', 'w').write('x')
open('good-name_1 (2).txt', 'w').write('x'); open('.hidden', 'w').write('x')
"""
        run = self.ok("python", code)
        self.assertEqual(set(run.artifacts), {"good-name_1 (2).txt", ".hidden"})
        self.assertEqual(len(run.done["refused"]), 12)
        for refused in run.done["refused"]:
            self.assertTrue(refused["name"].isprintable(), refused)
        self.ok("bash", "find . -mindepth 1 -delete")

    def test_sparse_giants_are_refused_without_reading(self):
        run = self.ok("bash", "truncate -s 20G giant.bin; truncate -s 2G folder-size.bin", timeout_s=20)
        self.assertEqual(run.done["artifacts"], [])
        self.assertIn("larger than 1024 MiB", run.refused["giant.bin"])
        self.ok("bash", "rm giant.bin folder-size.bin")

    def test_very_many_files_are_bounded_and_told(self):
        run = self.ok("python", "import os; os.makedirs('many')\nfor n in range(10_000): open(f'many/{n:05}', 'w').write('x')", timeout_s=60)
        self.assertEqual(len(run.done["artifacts"]), 500)
        self.assertEqual(list(run.refused), ["(9,500 more files)"])
        self.assertIn("more than 500 files", run.refused["(9,500 more files)"])
        self.assertEqual(self.ok("bash", "true").done["refused"], [])
        self.ok("bash", "rm -rf many")

    def test_very_deep_folders_are_bounded(self):
        run = self.ok("python", "import os\nfor n in range(300): os.mkdir('d'); os.chdir('d')\nopen('bottom', 'w').write('x'); os.chdir('/outputs')")
        self.assertEqual(run.done["artifacts"], [])
        self.assertTrue(any("folders deep" in reason for reason in run.refused.values()))
        self.ok("bash", "rm -rf d")

    def test_unreadable_files_are_refused(self):
        run = self.ok("bash", "echo x >secret; chmod 000 secret")
        self.assertIn("cannot be read", run.refused["secret"])
        self.ok("bash", "rm -f secret")

    def test_files_python_makes_for_itself_are_passed_over(self):
        run = self.ok("python", "open('mymodule.py', 'w').write('x = 1')\nimport mymodule")
        self.assertEqual(list(run.artifacts), ["mymodule.py"])

    def test_the_workspace_cannot_be_written(self):
        run = self.run_cell("python", "open('/workspace/x', 'w')")
        self.assertEqual(run.enames, ["OSError"])


class Fetch(SandboxTest):
    def fetch(self, name: str, limit: int = 10_000_000):
        return self.sandbox.exec("python3", "-I", "/opt/code-interpreter/kernel/fetch.py", str(limit), name)

    def test_bytes_of_a_regular_file(self):
        self.ok("bash", "mkdir -p 'sub dir'; printf 'größe\\n' >'sub dir/日本.txt'")
        done = self.fetch("sub dir/日本.txt")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "größe\n", ""))

    def test_links_are_refused_at_every_component(self):
        self.ok("bash", "ln -sf /etc/passwd l; ln -sfn /etc e; mkdir -p s; ln -sfn /etc s/e; mkfifo -m 666 p; true")
        for name, status in (("l", 4), ("e/passwd", 4), ("s/e/passwd", 4), ("p", 4), ("../etc/passwd", 4), ("/etc/passwd", 4), ("s", 4), ("none", 3), ("", 4)):
            with self.subTest(name):
                done = self.fetch(name)
                self.assertEqual((done.returncode, done.stdout), (status, ""))
                self.assertIn('"reason"', done.stderr)

    def test_the_limit_holds(self):
        self.ok("bash", "head -c 1000 /dev/zero >thousand")
        self.assertEqual(self.fetch("thousand", 999).returncode, 5)
        self.assertEqual(len(self.fetch("thousand", 1000).stdout), 1000)


class OutputsLimit(SandboxTest):
    options = {"env": {"CI_OUTPUTS_LIMIT_BYTES": str(50 * 1024 * 1024)}}

    def test_a_cell_that_fills_outputs_is_stopped(self):
        run = self.run_cell("bash", "while true; do head -c 10M /dev/zero >>big; sleep 0.1; done", timeout_s=60)
        self.assertEqual((run.status, run.enames[0]), ("error", "OutputsFull"))
        self.assertFalse(run.done["stateLost"])
        self.ok("bash", "rm big")

    def test_a_cell_that_makes_a_million_empty_files_is_stopped(self):
        code = "import os\nos.mkdir('many')\nfor n in range(1_000_000): open(f'many/{n}', 'w').close()"
        run = self.run_cell("python", code, timeout_s=60)
        self.assertEqual((run.status, run.enames[0]), ("error", "OutputsFull"))
        self.assertIn("20,000 files", run.errors[0]["evalue"])
        self.assertFalse(run.done["stateLost"])
        self.ok("python", "import shutil; shutil.rmtree('many')")

    def test_ten_thousand_files_are_fine(self):
        code = "import time, os\nos.mkdir('some')\nfor n in range(10_000): open(f'some/{n}', 'w').close()\ntime.sleep(2.5)"
        self.ok("python", code)
        self.ok("python", "import shutil; shutil.rmtree('some')")
