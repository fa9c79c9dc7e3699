"""Rows of cells (from text or a sheet) to a frame: where the table starts and ends, and what is wrong with its rows."""

import re
from collections import Counter

import pandas as pd

from . import columns, dates, header
from .header import Layout, empty, filled, is_value, unique_names
from .problems import CannotOpen, counted, shown
from .reading import Reading

__all__ = ["Layout", "empty", "filled", "frame_of", "is_value", "layout", "typed_frame", "unique_names"]

TOTALS = re.compile(r"(grand\s+)?total|sum|summe|gesamt|insgesamt|totaux|somme|合計|总计|總計", re.I)
REMARKS = re.compile(r"(source|note|notes|quelle|fuente|stand|footnote|last updated|copyright|©|\*)\b", re.I)


def layout(rows: list, reading: Reading, lines: list[int] | None = None) -> Layout:
    """Finds header, units row and first row of data among the first rows of a table."""
    head = rows[:400]
    widths = Counter(len(row) for row in head if filled(row))
    if not widths:
        raise CannotOpen("no-rows", "The file holds only empty cells.")
    width = max(widths, key=lambda size: (widths[size], size))
    start = first_full_row(head, width)
    place = header.found(head, start, width, reading)
    before = place.top
    if before:
        words = " / ".join(filter(None, (shown(" ".join(str(cell) for cell in row if not empty(cell)), 60) for row in head[:before])))
        reading.note(f"{counted(before, 'line')} before the table skipped{': “' + shown(words, 120) + '”' if words else ''}.")
        if lines:
            reading.skip(lines[0], lines[before - 1], "before the table", words)
    return place


def first_full_row(head: list, width: int) -> int:
    if width < 2:
        return next(index for index, row in enumerate(head) if filled(row))
    for index, row in enumerate(head):
        # A header may leave a few cells empty, a title line fills one or two.
        if len(row) >= width - 1 and filled(row) >= max(2, 0.5 * width) and len(row) <= width + 1:
            return index
    return next(index for index, row in enumerate(head) if filled(row))


