"""Helpers for cells. `sql(query, **frames)`: DuckDB over files and DataFrames."""

from code_interpreter._sql import SqlError, sql

__all__ = ["SqlError", "sql"]
