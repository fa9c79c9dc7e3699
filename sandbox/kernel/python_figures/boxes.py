"""Box plots are drawn as plain lines, in a fixed order that is recognised here: (box), two whiskers, caps, median."""

from typing import NamedTuple

import numpy as np

NAMES = ("low", "q1", "median", "q3", "high")


class Boxes(NamedTuple):
    vertical: bool
    #: One row for each box: its place, then NAMES.
    table: np.ndarray


def boxes_of(lines) -> tuple[Boxes, list] | None:
    """All boxes of these lines, and the lines that they are made of. None: there is no box."""
    for vertical in (True, False):
        rows, members = [], []
        at = 0
        while at < len(lines):
            found = _box(lines, at, vertical)
            if found is None:
                at += 1
                continue
            row, count = found
            rows.append(row)
            members += lines[at : at + count]
            at += count
        if rows:
            return Boxes(vertical, np.array(rows)), members
    return None


def _points(line, vertical):
    """(place, value) of each point."""
    xy = np.asarray(line.get_xydata(), dtype=float)
    return xy if vertical else xy[:, ::-1]


def _is_across(points) -> bool:
    return len(points) == 2 and points[0, 1] == points[1, 1] and points[0, 0] != points[1, 0]


def _box(lines, at, vertical):
    """The box that begins at this line, and how many lines it takes."""
    start = at
    first = _points(lines[at], vertical)
    # The box itself is a patch where it is filled.
    if len(first) in (5, 11) and np.array_equal(first[0], first[-1]):
        at += 1
    if at + 2 >= len(lines):
        return None
    low, high = (_points(line, vertical) for line in lines[at : at + 2])
    if len(low) != 2 or len(high) != 2 or len({*low[:, 0], *high[:, 0]}) != 1:
        return None
    q1, lowest = low[:, 1]
    q3, highest = high[:, 1]
    if not lowest <= q1 <= q3 <= highest:
        return None
    place = low[0, 0]
    at += 2
    across = []
    while at < len(lines) and len(across) < 3:
        points = _points(lines[at], vertical)
        if not _is_across(points) or abs(points[:, 0].mean() - place) > 1e-6 * max(1.0, abs(place)):
            break
        across.append(points[0, 1])
        at += 1
    if len(across) not in (1, 3) or not q1 <= across[-1] <= q3:
        return None
    while at < len(lines) and lines[at].get_linestyle() == "None" and (_points(lines[at], vertical)[:, 0] == place).all():
        at += 1
    return (place, lowest, q1, across[-1], q3, highest), at - start
