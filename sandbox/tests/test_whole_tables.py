"""Parquet, DuckDB, JSON, SQLite, compressed text and other encodings by DuckDB: the same figures as pandas has of the same file."""

import json
import os
import pathlib
import time

from driver import SandboxTest

#: In the container: seeded files of each kind in /tmp/whole, and both ways to read one.
MAKE = '''
import sys, os, json, warnings, datetime as dt, decimal, sqlite3, subprocess, gzip, bz2, lzma, zipfile
warnings.simplefilter("ignore")
sys.path.insert(0, "/opt/code-interpreter/lib")
from compression import zstd
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
from analyst import open_table, overview, scan, typedscan
scan.LEAST_BYTES = scan.LEAST_PACKED_BYTES = typedscan.LEAST_CELLS = 0
N = 6_000
os.makedirs("/tmp/whole", exist_ok=True)
os.chdir("/tmp/whole")
random = np.random.default_rng(7)
def gaps(value):
    return [None if random.random() < 0.1 else value(at) for at in range(N)]
utc, start = dt.timezone.utc, dt.datetime(2020, 1, 1)
columns = {
    "id": pa.array(range(N), pa.int64()),
    'a "quoted" name': pa.array(gaps(lambda at: int(random.integers(-500, 500))), pa.int32()),
    "A": pa.array([at % 9 for at in range(N)], pa.int8()),
    "a": pa.array([str(at % 7) + "x" for at in range(N)]),
    "decimal": pa.array(gaps(lambda at: decimal.Decimal(int(random.integers(-10**9, 10**9))) / 100), pa.decimal128(18, 2)),
    "float": pa.array(gaps(lambda at: float("nan") if at % 13 == 0 else float(random.normal()))),
    "float32": pa.array(random.normal(size=N).astype("float32")),
    "infinite": pa.array([float("inf") if at == 777 else float(at % 50) for at in range(N)]),
    "moment": pa.array(gaps(lambda at: start + dt.timedelta(seconds=at * 977, microseconds=at)), pa.timestamp("us")),
    "nanos": pa.array([1577836800_000000000 + at * 1234567891 for at in range(N)], pa.timestamp("ns")),
    "zone": pa.array(gaps(lambda at: start.replace(tzinfo=utc) + dt.timedelta(hours=at)), pa.timestamp("us", "Europe/Berlin")),
    "day": pa.array(gaps(lambda at: (start + dt.timedelta(days=at % 700)).date()), pa.date32()),
    "flag": pa.array([bool(at % 3) for at in range(N)]),
    "some flags": pa.array(gaps(lambda at: bool(at % 3))),
    "text": pa.array(gaps(lambda at: f"t{at % 700}")),
    "region": pa.array([("North", "South", "Öst")[at % 3] for at in range(N)]).dictionary_encode(),
    "numbers as text": pa.array([f"{at % 999}.5" for at in range(N)]),
    "days as text": pa.array([f"2024-{1 + at % 12:02d}-{1 + at % 28:02d}" for at in range(N)]),
    "not there": pa.array([("NA", "x", "y")[at % 3] for at in range(N)]),
    "no text": pa.array([None] * N, pa.string()),
    "no number": pa.array([None] * N, pa.int64()),
    "no moment": pa.array([None] * N, pa.timestamp("us")),
    "nested": pa.array([None if at % 11 == 0 else {"p": at % 40, "q": {"r": f"u{at % 5}", "s": float(at)}} for at in range(N)]),
    "list": pa.array([[at % 4, 2] if at % 5 else None for at in range(N)]),
    "large with gaps": pa.array([2**60 + at if at % 7 else None for at in range(N)], pa.int64()),
    "large": pa.array([2**60 + at for at in range(N)], pa.int64()),
    "created_at": pa.array([1700000000 + at for at in range(N)], pa.int64()),
    "bytes": pa.array([b"\\xff%d" % (at % 9) for at in range(N)]),
}
table = pa.table(columns)
records = [
    {"id": at, "f": None if at % 9 == 0 else at / 7, "whole": float(at % 5), "s": 'q"\\n%d' % (at % 300), "day": f"2024-01-{1 + at % 28:02d}",
     "flag": bool(at % 2), "n": {"a": at % 4, "b c": {"x": None if at % 3 else "y", "z": at}}, "list": [at % 3], "nothing": None,
     "number": str(at % 50), "large": 2**60 + at, "empty": {}}
    for at in range(N)
]
lines = ["id;Größe;Tag;Name", *(f'{at};{at % 500},25;{1 + at % 28:02d}.03.2024;"Jörg ""{at % 80}"""' for at in range(N))]
text = "\\n".join(lines) + "\\n"
def both(path):
    found = [told for told, _, _ in overview.overviews(path)]
    return found, overview.of_table(open_table(path))
'''


