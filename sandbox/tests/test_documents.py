"""Documents that stand up: the guides' own code makes them, other programs open them, and broken formulas are found."""

import ast
import pathlib
import re

from driver import SandboxTest

GUIDES = pathlib.Path(__file__).parent.parent / "guides"
INSIDE = "/opt/code-interpreter/guides"

BOOK = """
import openpyxl
from code_interpreter import check_workbook
def checked(formula, *others):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in range(1, 11):
        sheet.cell(row, 1, row)
        sheet.cell(row, 2, str(row))
    book.create_sheet("My sheet")["A1"] = 1
    book.defined_names["rate"] = openpyxl.workbook.defined_name.DefinedName("rate", attr_text="Data!$A$1")
    for place, text in zip(("C1", "C2", "C3"), (formula, *others)):
        sheet[place] = text
    book.save("/tmp/book.xlsx")
    return [(finding.cell, finding.kind) for finding in check_workbook("/tmp/book.xlsx")]
"""

#: Formula → what is wrong with it.
WRONG = {
    "=SUM(B1:B10)": "text-in-range",
    "=STDEV.S(A1:A10)": "needs-prefix",
    "=XLOOKUP(3,A1:A10,B1:B10)": "needs-prefix",
    "=Sheet9!A1": "missing-sheet",
    "='My sheets'!A1": "missing-sheet",
    "=[Other.xlsx]Data!A1": "missing-sheet",
    "=A1/Z1": "divides-by-empty",
    "=FOO(1)": "unknown-function",
    "=rates*2": "unknown-name",
    "=IF(A1>1;2;3)": "separator",
    "=SUM(A1:A3": "not-a-formula",
    "=A1#": "not-a-formula",
    "=C1+1": "circular",
    "=SUM(C:C)": "circular",
    "=#REF!+1": "broken-reference",
    "=AVERAGE(X1:X9)": "empty-range",
    "#N/A": "error-value",
}
RIGHT = [
    "=SUM(A1:A10)",
    "=SUM(A:A)",
    "=rate*'My sheet'!$A$1",
    "=IFERROR(A1/A2,0)",
    "=SUM({1,2;3,4})",
    '=COUNTIF(A1:A10,">3")',
    "=_xlfn.STDEV.S(A1:A10)",
    "=_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
    "=VLOOKUP(3,$A$1:$B$10,2,FALSE)",
    '=A1&" of "&A10',
    "=10%",
    "=-A1^2",
    "=INDEX(A1:A10,MATCH(3,A1:A10,0))",
    "=TRUE",
]


class Formulas(SandboxTest):
    def test_what_is_wrong_is_found_and_nothing_else(self):
        self.ok("python", BOOK)
        found = self.ok("python", f"{{formula: checked(formula) for formula in {[*WRONG, *RIGHT]!r}}}").result
        expected = {formula: [("C1", kind)] for formula, kind in WRONG.items()} | {formula: [] for formula in RIGHT}
        self.assertEqual(ast.literal_eval(found), expected)

    def test_a_circle_over_others_is_told_once(self):
        self.ok("python", BOOK)
        self.assertEqual(self.ok("python", "checked('=C2', '=C3*2', '=SUM(C1:C1)')").result, "[('C1', 'circular')]")
        self.assertEqual(self.ok("python", "checked('=C2', '=C3*2', '=A1')").result, "[]")

    def test_a_large_book_is_looked_through_in_a_few_seconds(self):
        self.ok("python", BOOK)
        made = """
import time
book = openpyxl.Workbook()
sheet = book.active
sheet.append([1, 1])
for row in range(2, 20_001):
    sheet.append([row, f"=A{row}+B{row - 1}"])
sheet["D1"] = "=SUM(B:B)"
book.save("/tmp/large.xlsx")
check_workbook("/tmp/large.xlsx")
"""
        self.assertEqual(self.ok("python", made).result, "[]")


class Told(SandboxTest):
    """What the bridge says by itself of files that a cell made."""

    def findings(self, code: str) -> dict[str, list[tuple[str, str]]]:
        run = self.ok("python", code)
        return {
            name: [(told["cell"], told["kind"]) for told in artifact.get("findings", [])] for name, artifact in run.artifacts.items()
        }

    def test_broken_formulas_of_a_new_workbook(self):
        code = "import openpyxl\nbook = openpyxl.Workbook()\nbook.active['B2'] = '=Missing!A1'\nbook.save('a.xlsx')\nbook.active['B2'] = '=1+1'\nbook.save('b.xlsx')"
        self.assertEqual(self.findings(code), {"a.xlsx": [("Sheet!B2", "missing-sheet")], "b.xlsx": []})
        self.assertEqual(self.findings("book.active['B3'] = '=NOPE()'\nbook.save('b.xlsx')"), {"b.xlsx": [("Sheet!B3", "unknown-function")]})
        self.assertEqual(self.findings("open('none.txt', 'w').write('=Missing!A1')"), {"none.txt": []})

    def test_what_is_no_workbook(self):
        self.assertEqual(self.findings("open('c.xlsx', 'w').write('no')"), {"c.xlsx": [("", "not-readable")]})

    def test_one_that_takes_too_long_is_left_out_and_the_cell_ends(self):
        code = "import os\nopen('d.xlsx', 'w').write('no')\nopen('e.xlsx', 'w').write('no')"
        # A bomb: a sheet that unpacks to gigabytes.
        bomb = """
import zipfile
book = openpyxl.Workbook()
book.save('/tmp/bomb.xlsx')
with zipfile.ZipFile('/tmp/bomb.xlsx') as old, zipfile.ZipFile('bomb.xlsx', 'w', zipfile.ZIP_DEFLATED) as new:
    for name in old.namelist():
        if name != 'xl/worksheets/sheet1.xml':
            new.writestr(name, old.read(name))
    with new.open('xl/worksheets/sheet1.xml', 'w', force_zip64=True) as sheet:
        sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
        row = b'<row>' + b'<c><v>1</v></c>' * 1000 + b'</row>'
        for _ in range(2_000):
            sheet.write(row)
        sheet.write(b'</sheetData></worksheet>')
"""
        self.assertEqual(self.findings("import openpyxl" + bomb), {"bomb.xlsx": []})
        self.assertEqual(self.findings(code), {"d.xlsx": [("", "not-readable")], "e.xlsx": [("", "not-readable")]})


