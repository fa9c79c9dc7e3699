"""
Tables that have types, all of them, by DuckDB: Parquet files and folders, DuckDB databases, JSON and the rows of SQLite.
A sample says what the texts in them mean, as for separated text; DuckDB counts all rows in that way.
"""

import functools
import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from . import arrowtable, columns, duck, duckfile, grid, guard, jsonfile, magic, measures, parquet, scan
from .problems import CannotOpen, counted
from .reading import Reading, Table
from .typed import WHOLE, Typed

#: Smaller ones are read as a whole; Parquet can hold much in few bytes.
LEAST_CELLS = 2_000_000
SAMPLE_ROWS = 20_000
SAMPLE_CELLS = 1_000_000
GROUPS = 8
#: Of so many rows all distinct values are counted; of more, memory would not do.
EXACT_ROWS = 1_000_000
#: Whole numbers of Arrow → as DuckDB calls them.
DUCK_TYPES = {arrow: duck_type for duck_type, arrow in WHOLE.items()}
TEXTS = ("VARCHAR", "JSON")
#: Of notes about a sample that are not true of all rows.
OF_THE_SAMPLE = ("count as missing", "would round", " rounded.")

#: (columns of SQL named c0 …, its source) → what the last statement answers.
Ask = Callable[[str], list[dict] | None]


@dataclass
class TypedScan:
    """A table that can be scanned, and its sample: `raw` as it stands there, `table.frame` as it is understood."""

    table: Table
    #: For all rows.
    reading: Reading
    raw: pd.DataFrame
    #: Of the values of each column, before lists and bytes became texts.
    types: list[set[type]]
    #: The measures for these columns of the sample.
    asked: Callable[[list[dict]], list | None]
    answered: Callable[[list], dict | None]
    #: The same scan of a larger sample, where `answer["more"]` records have names that this one has not.
    widened: Callable[[], "TypedScan | None"] = lambda: None

    def whole(self, sampled: list[dict], keys: list[list[str]]) -> dict | None:
        """As `Scan.whole`."""
        asked = self.asked(sampled)
        answer = None if asked is None else self.answered(asked)
        if answer is None or not answer["rows"]:
            return None
        if answer.get("more"):
            return self._widened()
        rows = answer["rows"]
        told = [one.read(answer, rows, self.reading) for one in asked]
        return {"rows": rows, "columns": told, "likely": measures.likely(keys, told, rows), "count": len(told)}

    def _widened(self) -> dict | None:
        from . import overview

        wider = self.widened()
        if wider is None or wider.raw.shape[1] <= self.raw.shape[1]:
            return None
        told = overview.of_table(wider.table)
        found = wider.whole(told["columns"], told["keys"])
        self.reading = wider.reading
        return found

    def text(self, at: int, told: dict, exact: bool = False) -> measures.Measure:
        """The measure of a column of text."""
        measure = measures.measure(at, self.raw.iloc[:, at], self.table.frame.iloc[:, at], told, self.context)
        measure.exact = exact
        return measure

    def is_told_by_size(self, at: int) -> bool:
        """Whether bytes are no texts, as far as the sample says."""
        return bool(self.raw.iloc[:, at].dropna().astype(str).str.fullmatch(r"[\d,]+ bytes").all())

    @functools.cached_property
    def context(self) -> columns.Context:
        return columns.context(self.raw, "")


def query(asked: list, source: str, more_values: tuple[str, ...] = (), more_aggregates: tuple[str, ...] = ()) -> str:
    values = ", ".join([*more_values, *(part for one in asked for part in one.values)])
    measured = ", ".join(["count(*) AS rows", *more_aggregates, *(part for one in asked for part in one.aggregates)])
    return f"SELECT {measured} FROM (SELECT {values} FROM {source});\n"


def sampled(path: str, raw: pd.DataFrame, reading: Reading, asked, answered) -> TypedScan | None:
    """`reading` is that of the raw sample; None: it is no table that can be told column by column."""
    typing = Reading(reading.format, dict(reading.details), list(reading.notes), list(reading.others), list(reading.tables), total_rows=reading.total_rows, total_is_exact=reading.total_is_exact, names_from_row=reading.names_from_row)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        types = [set(raw.iloc[:, at].dropna().map(type)) for at in range(raw.shape[1])]
        names, raw = list(map(str, raw.columns)), jsonfile.plain(raw, typing)
        frame = grid.typed_frame(raw, typing).reset_index(drop=True)
    if frame.empty or list(frame.columns) != names or frame.shape[1] > scan.MAX_COLUMNS:
        return None
    whole = Reading(reading.format, typing.details, [note for note in typing.notes if not any(words in note for words in OF_THE_SAMPLE)], typing.others, typing.tables, typing.units, names_from_row=typing.names_from_row)
    of = f" of {'' if reading.total_is_exact else 'about '}{reading.total_rows:,}" if reading.total_rows is not None else ""
    typing.note(f"Only a sample was read: {counted(len(raw), 'row')}{of}. Every figure describes it alone.")
    return TypedScan(Table(path, frame, typing), whole, raw, types, asked, answered)


def opened(path: str) -> TypedScan | None:
    """None: it is small, or of another kind. Raises `CannotOpen`."""
    try:
        if parquet.is_folder(path):
            return _folder(path)
        size = guard.check(path).st_size
        with open(path, "rb") as file:
            head = file.read(magic.HEAD_BYTES)
        kind = magic.kind_of(path, head)
        if kind == "parquet":
            return _parquet(path, size)
        if size < scan.LEAST_BYTES and not (kind in scan.streams.PACKED and size >= scan.LEAST_PACKED_BYTES):
            return None
        from . import recordscan

        if kind == "duckdb":
            return _duckdb(path)
        return recordscan.sqlite(path) if kind == "sqlite" else recordscan.json_records(path, size)
    except CannotOpen:
        raise
    # What the libraries make of a damaged file is said by the careful reading.
    except Exception:
        return None


