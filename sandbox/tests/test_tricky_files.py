"""Twenty kinds of files that trip readers, each with what good looks like: read right and told, or refused in words."""

import json
import os
import sqlite3

from driver import SandboxTest
from test_opening import place

HEAD = r'''
import datetime, gzip, io, json, os, sqlite3, subprocess, tarfile, time, zipfile
import numpy as np, pandas as pd
from code_interpreter import open_table, CannotOpen
FOLDER = "/tmp/tricky"
os.makedirs(FOLDER, exist_ok=True)
def told(name, content=None, **more):
    path = name if name.startswith("/") else f"{FOLDER}/{name}"
    if content is not None:
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    try:
        table = open_table(path, **more)
    except CannotOpen as problem:
        print(json.dumps({"code": problem.code, "sentence": str(problem)}))
        return
    frame = table.frame
    rows = [[None if pd.isna(cell) else str(cell) for cell in row] for row in frame.head(40).astype(object).values.tolist()]
    told = table.reading.report()
    print(json.dumps({"columns": list(frame.columns), "kinds": [column.dtype.kind for _, column in frame.items()], "rows": rows, "count": len(frame), **told}))
'''


class TrickyFiles(SandboxTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sandbox.run("python", HEAD)

    def told(self, code: str, **options) -> list[dict]:
        """What `told` printed, once for each call."""
        return [json.loads(line) for line in self.ok("python", code, **{"timeout_s": 180, **options}).text().splitlines()]

    def one(self, code: str, **options) -> dict:
        (told,) = self.told(code, **options)
        return told

    def says(self, told: dict, *words: str) -> None:
        text = " ".join(told["notes"]) if "notes" in told else told["sentence"]
        for word in words:
            self.assertIn(word, text)

    def test_01_encodings_are_found_and_named(self):
        for codec, words, label in (
            ("cp1252", "Köln Düsseldorf Münster Fußgönheim", "Windows-1252"), ("shift-jis", "東京都 北海道 ひらがな カタカナ", "Shift-JIS"),
            ("utf-16", "Köln Düsseldorf Münster Århus", "UTF-16"),
        ):  # fmt: skip
            told = self.one(f"told('e-{codec}.csv', ('place,n\\n' + ''.join(f'{{word}},{{n}}\\n' for n, word in enumerate({words.split()!r}))).encode({codec!r}))")
            self.assertEqual([row[0] for row in told["rows"]], words.split())
            guess = next(one for one in told["assumptions"] if one["what"] == "encoding")
            self.assertIn(label, guess["value"])
            self.assertEqual(guess["confidence"] == 1, codec == "utf-16")

    def test_02_european_numbers(self):
        told = self.one("told('euro.csv', 'Filiale;Umsatz\\nA;1.234,56 €\\nB;-99,90 €\\nC;12,00 €\\n')")
        self.assertEqual([row[1] for row in told["rows"]], ["1234.56", "-99.9", "12.0"])
        self.assertEqual((told["details"]["decimal sign"], told["units"]), ("“,”", {"Umsatz": "€"}))

    def test_03_preamble_units_and_totals(self):
        told = self.one("told('units.csv', '\\ufeff\\n\\nSales report\\nPlace,Mass,Price\\n,kg,EUR\\nA,1.5,20\\nB,2.5,30\\nC,3,40\\nTotal,7,90\\n')")
        self.assertEqual((told["columns"], told["count"]), (["Place", "Mass", "Price"], 3))
        self.assertEqual(told["units"], {"Mass": "kg", "Price": "EUR"})
        self.says(told, "Sales report", "holds units", "totals")

    def test_04_names_twice_empty_very_many_or_with_line_breaks(self):
        told = self.one("told('names.csv', 'a,a,,\"x\\ny\",a\\n1,2,3,4,5\\n')")
        self.assertEqual(told["columns"], ["a", "a (2)", "column 3", "x y", "a (3)"])
        self.says(told, "more than once", "without a name", "line breaks")
        wide = self.one("told('wide.csv', ','.join(f'c{n}' for n in range(5000)) + '\\n' + ','.join('1' * 5000) + '\\n')")
        self.assertEqual((len(wide["columns"]), wide["rows"][0][4999]), (5000, "1"))

    def test_05_ragged_rows_broken_quotes_line_breaks_and_zero_bytes(self):
        told = self.one(r"""told('ragged.csv', b'name,n,v\n"the "big" one",1,2\nb,3\n"two\nlines",4,5\nc\0c,6,7\nd,8,9,10\n')""")
        self.assertEqual([row[0] for row in told["rows"]], ['the "big" one', "b", "two\nlines", "cc", "d"])
        self.assertEqual([(bad["line"], bad["text"]) for bad in told["bad_rows"]], [(3, ""), (7, "10")])
        self.says(told, "zero byte", "line 3", "line 7")

    def test_06_dates_that_can_be_read_two_ways(self):
        told = self.one("told('slash.csv', 'id,when\\n1,03/04/2025\\n2,01/02/2025\\n3,05/01/2025\\n')")
        self.says(told, "day first or month first", "read month first because")
        mixed = self.one("told('mixed.csv', 'id,when\\n1,2025-03-04\\n2,05.03.2025\\n3,06.03.2025\\n4,2025-03-07\\n')")
        self.assertEqual(mixed["rows"][1][1], "05.03.2025")
        self.says(mixed, "mixes ways to write dates")
        serial = self.one("told('serial.csv', 'date,n\\n45000,1\\n45001,2\\n')")
        self.assertEqual(serial["rows"][0][0], "2023-03-15 00:00:00")
        self.says(serial, "spreadsheets count")
        zones = self.one("told('zones.csv', 'at,n\\n2025-03-30T01:30:00+01:00,1\\n2025-03-30T03:30:00+02:00,2\\n2025-03-30T02:00:00Z,3\\n')")
        self.assertEqual([row[0][11:16] for row in zones["rows"]], ["00:30", "01:30", "02:00"])
        self.says(zones, "UTC")

    def test_07_ids_telephone_numbers_and_gene_names_stay_text(self):
        told = self.one("told('ids.csv', 'zip,post,phone,gene\\n00501,1234567890123456789,+4930123456,MARCH1\\n10115,9876543210987654321,+4989987654,1E5\\n')")
        self.assertEqual(told["rows"], [["00501", "1234567890123456789", "+4930123456", "MARCH1"], ["10115", "9876543210987654321", "+4989987654", "1E5"]])
        self.says(told, "leading zeros", "16 or more digits", "telephone")

    def test_08_more_than_memory_is_sampled_and_said_so(self):
        """400 MB in a container of 2 GB, whose scratch holds no more; 3 GB are in test/sandbox/analystCorpus.test.ts."""
        told = self.one(
            "path = FOLDER + '/large.csv'\n"
            "line = b''.join(b'%d,%d,some words to fill the line\\n' % (n, n * n) for n in range(100_000))\n"
            "with open(path, 'wb') as file:\n"
            "    file.write(b'n,square,words\\n')\n"
            "    while file.tell() < 400_000_000: file.write(line)\n"
            "told('large.csv'); os.remove(path)",
        )  # fmt: skip
        self.assertFalse(told["total_is_exact"])
        self.assertGreater(told["total_rows"], 20 * told["count"])
        self.says(told, "of about", "describes this sample")

    def test_09_merged_cells_several_tables_hidden_sheets_formulas_and_1904(self):
        told = self.told(r'''
import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
book = openpyxl.Workbook(); book.epoch = CALENDAR_MAC_1904
sheet = book.active; sheet.title = "Sales"
for row in (["Quarterly report"], [], ["Region", "City", "Opened", "Sum"], ["North", "Kiel", datetime.date(2024, 5, 1), "=1+1"], [None, "Husum", datetime.date(2024, 6, 1), "=2+2"],
            ["South", "Ulm", datetime.date(2024, 7, 1), "=3+3"], [None, "Aalen", datetime.date(2024, 8, 1), "=4+4"], [], ["Code", "Meaning"], ["A", "open"], ["B", "closed"]):
    sheet.append(row)
for cells in ("A1:D1", "A4:A5", "A6:A7"): sheet.merge_cells(cells)
for line, row in enumerate((["Item", "Price"], ["x", 1], ["y", 2], ["z", 3]), start=3):
    for column, value in enumerate(row, start=7): sheet.cell(line, column, value)
hidden = book.create_sheet("Notes"); hidden.sheet_state = "hidden"; hidden.append(["k", "v"]); hidden.append(["a", 1])
book.save(FOLDER + "/book.xlsx")
told("book.xlsx"); told("book.xlsx", table="Sales table 2"); told("book.xlsx", table="Notes"); told("book.xlsx", table="Sale")
''')
        self.assertEqual([row[:3] for row in told[0]["rows"]], [["North", "Kiel", "2024-05-01 00:00:00"], ["North", "Husum", "2024-06-01 00:00:00"], ["South", "Ulm", "2024-07-01 00:00:00"], ["South", "Aalen", "2024-08-01 00:00:00"]])
        self.says(told[0], "2 cells of merged ranges", "2 other tables", "Quarterly report", "4 formulas", "1904")
        self.assertEqual(told[0]["tables"], ["Sales", "Sales table 2", "Sales table 3", "Notes"])
        self.assertIn("hidden", " ".join(told[0]["others"]))
        self.assertEqual(told[1]["columns"], ["Item", "Price"])
        self.assertEqual(told[2]["rows"], [["a", "1"]])
        self.assertEqual(told[3]["code"], "no-such-table")

    def test_10_a_bomb_and_a_million_empty_rows_are_bounded(self):
        told = self.told(r'''
def workbook(name, sheet):
    with zipfile.ZipFile(f"{FOLDER}/{name}", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
        archive.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        with archive.open("xl/worksheets/sheet1.xml", "w") as part: sheet(part)
START, END = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>', b'</sheetData></worksheet>'
def bomb(part):
    part.write(START)
    for _ in range(450): part.write(b" " * 1_000_000)
    part.write(END)
def empty(part):
    part.write(START + b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>')
    for n in range(3, 1_048_577): part.write(b'<row r="%d" s="1"/>' % n)
    part.write(END)
workbook("bomb.xlsx", bomb); workbook("empty.xlsx", empty)
told("bomb.xlsx"); told("empty.xlsx")
''')
        self.assertEqual(told[0]["code"], "too-large")
        self.assertIn("450 MB", told[0]["sentence"])
        self.assertEqual(told[1]["rows"], [["1", "2"]])

    def test_11_other_kinds_of_workbooks(self):
        told = self.told(r'''
pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_excel(FOLDER + "/t.ods", engine="odf", index=False)
told("t.ods")
with zipfile.ZipFile(FOLDER + "/t.xlsb", "w") as archive: archive.writestr("xl/workbook.bin", b"\x83\x01\x00")
told("t.xlsb")
told("locked.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
with zipfile.ZipFile(FOLDER + "/bomb.ods", "w") as archive:
    archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    archive.writestr("content.xml", f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>')
told("bomb.ods")
''')
        self.assertEqual(told[0]["rows"], [["1", "x"], ["2", "y"]])
        self.assertEqual(told[1]["code"], "unsupported")
        self.assertIn("save it as xlsx", told[1]["sentence"])
        self.assertEqual(told[2]["code"], "encrypted")
        self.assertIn("password", told[2]["sentence"])
        self.assertEqual(told[3]["code"], "too-large")

    def test_12_macros_and_formulas_in_text_are_not_run_and_named(self):
        told = self.told(r'''
import openpyxl
book = openpyxl.Workbook(); book.active.append(["a", "b"]); book.active.append([1, "=cmd|'/c calc'!A1"]); book.active.append([2, "x"])
book.save(FOLDER + "/macro.xlsm")
with zipfile.ZipFile(FOLDER + "/macro.xlsm", "a") as archive: archive.writestr("xl/vbaProject.bin", b"macro")
told("macro.xlsm")
told("dde.csv", "name,n\n=cmd|'/c calc'!A1,1\n@SUM(A1),2\nharmless,3\n")
''')
        self.says(told[0], "macros", "not run")
        self.assertEqual(told[1]["rows"][0][0], "=cmd|'/c calc'!A1")
        self.says(told[1], "2 values begin like a formula")

    def test_13_parquet_types_and_folders(self):
        told = self.told(r'''
import decimal
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"list": [[1, 2], None], "price": pa.array([decimal.Decimal("1.10"), decimal.Decimal("99999999999999999999.25")], pa.decimal128(38, 2)),
                  "at": pa.array([datetime.datetime(2024, 1, 2), None], pa.timestamp("ns")), "kind": pa.array(["a", "b"]).dictionary_encode()})
pq.write_table(table, FOLDER + "/types.parquet", use_deprecated_int96_timestamps=True)
told("types.parquet")
pd.DataFrame({"year": [2023, 2023, 2024], "v": [1, 2, 3]}).to_parquet(FOLDER + "/parts", partition_cols=["year"])
told("parts")
told("/tmp")
''')
        self.assertEqual(told[0]["rows"][0], ["[1, 2]", "1.1", "2024-01-02 00:00:00", "a"])
        self.assertEqual((sorted(told[1]["columns"]), told[1]["count"]), (["v", "year"], 3))
        self.says(told[1], "names of folders")
        self.assertEqual(told[2]["code"], "directory")

    def test_14_databases_with_changes_beside_them_on_the_read_only_mount(self):
        path = os.path.join(self.sandbox.workspace, "log.db")
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (n INTEGER)")
        connection.commit()
        connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(30)])
        connection.commit()
        self.addCleanup(connection.close)
        for name in ("log.db", "log.db-wal", "log.db-shm"):
            os.chmod(os.path.join(self.sandbox.workspace, name), 0o644)
        told = self.one("told('/workspace/log.db')")
        self.assertEqual(told["count"], 30)
        self.says(told, "-wal", "from a copy")
        duck = self.told(r'''
done = subprocess.run(["duckdb", FOLDER + "/log.duckdb"], input="PRAGMA disable_checkpoint_on_shutdown; CREATE TABLE t AS SELECT range AS n FROM range(50); CREATE TABLE u AS SELECT 1 AS one;", text=True, capture_output=True)
assert os.path.getsize(FOLDER + "/log.duckdb.wal") > 0, done
os.chmod(FOLDER + "/log.duckdb", 0o444); os.chmod(FOLDER + "/log.duckdb.wal", 0o444)
told("log.duckdb"); told("log.duckdb", table="u")
''')
        self.assertEqual((duck[0]["count"], duck[0]["tables"]), (50, ["t", "u"]))
        self.says(duck[0], ".wal", "from a copy")
        self.assertEqual(duck[1]["rows"], [["1"]])

    def test_15_json_that_is_broken_odd_or_one_huge_line(self):
        told = self.told(r'''
told("tail.jsonl", "".join('{"n": %d}\n' % n for n in range(20)) + '{"n": 2')
told("odd.json", '[{"a": NaN, "b": 1}, {"a": Infinity, "b": 2, "b": 3}]')
told("deep.json", "[" * 10_000 + "]" * 10_000)
with open(FOLDER + "/huge.json", "w") as file:
    file.write('{"meta": {"made": "today"}, "data": {"rows": [' + ", ".join('{"n": %d, "text": "%s"}' % (n, "x" * 700) for n in range(150_000)) + "]}}")
told("huge.json"); os.remove(FOLDER + "/huge.json")
''')
        self.assertEqual(told[0]["count"], 20)
        self.says(told[0], "line 21")
        self.assertEqual([row[1] for row in told[1]["rows"]], ["1", "3"])
        self.says(told[1], "more than once", "“b”")
        self.assertEqual(told[2]["code"], "json-too-deep")
        self.assertEqual((told[3]["count"], told[3]["columns"], told[3]["total_is_exact"]), (100_000, ["n", "text"], False))
        self.assertEqual(told[3]["details"]["records in"], "“data.rows”")
        self.says(told[3], "first 100,000 records", "of about 150,000")

    def test_16_notebooks_without_their_outputs(self):
        told = self.told(r'''
cell = {"cell_type": "code", "source": ["x = 1\n", "x"], "outputs": [{"data": {"image/png": "A" * 5_000_000, "text/html": "<script>alert(1)</script>"}}], "metadata": {}}
told("new.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell, {"cell_type": "markdown", "source": "# Title", "metadata": {}}]}))
told("old.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "y = 2", "outputs": []}]}]}))
''')
        self.assertEqual(told[0]["rows"], [["1", "code", "x = 1\nx", "1"], ["2", "markdown", "# Title", "0"]])
        self.assertNotIn("script", json.dumps(told[0]))
        self.assertEqual(told[1]["rows"][0][:3], ["1", "code", "y = 2"])

    def test_17_contents_count_and_not_names(self):
        told = self.told(r'''
told("really-gz.csv", gzip.compress(b"a,b\n1,2\n3,4\n"))
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive: archive.writestr("in.csv", "a,b\n1,2\n3,4\n")
told("really-zip.csv", buffer.getvalue())
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
    item = tarfile.TarInfo("in.csv"); item.size = 12; archive.addfile(item, io.BytesIO(b"a,b\n1,2\n3,4\n"))
told("really-tgz.csv", buffer.getvalue())
told("login.csv", "<!DOCTYPE html><html><body><form>Sign in</form></body></html>")
told("report.csv", b"%PDF-1.4\n%%EOF\n")
told("table.csv", "<html><body><table><tr><th>k</th><th>v</th></tr><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table></body></html>")
''')
        for one in told[:3]:
            self.assertEqual(one["rows"], [["1", "2"], ["3", "4"]])
        self.assertEqual(told[3]["code"], "html-page")
        self.assertIn("web page", told[3]["sentence"])
        self.assertIn("PDF", told[4]["sentence"])
        self.assertEqual((told[5]["format"], told[5]["rows"]), ("Web page (HTML)", [["a", "1"], ["b", "2"]]))

    def test_18_pictures_are_named_as_such(self):
        told = self.told(r'''
from PIL import Image
for name, form in (("p.png", "PNG"), ("p.jpg", "JPEG"), ("p.tiff", "TIFF"), ("p.webp", "WEBP")):
    Image.new("RGB", (8, 6)).save(f"{FOLDER}/{name}", form)
    told(name)
frames = [Image.effect_noise((900, 700), 50) for _ in range(2)]
frames[0].save(FOLDER + "/scan.tif", save_all=True, append_images=frames[1:])
told("scan.tif")
told("cut.png", open(FOLDER + "/p.png", "rb").read()[:12])
told("p.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64))
''')
        for one in told:
            self.assertEqual(one["code"], "image", one)
            self.assertIn("image", one["sentence"])
        for one in told[:4]:
            self.assertIn("of 8 × 6 pixels (RGB), not a table. PIL.Image.open", one["sentence"])
        self.assertIn("of 900 × 700 pixels (L, 2 frames)", told[4]["sentence"])
        self.assertIn("is a PNG image, not a table", told[5]["sentence"])

    def test_19_names_of_every_kind(self):
        names = ["re\u0301sume\u0301 (final) #2%.csv", "two\nlines.csv", "-rf", "\U0001f600.csv", "n" * 246 + ".csv", "Twin.csv", "twin.CSV", "it's \"so\" $(x).csv"]
        for number, name in enumerate(names):
            place(self.sandbox, name, f"a,b\n{number},1\n2,3\n".encode())
        for number, name in enumerate(names):
            self.assertEqual(self.one(f"told({'/workspace/' + name!r})")["rows"][0][0], str(number), name)

    def test_20_files_that_are_not_there_as_they_seem(self):
        workspace = self.sandbox.workspace
        place(self.sandbox, "zero.csv", b"")
        place(self.sandbox, "pointer.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        os.chmod(place(self.sandbox, "secret.csv", b"a,b\n1,2\n").replace("/workspace", workspace), 0o600)
        os.symlink("/etc/nowhere.csv", os.path.join(workspace, "out.csv"))
        codes = {name: self.one(f"told('/workspace/{name}')") for name in ("zero.csv", "pointer.csv", "secret.csv", "out.csv", "gone.csv")}
        self.assertEqual({name: one["code"] for name, one in codes.items()}, {"zero.csv": "empty-file", "pointer.csv": "lfs-pointer", "secret.csv": "permission", "out.csv": "dangling-link", "gone.csv": "not-found"})
        self.assertIn("git lfs pull", codes["pointer.csv"]["sentence"])
        self.assertIn("inside the mounted folder", codes["out.csv"]["sentence"])
        # A log that is being written: its last line is not complete yet, and the next reading sees the next state.
        place(self.sandbox, "growing.csv", b"at,level,text\n1,info,a\n2,warn,b\n3,inf")
        first = self.one("told('/workspace/growing.csv')")
        self.assertEqual((first["count"], [bad["line"] for bad in first["bad_rows"]]), (3, [4]))
        place(self.sandbox, "growing.csv", b"at,level,text\n1,info,a\n2,warn,b\n3,info,c\n4,info,d\n")
        self.assertEqual(self.one("told('/workspace/growing.csv')")["rows"][2:], [["3", "info", "c"], ["4", "info", "d"]])