class Guides(SandboxTest):
    def made_by(self, kind: str) -> str:
        """Runs every block of a guide; what they printed."""
        guide = (GUIDES / f"{kind}.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
        self.assertGreaterEqual(len(blocks), 2, kind)
        return "".join(self.ok("python", block).text() for block in blocks)

    def scripted(self, kind: str) -> None:
        guide = self.ok("bash", f"cat {INSIDE}/{kind}.md").text()
        for block in re.findall(r"```javascript\n(.*?)```", guide, re.DOTALL):
            self.ok("javascript", block)

    def test_each_is_in_the_image_and_short_enough_to_be_read(self):
        for guide in GUIDES.iterdir():
            told = self.ok("bash", f"cat {INSIDE}/{guide.name}").text()
            self.assertEqual(told, guide.read_text(encoding="utf-8"))
            self.assertLess(len(told), 8000, guide.name)

    def test_spreadsheet(self):
        self.assertEqual(self.made_by("xlsx"), "")
        read = "import openpyxl\nbook = openpyxl.load_workbook('sales.xlsx')\nsheet = book['Sales']\n"
        looked = self.ok("python", read + "sheet['D5'].value, sheet['D2'].number_format, sheet.freeze_panes, len(sheet._charts), sheet.auto_filter.ref")
        self.assertEqual(looked.result, "('=SUM(D2:D4)', '#,##0.00', 'A2', 1, 'A1:D4')")
        values = self.ok("python", "import pandas as pd\npd.read_excel('sales.xlsx').revenue.round(2).tolist()")
        self.assertEqual(values.result, "[1140.0, 950.0, 1251.25, 3341.25]")

    def test_text_document(self):
        printed = self.made_by("docx")
        self.assertIn("('Heading 1', 'By region')", printed)
        self.assertIn("[[4, 2]]", printed)
        inside = "unzip -p sales.docx word/document.xml word/footer1.xml | grep -o 'w:tblHeader\\|PAGE\\|descr=\"Bars' | sort -u | tr '\\n' ' '"
        self.assertEqual(self.ok("bash", inside).text(), 'PAGE descr="Bars w:tblHeader ')

    def test_report(self):
        self.made_by("pdf")
        read = "from pypdf import PdfReader\npages = PdfReader('sales.pdf').pages\n"
        run = self.ok("python", read + "len(pages), len(pages[0].images), 'West' in pages[0].extract_text()")
        self.assertEqual(run.result, "(1, 1, True)")
        self.assertRegex(self.ok("bash", "pdftotext -layout sales.pdf -").text(), r"Sales in 2024\n+The west sold most\.\n+ *Region +Units\n")
        self.assertRegex(self.ok("bash", "pdffonts sales.pdf").text(), r"\+DejaVuSans +TrueType +\S+ +yes yes")

    def test_slides_with_a_master_and_a_chart(self):
        self.scripted("pptx")
        listed = self.ok("bash", "unzip -Z1 sales.pptx").text()
        self.assertIn("ppt/charts/chart1.xml", listed)
        # The numbers behind the chart can be changed in the program.
        self.assertIn("ppt/embeddings/Microsoft_Excel_Worksheet1.xlsx", listed)
        numbers = "unzip -p sales.pptx ppt/charts/chart1.xml | grep -o '<c:v>[0-9.]*</c:v>' | tr -d '<>/cv:\n' "
        self.assertIn("12095143", self.ok("bash", numbers).text())
        slide = self.ok("bash", "unzip -p sales.pptx ppt/slides/slide1.xml ppt/slides/_rels/slide1.xml.rels").text()
        self.assertRegex(slide, r'<p:ph\s[^>]*type="title"')
        layout = re.search(r"slideLayouts/(slideLayout\d+\.xml)", slide).group(1)
        shared = self.ok("bash", f"unzip -p sales.pptx ppt/slideLayouts/{layout}").text()
        self.assertIn('name="MESSAGE"', shared)
        self.assertIn("1F4E79", shared)
        self.assertIn("Units by region in 2024.", self.ok("bash", "unzip -p sales.pptx ppt/notesSlides/notesSlide1.xml").text())

    def test_slides_where_the_library_is_there(self):
        if self.ok("python", "import importlib.util; importlib.util.find_spec('pptx') is None").result == "True":
            self.skipTest("python-pptx comes from PyPI, which the image could not reach")
        self.assertNotIn("beyond the edge", self.made_by("pptx"))
