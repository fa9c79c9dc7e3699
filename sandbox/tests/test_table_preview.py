"""How a table or a workbook begins: sheets and cells as they are written, bounded, and nothing of it is left."""

import base64

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

    def test_what_cannot_be_read_is_said(self):
        broken = self.asked("workbook", b"PK\x03\x04 broken")
        self.assertEqual((broken["ok"], broken["reason"]), (False, "refused"))
        self.assertIn("no workbook", broken["problem"])
        self.assertFalse(self.sandbox.query("tablePreview", {"kind": "text"})["ok"])
        self.assertEqual(self.ok("python", "1").done["artifacts"], [])
