"""DuckDB databases, read by DuckDB's command line and never written."""

import json
import os
import shutil
import subprocess
import tempfile

from . import arrowtable, duck
from .problems import CannotOpen, counted, shown
from .reading import Reading

ROW_LIMIT = 300_000
COPY_LIMIT_BYTES = 200_000_000
TIME_LIMIT_S = 60
LISTED = """
    SELECT schema_name || '.' || table_name AS name, 'table' AS kind, estimated_size AS rows, '' AS "column" FROM duckdb_tables()
    UNION ALL SELECT schema_name || '.' || view_name, 'view', 0, '' FROM duckdb_views() WHERE NOT internal
    UNION ALL SELECT schema_name || '.' || table_name, 'wide', 0, column_name FROM duckdb_columns() WHERE data_type IN ('HUGEINT', 'UHUGEINT')
"""


def open_duckdb(path: str, table: str | None):
    """(frame, reading) of one table or view of a database."""
    reading = Reading("DuckDB database")
    with tempfile.TemporaryDirectory(prefix="duckdb-") as scratch:
        found, _ = first_rows(readable(path, scratch, reading), path, scratch, table, reading, ROW_LIMIT)
        frame = arrowtable.frame_of(found, reading)
    if reading.total_rows is not None:
        reading.note(f"The first {len(frame):,} of {reading.total_rows:,} rows were read.")
    return frame, reading


def first_rows(file: str, path: str, scratch: str, table: str | None, reading: Reading, limit: int):
    """(Arrow table, its source in SQL) of one table or view; `reading.total_rows` says of how many, if there are more."""
    import pyarrow.parquet as pq

    name = shown(os.path.basename(path))
    listed = json.loads(run(file, name, LISTED, "-json") or "[]")
    counts = {str(one["name"]).removeprefix("main."): int(one["rows"]) for one in listed if one["kind"] != "wide"}
    if not counts:
        raise CannotOpen("no-rows", f"{name} is a database without tables.")
    if table is not None and table not in counts:
        raise CannotOpen("no-such-table", f"There is no table “{shown(table, 40)}” in {name}: it has {', '.join(shown(one, 30) for one in list(counts)[:20])}.")
    chosen = table or max(counts, key=lambda one: counts[one])
    source = ".".join(duck.identifier(part) for part in chosen.split(".", 1))
    result = os.path.join(scratch, "result.parquet")
    # Parquet has no whole numbers of 128 bits and would make floats of them.
    names = [duck.identifier(str(one["column"])) for one in listed if one["kind"] == "wide" and str(one["name"]).removeprefix("main.") == chosen]
    star = f"* REPLACE ({', '.join(f'CAST({column} AS VARCHAR) AS {column}' for column in names)})" if names else "*"
    run(file, name, f"COPY (SELECT {star} FROM {source} LIMIT {limit}) TO '{result}' (FORMAT parquet)")
    read = pq.read_table(result)
    if counts[chosen] > len(read):
        reading.total_rows = counts[chosen]
    reading.details["table"] = f"“{shown(chosen, 40)}”"
    reading.tables = list(counts) if len(counts) > 1 else []
    views = {str(one["name"]).removeprefix("main.") for one in listed if one["kind"] == "view"}
    reading.others = [
        f"view “{shown(other, 40)}”" if other in views else f"table “{shown(other, 40)}” ({counted(count, 'row')})"
        for other, count in counts.items()
        if other != chosen
    ]
    if len(read) == 0:
        raise CannotOpen("no-rows", f"{name}: the table “{shown(chosen, 40)}” is empty.")
    return read, f"(SELECT {star} FROM {source})"


def readable(path: str, scratch: str, reading: Reading) -> str:
    """The file itself, or a copy when a log of changes lies beside it: DuckDB would have to write to read that."""
    log = path + ".wal"
    if not os.path.exists(log) or os.path.getsize(log) == 0:
        return path
    if os.path.getsize(path) + os.path.getsize(log) > COPY_LIMIT_BYTES:
        reading.note("A .wal file beside the database holds recent changes that were not read: the data may be older.")
        os.symlink(os.path.abspath(path), os.path.join(scratch, "link.duckdb"))
        return os.path.join(scratch, "link.duckdb")
    copy = os.path.join(scratch, "copy.duckdb")
    shutil.copyfile(path, copy)
    shutil.copyfile(log, copy + ".wal")
    # Reading the log needs a connection that may write; it writes into the copy.
    run(copy, shown(os.path.basename(path)), "CHECKPOINT", writable=True)
    reading.note("Another program keeps recent changes in a .wal file beside the database; both were read from a copy.")
    return copy


def run(file: str, name: str, query: str, *options: str, writable: bool = False) -> str:
    command = ["duckdb", "-batch", "-bail", "-no-init", *([] if writable else ["-readonly"]), *options, "-c", query, file]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIME_LIMIT_S, stdin=subprocess.DEVNULL, env=duck.environment(), check=False)
    except FileNotFoundError:
        raise CannotOpen("duckdb", f"{name} is a DuckDB database, and DuckDB is not in this sandbox; export the table to Parquet or CSV first.") from None
    except subprocess.TimeoutExpired:
        raise CannotOpen("too-large", f"{name}: reading the database takes more than {TIME_LIMIT_S} s; `sql` can ask for a part of it.") from None
    if done.returncode != 0:
        raise CannotOpen("corrupt-database", f"{name} cannot be opened by DuckDB ({shown(done.stderr or done.stdout, 140)}).")
    return done.stdout.strip()
