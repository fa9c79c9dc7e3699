"""PDFs: the first page beside each that a cell shows, any page on request; whatever the file is, an answer in time."""

import base64
import io
import struct
import time
import zlib

from driver import SandboxTest

PDF_MIME = "application/vnd.code-interpreter.pdf+json"
#: Made in the sandbox by reportlab.
MAKE = """
import base64, io
from IPython.display import display
from reportlab.pdfgen import canvas
def made(pages, size=(595, 842), password=None):
    file = io.BytesIO()
    drawing = canvas.Canvas(file, pagesize=size, encrypt=password)
    for page in range(pages):
        drawing.rect(0, 0, size[0], size[1] * (page + 1) / pages, fill=1)
        drawing.showPage()
    drawing.save()
    return file.getvalue()
"""


def built(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is the root."""
    file = io.BytesIO(b"%PDF-1.4\n")
    file.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return file.getvalue()


def stream(facts: bytes, body: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (facts, len(body), body)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def page_of(contents: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<%s>>>>" % resources
    return built(CATALOG, ONE_PAGE, page, contents, *more)


class Pdf(SandboxTest):
    def page(self, pdf: bytes, number: int = 1, **options) -> dict:
        return self.answered("pdfPage", {"pdf": base64.b64encode(pdf).decode(), "page": number}, **options)

    def bytes_of(self, code: str) -> bytes:
        return base64.b64decode(self.ok("python", f"{MAKE}\nprint(base64.b64encode({code}).decode())").text())

    def size(self, page: dict) -> tuple[int, int]:
        self.assertEqual(page["mime"], "image/png", page)
        picture = base64.b64decode(page["base64"])
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")
        return struct.unpack(">II", picture[16:24])

    def test_each_way_to_show_one_brings_its_first_page(self):
        ways = {
            "display": "display({'application/pdf': base64.b64encode(pdf).decode(), 'text/plain': ''}, raw=True)",
            "bytes": "display({'application/pdf': pdf}, raw=True)",
            "repr": "class Made:\n    def _repr_mimebundle_(self, **_): return {'application/pdf': pdf}\nMade()",
            "update": "shown = display({'text/plain': ''}, raw=True, display_id=True)\n"
            "shown.update({'application/pdf': base64.b64encode(pdf).decode()}, raw=True)",
        }
        for way, code in ways.items():
            with self.subTest(way):
                run = self.ok("python", f"{MAKE}\npdf = made(3)\n{code}")
                (page,) = run.bundles(PDF_MIME)
                self.assertEqual((page["pages"], page["page"]), (3, 1))
                self.assertEqual(max(self.size(page)), 1568)
                self.assertAlmostEqual(page["height"], 842 * 96 / 72, delta=1)
                (pdf,) = run.bundles("application/pdf")
                self.assertEqual(base64.b64decode(pdf)[:5], b"%PDF-")
                self.assertEqual(run.text("stderr"), "")

    def test_a_figure_of_matplotlib_as_pdf(self):
        code = "%config InlineBackend.figure_formats = ['pdf']\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"
        run = self.ok("python", code + "\n%config InlineBackend.figure_formats = ['png']")
        (page,) = run.bundles(PDF_MIME)
        wide, high = self.size(page)
        self.assertGreater(wide, high)

    def test_what_cannot_be_drawn_stays_what_it_is(self):
        run = self.ok("python", "display({'application/pdf': '%%% no base64 é', 'text/plain': 'x'}, raw=True)")
        self.assertEqual(run.bundles("application/pdf"), ["%%% no base64 é"])
        shown = "display({'application/pdf': base64.b64encode(b'no pdf').decode()}, raw=True)"
        self.assertEqual(self.ok("python", MAKE + shown).bundles(PDF_MIME), [{"problem": "damaged"}])

    def test_the_picture_takes_no_room_from_the_pdf(self):
        shown = "display({'application/pdf': base64.b64encode(made(1)).decode()}, raw=True)"
        run = self.ok("python", MAKE + shown, limit=12_000)
        self.assertEqual((len(run.bundles("application/pdf")), run.bundles(PDF_MIME), run.done["truncated"]), (1, [], []))

    def test_any_page_on_request(self):
        pdf = self.bytes_of("made(12, size=(600, 300))")
        first, last = self.page(pdf), self.page(pdf, 12)
        self.assertEqual((first["pages"], first["page"], last["page"]), (12, 1, 12))
        self.assertEqual((self.size(last), last["width"], last["height"]), ((1568, 784), 800.0, 400.0))
        self.assertNotEqual(first["base64"], last["base64"])
        for number in (0, 13, -1, 10**12):
            self.assertEqual(self.page(pdf, number), {"problem": "missing"}, number)

    def test_without_a_kernel_and_without_a_trace(self):
        pdf = self.bytes_of("made(1)")
        before = self.ok("python", "41 + 1")
        self.assertEqual(self.page(pdf, language="bash")["pages"], 1)
        self.assertEqual(self.ok("python", "1").done["executionCount"], before.done["executionCount"] + 1)
        self.assertEqual([line for line in self.sandbox.processes() if "pdf" in line], [])

    def test_a_password_is_said(self):
        self.assertEqual(self.page(self.bytes_of("made(1, password='secret')")), {"problem": "encrypted"})

    def test_a_photograph_is_small_as_jpeg(self):
        noise = "import numpy, PIL.Image\nnumpy.random.seed(1)\nfile = io.BytesIO()\n"
        noise += "PIL.Image.fromarray(numpy.random.randint(0, 255, (1500, 1500, 3), 'uint8')).save(file, 'PDF')"
        self.ok("python", f"{MAKE}\n{noise}")
        page = self.page(base64.b64decode(self.ok("python", "print(base64.b64encode(file.getvalue()).decode())").text()))
        self.assertEqual(page.get("mime"), "image/jpeg", page)
        self.assertLess(len(page["base64"]), 4 * 1024 * 1024)

    def test_hostile_files_get_an_answer(self):
        whole = self.bytes_of("made(50)")
        image = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode"
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>"
        files = {
            "no pdf": b"hello",
            "empty": b"",
            "cut": whole[: len(whole) // 2],
            "junk": b"%PDF-1.4\n" + bytes(range(256)) * 1000,
            "its own page tree": built(CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"),
            "no pages": built(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"),
            "a bomb": page_of(
                stream(b"", b"600 0 0 800 0 0 cm /I Do"), b"/XObject<</I 5 0 R>>", stream(image, zlib.compress(bytes(50_000_000), 1))
            ),
            "a form that draws itself": page_of(
                stream(b"", b"/I Do"), b"/XObject<</I 5 0 R>>", stream(form, b"/I Do /I Do /I Do")
            ),
            "a line": self.bytes_of("made(1, size=(3, 14400))"),
            "a field": self.bytes_of("made(1, size=(144000, 144000))"),
        }
        for name, pdf in files.items():
            with self.subTest(name):
                answer = self.page(pdf)
                self.assertTrue(answer.get("problem") in ("damaged", "large") or "base64" in answer, answer)
        self.assertEqual(self.ok("python", "6 * 7").result, "42")

    def test_an_endless_page_ends_and_a_cell_ends_it_sooner(self):
        contents = zlib.compress(b"0 0 m 600 800 l 10 700 500 3 4 5 c S\n" * 8_000_000, 1)
        pdf = page_of(stream(b"/Filter/FlateDecode", contents))
        self.assertEqual(self.page(pdf, timeout_s=60), {"problem": "slow"})
        id = self.sandbox.ask("pdfPage", {"pdf": base64.b64encode(pdf).decode(), "page": 1}, timeout_s=60)
        asked_at = time.monotonic()
        while not any("pdftoppm" in line for line in self.sandbox.processes()):
            self.assertLess(time.monotonic() - asked_at, 9, "poppler never ran")
        run = self.sandbox.start("python", "'at once'")
        self.assertEqual(self.sandbox.connection.until("answered", id=id)["result"]["reason"], "cancelled")
        self.assertEqual(self.sandbox.wait(run).result, "'at once'")
        self.assertEqual([line for line in self.sandbox.processes() if "pdftoppm" in line], [])

    def test_questions_that_are_none(self):
        for params in ({}, {"pdf": "AAAA"}, {"pdf": 1, "page": 1}, {"pdf": "AAAA", "page": True}):
            result = self.sandbox.query("pdfPage", params)
            self.assertEqual((result["ok"], result.get("reason")), (False, "failed"), params)
        self.assertEqual(self.answered("pdfPage", {"pdf": "§§", "page": 1}), {"problem": "damaged"})
