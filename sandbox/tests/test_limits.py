"""A cell that runs into a limit says which, with its figure; one that does not, says nothing."""

import os
import tempfile
import time
import unittest
from unittest import mock

from driver import SandboxTest
from kernel import cgroup, limits

MIB = 1024**2
GROW = "x = bytearray(2 * 1024**3); x[::4096] = b'1' * len(x[::4096])"


class Limits(SandboxTest):
    options = {"memory": "512m", "pids": 128, "env": {"CI_OUTPUTS_LIMIT_BYTES": str(64 * MIB)}}

    def hits(self, language: str, code: str, **options):
        """The limits that a cell told, and the cell; the next one works."""
        run = self.run_cell(language, code, **options)
        self.assertEqual(self.ok("python", "6 * 7").result, "42")
        return run.done["limits"], run

    def test_none_for_ordinary_cells(self):
        for language, code in (
            ("python", "x = bytearray(50_000_000); open('fine', 'wb').write(x)"),
            ("python", "raise ValueError('File too large, no space left on device, too many open files')"),
            ("python", "import subprocess\nfor p in [subprocess.Popen(['true']) for _ in range(20)]: p.wait()"),
            ("bash", "head -c 30000000 /dev/zero >/tmp/fine; rm /tmp/fine; false"),
            ("javascript", "throw new Error('out of memory')"),
        ):
            with self.subTest(code):
                self.assertEqual(self.hits(language, code)[0], [])

    def test_a_file_of_somebody_else_in_the_workspace(self):
        for name, mode in (("theirs.txt", 0o644), ("secret.txt", 0o600)):
            path = os.path.join(self.sandbox.workspace, name)
            with open(path, "w") as file:
                file.write("x")
            os.chmod(path, mode)
        read_only = [{"kind": "readOnly", "figure": None}]
        for language, code, expected in (
            ("python", "open('/workspace/theirs.txt', 'w')", read_only),
            ("python", "import os\nos.symlink('/workspace/theirs.txt', 'link.txt')\nopen('link.txt', 'a')", read_only),
            ("bash", "echo x > /workspace/theirs.txt", read_only),
            ("bash", "echo x | tee /workspace/theirs.txt", read_only),
            ("javascript", "require('fs').writeFileSync('/workspace/theirs.txt', 'x')", read_only),
            # Made anew, it is the mount that refuses.
            ("python", "open('/workspace/new.txt', 'w')", read_only),
            # To read is another matter, and so is what lies elsewhere, or what was dealt with.
            ("python", "open('/workspace/secret.txt').read()", []),
            ("bash", "cat /workspace/secret.txt", []),
            ("python", "open('/root/x', 'w')", []),
            ("python", "raise ValueError('permission denied: \\'/root/theirs.txt\\'')", []),
            ("python", "try: open('/workspace/theirs.txt', 'w')\nexcept OSError as error: print(error)", []),
        ):
            with self.subTest(code):
                self.assertEqual(self.hits(language, code)[0], expected)

    def test_memory_of_the_kernel(self):
        limits, run = self.hits("python", GROW)
        self.assertEqual(limits, [{"kind": "memory", "figure": 512 * MIB, "ended": "kernel"}])
        self.assertEqual((run.status, run.done["stateLost"]), ("killed", True))

    def test_memory_of_a_process_that_the_cell_started(self):
        self.ok("python", "kept = 1")
        limits, run = self.hits("python", f"import subprocess; subprocess.run(['python3', '-c', {GROW!r}]).returncode")
        self.assertEqual(limits, [{"kind": "memory", "figure": 512 * MIB, "ended": "process"}])
        self.assertEqual((run.status, run.result), ("ok", "-9"))
        self.assertEqual(self.ok("python", "kept").result, "1")

    def test_memory_that_is_refused(self):
        limits, run = self.hits("python", "bytearray(1 << 50)")
        self.assertEqual(limits, [{"kind": "memory", "figure": 512 * MIB, "ended": "nothing"}])
        self.assertEqual((run.status, run.done["stateLost"]), ("error", False))

    def test_processes(self):
        code = "import subprocess\nall = []\ntry:\n    while True: all.append(subprocess.Popen(['sleep', '60']))\n"
        tidy = "except OSError: pass\nfor p in all: p.kill(); p.wait()"
        self.assertEqual(self.hits("python", code + tidy)[0], [{"kind": "processes", "figure": 128}])
        self.assertEqual(self.hits("bash", "true")[0], [])

    def test_bytes_of_tmp(self):
        full = [{"kind": "disk", "figure": 512 * MIB, "place": "/tmp"}]
        memory = {"kind": "memory", "figure": 512 * MIB, "ended": "kernel"}
        # In 512 MiB of memory a /tmp of as much is never full; which of the two ends it first is the kernel's choice.
        limits, _ = self.hits("python", "f = open('/tmp/fill', 'wb', 0)\nwhile True: f.write(b'x' * 1_000_000)")
        self.assertIn(limits, ([memory], full, [memory, *full]))
        self.ok("bash", "rm -f /tmp/fill")

    def test_files_of_tmp(self):
        code = "import os, itertools\nos.makedirs('/tmp/m')\nfor n in itertools.count(): open(f'/tmp/m/{n}', 'w').close()"
        self.assertEqual(self.hits("python", code)[0], [{"kind": "files", "figure": 100_000, "place": "/tmp"}])
        self.ok("python", "import shutil; shutil.rmtree('/tmp/m', ignore_errors=True)")

    def test_bytes_of_shared_memory(self):
        code = "head -c 200000000 /dev/zero >/dev/shm/fill; sleep 0.5; rm /dev/shm/fill"
        limits, _ = self.hits("bash", code)
        self.assertEqual(limits, [{"kind": "disk", "figure": 64 * MIB, "place": "/dev/shm"}])

    def test_bytes_of_outputs(self):
        code = "for n in range(40): open(f'part{n}', 'wb').write(b'x' * 8_000_000); time.sleep(0.05)"
        limits, run = self.hits("python", f"import time\n{code}")
        self.assertEqual(limits, [{"kind": "disk", "figure": 64 * MIB, "place": "/outputs"}])
        self.assertIn("OutputsFull", run.enames)
        # Over the limit still, but it does not grow: what tidies up may take its time.
        tidy = "import os, time; time.sleep(2.5)\nfor n in os.listdir('.'): os.remove(n); time.sleep(0.1)\nlen(os.listdir('.'))"
        limits, run = self.hits("python", tidy)
        self.assertEqual((limits, run.status, run.result), ([], "ok", "0"))

    def test_bytes_of_outputs_in_a_moment(self):
        limits, _ = self.hits("bash", "cd /outputs; for n in $(seq 200); do head -c 50000000 /dev/zero >big$n; done")
        self.assertEqual(limits, [{"kind": "disk", "figure": 64 * MIB, "place": "/outputs"}])
        used = int(self.ok("bash", "du -sm /outputs | cut -f1").text())
        self.assertLess(used, 5000)
        self.ok("bash", "rm -f /outputs/*")

    def test_files_of_outputs(self):
        code = "import itertools\nfor n in itertools.count(): open(f'/outputs/{n}', 'w').close()"
        limits, run = self.hits("python", code)
        self.assertEqual(limits, [{"kind": "files", "figure": 20_000, "place": "/outputs"}])
        self.ok("bash", "cd /outputs && find . -type f -delete")

    def test_open_files(self):
        code = "import itertools\nall = [open('/dev/null') for _ in itertools.count()]"
        limits, _ = self.hits("python", code)
        self.assertEqual([(hit["kind"], hit["figure"] > 1000) for hit in limits], [("openFiles", True)])
        limits, _ = self.hits("javascript", "const all = []; for (;;) all.push(require('fs').openSync('/dev/null'))")
        self.assertEqual([hit["kind"] for hit in limits], ["openFiles"])

    def test_time(self):
        self.assertEqual(self.hits("python", "import time; time.sleep(60)", timeout_s=1)[0], [{"kind": "time", "figure": 1}])

    def test_output(self):
        limits, run = self.hits("python", "for n in range(100_000): print(n)", limit=100_000)
        self.assertEqual(limits, [{"kind": "output", "figure": 100_000}])
        self.assertEqual(run.status, "ok")

    def test_an_idle_kernel_that_memory_ends_says_so(self):
        self.ok("python", f"import threading\ndef grow():\n    global x; {GROW}\nthreading.Timer(0.5, grow).start()")
        self.sandbox.connection.until("ready", language="python")
        time.sleep(0.2)
        self.assertIn("memory limit", self.run_cell("python", "1").text("stderr"))


