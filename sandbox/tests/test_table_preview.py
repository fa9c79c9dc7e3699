"""How a table or a workbook begins: sheets and cells as they are written, bounded, and nothing of it is left."""

import base64
import struct

from driver import SandboxTest
from kernel import preview_table

BOOK = """
import base64, io, openpyxl, xlsxwriter
data = io.BytesIO()
book = xlsxwriter.Workbook(data)
sheet = book.add_worksheet("Sales")
sheet.write_row("B2", ["month", "n", "ok"])
sheet.write_row("B3", ["Jan", 2.5, True])
sheet.write_formula("C4", "=SUM(C3:C3)", None, 2.5)
sheet.write_formula("C5", "=C4*2", None, "")
book.add_worksheet("Empty")
long = book.add_worksheet("Long")
for row in range(300):
    long.write_row(row, 0, range(70))
book.close()
print(base64.b64encode(data.getvalue()).decode())
"""


PARQUET = """
import base64, datetime, decimal, io, pyarrow as pa, pyarrow.parquet as pq
n = 3
table = pa.table({
    "id": pa.array([1, None, 2**60], pa.int64()),
    "when": pa.array([datetime.datetime(2024, 1, 2, 3, 4, 5)] * n, pa.timestamp("us")),
    "price": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")], pa.decimal128(8, 2)),
    "tags": pa.array([["a", "ö"], [], None], pa.list_(pa.string())),
    "place": pa.array([{"x": 1.5, "on": datetime.date(2024, 1, 2)}] * n),
    "raw": pa.array([bytes([0, 255])] * n, pa.binary()),
    "far": pa.array([0, 1, 2**63 - 1], pa.timestamp("us")),
    "ok": pa.array([True, False, None]),
})
data = io.BytesIO()
pq.write_table(table, data)
print(base64.b64encode(data.getvalue()).decode())
data = io.BytesIO()
pq.write_table(pa.table({f"c{at}": range(300) for at in range(70)}), data, row_group_size=100)
print(base64.b64encode(data.getvalue()).decode())
"""

ODS = """
import base64, io
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
book = OpenDocumentSpreadsheet()
sheet = Table(name="Sales")
def row(*cells):
    line = TableRow()
    for cell in cells:
        line.addElement(cell)
    sheet.addElement(line)
def text(words, **more):
    cell = TableCell(valuetype="string", **more)
    cell.addElement(P(text=words))
    return cell
row(text("month", numberrowsspanned="2"), text("n"), text("when"))
row(CoveredTableCell(), TableCell(valuetype="float", value="2.5"), TableCell(valuetype="date", datevalue="2024-01-02"))
row(TableCell(), TableCell(formula="of:=SUM([.B2:.B2])"), TableCell(valuetype="boolean", booleanvalue="true"))
row(TableCell(numbercolumnsrepeated="1000"))
book.spreadsheet.addElement(sheet)
book.spreadsheet.addElement(Table(name="Empty"))
data = io.BytesIO()
book.save(data)
print(base64.b64encode(data.getvalue()).decode())
"""


