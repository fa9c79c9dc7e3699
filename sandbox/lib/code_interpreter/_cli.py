"""DuckDB's command line as a library: one database file for each process, frames and results as Parquet."""

import atexit
import os
import re
import shutil
import subprocess
import tempfile
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from code_interpreter import _statements
from code_interpreter._sql import SqlError

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_folder = None


def run(query: str, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    __tracebackhide__ = True
    global _folder
    if _folder is None or not os.path.isdir(_folder):
        _folder = tempfile.mkdtemp(prefix="sql-")
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    statements = _statements.split(query)
    if not statements:
        raise SqlError("The query is empty.")
    call = tempfile.mkdtemp(dir=_folder)
    try:
        return _call(call, statements, frames)
    finally:
        shutil.rmtree(call, ignore_errors=True)


def _call(folder: str, statements: list[str], frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    __tracebackhide__ = True
    # Nothing is fetched: an extension that is not in the image is an error at once.
    lines = ["SET autoinstall_known_extensions = false", "SET enable_progress_bar = false"]
    if (limit := memory_limit_bytes()) is not None:
        lines.append(f"SET memory_limit = '{limit // 2}B'")
    for number, (name, frame) in enumerate(frames.items()):
        path = f"{folder}/frame{number}.parquet"
        _write(name, frame, path)
        lines.append(f"CREATE OR REPLACE TEMP VIEW {_quoted(name)} AS SELECT * FROM read_parquet('{path}')")
    result = f"{folder}/result.parquet"
    rows = _statements.as_query(statements[-1])
    lines += statements[:-1]
    # The statement begins on a line of its own, so that DuckDB quotes it as it was written.
    lines.append(statements[-1] if rows is None else f"COPY (\n{rows}\n) TO '{result}' (FORMAT parquet)")
    script = f"{folder}/script.sql"
    with open(script, "w") as file:
        file.write(";\n".join(lines) + ";\n")
    done = subprocess.run(
        ["duckdb", "-batch", "-bail", "-no-init", "-csv", "-f", script, f"{_folder}/session.duckdb"],
        capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
        env={**os.environ, "DUCKDB_AGENT_MODE": "0", "NO_COLOR": "1"},
    )  # fmt: skip
    if done.returncode != 0:
        raise SqlError(_message(done.stderr, script) or f"duckdb ended with status {done.returncode}")
    if rows is not None:
        return _read(result)
    lines_out = done.stdout.splitlines()
    return pd.DataFrame({"output": lines_out}) if lines_out else pd.DataFrame()


def _message(text: str, script: str) -> str:
    """DuckDB's own words, without its hints and the name of our file."""
    plain = _COLOURS.sub("", text).replace(script, "query")
    plain = re.sub(r"^Error: near line \d+ of file .*?: ?|^query:\d+: ?|^near line \d+: ?", "", plain.strip())
    return re.sub(r"^hint: -agent .*$", "", plain, flags=re.MULTILINE).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write(name: str, frame: pd.DataFrame, path: str) -> None:
    frame = frame.rename(columns=str)
    try:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    except (pa.ArrowException, ValueError) as error:
        raise SqlError(f"The frame {name!r} has a column that SQL cannot hold: {error}") from None


def _read(path: str) -> pd.DataFrame:
    """Types as the Python module of DuckDB gives them: floats for decimals, timestamps for dates."""
    table = pq.read_table(path)
    frame = table.to_pandas()
    for position, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            frame.isetitem(position, table.column(position).cast(pa.float64()).to_pandas())
        elif pa.types.is_date(field.type):
            frame.isetitem(position, table.column(position).cast(pa.timestamp("ms")).to_pandas())
        elif pa.types.is_fixed_size_binary(field.type) and field.type.byte_width == 12:
            values = frame.iloc[:, position].map(_interval, na_action="ignore")
            frame.isetitem(position, values.astype("timedelta64[ns]"))
        elif isinstance(field.type, pa.UuidType) or _is_uuid(field.type):
            frame.isetitem(position, frame.iloc[:, position].map(_uuid, na_action="ignore"))
    return frame


def _is_uuid(kind: pa.DataType) -> bool:
    return pa.types.is_fixed_size_binary(kind) and kind.byte_width == 16


def _uuid(value: bytes | uuid.UUID) -> str:
    return str(uuid.UUID(bytes=value)) if isinstance(value, bytes) else str(value)


def _interval(value: bytes) -> np.timedelta64:
    """Parquet's interval: months, days, milliseconds; a month counts 30 days, as in DuckDB."""
    months, days, milliseconds = np.frombuffer(value, dtype="<u4").astype("<i4").astype("int64")
    return np.timedelta64(int(((months * 30 + days) * 86_400_000 + milliseconds)), "ms")


def memory_limit_bytes() -> int | None:
    """The sandbox's limit: DuckDB would take its share of the whole machine."""
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path) as file:
                limit = int(file.read())
                return limit if limit < 1 << 50 else None
        except (OSError, ValueError):
            continue
    return None
