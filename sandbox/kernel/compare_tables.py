"""
The program behind the query `tableDifference`: JSON in, JSON out. Rows are aligned first, so that one that was inserted is
one row and not a change of all rows behind it; then cells are compared as they are written.
"""

import base64
import difflib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kernel.read_tables import Row, Tables, Unreadable, answer_with, shortened  # noqa: E402
from kernel.textdiff import common_prefix  # noqa: E402

MAX_CHANGES = 500
CELL_CHARACTERS = 300
#: Of rows that are not the same at both ends: beyond it rows are compared by their place.
MAX_PRODUCT = 4_000_000


class Difference:
    def __init__(self) -> None:
        self.changes: list[dict] = []
        self.cells = self.added_rows = self.removed_rows = self.sheets = 0
        self.cut = False

    def say(self, sheet: str, kind: str, what: str, place: str, before: str | None = None, after: str | None = None) -> None:
        if len(self.changes) < MAX_CHANGES:
            change = {"sheet": sheet, "kind": kind, "what": what, "place": place, "before": shortened(before, CELL_CHARACTERS), "after": shortened(after, CELL_CHARACTERS)}
            self.changes.append(change)

    def answer(self) -> dict:
        counts = {"cells": self.cells, "addedRows": self.added_rows, "removedRows": self.removed_rows, "sheets": self.sheets}
        return {"changes": self.changes, **counts, "cut": self.cut}

    # Rows

    def compare(self, sheet: str, old: list[Row], new: list[Row]) -> None:
        head = common_prefix(old, new)
        tail = common_prefix(old[head:][::-1], new[head:][::-1])
        old, new = old[head : len(old) - tail], new[head : len(new) - tail]
        if len(old) * len(new) > MAX_PRODUCT:
            self.cut = self.cut or len(old) != len(new)
            self._block(sheet, old, new, head, head, by_place=True)
            return
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                self._block(sheet, old[i1:i2], new[j1:j2], head + i1, head + j1)

    def _block(self, sheet: str, old: list[Row], new: list[Row], old_at: int, new_at: int, by_place: bool = False) -> None:
        """Rows that stand in the place of others."""
        pairs = _paired(old, new, by_place)
        paired = set(pairs.values())
        for at, row in enumerate(old):
            if at not in paired:
                self.removed_rows += 1
                self.say(sheet, "removed", "row", f"row {old_at + at + 1}", before=_joined(row))
        for at, row in enumerate(new):
            if at in pairs:
                self._cells(sheet, old[pairs[at]], row, new_at + at)
            else:
                self.added_rows += 1
                self.say(sheet, "added", "row", f"row {new_at + at + 1}", after=_joined(row))

    def _cells(self, sheet: str, old: Row, new: Row, row: int) -> None:
        for column in range(max(len(old), len(new))):
            before = old[column] if column < len(old) else None
            after = new[column] if column < len(new) else None
            if before == after:
                continue
            kind = "added" if before is None else "removed" if after is None else "changed"
            self.cells += 1
            self.say(sheet, kind, "cell", f"{_letters(column)}{row + 1}", before, after)


def _paired(old: list[Row], new: list[Row], by_place: bool) -> dict[int, int]:
    """Which new row is which old one: by place where they are as many, else by their first cells."""
    if by_place or len(old) == len(new):
        return {at: at for at in range(min(len(old), len(new)))}
    keys = [row[0] if row else None for row in old]
    places = {key: at for at, key in enumerate(keys) if key is not None and keys.count(key) == 1}
    pairs: dict[int, int] = {}
    for at, row in enumerate(new):
        key = row[0] if row else None
        if key in places:
            pairs[at] = places.pop(key)
    return pairs


def _letters(column: int) -> str:
    """The name of a column, from 0: A, B, … AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _joined(row: Row) -> str:
    return " · ".join(cell or "" for cell in row)


def _of_text(before: bytes, after: bytes, difference: Difference) -> None:
    tables = Tables()
    rows = tables.of_texts(before, after)
    difference.cut = difference.cut or tables.cut
    difference.compare("", *rows)


def _of_workbooks(before: bytes, after: bytes, difference: Difference) -> None:
    tables = Tables()
    try:
        old, new = tables.of_workbook(before), tables.of_workbook(after)
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken file makes of its reader
        raise Unreadable(f"One of the versions is no workbook that can be read ({type(error).__name__}).") from None
    difference.cut = difference.cut or tables.cut
    for title in [title for title in old if title not in new]:
        difference.sheets += 1
        difference.say(title, "removed", "sheet", title)
    for title, rows in new.items():
        if title in old:
            difference.compare(title, old[title], rows)
        else:
            difference.sheets += 1
            difference.say(title, "added", "sheet", title)


def compared(given: dict) -> dict:
    difference = Difference()
    before, after = (base64.b64decode(given[name]) for name in ("before", "after"))
    if given["kind"] == "workbook":
        _of_workbooks(before, after, difference)
    else:
        _of_text(before, after, difference)
    return difference.answer()


if __name__ == "__main__":
    answer_with(compared, "One of the versions")
