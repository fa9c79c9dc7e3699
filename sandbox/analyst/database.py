"""SQLite: opened without writing beside it, the table with most rows first."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import duck, jsonfile
from .problems import CannotOpen, counted, shown
from .reading import Reading

ROW_LIMIT = 300_000
COPY_LIMIT_BYTES = 100_000_000


def open_sqlite(path: str, table: str | None = None):
    """(frame, reading) of one table or view of a database."""
    reading = Reading("SQLite database")
    raw, _, query, _ = first_rows(path, table, reading, ROW_LIMIT)
    if reading.total_rows is not None:
        reading.note(f"The first {ROW_LIMIT:,} of {reading.total_rows:,} rows were read.")
    frame = jsonfile.settled(raw, reading)
    if not reading.notes or "-wal" not in " ".join(reading.notes):
        reading.code = f"import sqlite3\ndf = pd.read_sql_query({query!r}, sqlite3.connect({os.path.basename(path)!r}))"
    return frame, reading


class FirstRows(NamedTuple):
    #: A DataFrame with the values as they are.
    raw: Any
    table: str
    query: str
    #: Columns in which no value comes twice, as the table declares it.
    unique: set[str]


def first_rows(path: str, table: str | None, reading: Reading, limit: int) -> FirstRows:
    """`reading.total_rows` says of how many, if there are more."""
    import pandas as pd

    name = shown(os.path.basename(path))
    with connected(path, name, reading) as connection:
        counts = counted_tables(connection)
        if not counts:
            raise CannotOpen("no-rows", f"{name} is a database without tables.")
        if table is not None and table not in counts:
            listed = ", ".join(shown(one, 40) for one in list(counts)[:20])
            raise CannotOpen("no-such-table", f"There is no table “{shown(table, 40)}” in {name}: it has {listed}.")
        chosen = table or max(counts, key=lambda key: (counts[key] or 0))
        total = counts[chosen] or 0
        if total == 0:
            raise CannotOpen("no-rows", f"{name} is a database whose tables are all empty.")
        query = f"SELECT * FROM {duck.identifier(chosen)}"
        if total > limit:
            query += f" LIMIT {limit}"
            reading.total_rows = total
        cursor = connection.execute(query)
        # As objects: a whole number of 19 digits beside a gap would become a float.
        raw = pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description], dtype=object)
        unique = _unique_columns(connection, chosen)
    reading.details["table"] = f"“{shown(chosen, 40)}”"
    reading.tables = list(counts) if len(counts) > 1 else []
    reading.others = [f"table “{shown(other, 40)}” ({counted(count, 'row')})" for other, count in counts.items() if other != chosen and count is not None]
    return FirstRows(raw, chosen, query, unique)


@contextlib.contextmanager
def connected(path: str, name: str, reading: Reading) -> Iterator[sqlite3.Connection]:
    """A connection that never writes beside the file. Raises `CannotOpen` for what SQLite says of the database."""
    with tempfile.TemporaryDirectory(prefix="sqlite-") as folder:
        connection = _connect(path, folder, reading)
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            raise CannotOpen("corrupt-database", f"{name} is a damaged or encrypted database ({shown(error, 90)}).") from None
        finally:
            connection.close()


def _connect(path: str, folder: str, reading: Reading) -> sqlite3.Connection:
    log = path + "-wal"
    if os.path.exists(log) and os.path.getsize(log) > 0:
        size = os.path.getsize(path) + os.path.getsize(log)
        if size <= COPY_LIMIT_BYTES:
            # SQLite must write to read a log; the workspace is read-only, so a copy is read.
            copy = os.path.join(folder, "copy.db")
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy + "-wal")
            reading.note("Another program keeps recent changes in a -wal file beside the database; both were read from a copy.")
            return sqlite3.connect(copy)
        reading.note("A -wal file beside the database holds recent changes that were not read: the data may be older.")
    return sqlite3.connect(f"file:{urllib.parse.quote(path, errors='surrogateescape')}?mode=ro&immutable=1", uri=True)


def counted_tables(connection: sqlite3.Connection) -> dict[str, int | None]:
    """Tables and views with their rows; None for one that cannot be counted."""
    counts: dict[str, int | None] = {}
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    for (table,) in listed.fetchall():
        try:
            counts[table] = connection.execute(f"SELECT count(*) FROM {duck.identifier(table)}").fetchone()[0]
        except sqlite3.DatabaseError as error:
            if "malformed" in str(error) or "not a database" in str(error):
                raise
            counts[table] = None
    return counts


def _unique_columns(connection: sqlite3.Connection, table: str) -> set[str]:
    keys = [name for name, place in connection.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)) if place]
    indexes = connection.execute('SELECT name FROM pragma_index_list(?) WHERE "unique" AND NOT partial', (table,)).fetchall()
    indexed = [[name for (name,) in connection.execute("SELECT name FROM pragma_index_info(?)", index)] for index in indexes]
    # An expression has no name.
    return {columns[0] for columns in (keys, *indexed) if len(columns) == 1 and columns[0] is not None}
