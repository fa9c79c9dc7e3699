"""Records of JSON and rows of SQLite, whose values have a type each, for `typedscan`."""

import csv
import io
import json
import os
from collections.abc import Iterator, Set

from . import database, duck, encoding, jsonfile, jsontext, streams
from .problems import shown
from .reading import Reading
from .typed import Tagged
from .typedscan import EXACT_ROWS, SAMPLE_ROWS, TypedScan, query, sampled

#: Of each place of a file of JSON lines that is looked at; of a list and of what is compressed, its beginning.
PLACES, PLACE_BYTES = 40, 50_000
BEGINNING_BYTES = 2_000_000
#: Records with names that the sample has not, that are looked at for them.
MORE_RECORDS = 2_000
FETCHED_ROWS = 20_000
#: Type of a value → what SQLite writes of it, whose first letter says the type.
SQLITE_VALUE = (
    "CASE typeof({c}) WHEN 'null' THEN NULL WHEN 'real' THEN 'r' || printf('%!.17g', {c}) WHEN 'integer' THEN 'i' || {c} "
    "WHEN 'text' THEN 's' || {c} ELSE 'o' || length({c}) END"
)
JSON_TAGS = "CASE json_type({x}) WHEN 'VARCHAR' THEN 's' WHEN 'BOOLEAN' THEN 'b' WHEN 'DOUBLE' THEN 'r' WHEN 'ARRAY' THEN 'o' WHEN 'OBJECT' THEN 'o' WHEN 'NULL' THEN NULL ELSE 'i' END"


def _tagged(scan: TypedScan, told: list[dict], exact: bool, unique: Set[str] = frozenset()) -> list[Tagged] | None:
    if any(bytes in kinds and not scan.is_told_by_size(at) for at, kinds in enumerate(scan.types)):
        return None
    return [
        Tagged(at, one["name"], one, kinds, scan.text(at, one, exact) if kinds == {str} else None, exact, one["name"] in unique)
        for at, (one, kinds) in enumerate(zip(told, scan.types))
    ]


def sqlite(path: str) -> TypedScan | None:
    reading = Reading("SQLite database")
    raw, table, _, unique = database.first_rows(path, None, reading, SAMPLE_ROWS)
    total = reading.total_rows
    if total is None:
        return None
    raw.columns = [str(name) for name in raw.columns]
    if len(set(raw.columns)) < raw.shape[1]:
        return None
    width = raw.shape[1]

    def parts() -> Iterator[bytes]:
        """CSV with a letter for the type before each value."""
        select = ", ".join(SQLITE_VALUE.format(c=duck.identifier(name)) for name in raw.columns)
        with database.connected(path, shown(os.path.basename(path)), Reading("")) as connection:
            cursor = connection.execute(f"SELECT {select} FROM {duck.identifier(table)}")
            while rows := cursor.fetchmany(FETCHED_ROWS):
                text = io.StringIO()
                # A line of nothing but gaps must not be blank.
                csv.writer(text, quoting=csv.QUOTE_NOTNULL, lineterminator="\n").writerows([(*row, "x") for row in rows])
                yield text.getvalue().encode()

    def answered(asked: list) -> dict | None:
        types = ", ".join(f"'t{at}': 'VARCHAR'" for at in range(width + 1))
        cells = ", ".join(f"t{at}[1] AS k{at}, t{at}[2:] AS c{at}" for at in range(width))
        pipe = duck.Pipe(parts())
        with pipe as number:
            source = f"read_csv({duck.place(number)}, auto_detect=false, header=false, delim=',', quote='\"', escape='\"', new_line='\\n', max_line_size=16000000, columns={{{types}}})"
            found = duck.rows(query(asked, f"(SELECT {cells} FROM {source})"), number)
        return found[0] if found and not pipe.failed and found[0]["rows"] == total else None

    made = sampled(path, raw, reading, lambda told: _tagged(made, told, total <= EXACT_ROWS, unique), answered)
    return made


def json_records(path: str, size: int) -> TypedScan | None:
    """JSON lines, or one list of objects."""
    stream = streams.of(path)
    if stream is None:
        return None
    head, used = stream.head(BEGINNING_BYTES)
    if not jsontext.BEGIN.match(head[:2000]):
        return None
    text = encoding.decode(head, stream.codec, Reading("")).lstrip("\ufeff \t\r\n")
    is_list = text.startswith("[")
    reading = Reading("JSON" if is_list else "JSON lines")
    stream.said(reading)
    stream.said_packed(reading)
    records = _of_list(text) if is_list else _of_lines(_spread(path, size) if stream.is_plain else text[: text.rfind("\n")])
    if not records or not all(isinstance(record, dict) for record in records) or not is_list and len(records) < 2:
        return None
    read_bytes = min(size, PLACES * PLACE_BYTES) if stream.is_plain and not is_list else used
    reading.total_rows, reading.total_is_exact = round(len(records) * size / read_bytes), False

    def ask(statement: str) -> list[dict] | None:
        shape = "array" if is_list else "newline_delimited"

        def source(number: int) -> str:
            return statement.replace("{source}", f"read_json_objects({duck.place(number)}, format='{shape}', compression='uncompressed')")

        if stream.is_plain:
            with open(path, "rb") as file:
                return duck.rows(source(file.fileno()), file.fileno())
        pipe = duck.Pipe(stream.parts())
        with pipe as number:
            found = duck.rows(source(number), number)
        return None if pipe.failed else found

    return _of_records(path, records, reading, ask)


