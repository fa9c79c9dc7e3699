"""What the commands of the model's editor make of a text, and the sentences when they cannot be done. No files in here."""

import bisect
import errno
import re
from dataclasses import dataclass

from kernel import wire

MAX_LISTED_LINES = 20
BOM = b"\xef\xbb\xbf"


class EditError(Exception):
    """Why nothing was done: a sentence for the model."""


@dataclass(frozen=True)
class Text:
    """A file's text as it stands on disk (line endings included), without its byte order mark."""

    raw: str
    bom: bool

    def encoded(self) -> bytes:
        return (BOM if self.bom else b"") + self.raw.encode()


def changed(before: Text | None, request: wire.Edit) -> Text:
    if request.command == "create":
        return Text(request.text, False)
    if before is None:
        raise FileNotFoundError(errno.ENOENT, "No such file")
    lines = _Lines(before.raw)
    if request.command == "insert":
        return Text(_inserted(lines, request), before.bom)
    return Text(_replaced(lines, request), before.bom)


class _Lines:
    """A text with its line endings aside: the model writes `\\n`, whatever the file has."""

    def __init__(self, raw: str):
        self.raw = raw
        self.plain = raw.replace("\r\n", "\n")
        #: Places in `plain` of line ends that are two characters in `raw`.
        self._double = [match.start() - count for count, match in enumerate(re.finditer("\r\n", raw))]
        self.ending = "\r\n" if len(self._double) * 2 > self.plain.count("\n") else "\n"

    def splice(self, start: int, end: int, text: str) -> str:
        """The raw text with `plain[start:end]` replaced; new lines get the file's own ending."""
        ended = text.replace("\n", self.ending) if self.ending != "\n" else text
        return self.raw[: self._raw_place(start)] + ended + self.raw[self._raw_place(end) :]

    def _raw_place(self, plain_place: int) -> int:
        return plain_place + bisect.bisect_left(self._double, plain_place)


def _inserted(lines: _Lines, request: wire.Edit) -> str:
    text = request.text.replace("\r\n", "\n")
    if text == "":
        raise EditError("insert_text is empty: nothing would change.")
    # Starts of lines; a text without a final newline has no line start at its end.
    starts = [0, *(match.end() for match in re.finditer("\n", lines.plain))]
    ends_open = not lines.plain.endswith("\n") and lines.plain != ""
    count = len(starts) if ends_open else len(starts) - 1
    if not 0 <= request.line <= count:
        raise EditError(
            f"insert_line {request.line} is out of range: {request.path} has {count} lines, so it must be from 0 (before "
            f"the first) to {count} (at the end). Nothing was changed."
        )
    if request.line == count and ends_open:
        end = len(lines.plain)
        return lines.splice(end, end, "\n" + text)
    place = starts[request.line]
    return lines.splice(place, place, text if text.endswith("\n") else text + "\n")


def _replaced(lines: _Lines, request: wire.Edit) -> str:
    old, new = request.old.replace("\r\n", "\n"), request.new.replace("\r\n", "\n")
    if old == "":
        raise EditError("old_str is empty. Use insert to add text, or create to write a whole file. Nothing was changed.")
    if old == new:
        raise EditError("old_str and new_str are the same: nothing would change.")
    places = []
    place = lines.plain.find(old)
    while place != -1:
        places.append(place)
        place = lines.plain.find(old, place + 1)
    if len(places) == 1:
        return lines.splice(places[0], places[0] + len(old), new)
    if not places:
        raise EditError(f"old_str was not found in {request.path}. Nothing was changed. {_near(lines.plain, old)}")
    numbers = [lines.plain.count("\n", 0, place) + 1 for place in places[:MAX_LISTED_LINES]]
    listed = ", ".join(str(number) for number in numbers) + (" and more" if len(places) > len(numbers) else "")
    raise EditError(
        f"old_str occurs {len(places)} times in {request.path}, at lines {listed}. Add text around it so that it is unique. "
        "Nothing was changed."
    )


def _near(text: str, old: str) -> str:
    """Where a text stands that differs from the wanted one in white space only."""
    wanted = [" ".join(line.split()) for line in old.strip().split("\n")]
    have = [" ".join(line.split()) for line in text.split("\n")]
    for at in range(len(have) - len(wanted) + 1):
        if have[at : at + len(wanted)] == wanted:
            return f"At line {at + 1} stands a text that differs only in white space: view it and copy it exactly."
    return "It must match exactly, white space included: view the file and copy from it."


def numbered(raw: str, request: wire.Edit) -> str:
    lines = raw.replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        return "(the file is empty)"
    first, last = request.range or (1, len(lines))
    last = len(lines) if last == -1 else last
    if not (1 <= first <= last and first <= len(lines)):
        raise EditError(f"view_range [{first}, {last}] does not fit: {request.path} has {len(lines)} lines.")
    last = min(last, len(lines))
    shown: list[str] = []
    left = request.limit_chars
    for number in range(first, last + 1):
        line = f"{number}\t{lines[number - 1]}"
        if len(line) + 1 > left:
            if not shown:
                shown.append(line[:left])
                shown.append(f"[line {number} has {len(lines[number - 1]):,} characters; the rest is not shown]")
                number += 1
            if number <= last:
                shown.append(f"[lines {number} to {last} are not shown; view them with view_range [{number}, {last}]]")
            break
        left -= len(line) + 1
        shown.append(line)
    return "\n".join(shown)
