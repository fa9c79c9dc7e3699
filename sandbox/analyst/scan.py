"""
Large delimited text, all of it, by DuckDB: a careful look at places spread over the file says how it is to be read,
and DuckDB counts every row in exactly that way. What is compressed or in another encoding comes to it through a pipe. What
cannot be said in its terms is left to the sample.
"""

import os
import tempfile
import warnings
from dataclasses import dataclass

import pandas as pd

from . import columns, delimited, duck, encoding, grid, jsontext, large, measures, streams
from .problems import CannotOpen, counted
from .reading import Reading, Table

#: Smaller ones are read as a whole, with all care; of compressed ones it is not known how large they are.
LEAST_BYTES = 5_000_000
LEAST_PACKED_BYTES = 1_000_000
#: Of each place looked at; of what has only a beginning, that.
BLOCK_BYTES = 40_000
BEGINNING_BYTES = 3_000_000
MAX_COLUMNS = 500
#: Of rows that DuckDB cannot read: beyond it the file is not what the sample says.
BAD_SHARE = 0.05
MAX_REJECTS = 100_000
ROWS, BAD_ROWS = "rows", "bad"


@dataclass
class Scan:
    """A file that can be scanned, and the sample that says how."""

    table: Table
    #: For the whole file.
    reading: Reading
    opening: large.Opening
    raw: pd.DataFrame
    stream: streams.Stream

    def whole(self, sampled: list[dict], keys: list[list[str]]) -> dict | None:
        """Rows, columns and likely keys of all rows; None: DuckDB cannot do it, so the sample stands."""
        ctx = columns.context(self.raw, self.opening.dialect.delimiter)
        asked = [
            measures.measure(at, self.raw.iloc[:, at], self.table.frame[name], one, ctx)
            for at, (name, one) in enumerate(zip(self.raw.columns, sampled))
        ]
        answer = self._plain(asked) if self.stream.is_plain else self._piped(asked)
        if answer is None or answer[ROWS] == 0 or answer[BAD_ROWS] > BAD_SHARE * answer[ROWS]:
            return None
        rows, bad = answer[ROWS], answer[BAD_ROWS]
        told = [one.read(answer, rows, self.reading) for one in asked]
        self.stream.note_undecoded(self.reading)
        if bad:
            self.reading.note(
                f"{counted(bad, 'line')} {'has' if bad == 1 else 'have'} fewer values than columns or cannot be decoded and "
                f"{'is' if bad == 1 else 'are'} not counted."
            )
        return {"rows": rows, "columns": told, "likely": measures.likely(keys, told, rows), "count": len(told)}

    def _plain(self, asked: list[measures.Measure]) -> dict | None:
        with open(self.table.path, "rb") as file:
            file.seek(max(0, os.path.getsize(self.table.path) - streams.TAIL_BYTES))
            footer = _footer(file.read(), self.raw.shape[1], self.opening.dialect)
            found = duck.rows(self._query(file.fileno(), asked, footer), file.fileno())
        return found[0] if found else None

    def _piped(self, asked: list[measures.Measure]) -> dict | None:
        footer: list[str] = []
        # What stands at the end is known when all has passed by: seldom it is no row, and then all passes once more.
        for _ in range(2):
            pipe = duck.Pipe(self.stream.parts())
            with pipe as number:
                found = duck.rows(self._query(number, asked, footer), number)
            if not found or pipe.failed:
                return None
            now = _footer(self.stream.tail, self.raw.shape[1], self.opening.dialect)
            if now == footer:
                return found[0]
            footer = now
        return None

    def _query(self, file: int, asked: list[measures.Measure], footer: list[str]) -> str:
        names = [f"c{at}" for at in range(self.raw.shape[1])]
        types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        dialect = self.opening.dialect
        source = (
            f"read_csv({duck.place(file)}, auto_detect=false, header=false, skip={self.opening.before}, delim={duck.quoted(dialect.delimiter)}, "
            f"quote={duck.quoted(dialect.quote)}, escape={duck.quoted(dialect.quote)}, strict_mode=false, store_rejects=true, "
            f"rejects_limit={MAX_REJECTS}, columns={{{types}}})"
        )
        rest = ", ".join(names[1:])
        passed_over = [f"CASE WHEN c0 IS NULL OR c0 LIKE '#%' THEN coalesce({rest}) IS NULL ELSE false END", *footer]
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
        if size < min(LEAST_BYTES, LEAST_PACKED_BYTES) or not os.path.isfile(path):
            return None
        stream = streams.of(path)
    except OSError:
        return None
    if stream is None or size < (LEAST_BYTES if stream.kind == "text" else LEAST_PACKED_BYTES):
        return None
    head, used = stream.head(BEGINNING_BYTES)
    if jsontext.BEGIN.match(head[:2000]):
        return None
    reading = Reading("Separated text")
    stream.said(reading)
    sample = Reading(reading.format)
    if stream.is_plain:
        opening = large.opened(path, stream.codec, reading)
    else:
        with tempfile.TemporaryDirectory(prefix="beginning-") as folder:
            beginning = os.path.join(folder, stream.name[-80:] or "data")
            text = encoding.decode(head, stream.codec, Reading("")).removeprefix("\ufeff")
            with open(beginning, "w", encoding="utf-8", errors="replace", newline="") as file:
                file.write(text[: text.rfind("\n") + 1])
            opening = large.opened(beginning, "utf-8", reading)
            raw = large.whole(beginning, "utf-8", opening, sample) if _is_known(opening) else None
    if not _is_known(opening):
        return None
    if stream.is_plain:
        raw = large.sample(path, size, stream.codec, opening, sample, BLOCK_BYTES)
    else:
        sample.total_rows = round(len(raw) * size / min(used, size))
        sample.note(
            f"Only the beginning of the file was read: {counted(len(raw), 'row')} of about {float(f'{sample.total_rows:.2g}'):,.0f}. Every figure describes this sample."
        )
    typing = Reading(reading.format, dict(reading.details), list(reading.notes), names_from_row=reading.names_from_row, assumptions=list(reading.assumptions))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = grid.typed_frame(raw, typing, opening.dialect.delimiter)
    if frame.empty or list(frame.columns) != list(raw.columns):
        return None
    stream.said_packed(typing)
    reading.units, reading.details = typing.units, typing.details
    # What was lost is counted anew.
    reading.notes += [note for note in typing.notes if note not in reading.notes and "count as missing" not in note]
    typing.notes += sample.notes
    typing.total_rows, typing.total_is_exact = sample.total_rows, False
    return Scan(Table(path, frame, typing), reading, opening, raw, stream)


def _is_known(opening: large.Opening) -> bool:
    dialect = opening.dialect
    return len(dialect.delimiter) == 1 and dialect.delimiter != " " and not dialect.broken_quotes and 2 <= len(opening.layout.names) <= MAX_COLUMNS


def _footer(tail: bytes, width: int, dialect) -> list[str]:
    """Conditions that are true for totals and remarks at the end."""
    text = tail.decode("utf-8", "replace")
    try:
        rows = [row for _, row in delimited.parse(text[text.find("\n") + 1 :], dialect, Reading(""))][-20:]
    except CannotOpen:
        return []
    even = [[cell.strip() or None for cell in row[:width]] + [None] * (width - len(row)) for row in rows]
    _, footer = grid.footer_start(even, width)
    found = [row for row in footer if grid.filled(row)]
    return ["(" + " AND ".join(f"trim(c{at}) IS NOT DISTINCT FROM {duck.quoted(cell)}" for at, cell in enumerate(row)) + ")" for row in found]