def footer_start(rows: list, width: int) -> tuple[int, list]:
    """(index behind the last row of data, the rows after it): totals, sources, remarks."""
    end = len(rows)
    while end > 0 and len(rows) - end < 15:
        row = rows[end - 1]
        count = filled(row)
        first = next((str(cell).strip() for cell in row if not empty(cell)), "")
        lonely = width >= 3 and count == 1 and not is_value(first)
        total = bool(TOTALS.match(first)) and count >= 2 and end > 3 and len(first) < 30
        if count == 0 or lonely or total or (REMARKS.match(first) and count <= max(1, width // 3)):
            end -= 1
        else:
            break
    return end, rows[end:]


def frame_of(rows: list, reading: Reading, delimiter: str = "", lines: list[int] | None = None) -> pd.DataFrame:
    """A typed frame of all rows; `lines` are their places in the file. Raises `CannotOpen` when there is no row of data."""
    place = layout(rows, reading, lines)
    numbered = [(lines[index] if lines else index + 1, row) for index, row in enumerate(rows) if index >= place.first_row and filled(row)]
    if place.header_row is not None:
        numbered = _without_headers(numbered, rows[place.header_row], reading)
    width = len(place.names)
    end, footer = footer_start([row for _, row in numbered], width)
    kept = [row for row in footer if filled(row)]
    if kept and end > 0:
        words = " / ".join(shown(next(c for c in row if not empty(c)), 50) for row in kept)
        reading.note(f"{counted(len(kept), 'line')} after the table skipped (totals or remarks): “{shown(words, 120)}”.")
        reading.skip(numbered[end][0], numbered[-1][0], "after the table", words)
        numbered = numbered[:end]
    if not numbered:
        raise CannotOpen("no-rows", "The file has a header but no row of data.")
    data = _even(numbered, width, delimiter, reading)
    return typed_frame(pd.DataFrame(data, columns=place.names, dtype=object), reading, delimiter)


def _without_headers(numbered: list, names: list, reading: Reading) -> list:
    """Files that were put together have the header again in between."""
    wanted = [str(cell).strip() for cell in names]
    again = [line for line, row in numbered if len(row) == len(names) and [str(cell).strip() for cell in row] == wanted and len(names) > 1]
    if not again:
        return numbered
    for line in again:
        reading.skip(line, line, "header again")
    some = ", ".join(f"{line:,}" for line in again[:5])
    reading.note(f"{counted(len(again), 'row')} that {'repeats' if len(again) == 1 else 'repeat'} the header skipped (line {some}{' …' if len(again) > 5 else ''}).")
    gone = set(again)
    return [(line, row) for line, row in numbered if line not in gone]


def _even(numbered: list, width: int, delimiter: str, reading: Reading) -> list:
    """Rows of one width. Uneven ones are kept, and told with their lines and what was cut from them."""
    if all(len(row) == width for _, row in numbered):
        return [row for _, row in numbered]
    kinds = _kinds([row for _, row in numbered[:2000] if len(row) == width], width)
    data, long, joined, short = [], [], [], []
    for line, row in numbered:
        if len(row) < width:
            short.append(line)
            reading.bad(line, "fewer values than columns")
            row = [*row, *([None] * (width - len(row)))]
        elif len(row) > width:
            surplus = [str(cell) for cell in row[width:] if not empty(cell)]
            whole = _rejoined(row, width, kinds, delimiter) if surplus else None
            if whole is not None:
                joined.append(line)
                reading.bad(line, "more values than columns: joined, as a delimiter in a text was not quoted", delimiter.join(map(str, row)))
            elif surplus:
                long.append(line)
                reading.bad(line, "more values than columns: surplus cut", delimiter.join(surplus))
            row = whole or row[:width]
        data.append(row)
    for lines, what in (
        (long, "more values than columns: the surplus was cut"), (joined, "a delimiter inside of an unquoted text: its parts were joined"),
        (short, "fewer values than columns: the rest is missing"),
    ):  # fmt: skip
        if lines:
            some = ", ".join(f"{line:,}" for line in lines[:5])
            verb = "has" if len(lines) == 1 else "have"
            reading.note(f"{counted(len(lines), 'row')} {verb} {what} (line {some}{' …' if len(lines) > 5 else ''}).")
    return data


def _kind(cell) -> str:
    if empty(cell) or (isinstance(cell, str) and cell.strip() in columns.MISSING_AMONG_NUMBERS):
        return "missing"
    text = str(cell).strip()
    if dates.ISO.fullmatch(text) or any(re.fullmatch(shape, text) for shape, _ in dates.SHAPES):
        return "date"
    return "number" if is_value(cell) else "text"


def _kinds(even: list, width: int) -> list[str]:
    """`number` or `date` for columns that hold hardly anything else, `text` for the others."""
    kinds = []
    for position in range(width):
        counts = Counter(_kind(row[position]) for row in even)
        present = sum(counts.values()) - counts["missing"]
        kinds.append(next((kind for kind in ("number", "date") if present and counts[kind] >= 0.95 * present), "text"))
    return kinds


def _fits(row: list, kinds: list[str]) -> bool:
    return all(kind == "text" or _kind(cell) in (kind, "missing") for cell, kind in zip(row, kinds))


def _rejoined(row: list, width: int, kinds: list[str], delimiter: str) -> list | None:
    """The row with the parts of one text put together, when only one way fits the columns and cutting does not."""
    if _fits(row[:width], kinds) or delimiter in ("", " ") or kinds.count("text") == width:
        return None
    more = len(row) - width
    ways = [
        [*row[:column], delimiter.join(row[column : column + more + 1]), *row[column + more + 1 :]]
        for column, kind in enumerate(kinds)
        if kind == "text"
    ]
    ways = [way for way in ways if _fits(way, kinds)]
    return ways[0] if len(ways) == 1 else None


def typed_frame(raw: pd.DataFrame, reading: Reading, delimiter: str = "") -> pd.DataFrame:
    """The same frame with real types; columns with neither a name nor a value are dropped."""
    ctx = columns.context(raw, delimiter)
    if ctx.decimal == "," and ctx.seen:
        reading.details["decimal sign"] = "“,”"
    typed = {}
    for position, name in enumerate(raw.columns):
        column = columns.typed(raw.iloc[:, position], str(name), ctx, reading)
        if re.fullmatch(r"column \d+", str(name)) and column.isna().all():
            reading.skip(0, 0, "empty column without a name", str(name))
            continue
        typed[str(name)] = column
    return pd.DataFrame(typed)
