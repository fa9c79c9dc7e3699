"""Text to rows of cells, each with its line: by the csv module, by columns of blanks, or patiently where quotes are broken."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

csv.field_size_limit(10_000_000)
#: Stands for a delimiter of several characters while the text is read.
JOINED = "\x1f"
#: A value in quotes with more lines is a quote that nobody closed.
LINES_IN_VALUE = 60


@dataclass(frozen=True)
class Dialect:
    """How rows are divided. `delimiter` is empty for a list of values, and for columns that begin at `edges`."""

    delimiter: str
    quote: str = '"'
    #: Quotes inside of quoted values are escaped by a backslash, or not at all.
    broken_quotes: bool = False
    edges: tuple[int, ...] = ()
    confidence: float = 1.0


class UnclosedQuote(Exception):
    """A quote was opened and swallowed the lines behind it."""


def rows(text: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, cells) of each row, blank ones included. Raises `csv.Error`, `UnclosedQuote`."""
    if dialect.edges:
        return ((number, cut(line, dialect.edges)) for number, line in enumerate(text.splitlines(), start=1))
    if dialect.delimiter == "":
        return ((number, [line]) for number, line in enumerate(io.StringIO(text, newline=None).read().split("\n"), start=1))
    delimiter = dialect.delimiter
    if len(delimiter) > 1:
        text, delimiter = text.replace(JOINED, " ").replace(delimiter, JOINED), JOINED
    return _patient(text, delimiter, dialect.quote) if dialect.broken_quotes else _plain(text, delimiter, dialect.quote)


def cut(line: str, edges: tuple[int, ...]) -> list[str]:
    if not line.strip():
        return []
    if any(line[edge - 1 : edge].strip() and line[edge : edge + 1].strip() for edge in edges[1:]):
        # It goes over the borders: a title or a remark.
        return [line.strip()]
    return [line[start:end].strip() for start, end in zip(edges, (*edges[1:], None))]


def _plain(text: str, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")
    source = (line.strip() + "\n" for line in lines) if delimiter == " " else lines
    reader = csv.reader(source, delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    first = 1
    for row in reader:
        if reader.line_num - first > LINES_IN_VALUE:
            raise UnclosedQuote
        # At the end of the text the csv module does not mind.
        if reader.line_num > first and re.search(r"[\r\n]", row[-1]) and not text[-200:].rstrip().endswith(quote) and _is_last(text, row[-1]):
            raise UnclosedQuote
        yield first, row
        first = reader.line_num + 1


def _is_last(text: str, cell: str) -> bool:
    return text[-len(cell) - 2 :].replace("\r", "\n").rstrip().endswith(cell[-50:].replace("\r", "\n").rstrip())


def escapes(text: str, quote: str) -> bool:
    """Whether quotes are escaped by a backslash, as in `\\"word`."""
    return bool(re.search(rf"\\{re.escape(quote)}\w", text))


def broken_quotes(text: str, delimiter: str, quote: str) -> bool:
    """Whether values in quotes hold quotes that are not doubled."""
    if escapes(text, quote):
        return True
    edge = re.escape(delimiter[:1]) + r"\r\n"
    q = re.escape(quote)
    inner = rf"(?:[^{q}\r\n]|{q}{q})*"
    blank = "" if delimiter == " " else " *"
    return bool(re.search(rf"(?:^|[{edge}]){blank}{q}{inner}{q}{blank}[^\s{q}{edge}]", text, re.M))


def _swallows(value: str, opening: re.Pattern) -> bool:
    """Whether a value in quotes goes on into the next rows."""
    lines = value.count("\n") or value.count("\r")
    return lines > LINES_IN_VALUE or bool(lines and opening.search(value))


def _patient(text: str, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """A quote ends a value only where a delimiter or the end of the line follows; a backslash escapes a quote."""
    d, q = re.escape(delimiter), re.escape(quote)
    closing = rf"[ ]*(?:{d}|\r|\n|\Z)"
    # A path in quotes may end with a backslash: it escapes only where it is seen to.
    escape = r"\\." if escapes(text, quote) else r"\\"
    inner = rf"[^{q}\\]|{escape}|{q}{q}(?!{closing})|{q}(?!{closing})"
    field = re.compile(rf"[ ]*{q}((?:{inner})*+){q}[ ]*(?={closing})", re.S)
    plain = re.compile(rf"[^{d}\r\n]*")
    opening = re.compile(rf"{d}[ ]*{q}")
    position, line, first, row = 0, 1, 1, []
    while position < len(text):
        match = field.match(text, position)
        if match and not _swallows(match.group(1), opening):
            value = match.group(1).replace(quote + quote, quote)
            line += match.group().count("\n") or match.group().count("\r")
        else:
            match = plain.match(text, position)
            value = match.group().strip(" ")
        if escape == r"\\.":
            value = re.sub(rf"\\([{q}\\])", r"\1", value)
        row.append(value)
        position = match.end()
        if text.startswith(delimiter, position):
            position += 1
            if position == len(text) or text[position] in "\r\n":
                row.append("")
            else:
                continue
        yield first, row
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        first, row = line, []
