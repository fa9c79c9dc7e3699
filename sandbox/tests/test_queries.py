"""Queries: answered by the live kernel between cells, without a trace of them, whatever the user's objects do."""

import time

from driver import SandboxTest

HOSTILE = """
import os, sys, time
class Hostile:
    def __init__(self, act): self.act = act
    def _do(self, *_):
        print("printed by an object")
        if self.act == "raise": raise ValueError("secret of the object")
        if self.act == "exit": sys.exit(3)
        if self.act == "die": os._exit(9)
        if self.act == "sleep": time.sleep(60)
        if self.act == "stubborn":
            while True:
                try: time.sleep(0.01)
                except Exception: pass
        return []
    __dir__ = __repr__ = __len__ = __iter__ = __str__ = __hash__ = __eq__ = __bool__ = _do
    prop = property(_do)
hostile = {act: Hostile(act) for act in ("raise", "exit", "die", "sleep", "stubborn")}
raising, exiting, dying, sleeping, stubborn = hostile.values()
"""


class Queries(SandboxTest):
    def refused(self, name: str, params: dict, reason: str, **options) -> dict:
        result = self.sandbox.query(name, params, **options)
        self.assertFalse(result["ok"], result)
        self.assertEqual(result["reason"], reason, result)
        self.assertTrue(result["problem"])
        return result

    def test_completion_and_help_leave_no_trace(self):
        before = self.ok("python", "frequencies = {'a': 1}\n41 + 1")
        self.assertEqual(
            self.answered("complete", {"code": "x = frequ", "cursor": 9}), {"matches": ["frequencies"], "start": 4, "end": 9}
        )
        self.assertIn("dict", self.answered("inspect", {"code": "frequencies", "cursor": 4})["text"])
        self.assertIsNone(self.answered("inspect", {"code": "nothing_here", "cursor": 4})["text"])
        after = self.ok("python", "(_, len(In), sorted(Out)[-1] - get_ipython().execution_count)")
        self.assertEqual(after.done["executionCount"], before.done["executionCount"] + 1)
        self.assertEqual(after.result, f"(42, {after.done['executionCount'] + 1}, -2)")
        self.assertEqual(after.text() + after.text("stderr"), "")

    def test_what_is_unknown_is_said(self):
        self.refused("no such query", {}, "unknown")
        self.refused("complete", {}, "failed")
        self.refused("complete", {"code": "", "cursor": 0}, "unknown", language="cobol")
        self.refused("complete", {"code": "", "cursor": 0}, "gone", language="bash")
        self.ok("bash", "true")
        self.refused("complete", {"code": "", "cursor": 0}, "unknown", language="bash")

    def test_a_running_cell_comes_first(self):
        id = self.sandbox.start("python", "import time; time.sleep(1.5)")
        self.sandbox.connection.until("started", id=id)
        asked_at = time.monotonic()
        self.refused("complete", {"code": "", "cursor": 0}, "busy")
        self.assertLess(time.monotonic() - asked_at, 1)
        self.assertEqual(self.sandbox.wait(id).status, "ok")

    def test_a_cell_that_comes_ends_the_query(self):
        self.ok("python", HOSTILE)
        query = self.sandbox.ask("complete", {"code": "sleeping.", "cursor": 9}, timeout_s=20)
        time.sleep(0.3)
        began_at = time.monotonic()
        id = self.sandbox.start("python", "6 * 7")
        self.assertEqual(self.sandbox.connection.until("answered", id=query)["result"]["reason"], "cancelled")
        self.assertEqual(self.sandbox.wait(id).result, "42")
        self.assertLess(time.monotonic() - began_at, 2)

    def test_cancel_and_the_time_limit_keep_variables(self):
        self.ok("python", HOSTILE + "kept = 5")
        query = self.sandbox.ask("complete", {"code": "sleeping.", "cursor": 9}, timeout_s=20)
        time.sleep(0.3)
        self.sandbox.connection.send({"op": "cancel", "id": "another"})
        self.sandbox.connection.send({"op": "cancel", "id": query})
        self.assertEqual(self.sandbox.connection.until("answered", id=query)["result"]["reason"], "cancelled")
        began_at = time.monotonic()
        self.refused("complete", {"code": "sleeping.", "cursor": 9}, "timeout", timeout_s=0.5)
        self.assertLess(time.monotonic() - began_at, 1.4)
        self.assertEqual(self.ok("python", "kept").result, "5")

    def test_a_cancel_that_comes_early_or_is_caught_on_its_way_ends_the_query(self):
        self.ok("python", HOSTILE + """
class Deaf(Hostile):
    told = 0
    def _do(self, *_):
        for _ in range(2):
            try: time.sleep(60)
            except BaseException: Deaf.told += 1
        return []
    __dir__ = _do
deaf = Deaf("sleep")
""")
        for code, name in (("sleeping.", "sleeping"), ("deaf.", "deaf")):
            for delay_s in (0, 0.001, 0.003, 0.01, 0.3):
                with self.subTest(name=name, delay_s=delay_s):
                    query = self.sandbox.ask("complete", {"code": code, "cursor": len(code)}, timeout_s=20)
                    time.sleep(delay_s)
                    self.sandbox.connection.send({"op": "cancel", "id": query})
                    result = self.sandbox.connection.until("answered", id=query)["result"]
                    self.assertEqual(result["reason"], "cancelled")

    def test_native_code_that_hears_no_signal_is_left_to_end(self):
        self.ok("python", """
import signal, time
class Native:
    def __dir__(self):
        # Signals go to other threads, and the main thread sleeps on.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGINT})
        time.sleep(5)
        return []
native, kept = Native(), 6
""")
        began_at = time.monotonic()
        self.refused("complete", {"code": "native.", "cursor": 7}, "timeout", timeout_s=0.3)
        self.refused("complete", {"code": "kep", "cursor": 3}, "busy", timeout_s=0.3)
        self.assertLess(time.monotonic() - began_at, 4.5)
        run = self.ok("python", "signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM, signal.SIGINT}); kept")
        self.assertEqual((run.result, run.done["stateLost"]), ("6", False))

    def test_objects_that_raise_exit_print_or_sleep(self):
        self.ok("python", HOSTILE)
        for name in ("raising", "exiting", "sleeping", "stubborn"):
            self.sandbox.query("complete", {"code": f"{name}.", "cursor": len(name) + 1}, timeout_s=0.4)
            self.assertIn("Hostile", self.answered("inspect", {"code": name, "cursor": 2})["text"])
        self.assertIn("Hostile", self.answered("inspect", {"code": "dying", "cursor": 2})["text"])
        run = self.ok("python", "hostile['die'].act")
        self.assertEqual((run.result, run.text() + run.text("stderr"), run.done["stateLost"]), ("'die'", "", False))

    def test_names_that_a_cell_has_set_are_in_nobodys_way(self):
        self.ok("python", "len = str = dict = getattr = type = get_ipython = None\n_ = 1")
        self.assertEqual(self.answered("complete", {"code": "lis", "cursor": 3})["matches"], ["list"])
        self.ok("python", "del len, str, dict, getattr, type")

    def test_what_threads_print_meanwhile_is_kept(self):
        talking = self.ok("python", HOSTILE + """
import threading
def talk():
    for n in range(20):
        time.sleep(0.05)
        print("said", n)
threading.Thread(target=talk).start()
""")
        self.sandbox.query("complete", {"code": "sleeping.", "cursor": 9}, timeout_s=1.5)
        heard = talking.text() + self.ok("python", "pass").text()
        self.assertEqual([line for line in heard.splitlines() if line.startswith("said")], [f"said {n}" for n in range(20)])
        self.assertNotIn("printed by", heard)

    def test_a_timer_of_the_users_goes_on(self):
        self.ok("python", "import signal; rang = []\nsignal.signal(signal.SIGALRM, lambda *_: rang.append(1)); signal.alarm(2)")
        self.answered("complete", {"code": "ran", "cursor": 3})
        self.assertEqual(self.ok("python", "import time; time.sleep(2.2); rang").result, "[1]")

    def test_restart_ends_it(self):
        self.ok("python", HOSTILE)
        query = self.sandbox.ask("complete", {"code": "stubborn.", "cursor": 9}, timeout_s=30)
        time.sleep(0.3)
        self.sandbox.connection.send({"op": "restart", "id": "again"})
        self.assertFalse(self.sandbox.connection.until("answered", id=query)["result"]["ok"])
        self.sandbox.connection.until("restarted", id="again")
        self.assertEqual(self.answered("complete", {"code": "stubb", "cursor": 5})["matches"], [])
