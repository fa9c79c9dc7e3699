"""
Helpers for cells. `sql(query, **frames)`: DuckDB over files and DataFrames. `open_table(path)`: any data file as a
frame, with a report of how it was read.
"""

from code_interpreter._sql import SqlError, sql

__all__ = ["CannotOpen", "SqlError", "open_table", "sql"]


def __getattr__(name: str):
    # It takes a moment, and many cells want SQL only.
    if name in ("CannotOpen", "open_table"):
        import analyst

        return getattr(analyst, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
