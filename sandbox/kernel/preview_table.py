"""
The program behind the query `tablePreview`: how the sheets of a workbook, or a table, begin. Standard input: JSON
`{"kind": "text" | "workbook" | "opendocument" | "old-workbook" | "parquet", "file": base64}`; standard output: JSON
`{"sheets": [{"title", "rows", "more"}], "cut"}`, or `{"problem"}`; a sheet of a file that says what its columns are has
`columns` (`name`, `type`), too. Cells are as they are written; a formula stands where the file does not keep what it gave.
"""

import base64
import os
import sys

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# With the readers of the analyst.
sys.path[:0] = [FOLDER, os.path.join(FOLDER, "lib")]

from kernel.read_tables import Row, Tables, Unreadable, answer_with, shortened  # noqa: E402

MAX_SHEETS = 20
MAX_ROWS = 200
MAX_COLUMNS = 60
CELL_CHARACTERS = 200


def preview(kind: str, data: bytes) -> dict:
    # One more tells that there are more.
    tables = Tables(max_rows=MAX_ROWS + 1)
    if kind == "text":
        sheets = {"": tables.of_texts(data)[0]}
    else:
        try:
            if kind == "parquet":
                return _of_columns(*tables.of_parquet(data))
            sheets = _sheets_of(tables, kind, data)
        except Unreadable:
            raise
        except Exception as error:  # whatever a broken file makes of its reader
            what = "Parquet file" if kind == "parquet" else "workbook"
            raise Unreadable(f"It is no {what} that can be read ({type(error).__name__}).") from None
    shown = [_sheet(title, rows) for title, rows in list(sheets.items())[:MAX_SHEETS]]
    return {"sheets": shown, "cut": len(sheets) > MAX_SHEETS}


def _sheets_of(tables: Tables, kind: str, data: bytes) -> dict[str, list[Row]]:
    if kind == "opendocument":
        return tables.of_opendocument(data)
    # Many a file is named .xls that is of a later form.
    if kind == "old-workbook" and not data.startswith(b"PK"):
        return tables.of_old_workbook(data)
    formulas, values = tables.of_workbook(data), tables.of_workbook(data, values=True)
    return {title: _with_values(rows, values.get(title, [])) for title, rows in formulas.items()}


def _of_columns(columns: list[tuple[str, str]], rows: list[Row]) -> dict:
    sheet = _sheet("", rows)
    told = [{"name": shortened(name, CELL_CHARACTERS), "type": shortened(of, CELL_CHARACTERS)} for name, of in columns[:MAX_COLUMNS]]
    return {"sheets": [{**sheet, "columns": told, "more": sheet["more"] or len(columns) > MAX_COLUMNS}], "cut": False}


def _with_values(formulas: list[Row], values: list[Row]) -> list[Row]:
    def value(row: int, column: int, formula: str | None) -> str | None:
        found = values[row][column] if row < len(values) and column < len(values[row]) else None
        return formula if found is None else found

    return [tuple(value(at, column, cell) for column, cell in enumerate(row)) for at, row in enumerate(formulas)]


def _sheet(title: str, rows: list[Row]) -> dict:
    shown = [[shortened(cell, CELL_CHARACTERS) for cell in row[:MAX_COLUMNS]] for row in rows[:MAX_ROWS]]
    return {"title": title, "rows": shown, "more": len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows)}


if __name__ == "__main__":
    answer_with(lambda given: preview(given["kind"], base64.b64decode(given["file"])), "It")
