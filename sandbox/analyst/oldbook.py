"""Workbooks of Excel 97 to 2003 (xls), with what stands beside their cells: merged ranges, hidden rows and columns, comments."""

import io
import os

from . import sheets
from .problems import CannotOpen, shown
from .reading import Reading
from .sheets import ROW_LIMIT, Sheet


def open_xls(data: bytes, path: str, table: str | None):
    """(frame, reading)."""
    book = _book(data, f"{shown(os.path.basename(path))} is")
    reading = Reading("Excel 97–2003 workbook")
    found, comments = [], []
    for sheet in book.sheets():
        found.append(_sheet(sheet, book.datemode))
        comments += [" ".join(note.text.split()) for _, note in sorted(sheet.cell_note_map.items())]
    frame = sheets.frame_of(found, path, reading, table)
    if book.datemode:
        reading.note(sheets.FROM_1904)
    sheets.note_comments(comments, reading)
    return frame, reading


def sheets_as_written(data: bytes) -> list[Sheet]:
    """All sheets, cell by cell: merged cells once, with what formulas gave. Raises CannotOpen."""
    book = _book(data, "It is")
    return [_sheet(sheet, book.datemode, as_written=True) for sheet in book.sheets()]


def _book(data: bytes, this_is: str):
    import xlrd

    problem = None
    # Formats tell what is merged and hidden; some programs write them so that they cannot be read.
    for with_formats in (True, False):
        try:
            return xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=with_formats)
        except Exception as error:  # xlrd raises what its parsing raises: AssertionError, struct.error, IndexError, …
            problem = error
    if isinstance(problem, xlrd.XLRDError) and "encrypted" in str(problem).lower():
        raise CannotOpen("encrypted", f"{this_is} protected with a password. Save a copy without one to analyse it.") from None
    raise CannotOpen("corrupt-workbook", f"{this_is} a damaged workbook: {shown(problem, 100)}.") from None


def _sheet(sheet, datemode: int, as_written: bool = False) -> Sheet:
    rows = [[_value(cell, datemode) for cell in sheet.row(index)] for index in range(min(sheet.nrows, ROW_LIMIT))]
    rows = [row if any(cell is not None for cell in row) else [] for row in rows]
    read = Sheet(sheet.name, rows, not sheet.visibility, sheet.nrows > ROW_LIMIT)
    read.hidden_rows = [index for index, info in sheet.rowinfo_map.items() if info.hidden]
    read.hidden_columns = [index for index, info in sheet.colinfo_map.items() if info.hidden]
    for first, end, column, _ in [] if as_written else sheet.merged_cells:
        read.merge(column, first, end - 1)
    return read


def _value(cell, datemode: int):
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or cell.value == "":
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return int(cell.value) if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value) else cell.value