def _of_records(path: str, records: list[dict], reading: Reading, ask) -> TypedScan | None:
    typing = Reading(reading.format, dict(reading.details), total_rows=reading.total_rows, total_is_exact=False)
    raw = jsonfile.raw_of(records, shown(os.path.basename(path)), typing)
    leaves, objects = _paths(records)
    if len({".".join(leaf) for leaf in leaves}) < len(leaves) or list(raw.columns) != [".".join(leaf) for leaf in leaves]:
        return None

    nodes = [*leaves, *(node for node in objects[1:] if node not in leaves)]

    def source() -> str:
        """For each record the types k0 … and texts c0 … of its values, and whether it has more names than the sample."""
        extracted = f"json_extract(t.json, [{', '.join(duck.quoted(_json_path(node)) for node in nodes)}])"
        # As many names as are known, in all objects that are looked into: else a record has one that the sample has not.
        there = "len(list_filter(e, lambda one: one IS NOT NULL))"
        inside = " + ".join(["coalesce(len(json_keys(t.json)), 0)", *(f"CASE WHEN json_type(t.json, {path}) = 'OBJECT' THEN len(json_keys(t.json, {path})) ELSE 0 END" for path in (duck.quoted(_json_path(node)) for node in objects[1:]))])
        cells = []
        for at, leaf in enumerate(leaves):
            x = f"e[{at + 1}]"
            if leaf in objects:
                # An object with something in it has become columns.
                x = f"CASE WHEN json_type({x}) = 'OBJECT' AND len(json_keys({x})) > 0 THEN NULL ELSE {x} END"
            value = f"CASE WHEN json_type({x}) = 'VARCHAR' OR json_type({x}) = 'NULL' THEN json_extract_string({x}, '$') ELSE CAST({x} AS VARCHAR) END"
            cells.append(f"{JSON_TAGS.format(x=x)} AS k{at}, {value} AS c{at}")
        return f"(SELECT {', '.join(cells)}, json, {there} <> names AS more FROM (SELECT t.json AS json, {extracted} AS e, {inside} AS names FROM {{source}} AS t))"

    def answered(asked: list) -> dict | None:
        found = ask(query(asked, source(), ("more",), ("count(*) FILTER (more) AS more",)))
        return found[0] if found else None

    def widened() -> TypedScan | None:
        """With records whose names the sample has not."""
        found = ask(f"SELECT CAST(json AS VARCHAR) AS record FROM {source()} WHERE more LIMIT {MORE_RECORDS}")
        more = [json.loads(one["record"]) for one in found or []]
        return _of_records(path, [*records, *more], reading, ask) if more and all(isinstance(one, dict) for one in more) else None

    def asked(told: list[dict]) -> list | None:
        return _tagged(made, told, False)

    made = sampled(path, raw, typing, asked, answered)
    if made is not None:
        made.widened = widened
    return made


def _paths(records: list[dict]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """(places of values, in the order of the columns that `jsonfile` makes of them; places of objects that are looked into)"""
    leaves: dict[tuple[str, ...], None] = {}
    objects: dict[tuple[str, ...], None] = {(): None}

    def walk(record: dict, path: tuple[str, ...]) -> None:
        for key, value in record.items():
            if isinstance(value, dict) and value and len(path) < jsonfile.FLAT_LEVELS:
                objects[(*path, key)] = None
                walk(value, (*path, key))
            else:
                leaves[(*path, key)] = None

    for record in records:
        walk(record, ())
    return list(leaves), list(objects)


def _json_path(path: tuple[str, ...]) -> str:
    return "$" + "".join("." + json.dumps(key, ensure_ascii=False) for key in path)


def _spread(path: str, size: int) -> str:
    """Whole lines from places spread evenly over a file."""
    found = []
    with open(path, "rb") as file:
        if size <= PLACES * PLACE_BYTES:
            return file.read().decode("utf-8", "replace").removeprefix("\ufeff")
        for number in range(PLACES):
            file.seek(max(0, size - PLACE_BYTES) * number // (PLACES - 1))
            block = file.read(PLACE_BYTES)
            if number:
                block = block[block.find(b"\n") + 1 :]
            found.append(block[: block.rfind(b"\n") + 1])
    return b"".join(found).decode("utf-8", "replace").removeprefix("\ufeff")


def _of_lines(text: str) -> list | None:
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        return None


def _of_list(text: str) -> list | None:
    """The records of the beginning of a list."""
    decoder, found, place = json.JSONDecoder(), [], 1
    while True:
        try:
            place = jsontext.BETWEEN.match(text, place).end()
            record, place = decoder.raw_decode(text, place)
        except ValueError:
            return found
        found.append(record)
        place = jsontext.BETWEEN.match(text, place).end()
        if text[place : place + 1] != ",":
            return found
        place += 1
