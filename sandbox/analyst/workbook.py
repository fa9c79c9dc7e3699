"""Spreadsheets: xlsx/xlsm, xls, ods. Chooses the sheet with the most data and names the others."""

import io
import os
import zipfile

from . import ooxml, opendocument, sheets
from .problems import CannotOpen, shown
from .reading import Reading
from .sheets import COLUMN_LIMIT, ROW_LIMIT, Sheet

#: A sheet's XML beyond this is not unpacked (a few kilobytes can unpack to gigabytes).
UNPACKED_LIMIT_BYTES = 400_000_000
#: Rows that are looked through for formulas without a result.
FORMULA_ROWS = 2_000


def open_zip_workbook(data, path: str, table: str | None = None):
    """(frame, reading) of an xlsx, xlsm or ods file; None when the zip archive is no workbook."""
    name = shown(os.path.basename(path))
    try:
        archive = zipfile.ZipFile(data)
        members = {item.filename: item.file_size for item in archive.infolist()}
    except (zipfile.BadZipFile, OSError):
        raise CannotOpen("corrupt-zip", f"{name} is damaged or incomplete: its zip directory cannot be read.") from None
    with archive:
        if "mimetype" in members and members["mimetype"] < 200:
            declared = archive.read("mimetype")
            if declared.startswith(b"application/vnd.oasis.opendocument") and b"spreadsheet" not in declared:
                raise CannotOpen("document", f"{name} is a text document or presentation, not a spreadsheet.")
        for part, what in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
            if any(member.startswith(part) for member in members):
                raise CannotOpen("document", f"{name} is {what}, not a table.")
    if "xl/workbook.xml" in members:
        _refuse_bomb(members, name)
        return _xlsx(data, path, members, table)
    if "xl/workbook.bin" in members:
        raise CannotOpen("unsupported", f"{name} is an Excel binary workbook (xlsb), which the sandbox cannot read: save it as xlsx in a spreadsheet program.")
    if "content.xml" in members:
        _refuse_bomb(members, name)
        return opendocument.open_ods(data, path, table)
    return None


def _refuse_bomb(members: dict[str, int], name: str) -> None:
    total = sum(members.values())
    if total > UNPACKED_LIMIT_BYTES:
        raise CannotOpen("too-large", f"{name} unpacks to {total / 1e6:,.0f} MB, more than is read from a workbook.")


def _xlsx(data, path: str, members: dict[str, int], table: str | None):
    import openpyxl

    name = shown(os.path.basename(path))
    try:
        data = ooxml.transitional(data)
        book = openpyxl.load_workbook(data, read_only=True, data_only=True)
        reading = Reading("Excel workbook")
        found = []
        for sheet in book.worksheets:
            rows, cut = _rows_of(sheet)
            found.append(Sheet(sheet.title, rows, sheet.sheet_state == "visible", cut))
        ooxml.mark(data, book, found)
    except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ParseError, ValueError, …
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    frame = sheets.frame_of(found, path, reading, table)
    if any("vba" in member.lower() for member in members):
        reading.note("The workbook has macros; they were not run.")
    if any(member.startswith("xl/pivotCache/") for member in members):
        reading.note("A pivot table shows results that were stored with the workbook; they may be older than its data.")
    if book.epoch.year == 1904:
        reading.note("Dates count from 1904, as the workbook says.")
    sheets.note_comments(ooxml.comments(data), reading)
    _note_formulas(data, found, reading)
    return frame, reading


def _rows_of(sheet) -> tuple[list, bool]:
    """(rows from the first on, were there more?); empty rows are empty lists."""
    rows: list[list] = []
    empty = 0
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True, max_col=COLUMN_LIMIT):
        if all(cell is None for cell in row):
            empty += 1
            # Styled but empty rows can go on to the last row of the sheet.
            if empty > 10_000:
                break
            continue
        rows += [[] for _ in range(empty)]
        empty = 0
        rows.append(list(row))
        if len(rows) >= ROW_LIMIT:
            return rows, True
    return rows, False


def _note_formulas(data, found: list[Sheet], reading: Reading) -> None:
    """Formulas whose results the writing program did not store read as empty."""
    chosen = next(sheet for sheet in found if f"“{sheet.label}”" == reading.details["sheet"])
    width = max(map(len, chosen.rows[:30]), default=0)
    if not any(cell is None for row in chosen.rows[:30] if row for cell in [*row, *([None] * (width - len(row)))]):
        return
    import openpyxl

    book = openpyxl.load_workbook(data, read_only=True)
    sheet = book[chosen.title]
    sheet.reset_dimensions()
    uncached = 0
    for written, stored in zip(sheet.iter_rows(values_only=True, max_row=FORMULA_ROWS, max_col=COLUMN_LIMIT), chosen.rows):
        for position, cell in enumerate(written):
            if isinstance(cell, str) and cell.startswith("="):
                uncached += position >= len(stored) or stored[position] is None
    sheets.note_uncached(uncached, reading)


def open_ole(path: str, table: str | None = None):
    """(frame, reading) of an old Excel file; encrypted workbooks have the same container."""
    name = shown(os.path.basename(path))
    with open(path, "rb") as file:
        data = file.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise CannotOpen("encrypted", f"{name} is protected with a password. Save a copy without one to analyse it.")
    if "Workbook".encode("utf-16-le") not in data and "Book".encode("utf-16-le") not in data:
        raise CannotOpen("document", f"{name} is an old Office document (Word, PowerPoint or Outlook), not a spreadsheet.")
    import xlrd

    try:
        found = xls_sheets(data)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise CannotOpen("encrypted", f"{name} is protected with a password. Save a copy without one to analyse it.") from None
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    except Exception as error:
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    reading = Reading("Excel 97–2003 workbook")
    return sheets.frame_of(found, path, reading, table), reading


def xls_sheets(data: bytes) -> list[Sheet]:
    """The sheets of an Excel 97–2003 workbook, with what formulas gave. Raises xlrd.XLRDError, and what a broken file makes of xlrd."""
    import xlrd

    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    found = []
    for sheet in book.sheets():
        rows = [[_xls_cell(cell, book.datemode) for cell in sheet.row(index)] for index in range(min(sheet.nrows, ROW_LIMIT))]
        rows = [row if any(cell is not None for cell in row) else [] for row in rows]
        found.append(Sheet(sheet.name, rows, not sheet.visibility, sheet.nrows > ROW_LIMIT))
    return found


def _xls_cell(cell, datemode: int):
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) or cell.value == "":
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return int(cell.value) if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value) else cell.value
