"""JSON as programs write it: each layout of a table in it, and what makes it no JSON to the letter."""

import datetime
import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from format_corpus import COLUMNS, Draft, Kind, add_columns, small


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime.date, pd.Timestamp)):
        return str(value)
    return value


def _records(draft: Draft) -> list[dict]:
    change = draft.how.get("value", lambda value, column, row: value)
    rows = [[change(_plain(value), column, row) for column, value in enumerate(values)] for row, values in enumerate(draft.rows)]
    records = [dict(zip(draft.how.get("keys", draft.names), row)) for row in rows]
    return [draft.how.get("record", lambda record, _: record)(record, number) for number, record in enumerate(records)]


def _dump(draft: Draft, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=draft.how.get("escaped", False), indent=draft.how.get("indent"))
    return draft.how.get("text", lambda text: text)(text)


def _one(layout: Callable[[list[dict], Draft], Any]) -> Callable[[Draft], str]:
    return lambda draft: _dump(draft, layout(_records(draft), draft))


def _lines(draft: Draft) -> str:
    lines = [_dump(draft, record) for record in _records(draft)]
    lines = draft.how.get("lines", lambda lines: lines)(lines)
    return "".join(f"{line}\n" for line in lines)


def write(draft: Draft, stem: str) -> str:
    how = draft.how
    text = how.get("layout", _one(lambda records, _: records))(draft)
    data = how.get("bom", b"") + text.replace("\n", how.get("end", "\n")).encode(how.get("encoding", "utf-8"))
    path = f"{stem}.{how.get('ending', 'json')}"
    with gzip.open(path, "wb") if path.endswith(".gz") else open(path, "wb") as file:
        file.write(data)
    return path


def _read_json(path: str, draft: Draft) -> pd.DataFrame:
    return pd.read_json(path)


def _or_lines(path: str, draft: Draft) -> pd.DataFrame:
    try:
        return pd.read_json(path)
    except ValueError:
        return pd.read_json(path, lines=True)


def _normalized(path: str, draft: Draft) -> pd.DataFrame:
    with open(path, encoding="utf-8") as file:
        return pd.json_normalize(json.load(file))


JSON = Kind(
    "JSON", 48, write, {"pandas.read_json": _read_json, "pandas.read_json, else lines": _or_lines, "json.load and json_normalize": _normalized},
    duckdb=lambda path, _: f"SELECT * FROM read_json_auto('{path}')",
)  # fmt: skip
KINDS = [JSON]
variant, setting = JSON.variant, JSON.setting


def layout(name: str, make: Callable[[list[dict], Draft], Any], apart: str = "", said: str = "") -> None:
    setting("layout", name, apart, said, layout=_one(make))


def _values(records: list[dict]) -> list[list]:
    return [list(record.values()) for record in records]


layout("lists of columns", lambda records, _: {key: [record[key] for record in records] for key in records[0]}, "record")
layout("columns of numbered rows", lambda records, _: {key: {str(number): record[key] for number, record in enumerate(records)} for key in records[0]}, "record")
layout("split", lambda records, _: {"columns": list(records[0]), "index": list(range(len(records))), "data": _values(records)}, "record")
layout("a table with its schema", lambda records, _: {"schema": {"fields": [{"name": key} for key in records[0]]}, "data": records}, "record")
layout("rows under a header", lambda records, _: [list(records[0]), *_values(records)], "record")
layout("rows beside named columns", lambda records, _: {"columns": [{"name": key, "type": "text"} for key in records[0]], "rows": _values(records)}, "record")
layout("in data.items", lambda records, _: {"status": "ok", "count": len(records), "data": {"items": records}})
layout("five levels down", lambda records, _: {"response": {"body": {"result": {"page": {"entries": records}}}}, "warnings": []})


@variant("layout", "records by key", "record")
def _(draft: Draft) -> None:
    keys = [f"r{number:03}" for number in range(len(draft.rows))]
    draft.how["layout"] = _one(lambda records, _: dict(zip(keys, records)))
    draft.how["keys"] = draft.names
    draft.names = ["key", *draft.names]
    draft.rows = [[key, *row] for key, row in zip(keys, draft.rows)]
    draft.how["record"] = lambda record, number: dict(zip(draft.names[1:], map(_plain, draft.rows[number][1:])))


@variant("layout", "GeoJSON", "record; columns; gaps; values")
def _(draft: Draft) -> None:
    rng = draft.rng()
    places = [[round(rng.uniform(-180, 180), 4), round(rng.uniform(-80, 80), 4)] for _ in draft.rows]
    draft.how["layout"] = _one(lambda records, _: {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": dict(list(record.items())[:5])} for place, record in zip(places, records)],
    })  # fmt: skip
    draft.how["keys"] = list(draft.names)
    draft.names = [*draft.names, "longitude", "latitude"]
    draft.rows = [[*row, *place] for row, place in zip(draft.rows, places)]


@variant("layout", "two tables", "record")
def _(draft: Draft) -> None:
    draft.further = [small(draft)]
    draft.how["layout"] = _one(lambda records, _: {"codes": [dict(zip(draft.further[0].names, row)) for row in draft.further[0].rows], "sales": records})
    draft.said.append("codes")