class Processors(SandboxTest):
    # Few enough to be used up on a busy machine, too.
    options = {"cpus": "0.2"}

    def test_processors_are_named_when_time_is_up(self):
        run = self.run_cell("bash", "for n in 1 2 3 4; do (while :; do :; done) & done; wait", timeout_s=4)
        self.assertEqual(run.done["limits"], [{"kind": "time", "figure": 4}, {"kind": "cpu", "figure": 0.2}])


class WhatTheControlGroupSays(unittest.TestCase):
    """Both versions, of which an engine has one."""

    def counted(self, before: dict[str, str], after: dict[str, str], **end) -> list[dict]:
        defaults = {
            "failed": True, "returncode": None, "ename": "", "evalue": "", "timeout_s": None, "output_limit": None,
            "outputs_bytes": None, "outputs_files": None,
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as root, mock.patch.object(cgroup, "ROOT", root):
            for files in (before, after):
                for name, text in files.items():
                    os.makedirs(os.path.dirname(f"{root}/{name}"), exist_ok=True)
                    with open(f"{root}/{name}", "w") as file:
                        file.write(text)
                if files is before:
                    cell = limits.LimitsOfCell()
            return cell.hits(limits.End(**{**defaults, **end}))

    def test_memory(self):
        for events, limit in (("memory.events", "memory.max"), ("memory/memory.oom_control", "memory/memory.limit_in_bytes")):
            before = {events: "low 0\noom_kill 3\n", limit: "1048576\n"}
            after = {events: "low 0\noom_kill 4\n"}
            hit = {"kind": "memory", "figure": 1048576}
            self.assertEqual(self.counted(before, after, returncode=-9), [{**hit, "ended": "kernel"}])
            self.assertEqual(self.counted(before, after), [{**hit, "ended": "process"}])
            self.assertEqual(self.counted(before, {}, returncode=-9), [])

    def test_processes(self):
        for events, limit in (("pids.events", "pids.max"), ("pids/pids.events", "pids/pids.max")):
            before = {events: "max 7\n", limit: "256\n"}
            self.assertEqual(self.counted(before, {events: "max 8\n"}), [{"kind": "processes", "figure": 256}])
            self.assertEqual(self.counted(before, {}), [])

    def test_processors(self):
        for stat, quota in (
            ("cpu.stat", {"cpu.max": "150000 100000\n"}),
            ("cpu/cpu.stat", {"cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "100000\n"}),
        ):
            before = {stat: "nr_periods 5\nnr_throttled 5\n", **quota}
            time_hit, cpu_hit = {"kind": "time", "figure": 2}, {"kind": "cpu", "figure": 1.5}
            much, little = {stat: "nr_throttled 20\n"}, {stat: "nr_throttled 8\n"}
            self.assertEqual(self.counted(before, much, timeout_s=2), [time_hit, cpu_hit])
            self.assertEqual(self.counted(before, little, timeout_s=2), [time_hit])
            self.assertEqual(self.counted(before, much), [])

    def test_without_a_control_group_there_is_no_figure(self):
        refused = [{"kind": "memory", "figure": None, "ended": "nothing"}]
        self.assertEqual(self.counted({}, {}, ename="MemoryError"), refused)
        self.assertEqual(self.counted({}, {}, ename="MemoryError", failed=False), [])
