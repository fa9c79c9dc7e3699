"""Two versions of a table, cell by cell: rows are aligned, and what is not listed is counted."""

import base64
import io
import unittest

from driver import SandboxTest
from kernel import compare_tables


def difference(before: str, after: str) -> compare_tables.Difference:
    found = compare_tables.Difference()
    compare_tables._of_text(before.encode(), after.encode(), found)
    return found


def told(found: compare_tables.Difference) -> list[tuple]:
    return [(change["kind"], change["what"], change["place"], change["before"], change["after"]) for change in found.changes]


class OfText(unittest.TestCase):
    def test_a_cell_that_changed_is_named_by_its_place(self):
        found = difference("id;name;n\n1;Ann;3\n2;Bo;4\n", "id;name;n\n1;Ann;5\n2;Bo;\n")
        self.assertEqual(told(found), [("changed", "cell", "C2", "3", "5"), ("changed", "cell", "C3", "4", "")])
        self.assertEqual((found.cells, found.added_rows, found.removed_rows), (2, 0, 0))

    def test_a_row_in_the_middle_is_one_row(self):
        rows = [f"{n},name {n}" for n in range(1000)]
        found = difference("\n".join(rows), "\n".join([*rows[:500], "x,new", *rows[500:900], *rows[901:]]))
        self.assertEqual(told(found), [("added", "row", "row 501", None, "x · new"), ("removed", "row", "row 901", "900 · name 900", None)])

    def test_rows_that_changed_beside_new_ones_are_known_by_their_first_cell(self):
        found = difference("a,1\nb,2\nc,3", "a,1\nnew,9\nb,20\nc,3")
        self.assertEqual(told(found), [("added", "row", "row 2", None, "new · 9"), ("changed", "cell", "B3", "2", "20")])

    def test_a_column_that_is_new_is_cells(self):
        found = difference("a,b\n1,2", "a,b,c\n1,2,3")
        self.assertEqual(told(found), [("added", "cell", "C1", None, "c"), ("added", "cell", "C2", None, "3")])

    def test_much_is_counted_and_not_listed(self):
        found = difference("\n".join(f"{n},a" for n in range(3000)), "\n".join(f"{n},b" for n in range(3000)))
        self.assertEqual((found.cells, len(found.changes), found.cut), (3000, compare_tables.MAX_CHANGES, False))

    def test_encodings_and_quotes(self):
        found = difference('"a, b";"ü"\n', '"a, b";"u"\n')
        self.assertEqual(told(found), [("changed", "cell", "B1", "ü", "u")])
        after = compare_tables.Difference()
        compare_tables._of_text("a;ü\n".encode("cp1252"), "a;ü\n".encode("utf-16"), after)
        self.assertEqual(told(after), [])


class InTheSandbox(SandboxTest):
    def compared(self, kind: str, before: bytes, after: bytes) -> dict:
        params = {"kind": kind, "before": base64.b64encode(before).decode(), "after": base64.b64encode(after).decode()}
        return self.sandbox.query("tableDifference", params, timeout_s=30)

    def test_workbooks_by_sheet_with_formulas(self):
        run = self.ok("python", """
import base64, io, openpyxl
def book(change):
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    for row in (["m", "n"], ["a", 1], ["b", 2], ["sum", "=SUM(B2:B3)"]):
        book.active.append(row)
    change(book)
    data = io.BytesIO()
    book.save(data)
    return base64.b64encode(data.getvalue()).decode()
def changed(book):
    book["Sales"]["B3"] = 20
    book["Sales"]["B4"] = "=SUM(B2:B3)*2"
    book.create_sheet("Notes")
print(book(lambda book: None)); print(book(changed))
""")
        before, after = (base64.b64decode(line) for line in run.text().split())
        result = self.compared("workbook", before, after)
        self.assertTrue(result["ok"], result)
        self.assertEqual(
            [(change["sheet"], change["what"], change["place"], change["before"], change["after"]) for change in result["answer"]["changes"]],
            [("Sales", "cell", "B3", "2", "20"), ("Sales", "cell", "B4", "=SUM(B2:B3)", "=SUM(B2:B3)*2"), ("Notes", "sheet", "Notes", None, None)],
        )
        self.assertEqual((result["answer"]["cells"], result["answer"]["sheets"]), (2, 1))

    def test_what_is_no_workbook_is_said_and_leaves_no_trace(self):
        result = self.compared("workbook", b"PK\x03\x04 broken", b"no")
        self.assertEqual((result["ok"], result["reason"]), (False, "refused"))
        self.assertIn("no workbook", result["problem"])
        self.assertFalse(self.sandbox.query("tableDifference", {"kind": 1})["ok"])
        self.assertEqual(self.ok("python", "1").done["artifacts"], [])
        data = io.BytesIO(b"a,b\n1,2\n")
        self.assertEqual(self.compared("text", data.getvalue(), b"a,b\n1,3\n")["answer"]["cells"], 1)
