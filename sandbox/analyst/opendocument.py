"""OpenDocument spreadsheets, cell by cell from their XML: merged, hidden and repeated cells, several paragraphs, comments."""

import contextlib
import datetime
import os
import re
import zipfile

from . import sheets
from .problems import CannotOpen, shown
from .reading import Reading
from .sheets import COLUMN_LIMIT, ROW_LIMIT, Sheet

#: A few bytes can stand for a cell that is repeated over the whole sheet.
CELL_LIMIT = 20_000_000
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
#: What stands before the formula.
FORMULA_LANGUAGE = re.compile(r"^[a-z]+:(?==)")
DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def open_ods(data, path: str, table: str | None):
    """(frame, reading) of an ods file: a path or a file object."""
    from lxml import etree

    name = shown(os.path.basename(path))
    try:
        root = _content(data)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged OpenDocument spreadsheet: {shown(error, 100)}.") from None
    unseen = {style.get(f"{STYLE}name") for style in root.iter(f"{STYLE}style") if any(one.get(f"{TABLE}display") == "false" for one in style.iter(f"{STYLE}table-properties"))}
    reading = Reading("OpenDocument spreadsheet")
    found, uncached, comments = [], {}, []
    for element in _tables(root):
        sheet = Sheet(_title(element, len(found)), [], element.get(f"{TABLE}style-name") not in unseen)
        uncached[sheet.label] = _fill(element, sheet)
        comments += [" ".join("".join(one.itertext()).split()) for one in element.iter(f"{OFFICE}annotation")]
        found.append(sheet)
    frame = sheets.frame_of(found, path, reading, table)
    sheets.note_comments(comments, reading)
    sheets.note_uncached(next(count for label, count in uncached.items() if f"“{label}”" == reading.details["sheet"]), reading)
    return frame, reading


def sheets_as_written(data) -> list[Sheet]:
    """All sheets, cell by cell: merged cells once, and formulas where the file does not keep what they gave. Raises what a broken file makes of its readers."""
    found: list[Sheet] = []
    for element in _tables(_content(data)):
        found.append(Sheet(_title(element, len(found)), []))
        _fill(element, found[-1], as_written=True)
    return found


def _content(data):
    from lxml import etree

    with zipfile.ZipFile(data) as archive, archive.open("content.xml") as content:
        return etree.parse(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)).getroot()


def _tables(root):
    return root.iterfind(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table")


def _title(element, place: int) -> str:
    return element.get(f"{TABLE}name") or f"sheet {place + 1}"


def _fill(element, sheet: Sheet, as_written: bool = False) -> int:
    """Takes the rows into the sheet; how many formulas have no result."""
    uncached = place = total = 0
    merged = []
    column = 0
    for one in element.iter(f"{TABLE}table-column"):
        times = _number(one, "number-columns-repeated")
        if one.get(f"{TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_columns += range(column, min(column + times, COLUMN_LIMIT))
        column += times
    for row in element.iter(f"{TABLE}table-row"):
        times = _number(row, "number-rows-repeated")
        cells: list = []
        for cell in row.iterchildren(*CELLS):
            value = _value(cell) if cell.tag == CELLS[0] else None
            if value is None and cell.get(f"{TABLE}formula"):
                uncached += 1
                if as_written:
                    value = FORMULA_LANGUAGE.sub("", cell.get(f"{TABLE}formula"))
            if not as_written and (high := _number(cell, "number-rows-spanned")) > 1:
                merged.append((len(cells), place, place + high - 1))
            cells += [value] * min(_number(cell, "number-columns-repeated"), COLUMN_LIMIT - len(cells))
        while cells and cells[-1] is None:
            cells.pop()
        # The last row goes on to the end of the sheet.
        if cells:
            total += len(cells) * min(times, ROW_LIMIT)
            if total > CELL_LIMIT:
                raise CannotOpen("too-large", f"The sheet “{sheet.label}” has more than {CELL_LIMIT:,} cells, most of them repeated; save the part that counts as CSV.")
            sheet.rows += [[] for _ in range(min(place, ROW_LIMIT) - len(sheet.rows))]
            sheet.rows += [list(cells) for _ in range(min(times, ROW_LIMIT - len(sheet.rows)))]
            sheet.cut = sheet.cut or place + times > ROW_LIMIT
        if row.get(f"{TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows += range(place, min(place + times, ROW_LIMIT))
        place += times
    for at, first, last in merged:
        sheet.merge(at, first, last)
    return uncached


def _number(element, name: str) -> int:
    text = element.get(TABLE + name) or "1"
    return int(text) if text.isdigit() else 1


def _value(cell):
    """The value behind what is shown; for text its paragraphs, one line each."""
    kind = cell.get(f"{OFFICE}value-type")
    with contextlib.suppress(ValueError):
        match kind:
            case "float" | "percentage" | "currency":
                text = cell.get(f"{OFFICE}value", "")
                return int(text) if text.lstrip("-").isdigit() else float(text)
            case "boolean":
                return cell.get(f"{OFFICE}boolean-value") == "true"
            case "date":
                return datetime.datetime.fromisoformat(cell.get(f"{OFFICE}date-value", ""))
            case "time":
                found = DURATION.fullmatch(cell.get(f"{OFFICE}time-value", ""))
                if found:
                    return ":".join(part.zfill(2) for part in found.groups())
    text = "\n".join(_paragraph(one) for one in cell.iterchildren(f"{TEXT}p", f"{TEXT}h"))
    return text if text.strip() else None


def _paragraph(element) -> str:
    """Text with the blanks, tabs and line ends that have elements of their own."""
    parts = [element.text or ""]
    for inner in element:
        if inner.tag == f"{TEXT}s":
            parts.append(" " * int(inner.get(f"{TEXT}c") or 1))
        elif inner.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            parts.append("\t" if inner.tag == f"{TEXT}tab" else "\n")
        elif inner.tag != f"{OFFICE}annotation":
            parts.append(_paragraph(inner))
        parts.append(inner.tail or "")
    return "".join(parts)
