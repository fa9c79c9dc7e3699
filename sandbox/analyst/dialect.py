"""How a text divides its rows: which delimiter, of one or several characters, which quotes, or columns of blanks."""

import os
import re
from collections import Counter

from . import aligned, splitting
from .problems import CannotOpen, shown
from .splitting import Dialect

DELIMITERS = {
    ",": "comma", ";": "semicolon", "\t": "tab", "|": "“|”", "^": "“^”", "~": "“~”", " ": "spaces", ":": "colon",
    "\x1f": "unit separator (1F)", "\x01": "control character 01",
}  # fmt: skip
HEAD_CHARACTERS = 200_000
ROWS = 1000
#: What blanks and colons count for: they stand inside of values, too.
WEAK = 0.6
WEAK_DELIMITERS = " :"
#: From this score on no weak one comes near, however many columns it makes.
SURE = 0.78


def find(text: str, path: str) -> Dialect:
    """Raises `CannotOpen` for running text."""
    head = text[:HEAD_CHARACTERS]
    if len(text) > len(head):
        head = head[: head.rfind("\n") + 1] or head
    quote = _quote(head)
    declared = re.match(r"\ufeff?sep=(.)\r?\n", text)
    if declared and declared.group(1) in DELIMITERS:
        delimiter = declared.group(1)
        return Dialect(delimiter, quote, splitting.broken_quotes(head, delimiter, quote), confidence=1.0)
    scores = {candidate: _score(head, Dialect(candidate, quote)) for candidate in DELIMITERS if candidate not in WEAK_DELIMITERS}
    if max(scores.values()) < SURE:
        scores |= {candidate: _score(head, Dialect(candidate, quote)) for candidate in WEAK_DELIMITERS}
    delimiter = max(scores, key=lambda candidate: scores[candidate])
    best = scores.pop(delimiter)
    second = max(scores.values(), default=0.0)
    if several := _several(head, delimiter, best, quote):
        return several
    even = best / WEAK if delimiter == " " else best
    if even < 0.97 and (columns := aligned.find(head)) is not None and columns.confidence > best:
        return columns
    if best >= 0.55:
        confidence = min(1.0, best) * (0.6 if second > 0.9 * best else 1.0)
        return Dialect(delimiter, quote, splitting.broken_quotes(text, delimiter, quote), confidence=round(confidence, 2))
    lines = [line for line in head.splitlines() if line.strip()]
    average = sum(map(len, lines)) / len(lines)
    if len(lines) > 1 and average <= 60 and max(map(len, lines)) <= 200 and not _prose(lines):
        return Dialect("", confidence=0.8)
    raise CannotOpen("no-table", f"{shown(os.path.basename(path))} reads as running text, not as a table.")


def label(dialect: Dialect) -> str:
    if dialect.edges:
        return "columns of blanks"
    return DELIMITERS.get(dialect.delimiter, f"“{shown(dialect.delimiter, 10)}”")


def _prose(lines: list[str]) -> bool:
    return sum(len(line.split()) > 4 for line in lines) > 0.4 * len(lines)


def _quote(head: str) -> str:
    counts = {quote: len(re.findall(rf"(?:^|[^\w\s'\"]|\t){quote}[^{quote}\n]*{quote}(?=[^\w\s'\"]|[\t\r\n]|\Z)", head, re.M)) for quote in "'\""}
    return "'" if counts["'"] > 5 and counts['"'] == 0 else '"'


def _widths(head: str, dialect: Dialect) -> Counter[int]:
    try:
        return Counter(len(row) for _, (_, row) in zip(range(ROWS), splitting.rows(head, dialect)) if any(row))
    except (splitting.csv.Error, splitting.UnclosedQuote):
        return Counter(len(row) for _, (_, row) in zip(range(ROWS), splitting.rows(head, Dialect(dialect.delimiter, dialect.quote, True))) if any(row))


def _score(head: str, dialect: Dialect) -> float:
    """How evenly a delimiter divides the rows, from 0 to about 1; more columns win among equals."""
    if dialect.delimiter not in head:
        return 0.0
    if splitting.broken_quotes(head, dialect.delimiter, dialect.quote):
        dialect = Dialect(dialect.delimiter, dialect.quote, True)
    widths = _widths(head, dialect)
    total = sum(widths.values())
    if not total:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width < 2:
        return 0.0
    # Blanks and colons stand inside values too: they must divide all rows alike, and nothing better be there.
    weak = dialect.delimiter in WEAK_DELIMITERS
    if weak and count < 0.8 * total:
        return 0.0
    return count / total * (WEAK if weak else 1.0) + min(width, 50) * 0.002 - (0.15 if total == 1 else 0)


def _several(head: str, delimiter: str, best: float, quote: str) -> Dialect | None:
    """A delimiter of two or three characters, when it explains the text better than its characters alone."""
    lines = [line for line in head.splitlines() if line.strip()][:ROWS]
    if len(lines) < 2:
        return None
    marks = r"[^\w\s\"'.,+\-()\[\]{}]"
    marked = Counter(mark for line in lines for mark in set(re.findall(rf"(?=({marks}{{3}}))", line) + re.findall(rf"(?=({marks}{{2}}))", line)))
    common = [mark for mark, count in marked.items() if count >= 0.8 * len(lines)]
    text = "\n".join(lines)
    ways: list[tuple[float, int, str]] = []
    for mark in common:
        alone = mark[0] if delimiter not in mark else delimiter
        always = text.count(alone) == mark.count(alone) * text.count(mark)
        score = _score(head, Dialect(mark, quote))
        if score >= 0.6 and (always or score > best + 0.02):
            ways.append((round(score, 3), len(mark), mark))
    if not ways:
        return None
    # More columns win, and then the longest: no part of it is left at the values.
    score, _, mark = max(ways)
    return Dialect(mark, quote, splitting.broken_quotes(head, mark, quote), confidence=round(min(1.0, score), 2))
