"""Which table of a workbook is meant: sheets, and tables below or beside each other on one of them."""

import os
from dataclasses import dataclass, field

from . import grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

ROW_LIMIT = 200_000
COLUMN_LIMIT = 2_000
FROM_1904 = "Dates count from 1904, as the workbook says."


@dataclass
class Sheet:
    """Rows from the first one of the sheet on, empty ones included (as empty lists)."""

    title: str
    rows: list[list]
    visible: bool = True
    #: Whether the sheet has more rows.
    cut: bool = False
    #: Cells that got the value of the merged range they are in.
    merged: int = 0
    #: Places of rows and columns, counted from 0.
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def merge(self, column: int, first: int, last: int) -> None:
        """Puts the value of a merged range into its rows below, in its first column: they belong to it, too."""
        if not first < last < len(self.rows) or column >= len(self.rows[first]) or self.rows[first][column] is None:
            return
        for row in self.rows[first + 1 : last + 1]:
            # An empty row inside a range stays one.
            if any(cell is not None for cell in row) and (column >= len(row) or row[column] is None):
                row += [None] * (column + 1 - len(row))
                row[column] = self.rows[first][column]
                self.merged += 1

    @property
    def label(self) -> str:
        return shown(self.title, 40) + ("" if self.visible else " (hidden)")


@dataclass
class Region:
    """One table of a sheet. `name` is what `open_table(path, table=…)` takes."""

    name: str
    sheet: Sheet
    rows: list[list]
    #: Rows of the sheet, counted from 1.
    lines: list[int]

    @property
    def cells(self) -> int:
        return sum(grid.filled(row) for row in self.rows)


def frame_of(sheets: list[Sheet], path: str, reading: Reading, table: str | None):
    """The table that is asked for; else the one with most filled cells, of visible sheets before hidden ones."""
    name = shown(os.path.basename(path))
    regions = [region for sheet in sheets for region in regions_of(sheet)]
    if not regions:
        raise CannotOpen("no-rows", f"{name} has no sheet with data.")
    names = [region.name for region in regions]
    if table is not None and table not in names:
        listed = ", ".join(shown(one, 40) for one in names[:20])
        raise CannotOpen("no-such-table", f"There is no table “{shown(table, 40)}” in {name}: it has {listed}.")
    chosen = regions[names.index(table)] if table else max(regions, key=lambda region: (region.sheet.visible and region.cells > 3, region.cells))
    reading.tables = names if len(names) > 1 else []
    reading.details["sheet"] = f"“{chosen.sheet.label}”"
    full = {region.sheet.title for region in regions}
    reading.others = [_told(region, chosen) for region in regions if region is not chosen]
    reading.others += [f"sheet “{sheet.label}” (empty)" for sheet in sheets if sheet.title not in full]
    here = [region for region in regions if region.sheet is chosen.sheet and region is not chosen]
    if here:
        reading.note(
            f"{counted(len(here), 'other table')} on the same sheet {'was' if len(here) == 1 else 'were'} not read; "
            f"open_table(path, table={here[0].name!r}) reads one."
        )
    if chosen.sheet.merged:
        reading.note(f"{counted(chosen.sheet.merged, 'cell')} of merged ranges filled with the range's value.")
    inside = set(chosen.lines) | {line for region in here for line in region.lines}
    outside = [number for number, row in enumerate(chosen.sheet.rows, start=1) if grid.filled(row) and number not in inside]
    if outside:
        words = " / ".join(shown(next(cell for cell in chosen.sheet.rows[number - 1] if not grid.empty(cell)), 40) for number in outside[:4])
        reading.note(f"{counted(len(outside), 'row')} of the sheet {'stands' if len(outside) == 1 else 'stand'} apart from the tables (a title or remarks): “{words}”.")
        for number in outside:
            reading.skip(number, number, "apart from the tables")
    if chosen.sheet.cut:
        reading.note(f"The sheet has more than {ROW_LIMIT:,} rows; the first {ROW_LIMIT:,} were read.")
        reading.total_is_exact = False
    _note_errors(chosen, reading)
    _note_hidden(chosen, reading)
    frame = grid.frame_of(_trimmed(chosen.rows), reading, lines=chosen.lines)
    if not reading.notes:
        sheet = f", sheet_name={chosen.sheet.title!r}" if len(sheets) > 1 else ""
        reading.code = f"df = pd.read_excel({os.path.basename(path)!r}{sheet})"
    return frame


def _told(region: Region, chosen: Region) -> str:
    if region.sheet is chosen.sheet or region.name != region.sheet.title:
        words = " / ".join(shown(cell, 30) for row in region.rows[:3] for cell in row if not grid.empty(cell))
        return f"“{shown(region.name, 60)}” (rows {region.lines[0]:,} to {region.lines[-1]:,}: {shown(words, 60)})"
    return f"sheet “{region.sheet.label}”"


