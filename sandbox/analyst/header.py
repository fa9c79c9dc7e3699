"""What the columns of a table are called: one row of names or two, a row of units below, or none at all."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import columns, dates, numerals
from .problems import counted, shown
from .reading import Reading

NAME_LIMIT = 120
#: Rows of groups above the names.
MOST_GROUP_ROWS = 2
UNIT_CELL = re.compile(r"[\[(]?\s*(\d{1,7} )?(°?[A-Za-zµμ°%$€£]{1,4}([/·*^ ][A-Za-z0-9²³^-]{1,4})*[²³]?|%|-|)\s*[\])]?")


@dataclass
class Layout:
    """Where the table is in the rows. `names` are unique and not empty."""

    #: First row of the header, or of the data when there is none.
    top: int
    header_row: int | None
    first_row: int
    names: list[str]
    units: dict[str, str] = field(default_factory=dict)


def empty(cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip()) or cell != cell


def filled(row) -> int:
    return sum(1 for cell in row if not empty(cell))


def is_value(cell) -> bool:
    """A number or a date: something that stands in a body, not in a header."""
    if isinstance(cell, (int, float, datetime.date, datetime.datetime)):
        return True
    text = str(cell).strip()
    if numerals.NUMBER.fullmatch(text) or dates.ISO.fullmatch(text):
        return True
    return any(re.fullmatch(shape, text) for shape, _ in dates.SHAPES[:7])


def _is_year(cell) -> bool:
    return bool(re.fullmatch(r"(18|19|20)\d\d(\.0)?", str(cell).strip()))


def found(head: list, start: int, width: int, reading: Reading) -> Layout:
    """The names of the columns, from the first full row on."""
    rows = _header_rows(head, start, width)
    if rows is not None:
        top, last = rows
        names = _names(_joined(head[top : last + 1], width), width, head[last + 1 :], reading)
        reading.names_from_row = True
        reading.note(f"{'Two' if last - top == 1 else 'Three'} header rows were joined (“{shown(next((n for n in names if ' ' in n), names[0]), 60)}”).")
        reading.assume("header", f"rows {top + 1} {'and' if last - top == 1 else 'to'} {last + 1}", 0.8)
        place = Layout(top, last, last + 1, names)
        _take_units(place, head, [row for row in head[last + 1 : last + 200] if filled(row)], reading)
        return place
    first = list(head[start])
    body = [row for row in head[start + 1 : start + 200] if filled(row)]
    sure = _header_confidence(first, body, width)
    if sure >= 0.5:
        reading.names_from_row = True
        reading.assume("header", f"row {start + 1}", sure)
        place = Layout(start, start, start + 1, _names(first, width, body, reading))
        _take_units(place, head, body, reading)
        return place
    reading.note("No header row was found: the columns are numbered.")
    reading.assume("header", "none", 1 - sure)
    return Layout(start, None, start, [f"column {number}" for number in range(1, width + 1)])


def _header_rows(head: list, start: int, width: int) -> tuple[int, int] | None:
    """(first, last) of two or three header rows: names, and above them names of groups, each over several columns."""
    for last in (start + 2, start + 1, start):
        top = last
        while top > max(0, last - MOST_GROUP_ROWS) and _are_groups(head, top - 1, last, width):
            top -= 1
        if top == last or top > start or last + 1 >= len(head):
            continue
        years = any(_is_year(cell) for row in head[top:last] for cell in row if not empty(cell))
        names = head[last]
        if filled(names) < width - 1 or len(names) > width or any(is_value(cell) and (years or not _is_year(cell)) for cell in names if not empty(cell)):
            continue
        body = [row for row in head[last + 1 : last + 99] if filled(row)]
        if any(True for _ in _value_columns(body, width)) and not all(UNIT_CELL.fullmatch(str(cell)) for cell in names if not empty(cell)):
            return top, last
    return None


def _are_groups(head: list, place: int, last: int, width: int) -> bool:
    """Whether a row has names of groups: blanks beside each, or the same name again."""
    if last >= len(head) or width < 3:
        return False
    groups = head[place]
    cells = [str(cell).strip() for cell in groups if not empty(cell)]
    blank = len([cell for cell in groups if empty(cell)]) + width - len(groups)
    # What is merged over several rows stands in each of them.
    again = sum(a == b for a, b in zip(cells, cells[1:])) + sum(a == b for a, b in zip(groups, head[place + 1]) if not empty(a))
    # One blank is a name left out, unless there are groups above it already.
    least = 1 if place > 0 and _are_groups(head, place - 1, place, width) else 2
    if not width - 1 <= len(groups) <= width or len(cells) < 2 or (blank < least and again < 1):
        return False
    return not any(is_value(cell) and not _is_year(cell) for cell in groups if not empty(cell))


def _joined(rows: list[list], width: int) -> list[str]:
    """One name for each column: those of its groups from above, each once. A group goes on to the next name in its row or above."""
    joined = []
    current: list[str] = [""] * len(rows)
    for position in range(width):
        for level, row in enumerate(rows):
            cell = row[position] if position < len(row) else None
            if not empty(cell):
                current[level:] = [_as_name(cell), *([""] * (len(rows) - level - 1))]
            elif level == len(rows) - 1:
                current[level] = ""
        parts: list[str] = []
        for name in current:
            if name and name not in parts[-1:]:
                parts.append(name)
        joined.append(" ".join(parts))
    return joined


def _value_columns(body: list, width: int) -> Iterator[int]:
    """Columns that hold hardly anything but numbers and dates."""
    for position in range(width):
        below = [row[position] for row in body if position < len(row) and not empty(row[position])]
        if below and sum(is_value(cell) for cell in below) > 0.7 * len(below):
            yield position


def _header_confidence(first: list, body: list, width: int) -> float:
    """From 0 (no header) to 1 (surely one)."""
    cells = [cell for cell in first if not empty(cell)]
    if not body:
        return 0.0 if any(is_value(cell) for cell in cells) else 0.5
    values = [cell for cell in cells if is_value(cell)]
    if values:
        # Years across the columns are names too: `Country, 1990, 1991, …`.
        texts = len(cells) - len(values)
        return 0.8 if texts >= 1 and len(values) >= 3 and all(_is_year(cell) for cell in values) else 0.05
    if any(position < len(first) and not empty(first[position]) for position in _value_columns(body, width)):
        return 0.98
    # All text: a header's words do not come again in their own columns.
    for position, cell in enumerate(first[:width]):
        if not empty(cell) and cell in [row[position] for row in body if position < len(row)]:
            return 0.2
    return 0.6


def _names(first: list, width: int, body: list, reading: Reading) -> list[str]:
    cells = ["" if empty(cell) else cell for cell in first]
    if isinstance(cells[0], str) and cells[0].startswith("#"):
        cells[0] = cells[0].lstrip("# ")
    longest = max([width, *(len(row) for row in body[:50])]) if body else width
    if len(cells) == width - 1 and longest == width and all(len(row) >= width for row in body[:50]):
        cells = ["row", *cells]
        reading.note("The header has one name less than the rows have values: the first column is called “row”.")
    cells += [""] * (width - len(cells))
    return unique_names(cells, reading)


def _as_name(cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    return str(cell).strip().strip("\ufeff")


def unique_names(cells: list, reading: Reading) -> list[str]:
    """One name for each cell: text, one line, at most 120 characters, none twice. Changes are noted."""
    names: list[str] = []
    blank = repeated = changed = 0
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        raw = _as_name(cell)
        name = shown(raw, NAME_LIMIT)
        changed += bool(raw) and name != raw and bool(name)
        if not name:
            name = f"column {position}"
            blank += 1
        base, copy = name, 2
        while name in taken:
            name = f"{base} ({copy})"
            copy += 1
        repeated += name != base
        taken.add(name)
        names.append(name)
    if blank:
        reading.note(f"{counted(blank, 'column')} without a name: called “column n” after the place.")
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
        below = [other[position] for other in body[1:50] if position < len(other) and not empty(other[position])]
        is_numeric = bool(below) and sum(is_value(item) for item in below) > 0.8 * len(below)
        if not empty(cell) and (not isinstance(cell, str) or not UNIT_CELL.fullmatch(cell) or cell.strip() in columns.MISSING_AMONG_NUMBERS - {"-"}):
            return
        if is_numeric and not empty(cell):
            numeric_below += 1
            if cell.strip() != "-":
                units[name] = cell.strip().strip("[]() ")
    if numeric_below >= 2 and units:
        place.units = units
        place.first_row = head.index(row, place.first_row) + 1
        reading.units.update(units)
        reading.note("The row under the header holds units (" + ", ".join(f"{shown(n, 20)}: {shown(u, 10)}" for n, u in list(units.items())[:4]) + ").")