def old_workbook(*titles: str) -> bytes:
    """The stream of an Excel 5.0 workbook: what xlrd reads also without the container around it."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def beginning(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0, 0))

    def label(row: int, column: int, words: str) -> bytes:
        return record(0x0204, struct.pack("<HHHH", row, column, 0, len(words)) + words.encode("cp1252"))

    end = record(0x000A, b"")
    sheets = [
        beginning(0x10) + label(0, 0, title) + label(0, 1, "Örn") + record(0x0203, struct.pack("<HHHd", 1, 1, 0, 2.5)) + record(0x0205, struct.pack("<HHHBB", 2, 0, 0, 1, 0)) + end
        for title in titles
    ]
    names = [title.encode() for title in titles]
    globals_bytes = len(beginning(5)) + len(record(0x0042, b"12")) + sum(4 + 7 + len(name) for name in names) + len(end)
    places = [globals_bytes + sum(map(len, sheets[:at])) for at in range(len(sheets))]
    listed = b"".join(record(0x0085, struct.pack("<IBBB", place, 0, 0, len(name)) + name) for place, name in zip(places, names))
    return beginning(5) + record(0x0042, struct.pack("<H", 1252)) + listed + end + b"".join(sheets)


class Preview(SandboxTest):
    def asked(self, kind: str, data: bytes) -> dict:
        return self.sandbox.query("tablePreview", {"kind": kind, "file": base64.b64encode(data).decode()}, timeout_s=30)

    def test_a_workbook_shows_its_sheets_with_values_where_they_are_kept(self):
        answer = self.asked("workbook", base64.b64decode(self.ok("python", BOOK).text()))["answer"]
        sales, empty, long = answer["sheets"]
        self.assertEqual((sales["title"], sales["more"], answer["cut"]), ("Sales", False, False))
        self.assertEqual(sales["rows"], [[], [None, "month", "n", "ok"], [None, "Jan", "2.5", "TRUE"], [None, None, "2.5"], [None, None, "=C4*2"]])
        self.assertEqual((empty["title"], empty["rows"]), ("Empty", []))
        self.assertEqual((len(long["rows"]), len(long["rows"][0]), long["more"]), (preview_table.MAX_ROWS, preview_table.MAX_COLUMNS, True))
        self.assertEqual(long["rows"][199][:2], ["0", "1"])

    def test_a_table_of_text(self):
        answer = self.asked("text", "name;n\nÖrn;1,5\n".encode("cp1252"))["answer"]
        self.assertEqual(answer["sheets"], [{"title": "", "rows": [["name", "n"], ["Örn", "1,5"]], "more": False}])
        many = self.asked("text", b"a,b\n" * 500 + b"c" * 1000)["answer"]["sheets"][0]
        self.assertEqual((len(many["rows"]), many["more"]), (preview_table.MAX_ROWS, True))

    def test_a_parquet_file_says_what_its_columns_are(self):
        small, large = map(base64.b64decode, self.ok("python", PARQUET).text().split())
        sheet = self.asked("parquet", small)["answer"]["sheets"][0]
        self.assertEqual(
            [(column["name"], column["type"]) for column in sheet["columns"]],
            [("id", "int64"), ("when", "timestamp[us]"), ("price", "decimal128(8, 2)"), ("tags", "list<element: string>"),
             ("place", "struct<x: double, on: date32[day]>"), ("raw", "binary"), ("far", "timestamp[us]"), ("ok", "bool")],
        )  # fmt: skip
        self.assertEqual(sheet["rows"][0][:6], ["1", "2024-01-02T03:04:05", "1.50", '["a", "ö"]', '{"x": 1.5, "on": "2024-01-02"}', "0x00ff"])
        self.assertEqual([row[0] for row in sheet["rows"]], ["1", None, str(2**60)])
        self.assertEqual([row[7] for row in sheet["rows"]], ["TRUE", "FALSE", None])
        # No date of Python.
        self.assertIn("775807", sheet["rows"][2][6])
        self.assertFalse(sheet["more"])
        many = self.asked("parquet", large)["answer"]["sheets"][0]
        self.assertEqual((len(many["rows"]), len(many["rows"][0]), len(many["columns"]), many["more"]), (preview_table.MAX_ROWS, preview_table.MAX_COLUMNS, preview_table.MAX_COLUMNS, True))
        self.assertEqual(many["rows"][199][0], "199")

    def test_sheets_of_an_open_document(self):
        answer = self.asked("opendocument", base64.b64decode(self.ok("python", ODS).text()))["answer"]
        sales, empty = answer["sheets"]
        self.assertEqual(sales["title"], "Sales")
        self.assertEqual(sales["rows"], [["month", "n", "when"], [None, "2.5", "2024-01-02T00:00:00"], [None, "=SUM([.B2:.B2])", "TRUE"]])
        self.assertEqual((empty["title"], empty["rows"], answer["cut"]), ("Empty", [], False))

    def test_sheets_of_an_old_workbook(self):
        answer = self.asked("old-workbook", old_workbook("First", "Second"))["answer"]
        self.assertEqual([sheet["title"] for sheet in answer["sheets"]], ["First", "Second"])
        self.assertEqual(answer["sheets"][1]["rows"], [["Second", "Örn"], [None, "2.5"], ["TRUE"]])
        # Named .xls, and a newer one.
        newer = self.asked("old-workbook", base64.b64decode(self.ok("python", BOOK).text()))["answer"]
        self.assertEqual(newer["sheets"][0]["title"], "Sales")

    def test_what_of_other_kinds_cannot_be_read_is_said(self):
        for kind, what in (("parquet", "Parquet file"), ("opendocument", "workbook"), ("old-workbook", "workbook")):
            for data in (b"", b"PAR1 broken", b"PK\x03\x04 broken"):
                broken = self.asked(kind, data)
                self.assertEqual((broken["ok"], broken["reason"]), (False, "refused"), (kind, data))
                self.assertIn(f"no {what}", broken["problem"])

    def test_what_cannot_be_read_is_said(self):
        broken = self.asked("workbook", b"PK\x03\x04 broken")
        self.assertEqual((broken["ok"], broken["reason"]), (False, "refused"))
        self.assertIn("no workbook", broken["problem"])
        self.assertFalse(self.sandbox.query("tablePreview", {"kind": "text"})["ok"])
        self.assertEqual(self.ok("python", "1").done["artifacts"], [])
