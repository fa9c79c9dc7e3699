"""Spreadsheets: xlsx/xlsm, xls, ods. Chooses the sheet with the most data and names the others."""

import io
import os
import zipfile

from . import grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

ROW_LIMIT = 200_000
COLUMN_LIMIT = 2_000
#: A sheet's XML beyond this is not unpacked (a few kilobytes can unpack to gigabytes).
UNPACKED_LIMIT_BYTES = 400_000_000


def open_zip_workbook(data, path: str):
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
        return _xlsx(data, name)
    if "xl/workbook.bin" in members:
        return _with_pandas(data, name, "Excel binary workbook (xlsb)", "pyxlsb")
    if "content.xml" in members:
        _refuse_bomb(members, name)
        return _with_pandas(data, name, "OpenDocument spreadsheet", "odf")
    return None


def _refuse_bomb(members: dict[str, int], name: str) -> None:
    total = sum(members.values())
    if total > UNPACKED_LIMIT_BYTES:
        raise CannotOpen("too-large", f"{name} unpacks to {total / 1e6:,.0f} MB, more than is read from a workbook.")


def _xlsx(data, name: str):
    import openpyxl

    try:
        book = openpyxl.load_workbook(data, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ParseError, ValueError, …
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    reading = Reading("Excel workbook")
    sheets = []
    for sheet in book.worksheets:
        rows, cut = _rows_of(sheet)
        label = shown(sheet.title, 40) + (" (hidden)" if sheet.sheet_state != "visible" else "")
        sheets.append((sheet.sheet_state == "visible", label, sheet.title, rows, cut))
    frame = _best(sheets, name, reading)
    _note_formulas(data, sheets, reading)
    return frame, reading


def _rows_of(sheet) -> tuple[list, bool]:
    """(rows without empty ones at the edges, were there more?)"""
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
        if empty and rows:
            rows.append([])
        empty = 0
        rows.append(list(row))
        if len(rows) >= ROW_LIMIT:
            return rows, True
    return rows, False


def _best(sheets: list, name: str, reading: Reading):
    """The sheet with most filled cells, visible ones before hidden ones."""
    scored = []
    for visible, label, title, rows, cut in sheets:
        block = _main_block(rows)
        cells = sum(1 for row in block for cell in row if cell is not None and cell != "")
        scored.append((visible and cells > 3, cells, label, title, rows, block, cut))
    scored.sort(key=lambda item: (item[0], item[1]), reverse=True)
    if not scored or scored[0][1] == 0:
        raise CannotOpen("no-rows", f"{name} has no sheet with data.")
    _, _, label, title, rows, block, cut = scored[0]
    reading.details["sheet"] = f"“{label}”"
    reading.others = [f"sheet “{other[2]}”" + ("" if other[1] else " (empty)") for other in scored[1:]]
    outside = sum(1 for row in rows if row) - len(block)
    if outside > 0:
        verb = "stands" if outside == 1 else "stand"
        reading.note(f"{counted(outside, 'row')} of the sheet {verb} apart from the table that was read (another table, a title or remarks).")
    if cut:
        reading.note(f"The sheet has more than {ROW_LIMIT:,} rows; the first {ROW_LIMIT:,} were read.")
        reading.total_is_exact = False
    frame = grid.frame_of(_trimmed(block), reading)
    sheet = f", sheet_name={title!r}" if len(scored) > 1 else ""
    if not reading.notes:
        reading.code = f"df = pd.read_excel({os.path.basename(name)!r}{sheet})"
    return frame


def _main_block(rows: list) -> list:
    """Several tables on one sheet are divided by empty rows: the largest is taken, with its title above."""
    blocks: list[list] = [[]]
    for row in rows:
        if row:
            blocks[-1].append(row)
        else:
            blocks.append([])
    largest = max(blocks, key=lambda block: sum(1 for row in block for cell in row if cell is not None))
    total = sum(len(block) for block in blocks)
    # Gaps inside one long table (every fifth row left blank) are not several tables.
    if len(blocks) > 6 or len(largest) >= 0.9 * total:
        width = max((len(row) for row in largest), default=0)
        return [row for block in blocks for row in block] if len(blocks) > 6 and width else largest
    return largest


def _trimmed(rows: list) -> list:
    """Without empty columns at the left, and with rows of one width."""
    width = max(len(row) for row in rows)
    full = [[*row, *([None] * (width - len(row)))] for row in rows]
    used = [index for index in range(width) if any(row[index] not in (None, "") for row in full)]
    first, last = used[0], used[-1] + 1
    return [row[first:last] for row in full]


def _note_formulas(data, sheets: list, reading: Reading) -> None:
    """Formulas whose results the writing program did not store read as empty."""
    if any(cell is not None for _, _, _, rows, _ in sheets for row in rows[1:30] for cell in row[1:]) and not any(
        None in row for _, _, _, rows, _ in sheets for row in rows[1:30]
    ):
        return
    import openpyxl

    book = openpyxl.load_workbook(data, read_only=True)
    formulas = uncached = 0
    for sheet, (_, _, title, rows, _) in zip(book.worksheets, sheets):
        if f"“{shown(title, 40)}”" not in reading.details["sheet"]:
            continue
        raw, _ = _rows_of_head(sheet, 60)
        for written, stored in zip(raw, rows):
            for position, cell in enumerate(written):
                if isinstance(cell, str) and cell.startswith("="):
                    formulas += 1
                    uncached += position >= len(stored) or stored[position] is None
    if uncached:
        reading.note(
            f"{counted(uncached, 'formula')} of the first rows have no stored result and read as missing: "
            "open and save the file in a spreadsheet program to compute them."
        )


def _rows_of_head(sheet, limit: int) -> tuple[list, bool]:
    rows = [list(row) for row in sheet.iter_rows(values_only=True, max_row=limit, max_col=COLUMN_LIMIT)]
    return [row for row in rows if any(cell is not None for cell in row)], False


def _with_pandas(data, name: str, what: str, engine: str):
    import pandas as pd

    try:
        sheets = pd.read_excel(data, sheet_name=None, header=None, engine=engine, dtype=object)
    except ImportError:
        raise CannotOpen("unsupported", f"{name} is an {what}, which the sandbox cannot read; save it as xlsx.") from None
    except Exception as error:
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged {what}: {shown(error, 100)}.") from None
    reading = Reading(what)
    found = []
    for title, frame in sheets.items():
        blank = frame.isna() | (frame == "")
        rows = [
            [None if missing else cell for cell, missing in zip(row, gaps)] if not all(gaps) else []
            for row, gaps in zip(frame.head(ROW_LIMIT).values.tolist(), blank.head(ROW_LIMIT).values.tolist())
        ]
        found.append((True, shown(title, 40), title, rows, len(frame) > ROW_LIMIT))
    return _best(found, name, reading), reading


def open_ole(path: str):
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
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise CannotOpen("encrypted", f"{name} is protected with a password. Save a copy without one to analyse it.") from None
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    except Exception as error:
        raise CannotOpen("corrupt-workbook", f"{name} is a damaged workbook: {shown(error, 100)}.") from None
    reading = Reading("Excel 97–2003 workbook")
    sheets = []
    for sheet in book.sheets():
        rows = [[_xls_cell(cell, book.datemode) for cell in sheet.row(index)] for index in range(min(sheet.nrows, ROW_LIMIT))]
        rows = [row if any(cell is not None for cell in row) else [] for row in rows]
        hidden = " (hidden)" if sheet.visibility else ""
        sheets.append((not sheet.visibility, shown(sheet.name, 40) + hidden, sheet.name, rows, sheet.nrows > ROW_LIMIT))
    return _best(sheets, name, reading), reading


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
