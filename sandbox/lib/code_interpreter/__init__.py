"""
Helpers for cells. `sql(query, **frames)`: DuckDB over files and DataFrames. `open_table(path)`: any data file as a
frame, with a report of how it was read. `check_workbook(path)`: what a spreadsheet program would show as an error.
`render_document(path)`: pages, sheets, slides as pictures; `recalculate(path)`: what formulas give (both by LibreOffice).
"""

import importlib

#: Each is loaded when it is asked for: together they take seconds, and most cells want one.
_PLACES = {
    "CannotOpen": "analyst",
    "OfficeError": "code_interpreter._office",
    "OfficeMissing": "code_interpreter._office",
    "SqlError": "code_interpreter._sql",
    "check_workbook": "code_interpreter._workbooks",
    "open_table": "analyst",
    "recalculate": "code_interpreter._recalculate",
    "render_document": "code_interpreter._render",
    "schema_diagram": "code_interpreter._schema_diagram",
    "sql": "code_interpreter._sql",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__
