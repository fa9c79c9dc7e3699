"""Columns that are set with blanks: where each begins, from the places that are blank in all lines."""

from .splitting import Dialect

ROWS = 1000
#: Share of the lines that must keep the columns free; the others are titles and remarks.
ENOUGH = 0.8


def find(head: str) -> Dialect | None:
    lines = [line.expandtabs().rstrip() for line in head.splitlines()]
    lines = [line for line in lines if line.strip() and not line.startswith("#")][:ROWS]
    if len(lines) < 3 or "\t" in head:
        return None
    kept = [line for line in lines if "  " in line.strip()]
    if len(kept) < ENOUGH * len(lines):
        return None
    # The middle has neither titles nor remarks; then come all lines that keep those columns apart, too.
    middle = kept[len(kept) // 5 : len(kept) - len(kept) // 5]
    gaps = _wide(_gaps(middle))
    kept = [line for line in kept if all(_apart(line, start, end) for start, end in gaps)]
    if not gaps or len(kept) < ENOUGH * len(lines):
        return None
    gaps = _joined(_wide(_gaps(kept)), kept[0])
    if not any(end - start >= 2 for start, end in gaps):
        return None
    edges = (0, *(end for _, end in gaps))
    filled = [sum(bool(line[start:end].strip()) for line in kept) / len(kept) for start, end in zip(edges, (*edges[1:], None))]
    if len(edges) < 2 or sum(filled) / len(filled) < 0.5:
        return None
    share = len(kept) / len(lines)
    return Dialect("", edges=edges, confidence=round(0.95 * share, 2))


def _apart(line: str, start: int, end: int) -> bool:
    between = line[start:end].ljust(end - start)
    return "  " in between if end - start > 1 else between == " "


def _gaps(lines: list[str]) -> list[tuple[int, int]]:
    """(start, end) of runs of places that are blank in all lines, between places that are not."""
    width = max(map(len, lines))
    blank = [0] * width
    for line in lines:
        for place in range(width):
            blank[place] += place >= len(line) or line[place] == " "
    gaps: list[tuple[int, int]] = []
    start = None
    for place in range(width):
        if blank[place] == len(lines):
            start = place if start is None else start
        elif start is not None:
            if start > 0:
                gaps.append((start, place))
            start = None
    return gaps


def _wide(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where half of the columns or more stand apart by two blanks, one blank is a blank between words."""
    wide = [(start, end) for start, end in gaps if end - start > 1]
    return wide if 2 * len(wide) >= len(gaps) else gaps


def _joined(gaps: list[tuple[int, int]], header: str) -> list[tuple[int, int]]:
    """Without gaps of one blank under which the header has no name of its own: date and time are one column."""
    kept = []
    for index, (start, end) in enumerate(gaps):
        until = gaps[index + 1][0] if index + 1 < len(gaps) else None
        if end - start > 1 or header[end:until].strip():
            kept.append((start, end))
    return kept
