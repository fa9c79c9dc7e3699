"""
SQL with DuckDB in a Python cell, with or without the Python module of DuckDB: without it the command line does
the work, and frames travel as Parquet files.
"""

import importlib.util

import pandas as pd


class SqlError(Exception):
    """What DuckDB said about the query."""


_connection = None


def sql(query: str, /, **frames) -> pd.DataFrame:
    """
    Runs one or more statements and returns the rows of the last one (an empty frame when it has none).

        sql("SELECT region, sum(amount) AS total FROM '/workspace/sales.csv' GROUP BY 1 ORDER BY 2 DESC")
        sql("SELECT * FROM df JOIN 'prices.parquet' USING (id)", df=df)

    Files (CSV, Parquet, JSON) are named in quotes; each keyword is a DataFrame (or what `pd.DataFrame` takes) under
    that name. Tables and views that a statement creates stay for later calls. Raises SqlError.
    """
    __tracebackhide__ = True  # the error speaks of the query, not of this module
    frames = {name: frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame) for name, frame in frames.items()}
    if importlib.util.find_spec("duckdb") is None:
        from code_interpreter import _cli

        return _cli.run(query, frames)
    return _with_module(query, frames)


def _with_module(query: str, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import duckdb

    __tracebackhide__ = True
    global _connection
    if _connection is None:
        _connection = duckdb.connect()
        _connection.execute("SET autoinstall_known_extensions = false")
    try:
        for name, frame in frames.items():
            _connection.register(name, frame)
        result = _connection.sql(query)
        return pd.DataFrame() if result is None else result.df()
    except duckdb.Error as error:
        raise SqlError(str(error)) from None
    finally:
        for name in frames:
            _connection.unregister(name)
