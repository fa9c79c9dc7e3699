"""Cells that print without end take a bounded amount of memory, whoever reads: what is left out is counted."""

import time

from driver import Connection, Run, SandboxTest

#: More than the container has left.
BYTES = 300_000_000
LIMIT_BYTES = 4 * 1024 * 1024

LINES = BYTES // 1000
WRITES = {
    "print": ("python", f"for n in range({LINES}): print(f'{{n:999d}}')"),
    "the descriptor": ("python", f"import os\nfor _ in range({LINES}): os.write(1, b'x' * 999 + b'\\n')"),
    "a command": ("python", f"!yes $(printf %0999d 0) | head -c {BYTES}"),
    "bash": ("bash", f"yes $(printf %0999d 0) | head -c {BYTES}"),
    "javascript": ("javascript", f"for (let n = 0; n < {LINES}; n++) console.log('x'.repeat(999))"),
}


class Floods(SandboxTest):
    # Without a flood a kernel with its libraries, the bridge and Node take 180 MB of it.
    options = {"memory": "384m"}

    def test_streams(self):
        for name, (language, code) in WRITES.items():
            with self.subTest(name):
                run = self.ok(language, code, timeout_s=120, limit=LIMIT_BYTES)
                self.assert_told(run)

    def test_displays(self):
        self.ok("python", "from IPython.display import display, HTML")
        code = "for n in range(300): display(HTML(f'{n:1000000d}'))"
        run = self.ok("python", code, timeout_s=120, limit=LIMIT_BYTES)
        self.assertGreater(run.done["truncated"][0]["droppedBytes"], 290_000_000)

    def test_messages_of_widgets_wait_for_those_before_them(self):
        # These wait for no stream, as a display does.
        code = """
import sys, threading, time
from comm import create_comm
comm, thread = create_comm(target_name="none"), sys.stdout.pub_thread
thread.schedule(lambda: time.sleep(2))
longest = 0
for n in range(2000):
    comm.send({"n": n})
    longest = max(longest, len(thread._events))
longest < 300
"""
        self.assertEqual(self.ok("python", code).result, "True")

    def test_while_the_host_reads_nothing(self):
        self.sandbox.connection.close()
        after = self.sandbox.connection.last_seq
        self.sandbox.connection = Connection(self.sandbox.name, after, read=False)
        language, code = WRITES["print"]
        id = self.sandbox.start(language, f"{code}\nopen('written', 'w').close()", 120, LIMIT_BYTES)
        deadline = time.monotonic() + 120
        while self.sandbox.exec("test", "-e", "/outputs/written").returncode != 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        self.sandbox.connection.start_reading()
        self.sandbox.connection.until("welcome")
        self.assert_told(self.sandbox.wait(id))

    def assert_told(self, run: Run) -> None:
        self.assertEqual((run.status, run.done["stateLost"]), ("ok", False), run.errors)
        sent = sum(len(output["text"]) for output in run.outputs if output["output_type"] == "stream")
        dropped = sum(cut["droppedBytes"] for cut in run.done["truncated"])
        # The mark in the text names what is missing, and takes room itself.
        self.assertLess(abs(sent + dropped - BYTES), 200)
        self.assertLessEqual(sent, LIMIT_BYTES)
        self.assertEqual([hit["kind"] for hit in run.done["limits"]], ["output"])


class WhatIPythonKeeps(SandboxTest):
    def test_a_beginning_of_each_stream_for_an_exported_notebook(self):
        self.ok("python", "import sys\nprint('first', 6 * 7)\nprint('second', file=sys.stderr)")
        self.ok("python", "print('y' * 50_000)\nprint('never kept')")
        self.ok("python", "%notebook /outputs/kept.ipynb")
        outputs = "[(o['name'], ''.join(o['text'])) for c in json.load(open('/outputs/kept.ipynb'))['cells'] for o in c['outputs']]"
        told = self.ok("python", f"import json\nfor name, text in {outputs}: print(name, text[:8].split(), len(text) // 1000)\n'never' in str({outputs})")
        self.assertEqual(told.text().splitlines(), ["stdout ['first', '42'] 0", "stderr ['second'] 0", "stdout ['yyyyyyyy'] 10"])
        self.assertEqual(told.result, "False")

    def test_own_write_of_a_cell_stays(self):
        self.ok("python", "import sys\nsys.stdout.write = lambda text: sys.stderr.write(text.upper())")
        self.assertEqual(self.ok("python", "print('mine')\ndel sys.stdout.write").text("stderr"), "MINE\n")
        self.assertEqual(self.ok("python", "print('again')").text(), "again\n")
