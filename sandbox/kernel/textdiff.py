"""What an edit changed, as a unified diff."""

import difflib
import re
from collections.abc import Sequence

LIMIT_CHARACTERS = 20_000
CONTEXT_LINES = 3
#: Above this product of lines the comparison would take too long: one block is replaced by the other.
MAX_PRODUCT = 4_000_000
NOTE_CHARACTERS = 80


def unified(before: str | None, after: str, name: str) -> str:
    """None: the file is new. At most LIMIT_CHARACTERS, with a note on what is left out."""
    old, new = ([] if before is None else _lines(before)), _lines(after)
    head = common_prefix(old, new)
    tail = common_prefix(old[head:][::-1], new[head:][::-1])
    start = max(0, head - CONTEXT_LINES)
    trail = max(0, tail - CONTEXT_LINES)
    old, new = old[start : len(old) - trail], new[start : len(new) - trail]
    if len(old) * len(new) > MAX_PRODUCT:
        body = [f"@@ -{start + 1},{len(old)} +{start + 1},{len(new)} @@", *(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    else:
        # The first two lines are the names.
        body = [_moved(line, start) for line in list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT_LINES))[2:]]
    header = [f"--- {'/dev/null' if before is None else f'a/{name}'}", f"+++ b/{name}"]
    return _bounded([*header, *body])


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    else:
        lines[-1] += "\n\\ No newline at end of file"
    return lines


def common_prefix(a: Sequence, b: Sequence) -> int:
    """How many both begin with."""
    count = 0
    for left, right in zip(a, b):
        if left != right:
            break
        count += 1
    return count


def _moved(line: str, by: int) -> str:
    place = re.fullmatch(r"@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@", line)
    if place is None:
        return line
    old, old_count, new, new_count = place.groups()
    return f"@@ -{int(old) + by}{old_count or ''} +{int(new) + by}{new_count or ''} @@"


def _bounded(lines: list[str]) -> str:
    size = 0
    for count, line in enumerate(lines):
        size += len(line) + 1
        if size > LIMIT_CHARACTERS - NOTE_CHARACTERS:
            kept = lines[:count] or [lines[0][:1000]]
            return "\n".join([*kept, f"[… {len(lines) - count:,} more lines of the diff are left out …]"])
    return "\n".join(lines)
