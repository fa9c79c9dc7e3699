"""The tables inside of a JSON value: lists of records, columns beside each other, records by key, rows under a header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

#: Objects in objects that are looked into.
DEPTH = 12
#: Lists this short can be an envelope around a list of records.
ENVELOPE = 2
NAMES_KEY = re.compile(r"col|field|head|name|schema", re.I)
#: What a description of a column calls its name.
NAME_KEYS = ("name", "field", "key", "id", "label", "title")


@dataclass
class Found:
    """One table. `where` is the place of it, as `open_table(path, table=…)` takes it; empty for the value itself."""

    where: str
    items: list
    #: Keys on the way to it.
    path: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        return sum(_scalars(item) for item in self.items)


def _scalars(item) -> int:
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else (item,)
    return 1 + sum(not isinstance(one, (dict, list)) for one in inner)


def records(value, name: str, table: str | None, reading: Reading) -> list[dict]:
    """The records that are asked for; else those with most values. Raises `CannotOpen` when there are none."""
    if not isinstance(value, (list, dict)):
        raise CannotOpen("no-table", f"{name} holds a single JSON value, not a table.")
    if isinstance(value, dict) and value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
        reading.details["records in"] = "“features”"
        return [_feature(item) for item in value["features"] if isinstance(item, dict)]
    found = list(_tables(value)) or [_by_key(value, name)]
    places = [one.where or "list" for one in found]
    if table is not None and table not in places:
        raise CannotOpen("no-such-table", f"There is no table “{shown(table, 40)}” in {name}: it has {', '.join(shown(one, 40) for one in places[:20])}.")
    chosen = found[places.index(table)] if table is not None else max(found, key=lambda one: one.cells)
    if chosen.where:
        reading.details["records in"] = f"“{shown(chosen.where, 60)}”"
    others = [one for one in found if one is not chosen]
    reading.tables = places if others else []
    reading.others = [f"“{shown(one.where or 'list', 60)}” ({counted(len(one.items), 'record')})" for one in others]
    objects = _as_objects(chosen.items, value, reading)
    _note_beside(value, found, reading)
    return objects


def _tables(value) -> Iterator[Found]:
    """All lists of objects or of lists, and all objects of columns, from the outside in."""
    queue: list[tuple[object, tuple[str, ...]]] = [(value, ())]
    while queue:
        node, path = queue.pop(0)
        where = ".".join(path)
        if isinstance(node, list):
            if any(isinstance(item, (dict, list)) for item in node) or not path:
                yield Found(where, node, path)
            inner = enumerate(node) if len(node) <= ENVELOPE else ()
        elif len(path) and _is_columns(node, least=2) or not path and _is_columns(node, least=1):
            yield Found(where, _from_columns(node), path)
            continue
        else:
            inner = node.items()
        if len(path) < DEPTH:
            queue += [(item, (*path, str(key))) for key, item in inner if isinstance(item, (dict, list))]


def _is_columns(node: dict, least: int) -> bool:
    columns = list(node.values())
    if len(columns) < least or not all(isinstance(column, list) and column for column in columns):
        return False
    same = len({len(column) for column in columns}) == 1
    return same and not any(isinstance(cell, (dict, list)) for column in columns for cell in column[:20])


def _from_columns(node: dict) -> list[dict]:
    return [dict(zip(node, row)) for row in zip(*node.values())]


def _by_key(value: dict, name: str) -> Found:
    """`{name: record}`, `{column: {row: value}}` as pandas writes it, or `{name: number}`, from the outside in."""
    queue: list[tuple[dict, tuple[str, ...]]] = [(value, ())]
    while queue:
        node, path = queue.pop(0)
        inner = list(node.values())
        if len(inner) > 1 and all(isinstance(item, dict) for item in inner):
            keys = [list(map(str, item)) for item in inner]
            if len(keys[0]) > len(keys) and all(set(key) == set(keys[0]) for key in keys):
                return Found(".".join(path), [{column: item[row] for column, item in node.items()} for row in inner[0]], path)
            return Found(".".join(path), [{"key": key, **item} for key, item in node.items()], path)
        if len(inner) > 2 and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in inner):
            return Found(".".join(path), [{"key": key, "value": item} for key, item in node.items()], path)
        if len(path) < DEPTH:
            queue += [(item, (*path, str(key))) for key, item in node.items() if isinstance(item, dict)]
    raise CannotOpen("no-table", f"{name} is valid JSON but holds no list of records to make a table of.")


def _as_objects(items: list, whole, reading: Reading) -> list[dict]:
    if not items or not all(isinstance(item, list) for item in items):
        return [item if isinstance(item, dict) else {"value": item} for item in items]
    width = max(map(len, items))
    named = _names_beside(whole, items, width)
    if named is not None:
        key, names = named
        # A list of texts, not a word about what it is for.
        reading.names_from_row = True
        reading.note(f"The names of the columns are those of “{shown(key, 30)}”.")
    elif width and all(isinstance(cell, str) for cell in items[0]) and len(items) > 1:
        reading.names_from_row = True
        names, items = list(items[0]), items[1:]
    else:
        return [{f"column {place}": cell for place, cell in enumerate(row, start=1)} for row in items]
    unique = grid.unique_names([*names, *([""] * (width - len(names)))], reading)
    return [dict(zip(unique, row)) for row in items]


def _names_beside(whole, items: list, width: int) -> tuple[str, list[str]] | None:
    """(key, names): a list elsewhere in the document that has one name, or one description, for each place in a row."""
    found = []
    queue: list[tuple[object, int]] = [(whole, 0)]
    while queue:
        node, depth = queue.pop(0)
        for key, inner in node.items() if isinstance(node, dict) else ():
            names = _names(inner, width) if inner is not items else None
            if names is not None:
                found.append((str(key), names))
            elif isinstance(inner, dict) and depth < DEPTH:
                queue.append((inner, depth + 1))
    # A list of as many texts that is called otherwise may be anything.
    return next(((key, names) for key, names in found if NAMES_KEY.search(key)), None)


def _names(inner, width: int) -> list[str] | None:
    if not isinstance(inner, list) or len(inner) != width or width == 0:
        return None
    if all(isinstance(item, dict) for item in inner):
        key = next((key for key in NAME_KEYS if all(isinstance(item.get(key), str) for item in inner)), None)
        return None if key is None else [item[key] for item in inner]
    return inner if all(isinstance(item, str) for item in inner) else None


def _note_beside(value, found: list[Found], reading: Reading) -> None:
    """What else the document says is not in the table."""
    if not isinstance(value, dict):
        return
    used = {one.path[0] for one in found if one.path}
    beside = [str(key) for key in value if str(key) not in used]
    if used and beside:
        some = ", ".join(f"“{shown(key, 30)}”" for key in beside[:6])
        reading.note(f"Beside the records the document has {some}{' …' if len(beside) > 6 else ''}, which {'is' if len(beside) == 1 else 'are'} not in the table.")


def _feature(item: dict) -> dict:
    record = dict(item.get("properties") or {})
    geometry = item.get("geometry") or {}
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:
        record.setdefault("longitude", coordinates[0])
        record.setdefault("latitude", coordinates[1])
    return record
