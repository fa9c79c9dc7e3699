"""Large text by DuckDB agrees with the careful reading of the same file, whatever its dialect, and says what it left out."""

import json
import os
import pathlib

from driver import SandboxTest

#: In the container: both ways to read one file, and what each says.
COMPARE = """
import sys, json, time, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, "/opt/code-interpreter/lib")
from analyst import open_table, overview, scan
def both(path):
    scan.LEAST_BYTES = 0
    begun = time.monotonic()
    found = [told for told, _, _ in overview.overviews(path)]
    seconds = time.monotonic() - begun
    table = open_table(path)
    return found, overview.of_table(table), seconds
"""

#: Name, delimiter, decimal sign, what else is peculiar.
DIALECTS = {
    "plain": (",", ".", {}),
    "continental": (";", ",", {"dates": "%d.%m.%Y", "thousands": "."}),
    "tabs": ("\t", ".", {"dates": "%Y-%m-%d %H:%M:%S"}),
    "pipes": ("|", ".", {"dates": "%d/%m/%Y", "preamble": 2}),
    "gaps": (",", ".", {"missing": "n/a"}),
    "zeros": (",", ".", {"codes": True}),
}


def rows(count: int, delimiter: str, decimal: str, dates: str = "%Y-%m-%d", thousands: str = "", missing: str = "", preamble: int = 0, codes: bool = False) -> str:
    import datetime

    def number(value: float, digits: int) -> str:
        text = f"{value:,.{digits}f}".replace(",", "\0").replace(".", decimal)
        return text.replace("\0", thousands)

    lines = ["Exported by the accounts department", ""][:preamble]
    lines.append(delimiter.join(["id", "day", "region", "amount", "age", "remark", "paid"] + (["code"] if codes else [])))
    start = datetime.datetime(2021, 3, 1, 7, 30)
    for at in range(count):
        region = ("North", "South", "Öst", "West")[at * 7 % 11 % 4]
        remark = f'"He said ""{at % 977}""{delimiter} twice"' if at % 3 else f"note {at % 977}"
        age = missing if at % 17 == 0 else str(18 + at * 31 % 70)
        cells = [str(at + 1), (start + datetime.timedelta(days=at % 900)).strftime(dates), region, number((at * 7919 % 1_000_003) / 100 + 1000, 2), age, remark, ("true", "false")[at % 5 == 0]]
        if codes:
            # Zeros in front only far behind.
            cells.append(f"{at % 5000:05d}" if at > count // 2 else str(10_000 + at % 5000))
        lines.append(delimiter.join(cells))
    return "\n".join(lines) + "\n"


class Profile(SandboxTest):
    def put(self, name: str, content: str) -> str:
        path = os.path.join(self.sandbox.workspace, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        self.addCleanup(pathlib.Path(path).unlink, missing_ok=True)
        return f"/workspace/{name}"

    def both(self, path: str) -> tuple[list[dict], dict]:
        told = self.ok("python", COMPARE + f"print(json.dumps(both({path!r})))", timeout_s=200).text()
        found, careful, _ = json.loads(told)
        return found, careful

    def agree(self, found: dict, careful: dict) -> None:
        self.assertEqual((found["rows"], found["columnCount"]), (careful["rows"], careful["columnCount"]))
        for scanned, read in zip(found["columns"], careful["columns"], strict=True):
            for fact in ("name", "dtype", "missing", "low", "high", "unit"):
                self.assertEqual(scanned.get(fact), read.get(fact), f"{fact} of {read['name']}: {scanned} and {read}")
            if scanned.get("approximate"):
                self.assertLess(abs(scanned["distinct"] - read["distinct"]), 0.15 * read["distinct"] + 2, read["name"])
            else:
                self.assertEqual(scanned["distinct"], read["distinct"], read["name"])
            counts = {top["value"]: top["count"] for top in read.get("top", [])}
            for top in scanned.get("top", []):
                if top["value"] in counts:
                    self.assertEqual(top["count"], counts[top["value"]], read["name"])

    def test_both_ways_agree(self):
        for name, (delimiter, decimal, more) in DIALECTS.items():
            with self.subTest(name):
                found, careful = self.both(self.put(f"{name}.csv", rows(3_000, delimiter, decimal, **more)))
                self.assertEqual(len(found), 2, "a sample, and all rows")
                self.assertEqual(found[0]["ofRowsExact"], False)
                self.assertNotIn("ofRows", found[1])
                self.agree(found[1], careful)
                frequent = [sorted((top["value"], top["count"]) for top in told["columns"][2]["top"]) for told in (found[1], careful)]
                self.assertEqual(*frequent)

    def test_bad_lines_end_nothing_and_are_counted(self):
        lines = rows(6_000, ",", ".").splitlines()
        lines[3_000] = "7,only two"
        lines[3_001] += ",one more"
        found, _ = self.both(self.put("bad.csv", "\n".join([*lines, "Total,,,12345.00,,,", ""])))
        self.assertEqual(found[1]["rows"], 5_999)
        self.assertIn("1 line has fewer values than columns", " ".join(found[1]["notes"]))

    def test_a_path_of_patterns_and_quotes(self):
        found, careful = self.both(self.put("a[1]*'\".csv", rows(3_000, ",", ".")))
        self.assertEqual(len(found), 2)
        self.agree(found[1], careful)

    def test_a_file_of_60_mb_is_read_as_a_whole(self):
        block = rows(30_000, ",", ".").split("\n", 1)
        count = 60_000_000 // len(block[1].encode()) + 1
        path = self.put("large.csv", block[0] + "\n" + block[1] * count)
        file = self.sandbox.schemas(path, values=True, timeout_s=60)[0]
        self.assertEqual(file["rows"], 30_000 * count)
        self.assertNotIn("ofRows", file)
        self.assertEqual([c["name"] for c in file["columns"]], ["id", "day", "region", "amount", "age", "remark", "paid"])
        self.assertEqual(file["keys"], [], "ids that come again are no key")
