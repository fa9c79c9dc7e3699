"""The socket: hello, replay, replacement, malformed lines; and that a cell's code cannot play the host."""

import json
import queue
import time

from driver import Connection, SandboxTest


class Protocol(SandboxTest):
    def fault_for(self, line: bytes) -> dict:
        self.sandbox.connection.send_raw(line + b"\n")
        return self.sandbox.connection.until("fault", 10)

    def test_malformed_lines_are_faults_and_nothing_breaks(self):
        for line, words in (
            (b"not json", "not JSON"), (b"[1]", "not a JSON object"), (b"{}", "no operation"), (b'{"op":"fly"}', "no operation"),
            (b"\xff\xfe", "not JSON"), (b'{"op":"execute","id":"e1"}', "language must be"),
            (b'{"op":"execute","id":"e2","language":"cobol","code":"","timeoutMs":1,"outputLimitBytes":1}', "no language"),
            (b'{"op":"execute","id":"e3","language":"bash","code":"","timeoutMs":-1,"outputLimitBytes":1}', "timeoutMs"),
            (b'{"op":"execute","id":"e4","language":"bash","code":"","timeoutMs":NaN,"outputLimitBytes":1}', "timeoutMs"),
            (b'{"op":"execute","id":"e5","language":"bash","code":7,"timeoutMs":1,"outputLimitBytes":1}', "code must be"),
            (b'{"op":"hello","protocol":3,"afterSeq":0}', "twice"), (b"[" * 100_000, "not JSON"),
            (b'{"op":"schemas","id":"s1","paths":["a",7],"roots":[],"limitFiles":1,"timeoutMs":1}', "paths must be"),
            (b'{"op":"schemas","id":"s2","paths":[],"roots":[],"limitFiles":0,"timeoutMs":1}', "limitFiles must be"),
            (b'{"op":"edit","id":"d1","command":"delete","path":"a"}', "no command"),
            (b'{"op":"edit","id":"d2","command":"view","path":"a","range":[1],"limitChars":9}', "range must be"),
            (b'{"op":"edit","id":"d3","command":"create","path":"a"}', "text must be"),
        ):  # fmt: skip
            with self.subTest(line[:60]):
                self.assertIn(words, self.fault_for(line)["message"])
        self.assertEqual(self.fault_for(b'{"op":"execute","id":"e9","language":"x"}')["id"], "e9")
        self.assertEqual(self.ok("python", "1 + 1").result, "2")

    def test_a_line_over_the_limit_is_skipped(self):
        block = b"x" * 1024 * 1024
        for _ in range(66):
            self.sandbox.connection.send_raw(block)
        self.assertIn("skipped", self.fault_for(b"")["message"])
        self.assertEqual(self.ok("python", "2 + 2").result, "4")

    def test_lines_split_at_any_byte_are_understood(self):
        line = json.dumps({"op": "execute", "id": "split", "language": "python", "code": "'größe 😀'", "timeoutMs": 9999, "outputLimitBytes": 9999}, ensure_ascii=False)
        for byte in line.encode() + b"\n":
            self.sandbox.connection.send_raw(bytes([byte]))
        self.assertEqual(self.sandbox.wait("split").result, "'größe 😀'")

    def test_the_first_line_must_be_hello(self):
        other = Connection(self.sandbox.name, hello=False)
        self.addCleanup(other.close)
        other.send({"op": "execute", "id": "x", "language": "python", "code": "stolen = 1", "timeoutMs": 9999, "outputLimitBytes": 9999})
        fault = self.sandbox.connection.until("fault")
        self.assertIn("must be hello", fault["message"])
        self.assertEqual(self.run_cell("python", "stolen").enames, ["NameError"])

    def test_another_protocol_is_refused_with_a_fault(self):
        other = Connection(self.sandbox.name, hello=False)
        self.addCleanup(other.close)
        other.send({"op": "hello", "protocol": 99, "afterSeq": 0})
        self.assertIn("protocol", self.sandbox.connection.until("fault")["message"])

    def test_welcome_tells_the_enforced_security(self):
        status = self.sandbox.reconnect(self.sandbox.connection.last_seq)["securityStatus"]
        self.assertEqual((status["seccomp"], status["noNewPrivs"], int(status["capEff"], 16)), (2, 1, 0))

    def test_a_cell_cannot_connect_as_the_host(self):
        code = """
import socket, json
try:
    s = socket.socket(socket.AF_UNIX); s.settimeout(3)
    s.connect('\\0code-interpreter-bridge')
    s.sendall(json.dumps({'op': 'hello', 'protocol': 1, 'afterSeq': 0}).encode() + b'\\n')
    answer = s.recv(100)
except OSError as error:
    answer = b''
answer
"""
        self.assertEqual(self.ok("python", code).result, "b''")
        run = self.ok("bash", "(setsid sh -c 'echo \"{\\\"op\\\":\\\"hello\\\",\\\"protocol\\\":1,\\\"afterSeq\\\":0}\" | socat -t1 - ABSTRACT-CONNECT:code-interpreter-bridge' 2>/dev/null &) ; sleep 2")
        self.assertNotIn("welcome", run.text())


