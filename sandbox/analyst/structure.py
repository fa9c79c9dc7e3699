"""What lies between the rows of separated text: remarks, and tables below or between each other."""

from collections import Counter
from dataclasses import dataclass, field

from . import grid
from .problems import counted, shown
from .reading import Reading

COMMENT_SIGNS = ("#", "//", "%%", "--")
#: Lines that a remark may have in a row of a list of single values.
MOST_COMMENTS = 0.5


@dataclass
class Block:
    """Rows of one table and their lines in the file."""

    rows: list[list] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        return modal_width(self.rows)

    @property
    def cells(self) -> int:
        return sum(grid.filled(row) for row in self.rows)

    def extend(self, other: "Block") -> None:
        self.rows += other.rows
        self.lines += other.lines


def modal_width(rows: list[list]) -> int:
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width] * (width > 1), width)) if widths else 0


def without_comments(block: list[tuple[int, list]], reading: Reading) -> list[tuple[int, list]]:
    """Without lines that begin like a remark and do not divide like the rows."""
    width = modal_width([row for _, row in block if grid.filled(row)])
    comments = [(line, row) for line, row in block if _is_comment(row, width)]
    if not comments or len(comments) > MOST_COMMENTS * len(block):
        return block
    for line, row in comments:
        reading.skip(line, line, "comment", _words(row))
    some = ", ".join(f"{line:,}" for line, _ in comments[:5])
    more = " …" if len(comments) > 5 else ""
    reading.note(f"{counted(len(comments), 'comment line')} skipped (line {some}{more}): “{shown(_words(comments[0][1]), 60)}”.")
    gone = {line for line, _ in comments}
    return [(line, row) for line, row in block if line not in gone]


def _is_comment(row: list, width: int) -> bool:
    first = str(row[0]).lstrip() if row else ""
    return first.startswith(COMMENT_SIGNS) and (width < 2 or grid.filled(row) < width - 1 or (len(row) != width and grid.filled(row) != width - 1))


def _words(row: list) -> str:
    return " ".join(str(cell) for cell in row if not grid.empty(cell))


def tables(numbered: list[tuple[int, list]]) -> list[Block]:
    """The tables of the rows, in their order; blank rows alone do not make two of one. Never empty when a row has a value."""
    blocks: list[Block] = [Block()]
    for line, row in numbered:
        if grid.filled(row):
            blocks[-1].rows.append(row)
            blocks[-1].lines.append(line)
        elif blocks[-1].rows:
            blocks.append(Block())
    blocks = [block for block in blocks if block.rows]
    if len(blocks) < 2:
        return blocks
    largest = max(blocks, key=lambda block: (block.cells, len(block.rows)))
    width = modal_width([row for block in blocks for row in block.rows])
    if modal_width(largest.rows) > 1:
        width = largest.width
    found: list[Block] = [Block()]
    begun = False
    for block in blocks:
        if begun and _is_table(block, width, found[-1]):
            found.append(Block())
        found[-1].extend(block)
        begun = begun or block.width == width or len(block.rows) >= 3
    return found


def _is_table(block: Block, width: int, before: Block) -> bool:
    """Whether a block behind blank lines is a table of its own: of another width, or with a header of its own."""
    rows = block.rows
    while len(rows) > 2 and grid.filled(rows[0]) == 1 and block.width > 1:
        rows = rows[1:]
    if len(rows) < 2:
        return False
    own = modal_width(rows)
    if own < 2 or sum(len(row) == own for row in rows) < 0.7 * len(rows):
        return False
    if own != before.width:
        return True
    head = rows[0]
    body = before.rows[1:50]
    if any(grid.is_value(cell) for cell in head if not grid.empty(cell)) or grid.filled(head) < own - 1:
        return False
    texts = [[str(cell).strip() for cell in row] for row in before.rows[:3]]
    if [str(cell).strip() for cell in head] in texts:
        return False
    of_values = [column for column in range(own) if sum(grid.is_value(row[column]) for row in body if column < len(row)) > 0.7 * len(body)]
    below = [row for row in rows[1:] if len(row) == own]
    return bool(of_values) and bool(below) and any(grid.is_value(row[column]) for row in below for column in range(own))
