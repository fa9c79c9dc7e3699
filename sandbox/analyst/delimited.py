"""CSV, TSV and other separated text: delimiter, quotes, uneven rows, and files too large to read whole."""

import csv
import io
import os
import re
from collections import Counter

from . import encoding, grid, large
from .problems import CannotOpen, counted, shown
from .reading import Reading

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "“|”", "^": "“^”", "~": "“~”", " ": "spaces", ":": "colon"}
#: Up to this size every row is read here, with full care; above it by pandas; above `large.WHOLE_BYTES` a sample.
CAREFUL_BYTES = 24_000_000
#: Words of notes about what one plain call of pandas would read differently.
IRREGULAR = (
    "skipped", "holds units", "surplus", "the rest is missing", "column name", "without a name", "called “row”", "removed",
    "decoded", "count as missing", "stopped", "quarters", "thousands separator",
)  # fmt: skip
csv.field_size_limit(10_000_000)


def open_text(path: str, size: int) -> tuple:
    """(frame, reading) of a text file."""
    with open(path, "rb") as file:
        head = file.read(encoding.SAMPLE_BYTES)
        codec, label, certain = encoding.detect(head, path)
        reading = Reading("Separated text", {"encoding": label})
        if not certain:
            reading.note(f"The encoding is a guess from the bytes: {label}.")
        if size > CAREFUL_BYTES:
            return large.read(path, size, codec, reading), reading
        data = head + file.read()
    return from_bytes(data, path, codec, reading), reading


def from_bytes(data: bytes, path: str, codec: str, reading: Reading):
    """A frame of the whole content of a text file."""
    text = encoding.decode(data, codec, reading)
    if not text.strip():
        raise CannotOpen("empty-file", f"{shown(os.path.basename(path))} holds nothing but blank space.")
    delimiter, quote = dialect(text, path)
    describe(reading, delimiter)
    rows = parse(text, delimiter, quote, reading)
    frame = grid.frame_of(rows, reading, delimiter)
    write_code(reading, path, codec, delimiter, quote, frame)
    return frame


def describe(reading: Reading, delimiter: str) -> None:
    reading.format = {",": "CSV", "\t": "TSV"}.get(delimiter, "Separated text") if delimiter else "List of values"
    if delimiter:
        reading.details["delimiter"] = DELIMITERS[delimiter]


def _rows(text: str, delimiter: str, quote: str):
    lines = io.StringIO(text, newline="")
    if delimiter == "":
        return ([line.rstrip("\r\n")] for line in lines)
    if delimiter == " ":
        lines = (line.strip() + "\n" for line in lines)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=True)


def dialect(text: str, path: str) -> tuple[str, str]:
    """(delimiter, quote character); the delimiter is empty for a list of single values."""
    declared = re.match(r"\ufeff?sep=(.)\r?\n", text)
    head = text[:200_000]
    if len(text) > len(head):
        head = head[: head.rfind("\n") + 1] or head
    if declared and declared.group(1) in DELIMITERS:
        return declared.group(1), '"'
    quote = _quote(head)
    best, delimiter = 0.0, ""
    for candidate in DELIMITERS:
        score = _score(head, candidate, quote)
        if score > best:
            best, delimiter = score, candidate
    if best >= 0.55:
        return delimiter, quote
    lines = [line for line in head.splitlines() if line.strip()]
    average = sum(map(len, lines)) / len(lines)
    if len(lines) > 1 and average <= 60 and max(map(len, lines)) <= 200 and not _prose(lines):
        return "", quote
    raise CannotOpen("no-table", f"{shown(os.path.basename(path))} reads as running text, not as a table.")


def _prose(lines: list[str]) -> bool:
    return sum(len(line.split()) > 4 for line in lines) > 0.4 * len(lines)