def _parquet(path: str, size: int) -> TypedScan | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    meta, schema = file.metadata, file.schema_arrow
    if meta.num_rows == 0 or size < scan.LEAST_BYTES and meta.num_rows * len(schema.names) < LEAST_CELLS:
        return None
    names = schema.names[: parquet.COLUMN_LIMIT]
    rows = max(50, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(names))) // GROUPS)
    groups = sorted({meta.num_row_groups * at // GROUPS for at in range(GROUPS)})
    batches = [next(file.iter_batches(rows, row_groups=[group], columns=names), None) for group in groups]
    table = pa.Table.from_batches([batch for batch in batches if batch is not None])
    reading = Reading("Parquet", {"row groups": f"{meta.num_row_groups:,}"})
    if len(names) < len(schema.names):
        reading.note(f"{len(schema.names):,} columns; the first {parquet.COLUMN_LIMIT:,} were read.")
    reading.total_rows = meta.num_rows

    def ask(statement: str) -> list[dict] | None:
        with open(path, "rb") as opened:
            return duck.rows(statement.replace("{source}", f"read_parquet({duck.place(opened.fileno())})"), opened.fileno())

    return _of_arrow(path, table, schema, reading, ask)


def _folder(path: str) -> TypedScan | None:
    import pyarrow as pa
    import pyarrow.dataset as ds

    data = ds.dataset(path, format="parquet", partitioning="hive", exclude_invalid_files=False, ignore_prefixes=["_", "."])
    names = data.schema.names[: parquet.COLUMN_LIMIT]
    total = data.count_rows()
    if total == 0 or sum(map(os.path.getsize, data.files)) < scan.LEAST_BYTES and total * len(names) < LEAST_CELLS:
        return None
    reading = Reading("Parquet folder", {"files": f"{len(data.files):,}"}, total_rows=total)
    limit = max(50, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(names))))
    # Of some of the files: what comes first is often of one partition.
    chosen = data.files[:: max(1, len(data.files) // GROUPS)][:GROUPS]
    parts = [part.scanner(schema=data.schema, columns=names).head(limit // len(chosen)) for part in data.get_fragments() if part.path in chosen]
    table = pa.concat_tables(parts)
    parquet.note_partitions(data, names, reading)
    files = ", ".join(duck.quoted(_literal(file)) for file in data.files)
    # DuckDB has the columns of folders in an order of its own.
    order = ", ".join(map(duck.identifier, data.schema.names))
    source = f"(SELECT {order} FROM read_parquet([{files}], hive_partitioning=true, hive_types_autocast=false))"
    return _of_arrow(path, table, data.schema, reading, lambda statement: duck.rows(statement.replace("{source}", source)))


def _literal(path: str) -> str:
    """A path in which no character is a pattern's."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in path)


def _duckdb(path: str) -> TypedScan | None:
    reading = Reading("DuckDB database")
    scratch = tempfile.TemporaryDirectory(prefix="duckdb-")
    file = duckfile.readable(path, scratch.name, reading)
    table, source = duckfile.first_rows(file, path, scratch.name, None, reading, SAMPLE_ROWS)
    if reading.total_rows is None:
        return None

    # The folder holds a copy of it, if it needs one: kept as long as it may be asked.
    def ask(statement: str, _kept=scratch) -> list[dict] | None:
        return duck.rows(statement.replace("{source}", source), database=file)

    return _of_arrow(path, table, table.schema, reading, ask)


def _of_arrow(path: str, table, schema, reading: Reading, ask: Ask) -> TypedScan | None:
    import pyarrow as pa

    raw = arrowtable.raw_of(table, reading)
    found = arrowtable.places(schema, parquet.COLUMN_LIMIT)
    if len(found) != raw.shape[1]:
        return None
    aliases = ", ".join(f"k{at}" for at in range(len(schema.names)))
    expressions = []
    for at, (first, *inner) in enumerate(found):
        kind, expression = schema.field(first).type, f"k{first}"
        if pa.types.is_integer(kind) and reading.format == "Parquet folder" and not inner:
            # The names of folders come as text.
            expression = f"CAST({expression} AS {DUCK_TYPES[str(kind)]})"
        for place in inner:
            expression, kind = f"struct_extract({expression}, {duck.quoted(kind.field(place).name)})", kind.field(place).type
        expressions.append(f"{expression} AS c{at}")
    selected = f"(SELECT {', '.join(expressions)} FROM {{source}} AS t({aliases}))"
    exact = reading.total_rows is not None and reading.total_rows <= EXACT_ROWS

    def asked(told: list[dict]) -> list | None:
        described = ask(f"DESCRIBE SELECT * FROM {selected}")
        if described is None or len(described) != len(told):
            return None
        kinds = [one["column_type"] for one in described]
        if any(kind == "BLOB" and not made.is_told_by_size(at) for at, kind in enumerate(kinds)):
            return None
        return [
            made.text(at, one, exact) if kind in TEXTS or kind.startswith("ENUM") else Typed(at, one["name"], kind, one, exact)
            for at, (one, kind) in enumerate(zip(told, kinds))
        ]

    def answered(measured: list) -> dict | None:
        found = ask(query(measured, selected))
        return found[0] if found else None

    made = sampled(path, raw, reading, asked, answered)
    return made
