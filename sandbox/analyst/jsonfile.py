"""JSON and JSON lines: finds the records inside, flattens nested objects, counts broken lines."""

import json
import os
import re

import pandas as pd

from . import grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

#: JSON becomes about ten times as large in memory.
SIZE_LIMIT_BYTES = 100_000_000
LINES_LIMIT = 500_000
#: Of one value too large to be held.
STREAM_RECORDS = 100_000
DEPTH_LIMIT = 500


def looks_like_json(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start in ("{", "[")


def open_json(text: str, path: str, reading: Reading):
    """A frame of the records of a JSON text, or None when it is no JSON at all."""
    name = shown(os.path.basename(path))
    if _depth(text[:100_000]) > DEPTH_LIMIT:
        raise CannotOpen("json-too-deep", f"{name} is nested too deeply to be a table.")
    repeated: set[str] = set()
    try:
        value = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, repeated))
    except RecursionError:
        raise CannotOpen("json-too-deep", f"{name} is nested too deeply to be a table.") from None
    except json.JSONDecodeError as error:
        return _lines(text, name, reading, error)
    reading.format = "JSON"
    if repeated:
        some = ", ".join(f"“{shown(key, 30)}”" for key in sorted(repeated)[:5])
        reading.note(f"Some objects have a name more than once ({some}); the last value counts.")
    if isinstance(value, dict) and "nbformat" in value:
        return _frame(_cells(value, reading), name, reading)
    records, where = _records(value, name, reading)
    if where:
        reading.details["records in"] = f"“{shown(where, 60)}”"
    return _frame(records, name, reading)


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


def _cells(notebook: dict, reading: Reading) -> list:
    """The cells of a Jupyter notebook; what they put out is counted and left out, for it is pictures and pages."""
    reading.format = "Jupyter notebook"
    sheets = notebook.get("worksheets") or [notebook]
    cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or [] if isinstance(cell, dict)]
    reading.note("One row for each cell; the outputs are counted and not read.")
    return [
        {"cell": number, "type": cell.get("cell_type"), "source": _joined(cell.get("source", cell.get("input"))), "outputs": len(cell.get("outputs") or [])}
        for number, cell in enumerate(cells, start=1)
    ]


def _joined(source) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def stream(path: str, size: int, reading: Reading):
    """Records of one JSON value too large to be held: as many as are read at once, from its first list of objects."""
    name = shown(os.path.basename(path))
    too_large = CannotOpen("too-large", f"{name} is one JSON value of {size / 1e6:,.0f} MB, too large to read at once; JSON lines would do.")
    try:
        import ijson
    except ImportError:
        raise too_large from None
    records: list[dict] = []
    try:
        with open(path, "rb") as file:
            where = _first_list(ijson, file)
            if where is None:
                raise too_large
            file.seek(0)
            for record in ijson.items(file, f"{where}.item" if where else "item", use_float=True):
                records.append(record if isinstance(record, dict) else {"value": record})
                if len(records) >= STREAM_RECORDS:
                    break
            used = file.tell()
    except ijson.JSONError as error:
        if not records:
            raise CannotOpen("json-invalid", f"{name} is not valid JSON: {shown(error, 90)}.") from None
        reading.note(f"Reading stopped behind {counted(len(records), 'record')}: {shown(error, 90)}.")
        used = size
    reading.details["records in"] = f"“{shown(where, 60)}”" if where else "the list"
    if len(records) >= STREAM_RECORDS:
        reading.total_rows = round(len(records) * size / max(1, used))
        reading.total_is_exact = False
        reading.note(
            f"The file is one JSON value of {size / 1e6:,.0f} MB; its first {len(records):,} records were read, "
            f"of about {float(f'{reading.total_rows:.2g}'):,.0f}. Every figure describes them alone."
        )
    return _frame(records, name, reading)


def _first_list(ijson, file) -> str | None:
    """The place of the first list of objects or lists."""
    before = None
    for number, (prefix, event, _) in enumerate(ijson.parse(file, use_float=True)):
        if before is not None and event in ("start_map", "start_array"):
            return before
        before = prefix if event == "start_array" else None
        if number > 100_000:
            return None
    return None


def _lines(text: str, name: str, reading: Reading, whole: json.JSONDecodeError):
    records = []
    broken = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(records) >= LINES_LIMIT:
            reading.note(f"Only the first {LINES_LIMIT:,} lines were read.")
            reading.total_is_exact = False
            break
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            broken.append(number)
            if len(broken) > 20 and len(broken) > len(records):
                break
            continue
        records.append(value if isinstance(value, dict) else {"value": value})
    if not records or len(broken) > len(records):
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) and not _like_csv(text):
            raise CannotOpen(
                "json-invalid",
                f"{name} is not valid JSON: {shown(whole.msg)} in line {whole.lineno:,}, column {whole.colno:,}.",
            )
        return None
    reading.format = "JSON lines"
    if broken:
        listed = ", ".join(f"{number:,}" for number in broken[:5])
        reading.note(f"{counted(len(broken), 'line')} not valid JSON, left out (line {listed}{' …' if len(broken) > 5 else ''}).")
    return _frame(records, name, reading)


