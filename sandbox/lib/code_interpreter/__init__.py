"""
Helpers for cells. `sql(query, **frames)`: DuckDB over files and DataFrames. `check_workbook(path)`: what a spreadsheet
program would show as an error.
"""

from code_interpreter._sql import SqlError, sql

__all__ = ["SqlError", "check_workbook", "sql"]


def check_workbook(path: str) -> list:
    """What Excel would show as an error in a file that was made here; see `code_interpreter._workbooks`."""
    # Loaded when it is asked for: the libraries take half a second.
    from code_interpreter import _workbooks

    return _workbooks.check_workbook(path)
