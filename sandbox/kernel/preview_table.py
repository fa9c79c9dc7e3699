"""
The program behind the query `tablePreview`: how the sheets of a workbook, or a table of text, begin. Standard input: JSON
`{"kind": "text" | "workbook", "file": base64}`; standard output: JSON `{"sheets": [{"title", "rows", "more"}], "cut"}`, or
`{"problem"}`. Cells are as they are written; a formula stands where the file does not keep what it gave.
"""

import base64
import csv
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kernel.read_tables import Row, Tables, Unreadable, shortened  # noqa: E402

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
            formulas, values = tables.of_workbook(data), tables.of_workbook(data, values=True)
        except Unreadable:
            raise
        except Exception as error:  # whatever a broken file makes of its reader
            raise Unreadable(f"It is no workbook that can be read ({type(error).__name__}).") from None
        sheets = {title: _with_values(rows, values.get(title, [])) for title, rows in formulas.items()}
    shown = [_sheet(title, rows) for title, rows in list(sheets.items())[:MAX_SHEETS]]
    return {"sheets": shown, "cut": len(sheets) > MAX_SHEETS}


def _with_values(formulas: list[Row], values: list[Row]) -> list[Row]:
    def value(row: int, column: int, formula: str | None) -> str | None:
        found = values[row][column] if row < len(values) and column < len(values[row]) else None
        return formula if found is None else found

    return [tuple(value(at, column, cell) for column, cell in enumerate(row)) for at, row in enumerate(formulas)]


def _sheet(title: str, rows: list[Row]) -> dict:
    shown = [[shortened(cell, CELL_CHARACTERS) for cell in row[:MAX_COLUMNS]] for row in rows[:MAX_ROWS]]
    return {"title": title, "rows": shown, "more": len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows)}


def main() -> None:
    given = json.load(sys.stdin)
    try:
        answer = preview(given["kind"], base64.b64decode(given["file"]))
    except Unreadable as problem:
        answer = {"problem": str(problem)}
    except csv.Error as error:
        answer = {"problem": f"It is no table that can be read: {error}."}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