def _like_csv(text: str) -> bool:
    return '":' not in text[:5000] and "]" not in text[:50]


def _records(value, name: str, reading: Reading) -> tuple[list, str]:
    """(records, where they were found). Takes the largest list of objects at most three levels down."""
    if isinstance(value, list):
        return _as_objects(value, reading), ""
    if not isinstance(value, dict):
        raise CannotOpen("no-table", f"{name} holds a single JSON value, not a table.")
    if value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
        return [_feature(item) for item in value["features"] if isinstance(item, dict)], "features"
    best: tuple[int, list, str] = (0, [], "")
    queue = [(value, "", 0)]
    while queue:
        node, where, depth = queue.pop(0)
        for key, inner in node.items():
            place = f"{where}.{key}" if where else str(key)
            if isinstance(inner, list) and len(inner) > best[0] and any(isinstance(item, (dict, list)) for item in inner):
                best = (len(inner), inner, place)
            elif isinstance(inner, dict) and depth < 2:
                queue.append((inner, place, depth + 1))
    if best[0] > 0:
        return _as_objects(best[1], reading), best[2]
    return _columns_or_objects(value, name), ""


def _columns_or_objects(value: dict, name: str) -> list:
    inner = list(value.values())
    if inner and all(isinstance(item, list) for item in inner) and len({len(item) for item in inner}) == 1:
        return [dict(zip(value, row)) for row in zip(*inner)]
    if len(inner) > 1 and all(isinstance(item, dict) for item in inner):
        keys = [set(map(str, item)) for item in inner]
        # {column: {row: value}} as pandas writes it, or {name: record}.
        if len(inner[0]) > len(inner) and all(key == keys[0] for key in keys):
            return pd.DataFrame(value).to_dict("records")
        return [{"key": key, **item} for key, item in value.items()]
    if inner and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in inner) and len(inner) > 2:
        return [{"key": key, "value": item} for key, item in value.items()]
    raise CannotOpen("no-table", f"{name} is valid JSON but holds no list of records to make a table of.")


def _as_objects(items: list, reading: Reading) -> list:
    if items and all(isinstance(item, list) for item in items):
        width = max(map(len, items))
        if width and all(isinstance(cell, str) for cell in items[0]) and len(items) > 1:
            reading.names_from_row = True
            names = grid.unique_names(list(items[0]) + [""] * (width - len(items[0])), Reading(""))
            return [dict(zip(names, row)) for row in items[1:]]
        return [{f"column {place}": cell for place, cell in enumerate(row, start=1)} for row in items]
    return [item if isinstance(item, dict) else {"value": item} for item in items]


def _feature(item: dict) -> dict:
    record = dict(item.get("properties") or {})
    geometry = item.get("geometry") or {}
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        record.setdefault("longitude", coordinates[0])
        record.setdefault("latitude", coordinates[1])
    return record


def _frame(records: list, name: str, reading: Reading) -> pd.DataFrame:
    if not records:
        raise CannotOpen("no-rows", f"{name} is valid JSON, but its list of records is empty.")
    try:
        nested = any(isinstance(item, dict) for record in records[:1000] for item in record.values())
        raw = pd.json_normalize(records, max_level=3) if nested else pd.DataFrame.from_records(records)
    except (RecursionError, ValueError, TypeError) as error:
        raise CannotOpen("no-table", f"{name} cannot be laid out as a table: {shown(error)}.") from None
    if raw.shape[1] == 0:
        raise CannotOpen("no-rows", f"{name} holds only empty records.")
    if nested:
        reading.note("Nested objects became columns named “outer.inner”.")
    return settled(raw, reading)


def settled(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Unique names, lists as text, real types: for sources that are tables already."""
    raw = raw.copy()
    raw.columns = grid.unique_names(list(raw.columns), reading)
    lists = []
    for column in raw.columns:
        if raw[column].dtype == object:
            inner = raw[column].map(lambda value: isinstance(value, (list, dict, set, tuple)) or type(value).__name__ == "ndarray")
            if inner.any():
                lists.append(column)
                raw[column] = raw[column].map(lambda value: value if value is None or isinstance(value, str) else _text(value), na_action="ignore")
    if lists:
        reading.note(f"{counted(len(lists), 'column')} with lists or objects kept as JSON text ({', '.join(shown(name, 30) for name in lists[:3])}).")
    return grid.typed_frame(raw, reading)


def _text(value) -> str:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return json.dumps(value, ensure_ascii=False, default=str)
