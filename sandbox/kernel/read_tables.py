"""
Tables that anyone may have made, as rows of cells as they are written, within bounds: for programs of our own that are
confined and end with their answer.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable

MAX_ROWS = 200_000
MAX_COLUMNS = 2_000
MAX_CELLS = 4_000_000
DELIMITERS = ",;\t|"
#: Of a workbook: what it unpacks to.
MAX_UNPACKED_BYTES = 512 * 1024 * 1024

Row = tuple[str | None, ...]


class Unreadable(Exception):
    """Why it cannot be read: a sentence for the user."""


class Tables:
    def __init__(self, max_rows: int = MAX_ROWS) -> None:
        self._max_rows = max_rows
        #: Not all of it was taken.
        self.cut = False

    def of_texts(self, *files: bytes) -> list[list[Row]]:
        """Versions of one table: all are read by one delimiter."""
        texts = [_text(data) for data in files]
        delimiter = _delimiter("\n".join(line for text in texts for line in text[:20_000].split("\n")[:50]))
        csv.field_size_limit(10_000_000)
        return [self._bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) for text in texts]

    def of_workbook(self, data: bytes, values: bool = False) -> dict[str, list[Row]]:
        """Formulas as they are written; with `values` what they gave when the file was saved, None where that is not kept."""
        import openpyxl

        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED_BYTES:
                raise Unreadable("The workbook is too large to be looked at.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
        sheets = {}
        for sheet in book.worksheets:
            rows = self._bounded([_written(value) for value in row] for row in sheet.iter_rows(values_only=True))
            sheets[sheet.title] = [_trimmed(row) for row in rows]
            while sheets[sheet.title] and not sheets[sheet.title][-1]:
                sheets[sheet.title].pop()
        return sheets

    def _bounded(self, rows: Iterable[list[str | None]]) -> list[Row]:
        taken: list[Row] = []
        cells = 0
        for row in rows:
            if len(taken) >= self._max_rows or cells >= MAX_CELLS or len(row) > MAX_COLUMNS:
                self.cut = True
                break
            cells += len(row)
            taken.append(tuple(row))
        return taken


def shortened(text: str | None, characters: int) -> str | None:
    return text if text is None or len(text) <= characters else text[: characters - 1] + "…"


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text, DELIMITERS).delimiter
    except csv.Error:
        return max(DELIMITERS, key=text.count)


def _written(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Formulas over ranges are objects of their own.
    return str(getattr(value, "text", value))


def _trimmed(row: Row) -> Row:
    """Without empty cells at its end, which depend on how wide the widest row is."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