setting("layout", "one after the other", "text; lines", layout=lambda draft: "".join(_dump(draft, record) for record in _records(draft)))
setting("layout", "one after the other, indented", "text; lines; indent", layout=lambda draft: "\n".join(json.dumps(record, indent=2) for record in _records(draft)))
setting("layout", "lines", "indent", ending="jsonl", layout=_lines)
setting("layout", "lines of lists", "record; indent; lines", ending="jsonl", layout=lambda draft: "".join(json.dumps(row) + "\n" for row in [list(_records(draft)[0]), *_values(_records(draft))]))
setting("layout", "lines in gz", "indent; encoding", ending="jsonl.gz", layout=_lines)
setting("layout", "a sequence of RFC 7464", "indent; text; lines", ending="json-seq", layout=lambda draft: "".join(f"\x1e{_dump(draft, record)}\n" for record in _records(draft)))


# --- Only of lines ---


@variant("lines", "blank lines", "layout")
def _(draft: Draft) -> None:
    draft.how |= {"layout": _lines, "lines": lambda lines: [part for line in lines for part in (line, "")]}


@variant("lines", "a broken last line", "layout")
def _(draft: Draft) -> None:
    draft.how |= {"layout": _lines, "lines": lambda lines: [*lines, lines[0][: len(lines[0]) // 2]], "ending": "ndjson"}
    draft.said.append(f"line {len(draft.rows) + 1}")


@variant("lines", "a broken line between", "layout")
def _(draft: Draft) -> None:
    draft.how |= {"layout": _lines, "lines": lambda lines: [*lines[:9], lines[9][:20], *lines[9:]]}
    draft.said.append("line 10")


# --- The records ---


@variant("record", "keys that are not everywhere", "layout")
def _(draft: Draft) -> None:
    draft.how["record"] = lambda record, _: {key: value for key, value in record.items() if value is not None}


@variant("record", "objects inside", "layout; columns")
def _(draft: Draft) -> None:
    first, second, *others = draft.names
    draft.how["keys"] = list(draft.names)
    draft.names = [first, second, *(f"figures.{name}" for name in others)]
    draft.how["record"] = lambda record, _: {first: record[first], second: record[second], "figures": {name: record[name] for name in others}}
    draft.said.append("outer.inner")


@variant("record", "lists inside", "layout; columns")
def _(draft: Draft) -> None:
    draft.how["keys"] = list(draft.names)
    lists = [[number, number * 2] for number in range(len(draft.rows))]
    draft.how["record"] = lambda record, number: {**dict(list(record.items())[: len(draft.names) - 1]), "Tags": lists[number]}
    draft.how["keys"] = [*draft.names, "Tags"]
    draft.add("Tags", lists)
    draft.said.append("JSON text")


@variant("record", "names twice", "layout; text")
def _(draft: Draft) -> None:
    draft.how["text"] = lambda text: re.sub(r'\{"Place"', '{"Rate": -1, "Place"', text)
    # The name that comes first has the first place.
    draft.names = ["Rate", *draft.names[:4], *draft.names[5:]]
    draft.rows = [[row[4], *row[:4], *row[5:]] for row in draft.rows]
    order = ["Place", "Opened", "Amount", "Visitors", "Rate"]
    draft.how["record"] = lambda record, _: {name: record[name] for name in [*order, *(name for name in record if name not in order)]}
    draft.said.append("more than once")


# --- The values ---

add_columns(JSON, "leading zeros", "booleans", "moments", "odd texts", "gaps", apart="GeoJSON; records by key; names twice")


@variant("columns", "whole numbers of 19 digits", "GeoJSON; records by key; names twice")
def _(draft: Draft) -> None:
    COLUMNS["long ids"](draft)
    draft.rows = [[*row[:-1], int(row[-1])] for row in draft.rows]


@variant("values", "numbers as text")
def _(draft: Draft) -> None:
    draft.how["value"] = lambda value, column, row: str(value) if column in (2, 3) and value is not None else value


@variant("values", "some numbers as text")
def _(draft: Draft) -> None:
    draft.how["value"] = lambda value, column, row: str(value) if column == 3 and row % 4 == 1 and value is not None else value


@variant("values", "NaN and Infinity")
def _(draft: Draft) -> None:
    draft.how["value"] = lambda value, column, row: float("nan") if value is None else value


# --- The text ---

setting("text", "commas behind the last", "layout; record; lines", r"no strict JSON.*comma", text=lambda text: re.sub(r"\}(?=[,\]])", ",}", text)[:-1] + ",]")
setting("text", "remarks", "layout; record; lines", r"no strict JSON.*remark", text=lambda text: "// made by hand\n" + re.sub(r"\}, ", "}, // next\n", text.replace("[{", "[ /* first */ {", 1)))
setting("text", "indented", "lines", indent=4)
setting("text", "escaped letters", escaped=True)
setting("encoding", "BOM", bom=b"\xef\xbb\xbf")
setting("encoding", "UTF-16", "lines in gz", said="UTF-16", encoding="utf-16")
setting("encoding", "CRLF", "indented; odd texts", end="\r\n")
