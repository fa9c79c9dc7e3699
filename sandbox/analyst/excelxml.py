"""The XML of Excel 2003 (SpreadsheetML), which many web programs write and name .xls."""

import contextlib
import datetime

from . import sheets
from .reading import Reading
from .sheets import COLUMN_LIMIT, ROW_LIMIT, Sheet

SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
ROOT = f"{SPACE}Workbook"


def open_root(root, path: str, table: str | None):
    """(frame, reading) of the parsed document."""
    reading = Reading("Excel 2003 XML workbook")
    found: list[Sheet] = []
    uncached = {}
    for sheet in root.iter(f"{SPACE}Worksheet"):
        hidden = any((one.text or "").strip().startswith("SheetHidden") for one in sheet.iter("{*}Visible"))
        found.append(_sheet(sheet, Sheet(sheet.get(f"{SPACE}Name") or f"sheet {len(found) + 1}", [], not hidden)))
        empty = [cell for cell in sheet.iter(f"{SPACE}Cell") if cell.get(f"{SPACE}Formula") and cell.find(f"{SPACE}Data") is None]
        uncached[found[-1].label] = len(empty)
    frame = sheets.frame_of(found, path, reading, table)
    comments = [" ".join("".join(one.itertext()).split()) for one in root.iter(f"{SPACE}Comment")]
    sheets.note_comments(comments, reading)
    sheets.note_uncached(next(count for label, count in uncached.items() if f"“{label}”" == reading.details["sheet"]), reading)
    return frame, reading


def _sheet(element, sheet: Sheet) -> Sheet:
    merged = []
    for row in element.iterfind(f"{SPACE}Table/{SPACE}Row"):
        place = _number(row, "Index", len(sheet.rows) + 1)
        if place > ROW_LIMIT:
            sheet.cut = True
            break
        sheet.rows += [[] for _ in range(place - 1 - len(sheet.rows))]
        if row.get(f"{SPACE}Hidden") == "1":
            sheet.hidden_rows.append(place - 1)
        cells: list = []
        for cell in row.iterfind(f"{SPACE}Cell"):
            column = _number(cell, "Index", len(cells) + 1)
            if column > COLUMN_LIMIT:
                break
            cells += [None] * (column - 1 - len(cells))
            cells.append(_value(cell.find(f"{SPACE}Data")))
            if down := _number(cell, "MergeDown", 0):
                merged.append((column - 1, place - 1, place - 1 + down))
            cells += [None] * min(_number(cell, "MergeAcross", 0), COLUMN_LIMIT)
        sheet.rows.append(cells if any(cell is not None for cell in cells) else [])
    for column, first, last in merged:
        sheet.merge(column, first, last)
    return sheet


def _number(element, name: str, default: int) -> int:
    text = element.get(SPACE + name) or ""
    return int(text) if text.isdigit() else default


def _value(data):
    text = "" if data is None else "".join(data.itertext())
    if not text.strip():
        return None
    kind = data.get(f"{SPACE}Type")
    with contextlib.suppress(ValueError):
        if kind == "Number":
            number = float(text)
            return int(text) if text.strip().lstrip("-").isdigit() else number
        if kind == "DateTime":
            return datetime.datetime.fromisoformat(text.strip())
        if kind == "Boolean":
            return text.strip() == "1"
    return text
