"""
Large delimited text, all of it, by DuckDB: a careful look at places spread over the file says how it is to be read,
and DuckDB counts every row in exactly that way. What cannot be said in its terms is left to the sample.
"""

import json
import os
import subprocess
import warnings
from dataclasses import dataclass

import pandas as pd

from . import columns, delimited, encoding, grid, large, magic, measures
from .problems import CannotOpen, counted
from .reading import Reading, Table

#: Smaller ones are read as a whole, with all care.
LEAST_BYTES = 5_000_000
#: Of each place looked at.
BLOCK_BYTES = 40_000
MAX_COLUMNS = 500
MEMORY_SHARE = 0.4
#: Of rows that DuckDB cannot read: beyond it the file is not what the sample says.
BAD_SHARE = 0.05
MAX_REJECTS = 100_000
TAIL_BYTES = 60_000
ROWS, BAD_ROWS = "rows", "bad"


@dataclass
class Scan:
    """A file that can be scanned, and the sample that says how."""

    table: Table
    #: For the whole file.
    reading: Reading
    opening: large.Opening
    raw: pd.DataFrame

    def whole(self, sampled: list[dict], keys: list[list[str]]) -> dict | None:
        """Rows, columns and likely keys of all rows; None: DuckDB cannot do it, so the sample stands."""
        ctx = columns.context(self.raw, self.opening.dialect.delimiter)
        asked = [
            measures.measure(at, self.raw.iloc[:, at], self.table.frame[name], one, ctx)
            for at, (name, one) in enumerate(zip(self.raw.columns, sampled))
        ]
        with open(self.table.path, "rb") as file:
            # By its number: in a path DuckDB would take some characters for patterns.
            answer = _run(self._query(f"/proc/self/fd/{file.fileno()}", asked), file.fileno())
        if answer is None or answer[ROWS] == 0 or answer[BAD_ROWS] > BAD_SHARE * answer[ROWS]:
            return None
        rows, bad = answer[ROWS], answer[BAD_ROWS]
        told = [one.read(answer, rows, self.reading) for one in asked]
        if bad:
            self.reading.note(
                f"{counted(bad, 'line')} {'has' if bad == 1 else 'have'} fewer values than columns or cannot be decoded and "
                f"{'is' if bad == 1 else 'are'} not counted."
            )
        return {"rows": rows, "columns": told, "likely": measures.likely(keys, told, rows), "count": len(told)}

    def _query(self, path: str, asked: list[measures.Measure]) -> str:
        names = [f"c{at}" for at in range(self.raw.shape[1])]
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        dialect = self.opening.dialect
        source = (
            f"read_csv({measures.quoted(path)}, auto_detect=false, header=false, skip={self.opening.before}, delim={measures.quoted(dialect.delimiter)}, "
            f"quote={measures.quoted(dialect.quote)}, escape={measures.quoted(dialect.quote)}, strict_mode=false, store_rejects=true, "
            f"rejects_limit={MAX_REJECTS}, columns={{{types}}})"
        )
        rest = ", ".join(names[1:])
        passed_over = [f"CASE WHEN c0 IS NULL OR c0 LIKE '#%' THEN coalesce({rest}) IS NULL ELSE false END", *_footer(self.table.path, len(names), dialect)]
        values = ", ".join(part for one in asked for part in one.values)
        measured = ", ".join([f"count(*) AS {ROWS}", *(part for one in asked for part in one.aggregates)])
        # Remarks are no rows.
        bad = f"SELECT count(DISTINCT line) AS {BAD_ROWS} FROM reject_errors WHERE csv_line NOT LIKE '#%' AND error_type <> 'CAST'"
        # Not WITH: that would keep all rows in memory.
        return (
            f"CREATE TEMP TABLE told AS SELECT {measured} FROM (SELECT {values} FROM {source} WHERE NOT ({' OR '.join(passed_over)}));\n"
            f"SELECT *, ({bad}) AS {BAD_ROWS} FROM told;\n"
        )


def opened(path: str) -> Scan | None:
    """None: it is small, no delimited text, or written in a way that DuckDB does not know. Raises `CannotOpen`."""
    try:
        size = os.path.getsize(path)
        if size < LEAST_BYTES or not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            head = file.read(encoding.SAMPLE_BYTES)
    except OSError:
        return None
    if magic.kind_of(path, head[: magic.HEAD_BYTES]) != "text" or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return None
    reading = Reading("Separated text")
    codec, label, confidence = encoding.detect(head, path)
    if codec not in ("utf-8", "utf-8-sig"):
        return None
    encoding.said(reading, label, confidence)
    opening = large.opened(path, codec, reading)
    dialect, names = opening.dialect, opening.layout.names
    if len(dialect.delimiter) != 1 or dialect.delimiter == " " or dialect.broken_quotes or not 2 <= len(names) <= MAX_COLUMNS:
        return None
    sample = Reading(reading.format)
    raw = large.sample(path, size, codec, opening, sample, BLOCK_BYTES)
    typing = Reading(reading.format, dict(reading.details), list(reading.notes), names_from_row=reading.names_from_row, assumptions=list(reading.assumptions))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = grid.typed_frame(raw, typing, dialect.delimiter)
    if frame.empty or list(frame.columns) != list(raw.columns):
        return None
    reading.units, reading.details = typing.units, typing.details
    # What was lost is counted anew.
    reading.notes += [note for note in typing.notes if note not in reading.notes and "count as missing" not in note]
    typing.notes += sample.notes
    typing.total_rows, typing.total_is_exact = sample.total_rows, False
    return Scan(Table(path, frame, typing), reading, opening, raw)


def _footer(path: str, width: int, dialect) -> list[str]:
    """Conditions that are true for totals and remarks at the end."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    try:
        rows = [row for _, row in delimited.parse(text[text.find("\n") + 1 :], dialect, Reading(""))][-20:]
    except CannotOpen:
        return []
    even = [[cell.strip() or None for cell in row[:width]] + [None] * (width - len(row)) for row in rows]
    _, footer = grid.footer_start(even, width)
    found = [row for row in footer if grid.filled(row)]
    return ["(" + " AND ".join(f"trim(c{at}) IS NOT DISTINCT FROM {measures.quoted(cell)}" for at, cell in enumerate(row)) + ")" for row in found]


def _run(query: str, file: int) -> dict | None:
    from code_interpreter._cli import memory_limit_bytes

    settings = ["SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET enable_progress_bar = false", "SET TimeZone = 'UTC'", "SET temp_directory = ''", "SET preserve_insertion_order = false"]
    if (limit := memory_limit_bytes()) is not None:
        settings.append(f"SET memory_limit = '{round(limit * MEMORY_SHARE)}B'")
    try:
        done = subprocess.run(
            ["duckdb", "-batch", "-bail", "-no-init", "-json", ":memory:"], input=";\n".join(settings) + ";\n" + query,
            capture_output=True, text=True, errors="replace", env={**os.environ, "DUCKDB_AGENT_MODE": "0", "NO_COLOR": "1"}, check=False, pass_fds=[file],
        )  # fmt: skip
    except FileNotFoundError:
        return None
    if done.returncode != 0:
        return None
    return json.loads(done.stdout)[0]
