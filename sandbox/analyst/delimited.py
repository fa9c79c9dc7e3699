"""CSV, TSV and other separated text: from the bytes to the table that was meant, and a report of what was assumed."""

import os
import re

from . import dialect, encoding, grid, large, splitting, structure
from .problems import CannotOpen, counted, shown
from .reading import Reading
from .splitting import Dialect

#: Up to this size every row is read here, with full care; above it by pandas; above `large.WHOLE_BYTES` a sample.
CAREFUL_BYTES = 24_000_000
#: `=1+1`, `@SUM(A1)`, and what starts a program: `+cmd|'…'!A1`.
FORMULA = r"=[A-Za-z0-9+\-(@]|@[A-Z]+\(|[+\-][^|]{1,40}\|[^!]*!"
#: Words of notes about what one plain call of pandas would read differently.
IRREGULAR = (
    "skipped", "holds units", "surplus", "the rest is missing", "column name", "without a name", "called “row”", "removed",
    "decoded", "count as missing", "stopped", "quarters", "thousands separator", "header rows", "joined", "other table", "not doubled",
    "telephone",
)  # fmt: skip


def open_text(path: str, size: int, table: str | None = None) -> tuple:
    """(frame, reading) of a text file."""
    with open(path, "rb") as file:
        head = file.read(encoding.SAMPLE_BYTES)
        codec, label, confidence = encoding.detect(head, path)
        reading = Reading("Separated text")
        encoding.said(reading, label, confidence)
        if size > CAREFUL_BYTES:
            return large.read(path, size, codec, reading), reading
        data = head + file.read()
    return from_bytes(data, path, codec, reading, table), reading


def from_bytes(data: bytes, path: str, codec: str, reading: Reading, table: str | None = None):
    """A frame of the whole content of a text file, or of one of its tables (`table 2`)."""
    text = encoding.decode(data, codec, reading)
    if not text.strip():
        raise CannotOpen("empty-file", f"{shown(os.path.basename(path))} holds nothing but blank space.")
    found = dialect.find(text, path)
    describe(reading, found)
    block = _chosen(parse(text, found, reading), table, reading)
    frame = grid.frame_of(block.rows, reading, found.delimiter, block.lines)
    _note_formulas(frame, reading)
    write_code(reading, path, codec, found, frame)
    return frame


def describe(reading: Reading, found: Dialect) -> None:
    if not found.delimiter and not found.edges:
        reading.format = "List of values"
        return
    reading.format = {",": "CSV", "\t": "TSV"}.get(found.delimiter, "Separated text")
    reading.details["delimiter"] = dialect.label(found)
    reading.assume("delimiter", dialect.label(found), found.confidence)
    if found.quote != '"':
        reading.assume("quote character", found.quote, 0.9)
    if found.broken_quotes:
        reading.note("Quotes inside of values are not doubled; a quote ends a value only where a delimiter or the line's end follows.")


def parse(text: str, found: Dialect, reading: Reading) -> list[tuple[int, list[str]]]:
    """(line, cells) of all rows, blank ones included. What ends the reading early is noted."""
    text = text.removeprefix("\ufeff")
    skipped = 0
    if re.match(r"sep=.\r?\n", text):
        text, skipped = text.split("\n", 1)[1], 1
        reading.note("The first line only names the delimiter and was skipped.")
        reading.skip(1, 1, "names the delimiter")
    rows: list[tuple[int, list[str]]] = []
    try:
        for line, row in splitting.rows(text, found):
            rows.append((line + skipped, row))
    except (splitting.csv.Error, splitting.UnclosedQuote) as error:
        if isinstance(error, splitting.UnclosedQuote):
            reading.note(f"A quote that is opened in line {rows[-1][0] + 1 if rows else 1:,} is never closed; it is read as a character.")
        patient = Dialect(found.delimiter, found.quote, True)
        rows = [(line + skipped, row) for line, row in splitting.rows(text, patient)]
    if not any(any(cell.strip() for cell in row) for _, row in rows):
        raise CannotOpen("empty-file", "The file holds only blank lines.")
    _merge_trailing(rows)
    return structure.without_comments(rows, reading)


