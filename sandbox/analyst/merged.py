"""Merged cells of an xlsx sheet: only the first cell of a range has the value, and the rows below belong to it, too."""

import re
import zipfile

from .sheets import Sheet

#: A sheet's XML beyond this is not looked through; merged cells are for small tables that people make.
XML_LIMIT_BYTES = 30_000_000
RANGE = re.compile(rb'<mergeCell[^>]*\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')


def fill(data, book, found: list[Sheet]) -> None:
    """Puts the value into the rows below, in the first column of each range; titles over several columns stay as they are."""
    with zipfile.ZipFile(data) as archive:
        for sheet, target in zip(book.worksheets, found):
            part = getattr(sheet, "_worksheet_path", "").lstrip("/")
            if part not in archive.namelist() or archive.getinfo(part).file_size > XML_LIMIT_BYTES:
                continue
            count = 0
            for left, top, _, bottom in RANGE.findall(archive.read(part)):
                column, first, last = _number(left.decode()), int(top) - 1, int(bottom) - 1
                if last > first and last < len(target.rows) and _filled(target.rows[first], column):
                    count += _down(target.rows, column, first, last)
            target.merged = count


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _filled(row: list, column: int) -> bool:
    return column < len(row) and row[column] is not None


def _down(rows: list[list], column: int, first: int, last: int) -> int:
    count = 0
    for row in rows[first + 1 : last + 1]:
        # An empty row inside a range stays one.
        if any(cell is not None for cell in row) and (column >= len(row) or row[column] is None):
            row += [None] * (column + 1 - len(row))
            row[column] = rows[first][column]
            count += 1
    return count
