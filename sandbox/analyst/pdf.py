"""Tables in a PDF: its text as it is laid out on the page, read by the columns of blanks."""

import os
import re
import subprocess

from . import aligned, grid, splitting
from .problems import CannotOpen, counted, shown
from .reading import Reading

PAGE_LIMIT = 200
TIME_LIMIT_S = 60
#: Rows in which columns of blanks can be seen.
LEAST_LINES = 3


def open_pdf(path: str, table: str | None):
    """(frame, reading) of the largest table of a PDF's text, or of the one that is asked for."""
    name = shown(os.path.basename(path))
    pages = _text(path, name).split("\f")
    found: list[tuple[str, list[list[str]]]] = []
    rests: dict[int, list[list[str]]] = {}
    for number, page in enumerate(pages, start=1):
        for block in re.split(r"\n[ \t]*\n[ \t]*\n", page):
            rows = _rows(block)
            if rows is None and number not in rests and not any(one.startswith(f"page {number} ") for one, _ in found):
                rests[number] = _rest(block)
            if rows is not None:
                found.append((f"page {number} table {sum(one.startswith(f'page {number} ') for one, _ in found) + 1}", rows))
    if not found:
        if not any(page.strip() for page in pages):
            raise CannotOpen("pdf", f"{name} is a PDF without text: a scan. Its pages are pictures, which have to be looked at.")
        raise CannotOpen("pdf", f"{name} is a PDF document without a table; `pdftotext` gives its text.")
    names = [one for one, _ in found]
    if table is not None and table not in names:
        raise CannotOpen("no-such-table", f"There is no “{shown(table, 40)}” in {name}: it has {', '.join(names[:20])}.")
    chosen = names.index(table) if table else max(range(len(found)), key=lambda index: sum(map(grid.filled, found[index][1])))
    reading = Reading("PDF", {"table": f"“{names[chosen]}”"})
    reading.assume("columns", "from the places of the words", 0.6)
    reading.note("The columns are a guess from where words stand on the page: compare with the page itself.")
    rows = found[chosen][1]
    chain = [chosen] if table else _continued(found, chosen)
    if len(chain) > 1:
        rows = [row for index in chain for row in found[index][1]]
        reading.note(f"The table goes on over {counted(len(chain), 'page')}; its parts were put together.")
    if not table:
        rows = _take_rest(rows, names[chain[-1]], rests, reading)
    reading.tables = names if len(names) > 1 else []
    reading.others = [f"{one} ({counted(len(part), 'row')})" for index, (one, part) in enumerate(found) if index not in chain]
    if len(pages) > PAGE_LIMIT:
        reading.note(f"Only the first {PAGE_LIMIT} pages were read.")
        reading.total_is_exact = False
    return grid.frame_of(rows, reading), reading


def _rest(block: str) -> list[list[str]]:
    """The last row or two of a table, at the top of a page: cut where two blanks or more stand in all of them."""
    lines = [line for line in block.expandtabs().splitlines() if line.strip()]
    if not lines or len(lines) >= LEAST_LINES:
        return []
    width = max(map(len, lines))
    used = "".join(" " if all(line[place : place + 1] in ("", " ") for line in lines) else "x" for place in range(width))
    edges = [found.span() for found in re.finditer(r"x+(?: x+)*", used)]
    return [[line[start:end].strip() for start, end in edges] for line in lines]


def _take_rest(rows: list[list[str]], name: str, rests: dict[int, list[list[str]]], reading: Reading) -> list[list[str]]:
    """The rows with those that were alone on the next page; what cannot be told apart there is named."""
    page = int(name.split()[1]) + 1
    rest = rests.get(page, [])
    if not rest or len(rest[0]) < 2 or not _goes_on((name, rows), (f"page {page} rest", [[*row, *([""] * (len(rows[0]) - len(row)))] for row in rest])):
        return rows
    if len(rest[0]) == len(rows[0]):
        reading.note(f"{counted(len(rest), 'row')} at the top of page {page} taken for the end of the table.")
        return [*rows, *rest]
    words = " / ".join(shown(" ".join(row), 60) for row in rest)
    reading.note(f"{counted(len(rest), 'line')} at the top of page {page} may belong to the table and {'was' if len(rest) == 1 else 'were'} not read: “{words}”.")
    return rows


def _continued(found: list, chosen: int) -> list[int]:
    """A table that was broken over pages: the next ones of as many columns that have the same header, or none."""
    first = last = chosen
    while first > 0 and _goes_on(found[first - 1], found[first]):
        first -= 1
    while last + 1 < len(found) and _goes_on(found[last], found[last + 1]):
        last += 1
    return list(range(first, last + 1))


def _goes_on(before: tuple[str, list[list[str]]], after: tuple[str, list[list[str]]]) -> bool:
    pages = [int(name.split()[1]) for name, _ in (before, after)]
    if pages[1] != pages[0] + 1 or len(before[1][0]) != len(after[1][0]):
        return False
    return before[1][0] == after[1][0] or any(grid.is_value(cell) for cell in after[1][0] if cell)


def _text(path: str, name: str) -> str:
    try:
        done = subprocess.run(
            ["pdftotext", "-layout", "-l", str(PAGE_LIMIT), "-enc", "UTF-8", os.path.abspath(path), "-"],
            capture_output=True, timeout=TIME_LIMIT_S, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise CannotOpen("unsupported", f"{name} is a PDF, and pdftotext is not in this sandbox.") from None
    except subprocess.TimeoutExpired:
        raise CannotOpen("too-large", f"{name} takes more than {TIME_LIMIT_S} s to be read as text.") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace")
        if "password" in said.lower():
            raise CannotOpen("encrypted", f"{name} is protected with a password. Save a copy without one to analyse it.")
        raise CannotOpen("pdf", f"{name} is a damaged PDF ({shown(said, 90)}).")
    return done.stdout.decode("utf-8", "replace")


def _rows(block: str) -> list[list[str]] | None:
    """The rows of a block of text when it is set in columns."""
    lines = [line for line in block.expandtabs().splitlines() if line.strip()]
    # Titles and sentences around a table have no wide blanks.
    while lines and "  " not in lines[0].strip():
        lines.pop(0)
    while lines and "  " not in lines[-1].strip():
        lines.pop()
    if len(lines) < LEAST_LINES:
        return None
    columns = aligned.find("\n".join(lines))
    if columns is None:
        return None
    rows = [splitting.cut(line, columns.edges) for line in lines]
    return rows if sum(grid.filled(row) > 1 for row in rows) >= 3 else None
