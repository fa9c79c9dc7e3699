"""JSON and JSON lines: finds the records inside, flattens nested objects, counts broken lines."""

import json
import os

import pandas as pd

from . import grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

#: JSON becomes about ten times as large in memory.
SIZE_LIMIT_BYTES = 100_000_000
LINES_LIMIT = 500_000


def looks_like_json(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start in ("{", "[")


def open_json(text: str, path: str, reading: Reading):
    """A frame of the records of a JSON text, or None when it is no JSON at all."""
    name = shown(os.path.basename(path))
    try:
        value = json.loads(text)
    except RecursionError:
        raise CannotOpen("json-too-deep", f"{name} is nested too deeply to be a table.") from None
    except json.JSONDecodeError as error:
        return _lines(text, name, reading, error)
    reading.format = "JSON"
    records, where = _records(value, name, reading)
    if where:
        reading.details["records in"] = f"“{shown(where, 60)}”"
    return _frame(records, name, reading)


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