def _merge_trailing(rows: list[tuple[int, list[str]]]) -> None:
    """A delimiter at the end of each line is no column."""
    sample = [row for _, row in rows[:2000] if any(row)]
    width = structure.modal_width(sample)
    if width < 2:
        return
    even = [row for row in sample if len(row) == width]
    ending = sum(row[-1] == "" for row in sample if len(row) > 1)
    if all(row[width - 1] == "" for row in even) and ending > 0.8 * sum(len(row) > 1 for row in sample):
        for _, row in rows:
            if len(row) > 1 and row[-1] == "":
                row.pop()


def _chosen(rows: list[tuple[int, list[str]]], table: str | None, reading: Reading) -> structure.Block:
    """The largest table, or the one that is asked for; the others are named."""
    blocks = structure.tables(rows)
    if len(blocks) == 1:
        return blocks[0]
    names = [f"table {number}" for number in range(1, len(blocks) + 1)]
    if table is not None and table not in names:
        raise CannotOpen("no-such-table", f"There is no “{shown(table, 40)}” in this file: it has {', '.join(names[:20])}.")
    chosen = names.index(table) if table else max(range(len(blocks)), key=lambda index: blocks[index].cells)
    reading.tables = names
    for index, (name, block) in enumerate(zip(names, blocks)):
        if index == chosen:
            continue
        reading.others.append(f"{name} (lines {block.lines[0]:,} to {block.lines[-1]:,}, {counted(block.width, 'column')})")
        reading.skip(block.lines[0], block.lines[-1], "other table", name)
    reading.note(
        f"{counted(len(blocks) - 1, 'other table')} in this file {'was' if len(blocks) == 2 else 'were'} not read; "
        f"open_table(path, table={names[1 if chosen == 0 else 0]!r}) reads one."
    )
    return blocks[chosen]


def _note_formulas(frame, reading: Reading) -> None:
    """Texts that a spreadsheet program would run as formulas: harmless here, not in a file that is made of them."""
    count = sum(int(frame[name].str.match(FORMULA, na=False).sum()) for name in frame.columns if frame[name].dtype == object and frame[name].map(type).eq(str).any())
    if count:
        verb = "begins" if count == 1 else "begin"
        reading.note(f"{counted(count, 'value')} {verb} like a formula (“=…”) and {'is' if count == 1 else 'are'} kept as text; a spreadsheet program may run {'it' if count == 1 else 'them'}.")


def write_code(reading: Reading, path: str, codec: str, found: Dialect, frame) -> None:
    """Plain pandas for the same table, when the file is regular enough to say it in one call."""
    delimiter = found.delimiter
    if len(delimiter) != 1 or found.broken_quotes or reading.units or any(mark in note for note in reading.notes for mark in IRREGULAR):
        return
    arguments = [repr(os.path.basename(path))]
    if delimiter == " ":
        arguments.append("sep=r'\\s+'")
    elif delimiter != ",":
        arguments.append(f"sep={delimiter!r}")
    if codec not in ("utf-8", "utf-8-sig"):
        arguments.append(f"encoding={codec!r}")
    if "decimal sign" in reading.details:
        arguments.append("decimal=',', thousands='.'")
    if found.quote != '"':
        arguments.append(f"quotechar={found.quote!r}")
    text = [name for name in frame.columns if frame[name].dtype == object and any(f"“{name}”" in note and "kept as text" in note for note in reading.notes)]
    if "decimal sign" in reading.details:
        # Else the thousands dots would be taken out of dates such as 01.02.2024.
        text += [name for name in frame.columns if frame[name].dtype.kind == "M"]
    if text:
        arguments.append("dtype={" + ", ".join(f"{name!r}: str" for name in text) + "}")
    if any("No header row" in note for note in reading.notes):
        arguments.append(f"header=None, names={list(frame.columns)!r}")
    reading.code = f"df = pd.read_csv({', '.join(arguments)})"