def regions_of(sheet: Sheet) -> list[Region]:
    """Tables of a sheet, the largest first. Empty rows divide only what differs in its columns; empty columns, what is set side by side."""
    blocks: list[tuple[list[list], list[int]]] = [([], [])]
    for number, row in enumerate(sheet.rows, start=1):
        if grid.filled(row):
            blocks[-1][0].append(row)
            blocks[-1][1].append(number)
        elif blocks[-1][0]:
            blocks.append(([], []))
    blocks = [block for block in blocks if block[0]]
    parts: list[tuple[list[list], list[int]]] = []
    for rows, lines in _rejoined(blocks):
        parts += [(part, lines) for part in _side_by_side(rows)]
    tables = [(rows, lines) for rows, lines in parts if len(rows) > 1 and max(map(grid.filled, rows)) > 1]
    tables = tables or parts
    tables.sort(key=lambda part: -sum(map(grid.filled, part[0])))
    return [Region(sheet.title if index == 0 else f"{sheet.title} table {index + 1}", sheet, rows, lines) for index, (rows, lines) in enumerate(tables)]


def _span(rows: list[list]) -> tuple[int, int]:
    used = [index for row in rows for index, cell in enumerate(row) if not grid.empty(cell)]
    return (min(used), max(used)) if used else (0, 0)


def _rejoined(blocks: list) -> list:
    """Gaps inside one long table (every fifth row left blank) do not make several: blocks without a header of their own go on."""
    joined: list[tuple[list[list], list[int]]] = []
    for rows, lines in blocks:
        if joined and _goes_on(joined[-1][0], rows):
            joined[-1][0].extend(rows)
            joined[-1][1].extend(lines)
        else:
            joined.append((list(rows), list(lines)))
    return joined


def _goes_on(before: list[list], rows: list[list]) -> bool:
    first, last = _span(before)
    start, end = _span(rows)
    if start < first or end > last or max(map(grid.filled, before)) < 2 or len(before) < 2:
        return False
    head = [cell for cell in rows[0] if not grid.empty(cell)]
    if any(grid.is_value(cell) for cell in head):
        return True
    # All text: a header, unless the table above is all text as well; one lonely text is a remark.
    values = any(grid.is_value(cell) for row in before[1:20] for cell in row if not grid.empty(cell))
    return not values and len(head) > 1 and start == first


def _side_by_side(rows: list[list]) -> list[list[list]]:
    """Cut at columns that are empty in all rows, when each part is a table of its own."""
    first, last = _span(rows)
    used = [any(index < len(row) and not grid.empty(row[index]) for row in rows) for index in range(last + 1)]
    parts, start = [], None
    for index in range(first, last + 2):
        if index <= last and used[index]:
            start = index if start is None else start
        elif start is not None:
            parts.append((start, index))
            start = None
    if len(parts) < 2 or not all(_is_table(rows, *part) for part in parts):
        return [rows]
    return [[row for row in ([*row[start:end]] for row in rows) if grid.filled(row)] for start, end in parts]


def _is_table(rows: list[list], start: int, end: int) -> bool:
    part = [row[start:end] for row in rows]
    part = [row for row in part if grid.filled(row)]
    return end - start >= 2 and len(part) >= 3 and grid.filled(part[0]) >= 2 and not any(grid.is_value(cell) for cell in part[0] if not grid.empty(cell))


def _trimmed(rows: list[list]) -> list[list]:
    """Without empty columns at the edges, and with rows of one width."""
    first, last = _span(rows)
    return [[*row, *([None] * (last + 1 - len(row)))][first : last + 1] for row in rows]


def _note_hidden(region: Region, reading: Reading) -> None:
    """What a person does not see in the sheet is in the frame all the same."""
    rows = len({line - 1 for line in region.lines} & set(region.sheet.hidden_rows))
    first, last = _span(region.rows)
    columns = [column for column in region.sheet.hidden_columns if first <= column <= last]
    for count, what in ((rows, "hidden row"), (len(columns), "hidden column")):
        if count:
            reading.note(f"{counted(count, what)} of the sheet {'was' if count == 1 else 'were'} read like the others.")


def note_uncached(count: int, reading: Reading) -> None:
    """Formulas whose results the writing program did not store read as empty."""
    if count:
        reading.note(
            f"{counted(count, 'formula')} {'has' if count == 1 else 'have'} no stored result and read as missing: "
            "open and save the file in a spreadsheet program to compute them."
        )


def note_comments(words: list[str], reading: Reading) -> None:
    """Comments on cells are words of a person about the data, and in no table."""
    if words:
        some = "; ".join(shown(one, 60) for one in words[:3])
        reading.note(f"{counted(len(words), 'comment')} on cells {'is' if len(words) == 1 else 'are'} not in the table: “{some}{' …' if len(words) > 3 else ''}”.")


def _note_errors(region: Region, reading: Reading) -> None:
    errors = [cell for row in region.rows for cell in row if isinstance(cell, str) and cell in ("#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#NULL!", "#NUM!", "#N/A")]
    if errors:
        kinds = ", ".join(sorted(set(errors)))
        reading.note(f"{counted(len(errors), 'cell')} {'holds' if len(errors) == 1 else 'hold'} an error of a formula ({kinds}) and count{'s' if len(errors) == 1 else ''} as missing.")
