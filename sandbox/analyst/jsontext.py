"""From the text of a JSON file to one value: lines, values one after the other, and what is JSON but for small things."""

import json
import re

from .problems import CannotOpen, counted, shown
from .reading import Reading

LINES_LIMIT = 500_000
DEPTH_LIMIT = 500
#: First bytes of a file that may be JSON, a remark at its head included.
BEGIN = re.compile(rb"[\xef\xbb\xbf\xff\xfe\x1e \t\r\n\0]*(?:/(?:\0?/[^\n]*\n|\0?\*.*?\*\0?/)[ \t\r\n\0]*)*[{\[]", re.S)
#: What may stand between two values.
BETWEEN = re.compile(r"[\s\ufeff\x1e]*")
#: Texts, which stay; what is to be taken out otherwise.
REMARK = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
LAST_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.S)


def value_of(text: str, name: str, reading: Reading):
    """The value, or the list of all values of a text; None when it is no JSON at all. Raises `CannotOpen` for broken JSON."""
    if _depth(text[:100_000]) > DEPTH_LIMIT:
        raise CannotOpen("json-too-deep", f"{name} is nested too deeply to be a table.")
    repeated: set[str] = set()
    decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: _object(pairs, repeated))
    reading.format = "JSON"
    try:
        value = decoder.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise CannotOpen("json-too-deep", f"{name} is nested too deeply to be a table.") from None
    except json.JSONDecodeError as error:
        value = _several(text, decoder, reading)
        if value is None:
            value = _mended(text, decoder, reading)
        if value is None:
            value = _lines(text, name, decoder, reading, error)
        if value is None:
            return None
    if repeated:
        some = ", ".join(f"“{shown(key, 30)}”" for key in sorted(repeated)[:5])
        reading.note(f"Some objects have a name more than once ({some}); the last value counts.")
    return value


def _depth(head: str) -> int:
    """The most brackets that are open at once in the beginning of a text; those inside of texts count, too."""
    deepest = depth = 0
    for mark in re.findall(r"[\[{\]}]", head):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list, repeated: set[str]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        repeated.update(key for key, _ in pairs if key in seen or seen.add(key))
    return found


def _several(text: str, decoder: json.JSONDecoder, reading: Reading) -> list | None:
    """Values one after the other, with blanks, line ends or the separators of RFC 7464 between them; None when there is anything else."""
    values: list = []
    place = BETWEEN.match(text).end()
    while place < len(text):
        if len(values) >= LINES_LIMIT:
            reading.note(f"Only the first {LINES_LIMIT:,} values were read.")
            reading.total_is_exact = False
            break
        try:
            value, place = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            return None
        values.append(value)
        place = BETWEEN.match(text, place).end()
    if len(values) < 2 or not all(isinstance(value, (dict, list)) for value in values):
        return None
    reading.format = "JSON lines" if text.strip().count("\n") >= len(values) - 1 else "JSON values one after the other"
    # Pages of records, one list behind the other.
    if all(isinstance(value, list) and value and all(isinstance(item, dict) for item in value) for value in values):
        return [item for value in values for item in value]
    return values


def _mended(text: str, decoder: json.JSONDecoder, reading: Reading):
    """The value of a JSON text with remarks and commas behind the last value, as people write it; None when that is not all."""
    counts = {"remark": 0, "comma": 0}

    def without(what: str):
        def replaced(found: re.Match) -> str:
            if found[0].startswith('"'):
                return found[0]
            counts[what] += 1
            return " "

        return replaced

    plain = LAST_COMMA.sub(without("comma"), REMARK.sub(without("remark"), text.removeprefix("\ufeff")))
    if not any(counts.values()):
        return None
    try:
        value = decoder.decode(plain)
    except (json.JSONDecodeError, RecursionError):
        return None
    told = [words for words in (counts["remark"] and counted(counts["remark"], "remark"), counts["comma"] and counted(counts["comma"], "comma") + " behind a last value") if words]
    reading.note(f"The file is no strict JSON: {' and '.join(told)} passed over.")
    return value


def _lines(text: str, name: str, decoder: json.JSONDecoder, reading: Reading, whole: json.JSONDecodeError) -> list | None:
    """Values line by line, without the lines that are broken; None when the text is no JSON."""
    values = []
    broken = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(values) >= LINES_LIMIT:
            reading.note(f"Only the first {LINES_LIMIT:,} lines were read.")
            reading.total_is_exact = False
            break
        try:
            values.append(decoder.decode(line))
        except (json.JSONDecodeError, RecursionError):
            broken.append((number, line))
            if len(broken) > 20 and len(broken) > len(values):
                break
    if not values or len(broken) > len(values):
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) and not _like_csv(text):
            raise CannotOpen(
                "json-invalid",
                f"{name} is not valid JSON: {shown(whole.msg)} in line {whole.lineno:,}, column {whole.colno:,}.",
            )
        return None
    reading.format = "JSON lines"
    for number, line in broken:
        reading.skip(number, number, "not valid JSON", line)
    if broken:
        listed = ", ".join(f"{number:,}" for number, _ in broken[:5])
        reading.note(f"{counted(len(broken), 'line')} not valid JSON, left out (line {listed}{' …' if len(broken) > 5 else ''}).")
    return values


def _like_csv(text: str) -> bool:
    return '":' not in text[:5000] and "]" not in text[:50]