def _quote(head: str) -> str:
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n])", head, re.M))
    double = len(re.findall(r'(?:^|[,;\t|])"[^"\n]*"(?=[,;\t|\r\n])', head, re.M))
    return "'" if single > 5 and double == 0 else '"'


def _score(head: str, delimiter: str, quote: str) -> float:
    """How evenly a delimiter divides the rows, from 0 to about 1; more columns win among equals."""
    try:
        widths = Counter(len(row) for _, row in zip(range(1000), _rows(head, delimiter, quote)) if any(row))
    except csv.Error:
        return 0.0
    total = sum(widths.values())
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width < 2 or total < 1:
        return 0.0
    # Blanks and colons stand inside values too: they must divide all rows alike, and nothing better be there.
    weak = delimiter in " :"
    if weak and count < 0.9 * total:
        return 0.0
    return count / total * (0.6 if weak else 1.0) + min(width, 50) * 0.002 - (0.15 if total == 1 else 0)


def parse(text: str, delimiter: str, quote: str, reading: Reading) -> list[list[str]]:
    """All rows; uneven ones are kept, padded or cut later, and counted with their line numbers."""
    if text.startswith("\ufeff"):
        text = text[1:]
    if re.match(r"sep=.\r?\n", text):
        text = text.split("\n", 1)[1]
        reading.note("The first line only names the delimiter and was skipped.")
    reader = _rows(text, delimiter, quote)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(getattr(reader, "line_num", len(lines) + 1))
    except csv.Error as error:
        reading.note(f"Reading stopped in line {getattr(reader, 'line_num', 0):,}: {shown(error)}.")
    if not rows:
        raise CannotOpen("empty-file", "The file holds only blank lines.")
    _merge_trailing(rows)
    _note_uneven(rows, lines, reading)
    return rows


def _merge_trailing(rows: list[list[str]]) -> None:
    """A delimiter at the end of each line is no column."""
    sample = rows[:500]
    if len(sample[-1]) > 1 and all(row and row[-1] == "" for row in sample) and len({len(row) for row in sample}) == 1:
        for row in rows:
            if row and row[-1] == "":
                row.pop()


def _note_uneven(rows: list[list[str]], lines: list[int], reading: Reading) -> None:
    width = Counter(len(row) for row in rows[1:] or rows).most_common(1)[0][0]
    top = grid.first_full_row(rows[:400], width)
    bottom, _ = grid.footer_start(rows, width)
    body = range(top + 1, bottom)
    long = [lines[index] for index in body if len(rows[index]) > width]
    short = [lines[index] for index in body if len(rows[index]) < width]
    for found, what in ((long, "more values than columns: the surplus was cut"), (short, "fewer values than columns: the rest is missing")):
        if found:
            some = ", ".join(f"{line:,}" for line in found[:5])
            verb = "has" if len(found) == 1 else "have"
            reading.note(f"{counted(len(found), 'row')} {verb} {what} (line {some}{' …' if len(found) > 5 else ''}).")


def write_code(reading: Reading, path: str, codec: str, delimiter: str, quote: str, frame) -> None:
    """Plain pandas for the same table, when the file is regular enough to say it in one call."""
    if not delimiter or reading.units or any(mark in note for note in reading.notes for mark in IRREGULAR):
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
    if quote != '"':
        arguments.append(f"quotechar={quote!r}")
    text = [name for name in frame.columns if frame[name].dtype == object and any(f"“{name}”" in note and "kept as text" in note for note in reading.notes)]
    if "decimal sign" in reading.details:
        # Else the thousands dots would be taken out of dates such as 01.02.2024.
        text += [name for name in frame.columns if frame[name].dtype.kind == "M"]
    if text:
        arguments.append("dtype={" + ", ".join(f"{name!r}: str" for name in text) + "}")
    if any("No header row" in note for note in reading.notes):
        arguments.append(f"header=None, names={list(frame.columns)!r}")
    reading.code = f"df = pd.read_csv({', '.join(arguments)})"
