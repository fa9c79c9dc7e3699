"""LibreOffice, where the image has it: documents are drawn and computed, within what cells may do."""

import ast
import os
import pathlib
import re
import unittest

import golden_pages
from driver import OfficeTest, SandboxTest

GUIDES = pathlib.Path(__file__).parent.parent / "guides"

#: Puts `hostile.odt` (a macro on everything that happens to a document, a linked picture, a linked section) and
#: `hostile.xlsx` into /outputs; `calls` takes who called.
HOSTILE = r"""
import zipfile, socket, threading
calls = []
server = socket.create_server(("127.0.0.1", 0))
address = f"http://127.0.0.1:{server.getsockname()[1]}"
def listen():
    while True:
        peer, _ = server.accept()
        calls.append(1); peer.close()
threading.Thread(target=listen, daemon=True).start()
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(f'xmlns:{n}="{OFFICE}{n}:1.0"' for n in ("office", "text", "table", "script", "manifest")) + (
    f' xmlns:draw="{OFFICE}drawing:1.0" xmlns:svg="{OFFICE}svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:ooo="http://openoffice.org/2004/office" xmlns:dom="http://www.w3.org/2001/xml-events"')
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
def typed(kind, dtd): return f'{HEAD}<!DOCTYPE {kind} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{dtd}">'
MACRO = 'Sub Main\nn = FreeFile\nOpen "/outputs/owned.txt" For Output As #n\nPrint #n, "x"\nClose #n\nEnd Sub'
module = ('<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">'
          + MACRO.replace('"', "&quot;") + "</script:module>")
LIBRARY = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"'
library = (f'<library:library {LIBRARY} library:name="Standard" library:readonly="false" library:passwordprotected="false">'
           '<library:element library:name="Module1"/></library:library>')
libraries = f'<library:libraries {LIBRARY}><library:library library:name="Standard" library:link="false"/></library:libraries>'
EVENTS = ("dom:load", "office:load-finished", "office:view-created", "office:copy-to", "office:copy-to-done", "dom:unload", "office:layout-finished")
events = "".join(
    f'<script:event-listener script:language="ooo:script" script:event-name="{event}" xlink:type="simple" '
    'xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>' for event in EVENTS)
linked = (f'<text:p>Hello<draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="paragraph"><draw:image xlink:href="{address}/x.png" '
          'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>'
          f'<text:section text:name="s"><text:section-source xlink:href="{address}/x.txt" xlink:type="simple"/><text:p>before</text:p></text:section>')
content = (f'{HEAD}<office:document-content {NAMES} office:version="1.3"><office:scripts><office:event-listeners>{events}</office:event-listeners>'
           f'</office:scripts><office:body><office:text>{linked}</office:text></office:body></office:document-content>')
parts = {
    "content.xml": content, "Basic/script-lc.xml": typed("library:libraries", "libraries.dtd") + libraries,
    "Basic/Standard/script-lb.xml": typed("library:library", "library.dtd") + library,
    "Basic/Standard/Module1.xml": typed("script:module", "module.dtd") + module,
}
KIND = "application/vnd.oasis.opendocument.text"
entries = "".join(f'<manifest:file-entry manifest:full-path="{n}" manifest:media-type="text/xml"/>' for n in parts)
parts["META-INF/manifest.xml"] = (f'{HEAD}<manifest:manifest {NAMES} manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
                                  f'manifest:media-type="{KIND}"/>{entries}</manifest:manifest>')
with zipfile.ZipFile("hostile.odt", "w") as file:
    file.writestr("mimetype", KIND)
    for part, text in parts.items():
        file.writestr(part, text)
import openpyxl
book = openpyxl.Workbook()
book.active["A1"] = f'=WEBSERVICE("{address}/")'
book.active["A2"] = '=DDE("soffice","/outputs/x.ods","A1")'
book.active["A3"] = "=1+1"
book.save("hostile.xlsx")
"""
#: The program with what keeps macros from running taken out.
OPENED = """
import json, pathlib, subprocess, sys
from code_interpreter import _office
def opened(*changes):
    folder = pathlib.Path("/tmp/opened"); folder.mkdir()
    program = _office.PROGRAM.read_text()
    for before, after in changes:
        assert before in program
        program = program.replace(before, after)
    (folder / "program.py").write_text(program)
    (folder / "document.odt").write_bytes(pathlib.Path("hostile.odt").read_bytes())
    asked = {"source": str(folder / "document.odt"), "target": str(folder / "made.pdf"), "format": "pdf", "options": ""}
    subprocess.run([sys.executable, "-I", str(folder / "program.py")], input=json.dumps(asked), text=True, capture_output=True, check=True,
                   env={"HOME": str(folder), "PATH": "/usr/bin"})
    return (folder / "made.pdf").exists()
"""