class WholeTables(SandboxTest):
    def figures(self, code: str, path: str) -> tuple[list[dict], dict]:
        told = self.ok("python", f"{MAKE}\n{code}\nprint(json.dumps(both({path!r})))", timeout_s=300).text()
        return json.loads(told)

    def agree(self, code: str, path: str, keys: bool = True) -> dict:
        found, read = self.figures(code, path)
        self.assertEqual(len(found), 2, "a sample, and all rows")
        self.assertTrue(found[0]["pending"])
        whole = found[1]
        for fact in ("pending", "ofRows", "ofRowsExact"):
            self.assertNotIn(fact, whole)
        self.assertEqual([whole[fact] for fact in ("rows", "columnCount", "format")], [read[fact] for fact in ("rows", "columnCount", "format")])
        if keys:
            self.assertEqual(whole["keys"], read["keys"])
        for counted, careful in zip(whole["columns"], read["columns"], strict=True):
            for fact in ("name", "dtype", "missing", "low", "high"):
                self.assertEqual(counted.get(fact), careful.get(fact), f"{fact} of {careful['name']}: {counted} and {careful}")
            if counted.get("approximate"):
                self.assertLess(abs(counted["distinct"] - careful["distinct"]), 0.15 * careful["distinct"] + 2, careful["name"])
            else:
                self.assertEqual(counted.get("distinct"), careful["distinct"], careful["name"])
            counts = {top["value"]: top["count"] for top in careful.get("top", [])}
            for top in counted.get("top", []):
                self.assertEqual(top["count"], counts.get(top["value"], top["count"]), careful["name"])
        return whole

    def test_parquet(self):
        whole = self.agree('pq.write_table(table, "t.parquet", row_group_size=1000)', "t.parquet")
        self.assertFalse([one["name"] for one in whole["columns"] if one.get("approximate")], "so few rows are counted exactly")

    def test_parquet_with_an_index_of_pandas(self):
        self.agree('table.select(["id", "decimal", "text"]).to_pandas().set_index("id").to_parquet("i.parquet")', "i.parquet")

    def test_a_folder_of_parquet_whose_names_are_columns(self):
        code = """
for at, (year, kind) in enumerate([(2023, "[a]"), (2023, "*b"), (2024, "[a]"), (2024, "*b")]):
    os.makedirs(f"parts/year={year}/kind={kind}", exist_ok=True)
    pq.write_table(table.slice(at * 1000, 1000).select(["id", "decimal", "text", "moment", 'a "quoted" name']), f"parts/year={year}/kind={kind}/part?1.parquet")
"""
        self.agree(code, "parts")

    def test_a_parquet_file_without_rows_is_no_table(self):
        code = 'pq.write_table(table.slice(0, 0), "e.parquet")\ntry: list(overview.overviews("e.parquet"))\nexcept Exception as error: print(error)'
        self.assertIn("without rows", self.ok("python", MAKE + code).text())

    def test_duckdb(self):
        code = """
typedscan.SAMPLE_ROWS = 1_000
pq.write_table(table.drop(["a"]), "q.parquet")
subprocess.run(["duckdb", "d.duckdb", "-c", "CREATE TABLE large AS SELECT *, id::HUGEINT AS h FROM 'q.parquet'; CREATE TABLE other AS SELECT 1 AS x"], check=True)
"""
        self.agree(code, "d.duckdb")

    def test_json_lines_and_lists(self):
        for name, write in {
            "r.ndjson": 'open("r.ndjson", "w").write("\\n".join(map(json.dumps, records)))',
            "r.json": 'open("r.json", "w").write(json.dumps(records, indent=1))',
            "r.ndjson.gz": 'gzip.open("r.ndjson.gz", "wt").write("\\n".join(map(json.dumps, records)))',
        }.items():
            with self.subTest(name):
                self.agree(write, name)

    def test_names_that_come_late_in_json_are_found(self):
        code = """
from analyst import recordscan
recordscan.PLACES, recordscan.PLACE_BYTES = 2, 20_000
records[3000]["late"] = "x"
records[3001]["n"]["later"] = 5
open("l.ndjson", "w").write("\\n".join(map(json.dumps, records)))
"""
        found, read = self.figures(code, "l.ndjson")
        self.assertNotIn("late", [one["name"] for one in found[0]["columns"]])
        counted = {one["name"]: one["missing"] for one in found[1]["columns"]}
        self.assertEqual(counted, {one["name"]: one["missing"] for one in read["columns"]})
        self.assertEqual((counted["late"], counted["n.later"]), (5_999, 5_999))

    def test_sqlite(self):
        code = '''
from analyst import recordscan
recordscan.SAMPLE_ROWS = 1_000
base = sqlite3.connect("s.db")
base.execute('CREATE TABLE "t ""1" (id INTEGER, "a ""q""" REAL, s TEXT, mixed, moment TEXT, gap INTEGER, void, b BLOB, large INTEGER)')
base.executemany('INSERT INTO "t ""1" VALUES (?,?,?,?,?,?,?,?,?)', [
    (at, None if at % 7 == 0 else at / 3, None if at % 5 == 0 else f'x,"{at % 50}\\n', at if at % 2 else "txt", f"2024-01-{1 + at % 28:02d} 10:00:00",
     None if at % 3 == 0 else at % 90, None, b"\\xff\\0" + bytes([at % 7]), 2**61 + at) for at in range(N)])
base.execute("CREATE TABLE other (x)")
base.commit()
'''
        self.agree(code, "s.db")

    def test_what_sqlite_lets_come_once_only_is_counted_and_not_estimated(self):
        code = '''
from analyst import recordscan
recordscan.SAMPLE_ROWS, recordscan.EXACT_ROWS = 1_000, 0
base = sqlite3.connect("u.db")
base.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, pair INTEGER, part INTEGER, often TEXT, UNIQUE (pair, part))")
base.execute("CREATE UNIQUE INDEX few ON t (often) WHERE id < 3")
base.executemany("INSERT INTO t VALUES (?,?,?,?,?)", [(at, None if at % 4 == 0 else f"c{at}", at // 2, at % 2, f"o{at % 5000}") for at in range(N)])
base.commit()
'''
        found, _ = self.figures(code, "u.db")
        distinct = {one["name"]: (one["distinct"], one.get("approximate", False)) for one in found[-1]["columns"]}
        self.assertEqual((distinct["id"], distinct["code"]), ((6_000, False), (4_500, False)))
        self.assertEqual([distinct[name][1] for name in ("pair", "often")], [True, True])

    def test_text_in_other_encodings(self):
        for codec in ("utf-16", "cp1252"):
            with self.subTest(codec):
                self.agree(f'open("x-{codec}.csv", "w", encoding={codec!r}).write(text)', f"x-{codec}.csv")

    def test_compressed_text(self):
        for name, write in {
            "x.csv.gz": 'gzip.open("x.csv.gz", "wb").write(text.encode())',
            "x.csv.bz2": 'bz2.open("x.csv.bz2", "wb").write(text.encode())',
            "x.csv.xz": 'lzma.open("x.csv.xz", "wb").write(text.encode())',
            "x.zip": 'zipfile.ZipFile("x.zip", "w", zipfile.ZIP_DEFLATED).writestr("in/x.csv", text)',
        }.items():
            with self.subTest(name):
                self.agree(write, name)

    def test_a_total_at_the_end_of_compressed_text_is_no_row(self):
        code = 'zstd.open("x.csv.zst", "wb").write((text + "Summe;123,00;;\\n").encode("cp1252"))'
        # The sample is all of it, with the total: it has no key.
        self.assertEqual(self.agree(code, "x.csv.zst", keys=False)["rows"], 6_000)

    def test_a_damaged_end_leaves_the_sample(self):
        code = 'data = gzip.compress((text + text.split("\\n", 1)[1] * 30).encode()); open("cut.csv.gz", "wb").write(data[:-2000]); scan.BEGINNING_BYTES = 50_000\nprint(json.dumps([told for told, _, _ in overview.overviews("cut.csv.gz")]))'
        found = json.loads(self.ok("python", MAKE + code).text())
        self.assertTrue(found[0]["pending"])
        self.assertNotIn("pending", found[1])
        self.assertEqual((found[1]["rows"], found[1]["ofRowsExact"]), (found[0]["rows"], False))


