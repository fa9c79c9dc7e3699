"""SQLite and DuckDB databases as programs leave them."""

import datetime
import os
import sqlite3
import subprocess
from typing import Any

import pandas as pd
from format_corpus import ROWS, Draft, Kind, add_columns, small


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (datetime.date, pd.Timestamp)) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _statements(draft: Draft, types: str) -> list[str]:
    """SQL that makes the table of a draft, with its values in it."""
    how = draft.how
    names = ", ".join(f"{_quoted(name)} {how.get('types', {}).get(name, types)}".strip() for name in draft.names)
    written = [[_plain(value) for value in row] for row in how.get("written", draft.rows)]
    lines = [f"CREATE TABLE {_quoted(draft.table)} ({names}{how.get('keys', '')}){how.get('options', '')}"]
    lines += [f"INSERT INTO {_quoted(draft.table)} VALUES ({', '.join(map(_literal, row))})" for row in written]
    for further in draft.further:
        lines.append(f"CREATE TABLE codes ({', '.join(_quoted(name) for name in further.names)})" if types == "" else f"CREATE TABLE codes ({', '.join(_quoted(name) + kind for name, kind in zip(further.names, (' VARCHAR', ' DOUBLE')))})")
        lines += [f"INSERT INTO codes VALUES ({', '.join(map(_literal, row))})" for row in further.rows]
    return [*how.get("before", []), *lines, *how.get("after", [])]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return repr(value) if isinstance(value, (int, float)) else "'" + str(value).replace("'", "''") + "'"


def _write_sqlite(draft: Draft, stem: str) -> str:
    path = stem + draft.how.get("ending", ".sqlite")
    names = {str: " TEXT", int: " INTEGER", bool: " BOOLEAN", float: " REAL", datetime.date: " DATE", pd.Timestamp: " TIMESTAMP"}
    types = {name: names[next((type(row[place]) for row in draft.rows if row[place] is not None), str)] for place, name in enumerate(draft.names)}
    draft.how["types"] = types | draft.how.get("types", {})
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in _statements(draft, ""):
        connection.execute(statement)
    if draft.how.get("left open"):
        # What a program that still runs, or was ended, leaves beside the database.
        for name in (path, f"{path}-wal"):
            with open(name, "rb") as file, open(name.replace(stem, f"{stem}-copy"), "wb") as copy:
                copy.write(file.read())
        path = path.replace(stem, f"{stem}-copy")
    connection.close()
    return path