class WithoutOffice(SandboxTest):
    def test_the_error_names_the_setting_and_a_pdf_is_drawn_all_the_same(self):
        self.ok("python", "import openpyxl\nfrom code_interpreter import render_document, recalculate\nopenpyxl.Workbook().save('a.xlsx')")
        if self.ok("bash", "command -v /usr/bin/soffice; true").text():
            self.skipTest("the image under test has LibreOffice")
        for call in ("render_document('a.xlsx')", "recalculate('a.xlsx')"):
            run = self.run_cell("python", call)
            self.assertEqual(run.enames, ["OfficeMissing"])
            self.assertIn("codeInterpreter.sandbox.office", run.errors[0]["evalue"])
        self.ok("python", "from reportlab.pdfgen.canvas import Canvas\nc = Canvas('t.pdf'); c.drawString(50, 700, 'Hello'); c.save()")
        self.assertEqual(len(self.ok("python", "render_document('t.pdf')").bundles("image/png")), 1)


class Office(OfficeTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sandbox.run("python", "from code_interpreter import render_document, recalculate, OfficeError\nimport os, json")

    def made_by(self, kind: str) -> None:
        # python-pptx comes from PyPI, which an image need not have reached.
        language = "javascript" if kind == "pptx" else "python"
        for block in re.findall(rf"```{language}\n(.*?)```", (GUIDES / f"{kind}.md").read_text(encoding="utf-8"), re.DOTALL):
            self.ok(language, block)

    def words(self, name: str) -> str:
        """Of its pages, as LibreOffice lays them out."""
        stem, end = name.split(".")
        made = "" if end == "pdf" else f"soffice --headless --convert-to pdf --outdir /tmp/words {name} >/dev/null && cd /tmp/words && "
        return self.ok("bash", f"({made}pdftotext -layout {stem}.pdf -)").text()

    def test_the_manifest_tells_its_version(self):
        self.assertRegex(self.ok("bash", "jq -r .tools.soffice /opt/code-interpreter/manifest.json").text(), r"^\d+\.\d+")

    def test_the_guides_documents_are_drawn_whole(self):
        for kind, words in (("xlsx", ["region", "3,341.25"]), ("docx", ["Sales in 2024", "Figure 1: units by region"]), ("pdf", ["Sales in 2024", "West"]), ("pptx", ["The west sold most", "143"])):
            self.made_by(kind)
            run = self.ok("python", f"render_document('sales.{kind}')")
            self.assertEqual(len(run.bundles("image/png")), 1, kind)
            text = self.words(f"sales.{kind}")
            for word in words:
                self.assertIn(word, text, kind)
        # The workbook's own chart: its title and its axis.
        self.assertIn("Revenue by region", self.words("sales.xlsx"))

    def test_the_guides_documents_look_as_they_did_when_they_were_looked_at(self):
        for kind in ("xlsx", "docx", "pdf", "pptx"):
            self.made_by(kind)
            with self.subTest(kind):
                golden_pages.compare(self, f"guide-{kind}", self.ok("python", f"render_document('sales.{kind}')").bundles("image/png")[0])
        self.ok("python", "from docx import Document; d = Document('sales.docx'); d.paragraphs[0].insert_paragraph_before('One more line'); d.save('moved.docx')")
        moved = self.ok("python", "render_document('moved.docx')").bundles("image/png")[0]
        self.assertGreater(golden_pages.differing(self, "guide-docx", moved), golden_pages.TOLERATED_SHARE)

    def test_a_workbook_comes_back_from_ods_with_formulas_formats_and_panes(self):
        self.made_by("xlsx")
        self.ok("bash", "soffice --convert-to ods --outdir /tmp/trip sales.xlsx && (cd /tmp/trip && soffice --convert-to xlsx sales.ods)")
        run = self.ok("python", "import openpyxl, pandas as pd\ns = openpyxl.load_workbook('/tmp/trip/sales.xlsx')['Sales']\n(s['D5'].value, s['D2'].value, s['D2'].number_format, s.freeze_panes, len(s._charts), pd.read_excel('/tmp/trip/sales.ods').revenue.round(2).tolist())")
        self.assertEqual(ast.literal_eval(run.result), ("=SUM(D2:D4)", "=B2*C2", "#,##0.00", "A2", 1, [1140.0, 950.0, 1251.25, 3341.25]))

    def test_a_text_document_comes_back_from_odt(self):
        self.made_by("docx")
        self.ok("bash", "soffice --convert-to odt --outdir /tmp/trip sales.docx && (cd /tmp/trip && soffice --convert-to docx sales.odt)")
        run = self.ok("python", "from docx import Document\nd = Document('/tmp/trip/sales.docx')\n([p.text for p in d.paragraphs if p.style.name.startswith('Heading')], [[c.text for c in r.cells] for r in d.tables[0].rows][-1], len(d.inline_shapes))")
        self.assertEqual(ast.literal_eval(run.result), (["By region"], ["West", "143"], 1))

    def test_slides_come_back_from_odp_and_a_csv_is_refused(self):
        self.made_by("pptx")
        self.ok("bash", "soffice --convert-to odp sales.pptx && mkdir -p back && soffice --convert-to pptx --outdir back sales.odp")
        self.assertIn("The west sold most", self.ok("bash", "unzip -p back/sales.pptx ppt/slides/slide1.xml").text())
        chart = self.ok("bash", "unzip -p back/sales.pptx 'ppt/charts/chart*.xml' | grep -o '<c:v>[0-9.]*</c:v>'").text()
        self.assertEqual([float(one) for one in re.findall(r"[\d.]+", chart) if float(one) > 10], [120, 95, 143])
        self.ok("python", "open('c.csv', 'w').write('a,b\\n1,ü\\n')")
        self.assertIn("open_table", self.run_cell("python", "render_document('c.csv')").errors[0]["evalue"])

    def test_formulas_are_computed_and_compared(self):
        self.ok("python", "import xlsxwriter\nb = xlsxwriter.Workbook('f.xlsx'); s = b.add_worksheet('S')\ns.write('A1', 2); s.write_formula('A2', '=A1*21', None, 42); s.write_formula('A3', '=A1*21', None, 41); s.write_formula('A4', '=1/0', None, 1); s.write_formula('A5', '=NOPE()', None, 1); b.close()\nr = recalculate('f.xlsx')")
        self.assertEqual(ast.literal_eval(self.ok("python", "(r.values, r.errors, r.is_wrong('S!A2'), r.is_wrong('S!A3'))").result),
                         ({"S!A2": 42, "S!A3": 42, "S!A4": "#DIV/0!", "S!A5": "#NAME?"}, {"S!A4": "#DIV/0!", "S!A5": "#NAME?"}, False, True))  # fmt: skip
        self.assertIn("S!A3: the file says 41, =A1*21 gives 42", self.ok("python", "print(r)").text())

    def test_what_only_computing_shows_is_found_in_a_new_workbook(self):
        run = self.ok("python", """
import xlsxwriter
book = xlsxwriter.Workbook('n.xlsx')
sheet = book.add_worksheet('S')
sheet.write('A1', 3)
sheet.write_formula('A2', '=MATCH(9,A1:A1,0)')
sheet.write_formula('A3', '=A1+2', None, 7)
sheet.write_formula('A4', '=A1+1', None, 4)
sheet.write_formula('A5', '=Missing!A1')
book.close()
""")
        found = [(told["cell"], told["kind"]) for told in run.artifacts["n.xlsx"]["findings"]]
        self.assertEqual(found, [("S!A5", "missing-sheet"), ("S!A2", "computed-error"), ("S!A3", "wrong-value")])

    def test_what_cannot_be_opened_is_said_and_nothing_is_left(self):
        self.ok("python", "open('bad.docx', 'w').write('no'); open('z.docx', 'wb').write(b'PK' + bytes(99))")
        for name in ("bad.docx", "z.docx"):
            self.assertEqual(self.run_cell("python", f"render_document('{name}')").enames, ["OfficeError"], name)
        self.assertEqual(self.run_cell("python", "render_document('none.docx')").enames, ["FileNotFoundError"])
        self.assertEqual(self.run_cell("bash", "soffice --writer").status, "error")
        self.assertEqual(self.ok("bash", "ls -d /tmp/code-interpreter-office-* 2>/dev/null; true").text(), "")

    def test_a_time_limit_ends_it_with_all_it_started(self):
        self.ok("python", "import openpyxl; from code_interpreter._office import converted\nopenpyxl.Workbook().save('t.xlsx')")
        run = self.run_cell("python", "with converted('t.xlsx', 'pdf', timeout_s=0.05): pass")
        self.assertIn("did not finish within 0.05 s", run.errors[0]["evalue"])
        self.assertFalse([one for one in self.sandbox.processes() if "_office_program" in one])

    def test_a_macro_that_would_run_does_not(self):
        self.ok("python", HOSTILE)
        # The same document where everything is allowed: it is a real attack.
        run = self.ok("python", OPENED + """
opened(("EnableMacrosExecution=false,MacroSecurityLevel=3", "EnableMacrosExecution=true,MacroSecurityLevel=0"),
       ('"MacroSecurityLevel": 3', '"MacroSecurityLevel": 0'), ('"DisableMacrosExecution": True', '"DisableMacrosExecution": False')), os.path.exists("owned.txt")""")
        self.assertEqual(run.result, "(True, True)")
        run = self.ok("python", "os.remove('owned.txt'); render_document('hostile.odt'); os.path.exists('owned.txt')")
        self.assertEqual(run.result, "False")

    # LibreOffice itself calls nobody where no user can be asked; this holds it to that.
    def test_nobody_is_called(self):
        self.ok("python", HOSTILE)
        run = self.ok("python", "render_document('hostile.odt'); r = recalculate('hostile.xlsx'); (r.values['Sheet!A3'], len(calls))")
        self.assertEqual(run.result, "(2, 0)")
        self.assertEqual(len(run.bundles("image/png")), 1)