class Background(SandboxTest):
    """Counting goes on beside cells: none waits for it."""

    def large(self) -> str:
        path = os.path.join(self.sandbox.workspace, "background.csv")
        block = "".join(f"{at},2024-01-{1 + at % 28:02d},North,{at % 99},note {at % 9973}\n" for at in range(100_000))
        with open(path, "w") as file:
            file.write("id,day,region,units,remark\n")
            for _ in range(40):
                file.write(block)
        self.addCleanup(pathlib.Path(path).unlink, missing_ok=True)
        return "/workspace/background.csv"

    def test_a_cell_runs_while_a_file_is_counted(self):
        path = self.large()
        id = self.sandbox.begin_schemas(path, values=True, timeout_s=120, background=True)
        begun = time.monotonic()
        self.ok("python", "print(1)")
        self.assertTrue(self.sandbox.exec("pgrep", "-f", "read_schemas.py").stdout.split(), "it goes on")
        took = time.monotonic() - begun
        file = self.sandbox.connection.until("schemas", id=id)["files"][0]
        self.assertEqual(file["rows"], 4_000_000)
        self.assertNotIn("pending", file)
        self.assertLess(took, time.monotonic() - begun)

    def test_what_is_cancelled_is_answered_and_leaves_nothing(self):
        path = self.large()
        id = self.sandbox.begin_schemas(path, values=True, timeout_s=120, background=True)
        time.sleep(0.5)
        self.sandbox.connection.send({"op": "cancel", "id": id})
        self.sandbox.connection.until("schemas", id=id)
        self.assertFalse([one for one in self.sandbox.processes() if "read_schemas" in one or "duckdb" in one])

    def test_a_folder_of_parquet_is_told(self):
        self.ok("python", 'import pandas as pd, os; os.makedirs("/outputs/parts/y=1"); pd.DataFrame({"a": range(9)}).to_parquet("/outputs/parts/y=1/p.parquet")')
        file = self.sandbox.schemas("/outputs/parts", values=True)[0]
        self.assertEqual((file["rows"], [one["name"] for one in file["columns"]]), (9, ["a", "y"]))
