"""Rows of cells (from text or a sheet) to a frame: where the table starts and ends, what its columns are called."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from . import columns, dates, numerals
from .problems import CannotOpen, counted, shown
from .reading import Reading

NAME_LIMIT = 120
TOTALS = re.compile(r"(grand\s+)?total|sum|summe|gesamt|insgesamt|totaux|somme|合計|总计|總計", re.I)
REMARKS = re.compile(r"(source|note|notes|quelle|fuente|stand|footnote|last updated|copyright|©|\*)\b", re.I)
UNIT_CELL = re.compile(r"[\[(]?\s*(\d{1,7} )?(°?[A-Za-zµμ°%$€£]{1,4}([/·*^ ][A-Za-z0-9²³^-]{1,4})*[²³]?|%|-|)\s*[\])]?")


@dataclass
class Layout:
    """Where the table is in the rows. `names` are unique and not empty."""

    header_row: int | None
    first_row: int
    names: list[str]
    units: dict[str, str] = field(default_factory=dict)


def _empty(cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell


def _filled(row) -> int:
    return sum(1 for cell in row if not _empty(cell))


def _is_value(cell) -> bool:
    """A number or a date: something that stands in a body, not in a header."""
    if isinstance(cell, (int, float, datetime.date, datetime.datetime)):
        return True
    text = str(cell).strip()
    if numerals.NUMBER.fullmatch(text) or dates.ISO.fullmatch(text):
        return True
    return any(re.fullmatch(shape, text) for shape, _ in dates.SHAPES[:7])


def _is_year(cell) -> bool:
    return bool(re.fullmatch(r"(18|19|20)\d\d(\.0)?", str(cell).strip()))


def layout(rows: list, reading: Reading) -> Layout:
    """Finds header, units row and first row of data among the first rows of a table."""
    head = rows[:400]
    widths = Counter(len(row) for row in head if _filled(row))
    if not widths:
        raise CannotOpen("no-rows", "The file holds only empty cells.")
    width = max(widths, key=lambda size: (widths[size], size))
    start = first_full_row(head, width)
    if start:
        words = " / ".join(filter(None, (shown(" ".join(str(cell) for cell in row if not _empty(cell)), 60) for row in head[:start])))
        reading.note(f"{counted(start, 'line')} before the table skipped{': “' + shown(words, 120) + '”' if words else ''}.")
    first = list(head[start])
    body = [row for row in head[start + 1 : start + 200] if _filled(row)]
    if _has_header(first, body, width):
        reading.names_from_row = True
        names = _names(first, width, body, reading)
        place = Layout(start, start + 1, names)
        _take_units(place, head, body, reading)
    else:
        names = [f"column {number}" for number in range(1, width + 1)]
        place = Layout(None, start, names)
        reading.note("No header row was found: the columns are numbered.")
    return place


def first_full_row(head: list, width: int) -> int:
    if width < 2:
        return next(index for index, row in enumerate(head) if _filled(row))
    for index, row in enumerate(head):
        # A header may leave a few cells empty, a title line fills one or two.
        if len(row) >= width - 1 and _filled(row) >= max(2, 0.5 * width) and len(row) <= width + 1:
            return index
    return next(index for index, row in enumerate(head) if _filled(row))


def _has_header(first: list, body: list, width: int) -> bool:
    cells = [cell for cell in first if not _empty(cell)]
    if not body:
        return not any(_is_value(cell) for cell in cells)
    values = [cell for cell in cells if _is_value(cell)]
    if values:
        # Years across the columns are names too: `Country, 1990, 1991, …`.
        texts = len(cells) - len(values)
        return texts >= 1 and len(values) >= 3 and all(_is_year(cell) for cell in values)
    for position in range(min(len(first), width)):
        below = [row[position] for row in body if position < len(row) and not _empty(row[position])]
        if below and sum(_is_value(cell) for cell in below) > 0.7 * len(below):
            return True
    # All text: a header's words do not come again in their own columns.
    repeats = 0
    for position, cell in enumerate(first[:width]):
        below = [row[position] for row in body if position < len(row)]
        repeats += (not _empty(cell)) and cell in below
    return repeats == 0


def _names(first: list, width: int, body: list, reading: Reading) -> list[str]:
    cells = ["" if _empty(cell) else cell for cell in first]
    if isinstance(cells[0], str) and cells[0].startswith("#"):
        cells[0] = cells[0].lstrip("# ")
    longest = max([width, *(len(row) for row in body[:50])]) if body else width
    if len(cells) == width - 1 and longest == width and all(len(row) >= width for row in body[:50]):
        cells = ["row", *cells]
        reading.note("The header has one name less than the rows have values: the first column is called “row”.")
    cells += [""] * (width - len(cells))
    return unique_names(cells, reading)


def unique_names(cells: list, reading: Reading) -> list[str]:
    """One name for each cell: text, one line, at most 120 characters, none twice. Changes are noted."""
    names: list[str] = []
    empty = repeated = changed = 0
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
            cell = cell.date()
        raw = str(cell).strip().strip("\ufeff")
        name = shown(raw, NAME_LIMIT)
        changed += bool(raw) and name != raw and bool(name)
        if not name:
            name = f"column {position}"
            empty += 1
        base, copy = name, 2
        while name in taken:
            name = f"{base} ({copy})"
            copy += 1
        repeated += name != base
        taken.add(name)
        names.append(name)
    if empty:
        reading.note(f"{counted(empty, 'column')} without a name: called “column n” after the place.")
    if repeated:
        reading.note(f"{counted(repeated, 'column name')} came more than once and got a number.")
    if changed:
        reading.note(f"{counted(changed, 'column name')} had line breaks, control characters or more than {NAME_LIMIT} characters and {'was' if changed == 1 else 'were'} simplified.")
    return names


def _take_units(place: Layout, head: list, body: list, reading: Reading) -> None:
    """A row of units under the header (`°C`, `mm`, `[kg]`) is not data."""
    if len(body) < 3:
        return
    row = body[0]
    units = {}
    numeric_below = 0
    for position, name in enumerate(place.names):
        cell = row[position] if position < len(row) else ""
        below = [other[position] for other in body[1:50] if position < len(other) and not _empty(other[position])]
        is_numeric = bool(below) and sum(_is_value(item) for item in below) > 0.8 * len(below)
        if not _empty(cell) and (not isinstance(cell, str) or not UNIT_CELL.fullmatch(cell) or cell.strip() in columns.MISSING_AMONG_NUMBERS - {"-"}):
            return
        if is_numeric and not _empty(cell):
            numeric_below += 1
            if cell.strip() != "-":
                units[name] = cell.strip().strip("[]() ")
    if numeric_below >= 2 and units:
        place.units = units
        place.first_row = head.index(row, place.first_row) + 1
        reading.units.update(units)
        reading.note("The row under the header holds units (" + ", ".join(f"{shown(n, 20)}: {shown(u, 10)}" for n, u in list(units.items())[:4]) + ").")


def footer_start(rows: list, width: int) -> tuple[int, list]:
    """(index behind the last row of data, the rows after it): totals, sources, remarks."""
    end = len(rows)
    while end > 0 and len(rows) - end < 15:
        row = rows[end - 1]
        filled = _filled(row)
        first = next((str(cell).strip() for cell in row if not _empty(cell)), "")
        lonely = width >= 3 and filled == 1 and not _is_value(first)
        total = bool(TOTALS.match(first)) and filled >= 2 and end > 3 and len(first) < 30
        if filled == 0 or lonely or total or (REMARKS.match(first) and filled <= max(1, width // 3)):
            end -= 1
        else:
            break
    return end, rows[end:]


def frame_of(rows: list, reading: Reading, delimiter: str = "") -> pd.DataFrame:
    """A typed frame of all rows. Raises `CannotOpen` when there is no row of data."""
    place = layout(rows, reading)
    data = [row for row in rows[place.first_row :] if _filled(row)]
    width = len(place.names)
    end, footer = footer_start(data, width)
    footer = [row for row in footer if _filled(row)]
    if footer and end > 0:
        words = " / ".join(shown(next(c for c in row if not _empty(c)), 50) for row in footer)
        reading.note(f"{counted(len(footer), 'line')} after the table skipped (totals or remarks): “{shown(words, 120)}”.")
        data = data[:end]
    if not data:
        raise CannotOpen("no-rows", "The file has a header but no row of data.")
    data = [row if len(row) == width else [*row[:width], *([None] * (width - len(row)))] for row in data]
    return typed_frame(pd.DataFrame(data, columns=place.names, dtype=object), reading, delimiter)


def typed_frame(raw: pd.DataFrame, reading: Reading, delimiter: str = "") -> pd.DataFrame:
    """The same frame with real types; columns with neither a name nor a value are dropped."""
    ctx = columns.context(raw, delimiter)
    if ctx.decimal == "," and ctx.seen:
        reading.details["decimal sign"] = "“,”"
    typed = {}
    for position, name in enumerate(raw.columns):
        column = columns.typed(raw.iloc[:, position], str(name), ctx, reading)
        if re.fullmatch(r"column \d+", str(name)) and column.isna().all():
            continue
        typed[str(name)] = column
    return pd.DataFrame(typed)