def _write_duckdb(draft: Draft, stem: str) -> str:
    path = stem + draft.how.get("ending", ".duckdb")
    types = {name: f" {_duckdb_type([row[place] for row in draft.rows])}" for place, name in enumerate(draft.names)}
    draft.how["types"] = types | draft.how.get("types", {})
    statements = ";\n".join(_statements(draft, "VARCHAR"))
    done = subprocess.run(["duckdb", "-no-init", "-bail", path], input=f"{statements};", text=True, capture_output=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    return path


def _duckdb_type(values: list) -> str:
    kinds = {type(value) for value in values if value is not None}
    for kind, name in ((bool, "BOOLEAN"), (float, "DOUBLE"), (int, "BIGINT"), (pd.Timestamp, "TIMESTAMP"), (datetime.date, "DATE")):
        if kind in kinds:
            return name
    return "VARCHAR"


def _read_sql(path: str, draft: Draft) -> pd.DataFrame:
    connection = sqlite3.connect(path)
    try:
        return pd.read_sql(f"SELECT * FROM {_quoted(draft.table)}", connection)
    finally:
        connection.close()


SQLITE = Kind(
    "SQLite", 20, _write_sqlite, {"pandas.read_sql (told the table)": _read_sql},
    duckdb=lambda path, draft: f"SELECT * FROM sqlite_scan('{path}', '{draft.table}')",
)  # fmt: skip
DUCKDB = Kind(
    "DuckDB", 20, _write_duckdb, {},
    duckdb=lambda path, draft: f"ATTACH '{path}' AS {_base(path)} (READ_ONLY); SELECT * FROM {_base(path)}.{_quoted(draft.table)}",
)  # fmt: skip
KINDS = [SQLITE, DUCKDB]


def _base(path: str) -> str:
    return "db_" + "".join(letter if letter.isalnum() else "_" for letter in os.path.basename(path))


for kind in KINDS:
    add_columns(kind, "leading zeros", "long ids", "booleans", "moments", "odd texts", "gaps")

    @kind.variant("further", "several tables")
    def _(draft: Draft) -> None:
        draft.further.append(small(draft))
        draft.said.append("“codes”")

    @kind.variant("further", "a view of it")
    def _(draft: Draft) -> None:
        draft.how["after"] = ["CREATE VIEW seen AS SELECT * FROM records LIMIT 3"]
        draft.said.append("“seen”")

    @kind.variant("table", "an odd name", "a view of it; clustered by the key; in another schema")
    def _(draft: Draft) -> None:
        draft.table = 'order items "2024" über'
        draft.said.append("order items")

    @kind.variant("columns", "bytes")
    def _(draft: Draft) -> None:
        pictures = [bytes([0, 255, number]) * 10 for number in range(ROWS)]
        draft.add("Picture", ["30 bytes"] * ROWS)
        draft.how["written"] = [[*row[:-1], picture] for row, picture in zip(draft.rows, pictures)]
        draft.how.setdefault("types", {})["Picture"] = " BLOB"

    kind.setting("file", "another ending", ending=".dat")


@SQLITE.variant("file", "a log beside it")
def _(draft: Draft) -> None:
    draft.how |= {"before": ["PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0"], "left open": True}
    draft.said.append("from a copy")


@SQLITE.variant("columns", "types mixed in a column")
def _(draft: Draft) -> None:
    draft.how["written"] = [[*row[:3], str(row[3]) if index % 4 == 1 and row[3] is not None else row[3], row[4]] for index, row in enumerate(draft.rows)]
    draft.how["types"] = {name: " BLOB" for name in draft.names}
    draft.said.append("stored as text")


@SQLITE.variant("columns", "seconds since 1970")
def _(draft: Draft) -> None:
    rng = draft.rng()
    seconds = [rng.randrange(1_600_000_000, 1_700_000_000) for _ in range(ROWS)]
    draft.add("created_at", [pd.Timestamp(value, unit="s") for value in seconds])
    draft.how["written"] = [[*row[:-1], value] for row, value in zip(draft.rows, seconds)]
    draft.said.append("Unix times")


@SQLITE.variant("columns", "whole numbers of 19 digits with gaps")
def _(draft: Draft) -> None:
    rng = draft.rng()
    draft.add("Ident", [None if number % 5 == 2 else rng.randrange(2**60, 2**62) for number in range(ROWS)])


@SQLITE.variant("table", "clustered by the key", "gaps; columns")
def _(draft: Draft) -> None:
    draft.add("No", list(range(1, ROWS + 1)))
    draft.how |= {"keys": ', PRIMARY KEY ("No")', "options": " WITHOUT ROWID"}


SQLITE.setting("after", "free pages and an index", "further; table", after=["CREATE INDEX places ON records (\"Place\")", "CREATE TABLE gone (a)", "INSERT INTO gone VALUES (zeroblob(90000))", "DROP TABLE gone"])


def _typed(name: str, kind: str, values, said: str = "") -> None:
    @DUCKDB.variant("columns", name)
    def _(draft: Draft) -> None:
        found, written = zip(*values(draft.rng()))
        draft.add("More", list(found))
        draft.how["written"] = [[*row[:-1], value] for row, value in zip(draft.rows, written)]
        draft.how.setdefault("types", {})["More"] = f" {kind}"
        draft.said += [said] if said else []


_typed("decimals", "DECIMAL(12, 2)", lambda rng: [(value, value) for value in (rng.randrange(10**6) / 100 for _ in range(ROWS))])
_typed("an enumeration", "VARCHAR", lambda rng: [(value, value) for value in (rng.choice("abc") for _ in range(ROWS))])
_typed("lists", "INTEGER[]", lambda rng: [([number, 2], f"[{number}, 2]") for number in range(ROWS)], "lists")
_typed("times with a zone", "TIMESTAMPTZ", lambda rng: [(pd.Timestamp("2024-05-01 10:00:00") + pd.Timedelta(hours=number), f"2024-05-{1 + (number + 12) // 24:02} {(number + 12) % 24:02}:00:00+02") for number in range(ROWS)], "UTC")
_typed("large whole numbers", "HUGEINT", lambda rng: [(value, value) for value in (rng.randrange(2**70, 2**72) for _ in range(ROWS))])


@DUCKDB.variant("table", "in another schema", "further")
def _(draft: Draft) -> None:
    draft.how["after"] = ["CREATE SCHEMA store", "CREATE TABLE store.copy AS SELECT * FROM records", "INSERT INTO store.copy SELECT * FROM records"]
    draft.rows = [*draft.rows, *draft.rows]
    draft.how["written"] = draft.rows[:ROWS]
    draft.table = "records"
    draft.said.append("store.copy")
