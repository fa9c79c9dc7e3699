"""
Tables that anyone may have made, as rows of cells as they are written, within bounds: for programs of our own that are
confined and end with their answer.
"""

import csv
import datetime
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterable

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

        _refuse_bomb(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
        sheets = {}
        for sheet in book.worksheets:
            rows = self._bounded([_written(value) for value in row] for row in sheet.iter_rows(values_only=True))
            sheets[sheet.title] = _without_end(rows)
        return sheets

    def of_opendocument(self, data: bytes) -> dict[str, list[Row]]:
        """With what formulas gave; a formula where that is not kept."""
        from analyst import opendocument

        _refuse_bomb(data)
        return self._of_sheets(opendocument.sheets_as_written(io.BytesIO(data)))

    def of_old_workbook(self, data: bytes) -> dict[str, list[Row]]:
        """Of Excel 97–2003, with what formulas gave."""
        from analyst import oldbook
        from analyst.problems import CannotOpen

        try:
            return self._of_sheets(oldbook.sheets_as_written(data))
        except CannotOpen as error:
            raise Unreadable(error.sentence if error.code == "encrypted" else "It is no workbook that can be read.") from None

    def of_parquet(self, data: bytes) -> tuple[list[tuple[str, str]], list[Row]]:
        """(name and type of each column, rows)."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = pq.ParquetFile(pa.BufferReader(data))
        fields = list(file.schema_arrow)
        # By place: two columns can have one name.
        self.cut = len(fields) > MAX_COLUMNS
        batches = file.iter_batches(batch_size=min(self._max_rows, 1000), use_threads=False)
        rows = ([_value_of(column[at]) for column in batch.columns[:MAX_COLUMNS]] for batch in batches for at in range(batch.num_rows))
        return [(field.name, str(field.type)) for field in fields], self._bounded(rows)

    def _of_sheets(self, found) -> dict[str, list[Row]]:
        return {sheet.title: _without_end(self._bounded([_written(value) for value in row] for row in sheet.rows)) for sheet in found}

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


def answer_with(ask: Callable[[dict], dict], what: str) -> None:
    """The main of a program: JSON of standard input is asked about; JSON of the answer, or `{"problem"}`, is printed. `what` cannot be read."""
    given = json.load(sys.stdin)
    try:
        answer = ask(given)
    except Unreadable as problem:
        answer = {"problem": str(problem)}
    except csv.Error as error:
        answer = {"problem": f"{what} is no table that can be read: {error}."}
    print(json.dumps(answer))


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED_BYTES:
            raise Unreadable("The workbook is too large to be looked at.")


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


def _value_of(scalar) -> str | None:
    """Of a column of Arrow: what is in others as JSON, bytes in hexadecimal."""
    try:
        value = scalar.as_py()
    except (ValueError, OverflowError):  # a date that Python does not have: as the file counts it
        return str(getattr(scalar, "value", "…"))
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=_in_json)
    return "0x" + value[:200].hex() if isinstance(value, bytes) else _written(value)


def _in_json(value) -> str | None:
    return "0x" + value[:200].hex() if isinstance(value, bytes) else _written(value)


def _without_end(rows: list[Row]) -> list[Row]:
    """Without empty rows at the end."""
    trimmed = [_trimmed(row) for row in rows]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _trimmed(row: Row) -> Row:
    """Without empty cells at its end, which depend on how wide the widest row is."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
