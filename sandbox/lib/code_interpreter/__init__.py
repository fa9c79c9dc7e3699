"""
Helpers for cells. `sql(query, **frames)`: DuckDB over files and DataFrames. `check_workbook(path)`: what a spreadsheet
program would show as an error.
"""

import importlib

#: Each is loaded when it is asked for: together they take seconds, and most cells want one.
_PLACES = {
    "SqlError": "code_interpreter._sql",
    "sql": "code_interpreter._sql",
    "check_workbook": "code_interpreter._workbooks",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__
