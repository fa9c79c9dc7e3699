"""Documents as people see them: pages, sheets and slides as pictures, for the model and the user."""

import base64
import json
import os
import pathlib
import subprocess
from collections.abc import Iterable

from code_interpreter._office import OfficeError, converted

#: Of one call: each is a picture that the model has to read.
MAX_PAGES = 6
#: Draws one page of a PDF; it bounds time, memory and the picture's longer side.
DRAW = "/opt/code-interpreter/kernel/pdf_page.py"
DRAW_TIMEOUT_S = 30
SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".ods", ".fods"}
#: The whole of a sheet on one page, as on the screen.
WHOLE_SHEETS = json.dumps({"SinglePageSheets": {"type": "boolean", "value": "true"}})
#: In points. A sheet beyond it could not be read as one picture; then it is cut into pages as for a printer.
READABLE_POINTS = 2000


def render_document(path: str | os.PathLike, pages: int | Iterable[int] | None = None) -> None:
    """
    Shows pages of a document as pictures: docx, odt, rtf, pptx, odp, xlsx, ods and what else LibreOffice opens; pdf also
    without it. `pages` counts from 1; None: the first six. A sheet is one page unless it is too large to be read so.
    Raises FileNotFoundError, OfficeMissing, OfficeError.
    """
    path = pathlib.Path(path)
    wanted = None if pages is None else sorted({pages} if isinstance(pages, int) else set(pages))
    if wanted is not None and len(wanted) > MAX_PAGES:
        raise ValueError(f"{len(wanted)} pages are too many for one call; ask for at most {MAX_PAGES}.")
    _show(path.name, _as_pdf(path), wanted)


def _as_pdf(path: pathlib.Path) -> bytes:
    if path.suffix.lower() == ".pdf":
        return path.read_bytes()
    if path.suffix.lower() not in SPREADSHEETS:
        with converted(path, "pdf") as made:
            return made.read_bytes()
    with converted(path, "pdf", WHOLE_SHEETS) as made:
        if _longest_side(made) <= READABLE_POINTS:
            return made.read_bytes()
    with converted(path, "pdf") as made:
        return made.read_bytes()


def _longest_side(pdf: pathlib.Path) -> float:
    from pypdf import PdfReader

    return max((float(max(page.mediabox.width, page.mediabox.height)) for page in PdfReader(pdf).pages), default=0)


def _show(name: str, pdf: bytes, wanted: list[int] | None) -> None:
    from IPython.display import display

    first = _draw(name, pdf, 1 if not wanted else wanted[0])
    count = first["pages"]
    shown = wanted or list(range(1, min(count, MAX_PAGES) + 1))
    for number in shown:
        page = first if number == first["page"] else _draw(name, pdf, number)
        label = f"{name}: page {number} of {count}"
        display({page["mime"]: page["base64"], "text/plain": label}, raw=True)
    if len(shown) < count:
        print(f"{name} has {count} pages; shown: {', '.join(map(str, shown))}. The others: render_document(…, pages=[…]).")


def _draw(name: str, pdf: bytes, number: int) -> dict:
    asked = json.dumps({"pdf": base64.b64encode(pdf).decode(), "page": number}).encode()
    try:
        told = subprocess.run(["/usr/bin/python3", "-I", DRAW], input=asked, capture_output=True, timeout=DRAW_TIMEOUT_S).stdout
        page = json.loads(told)
    except (subprocess.TimeoutExpired, ValueError):
        page = {"problem": "slow"}
    if "problem" in page:
        why = {"encrypted": "it wants a password", "large": "it is too large", "slow": "it took too long", "missing": "there is no such page"}
        raise OfficeError(f"Page {number} of {name} cannot be drawn: {why.get(page['problem'], 'it is damaged')}.")
    return page