class Replay(SandboxTest):
    def test_a_new_connection_gets_what_it_missed(self):
        connection = self.sandbox.connection
        id = self.sandbox.start("python", "import time\nfor n in range(8): print(n, flush=True); time.sleep(0.25)")
        connection.until("output", id=id)
        seen = connection.last_seq
        connection.close()
        time.sleep(3)
        welcome = self.sandbox.reconnect(seen)
        self.assertGreater(welcome["lastSeq"], seen)
        run = self.sandbox.wait(id)
        self.assertEqual(run.lines[0]["seq"], seen + 1)
        self.assertEqual(run.status, "ok")
        self.assertTrue(run.text().endswith("7\n"))

    def test_a_new_connection_replaces_the_old(self):
        old = self.sandbox.connection
        self.sandbox.connection = Connection(self.sandbox.name, old.last_seq)
        self.sandbox.connection.until("welcome")
        with self.assertRaises(EOFError):
            for _ in range(100):
                old.next(10)
        old.close()
        self.assertEqual(self.ok("python", "3").result, "3")

    def test_a_cell_goes_on_without_a_host_and_the_ring_is_bounded(self):
        connection = self.sandbox.connection
        seen = connection.last_seq
        for number in range(4):
            self.sandbox.start("python", f"from IPython.display import display\nfor _ in range(3): display({{'text/html': 'x' * 3_000_000}}, raw=True)\n'done {number}'", limit=24_000_000)
        self.sandbox.start("bash", "echo last", limit=10_000)
        time.sleep(0.5)
        connection.close()
        time.sleep(6)
        welcome = self.sandbox.reconnect(seen)
        self.assertGreater(welcome["firstSeq"], seen)
        self.sandbox.connection.last_seq = 0
        while True:
            line = self.sandbox.connection.next()
            if line["type"] == "output" and line["output"].get("text") == "last\n":
                break

    def test_a_host_that_does_not_read_does_not_grow_the_bridge(self):
        def bridge_kib() -> int:
            listing = self.sandbox.exec("ps", "-eo", "rss,args", "--no-headers").stdout.splitlines()
            return next(int(line.split()[0]) for line in listing if "bridge.py" in line and "init" not in line)

        last = self.sandbox.connection.last_seq
        self.sandbox.connection.close()
        before = bridge_kib()
        slow = self.sandbox.connection = Connection(self.sandbox.name, last, read=False)
        ids = [self.sandbox.start("bash", "seq 1 9000000", limit=8_000_000, timeout_s=120) for _ in range(12)]
        time.sleep(15)
        grown_mib = (bridge_kib() - before) / 1024
        self.assertLess(grown_mib, 120)
        slow.start_reading()
        for id in ids:
            run = self.sandbox.wait(id)
            self.assertEqual(run.status, "ok")
            self.assertTrue(run.text().endswith("9000000\n"))


class Memory(SandboxTest):
    def test_everything_held_can_be_replayed(self):
        before = self.ok("bash", "echo remembered")
        welcome = self.sandbox.reconnect(0)
        self.assertEqual(welcome["firstSeq"], 1)
        seen = []
        while self.sandbox.connection.last_seq < welcome["lastSeq"]:
            seen.append(self.sandbox.connection.next())
        self.assertEqual([line["seq"] for line in seen], list(range(1, welcome["lastSeq"] + 1)))
        self.assertIn(before.lines[-1], seen)


class Silence(SandboxTest):
    def test_an_idle_bridge_says_nothing(self):
        self.ok("python", "1")
        with self.assertRaises(queue.Empty):
            self.sandbox.connection.next(2)
