"""The parts of the bridge that need no container."""

import asyncio
import os
import tempfile
import unittest

import _statements
from kernel import artifacts, names, wire
from kernel.limiter import Limiter
from kernel.ring import Ring


class Statements(unittest.TestCase):
    def test_semicolons_in_text_names_and_comments_do_not_split(self):
        self.assertEqual(_statements.split("a ';' ; b \";\" -- ;\n; /* ; */ c $$;$$ ;; -- end"), ["a ';'", 'b ";" -- ;', "/* ; */ c $$;$$"])

    def test_which_statements_have_rows(self):
        for text in ("select 1", "-- c\n WITH x AS (SELECT 1) FROM x", "(select 1) union all (select 2)", "FROM t", "values (1)"):
            self.assertEqual(_statements.as_query(text), text)
        self.assertIn("SELECT * FROM", _statements.as_query("DESCRIBE t") or "")
        for text in ("create table t(a int)", "insert into t values (1)", "update t set a=1", "set x=1"):
            self.assertIsNone(_statements.as_query(text))

    def test_any_text_is_split_without_end(self):
        for text in ("'", '"', "$$", "/*", "--", "a'b;c", ";;;"):
            _statements.split(text)


class Names(unittest.TestCase):
    def test_safe(self):
        for name in ("a.csv", "größe/日本.png", ".hidden", "a b (1).txt", "console.log", "😀.txt", "nul1"):
            self.assertIsNone(names.reason_to_refuse(name), name)

    def test_unsafe(self):
        for name in ("", "..", "a/../b", "a//b", "/a", "a\nb", "a\x00b", "a\\b", "C:x", "nul", "Aux.txt", "a.", "a ", "com1.csv", "\u202ex", "x" * 256, "\udcff"):
            self.assertIsNotNone(names.reason_to_refuse(name), name)


class Lines(unittest.TestCase):
    def test_carriage_returns_are_part_of_a_line(self):
        self.assertEqual(wire.LineSplitter().feed(b'{"a":\r1}\nx\r\ny'), [b'{"a":\r1}\n', b"x\r\n"])

    def test_a_long_line_is_reported_once(self):
        splitter = wire.LineSplitter(10)
        found = splitter.feed(b"x" * 11) + splitter.feed(b"x" * 50) + splitter.feed(b"y\nok\n")
        self.assertIsInstance(found[0], wire.WireError)
        self.assertEqual(found[1:], [b"ok\n"])

    def test_json_is_valid_whatever_comes(self):
        self.assertEqual(wire.to_json({"a": float("nan"), "b": "\ud800"}), b'{"a":null,"b":"\\ud800"}')


class RingTest(unittest.TestCase):
    def test_old_lines_make_room_and_numbers_have_no_gaps(self):
        async def check():
            ring = Ring(1000)
            for n in range(100):
                ring.append({"n": n})
            self.assertGreater(ring.first_seq, 1)
            last, lines = ring.lines_after(0, 10_000)
            self.assertEqual((last, len(lines)), (100, 100 - ring.first_seq + 1))
            self.assertLessEqual(sum(map(len, lines)), 1000)
            ring.append({"big": "x" * 5000})
            self.assertEqual((ring.first_seq, ring.last_seq), (101, 101))

        asyncio.run(check())


class LimiterTest(unittest.TestCase):
    def run_limiter(self, limit: int, feed):
        async def check():
            out: list[dict] = []
            limiter = Limiter(limit, out.append)
            feed(limiter)
            return out, limiter.finish()

        return asyncio.run(check())

    def test_nothing_lost_below_the_limit(self):
        out, truncated = self.run_limiter(100_000, lambda l: [l.stream("stdout", f"{n}\n") for n in range(1000)])
        self.assertEqual("".join(o["text"] for o in out), "".join(f"{n}\n" for n in range(1000)))
        self.assertEqual(truncated, [])

    def test_every_byte_is_kept_or_counted_in_both_streams(self):
        for size in (1, 7, 1000, 99_999, 1_000_000):
            piece = ("é" * size)
            total = (2_000_000 // size + 1) * len(piece.encode())
            out, truncated = self.run_limiter(100_000, lambda l: [l.stream(s, piece) for _ in range(2_000_000 // size + 1) for s in ("stdout", "stderr")])
            for name in ("stdout", "stderr"):
                dropped = next(t["droppedBytes"] for t in truncated if t["stream"] == name)
                text = "".join(o["text"] for o in out if o["name"] == name)
                marker = f"\n[… {dropped:,} bytes of output left out …]\n"
                self.assertEqual(len(text.replace(marker, "").encode()) + dropped, total)
                self.assertEqual(set(text.replace(marker, "")), {"é"})

    def test_order_of_streams_and_displays_is_kept(self):
        def feed(limiter):
            limiter.stream("stdout", "a")
            limiter.stream("stderr", "b")
            limiter.rich({"output_type": "display_data", "data": {}, "metadata": {}})
            limiter.stream("stdout", "c")

        out, _ = self.run_limiter(100_000, feed)
        self.assertEqual([o.get("text", "display") for o in out], ["a", "b", "display", "c"])


class Scan(unittest.TestCase):
    def test_changes_and_removals(self):
        with tempfile.TemporaryDirectory() as folder:
            scanner = artifacts.Scanner(folder)
            path = os.path.join(folder, "f")
            open(path, "w").close()
            self.assertEqual([a["name"] for a in scanner.scan().artifacts], ["f"])
            self.assertEqual(scanner.scan().artifacts, [])
            os.remove(path)
            self.assertEqual(scanner.scan().artifacts, [])
            open(path, "w").close()
            self.assertEqual([a["name"] for a in scanner.scan().artifacts], ["f"])


if __name__ == "__main__":
    unittest.main()
