"""Parquet and Arrow files: what types and layouts their writers choose."""

import decimal
import os
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from format_corpus import ROWS, Draft, Kind, add_columns


STRUCT = ("More.n", "More.s")


def _table(draft: Draft) -> pa.Table:
    columns: dict[str, Any] = draft.how.get("columns", {})
    arrays = []
    for place, name in enumerate(draft.names):
        values = [row[place] for row in draft.rows]
        arrays.append(columns[name](values) if name in columns else pa.array([value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in values]))
    # Names may come twice.
    table = pa.Table.from_arrays(arrays, names=draft.names)
    if not draft.how.get("struct"):
        return table
    inner = pa.StructArray.from_arrays([table[name].combine_chunks() for name in STRUCT], [name[-1] for name in STRUCT])
    return table.drop(list(STRUCT)).append_column("More", inner)


def _write_parquet(draft: Draft, stem: str) -> str:
    table = _table(draft)
    how = draft.how
    if "partitions" in how:
        pq.write_to_dataset(table, stem, partition_cols=how["partitions"])
        return stem
    if "parts" in how:
        os.makedirs(stem)
        for number in range(how["parts"]):
            size = len(table) // how["parts"]
            pq.write_table(table.slice(number * size, size if number + 1 < how["parts"] else None), f"{stem}/part-{number:02}.parquet")
        open(f"{stem}/_SUCCESS", "w").close()
        return stem
    path = stem + how.get("ending", ".parquet")
    if how.get("pandas"):
        how["pandas"](table).to_parquet(path)
    else:
        pq.write_table(table, path, **how.get("options", {}))
    return path


def _write_arrow(draft: Draft, stem: str) -> str:
    table = _table(draft)
    how = draft.how
    path = stem + how.get("ending", ".feather")
    if how.get("stream"):
        with pa.ipc.new_stream(path, table.schema) as target:
            target.write_table(table, max_chunksize=how.get("rows", 100))
    elif how.get("file"):
        with pa.ipc.new_file(path, table.schema) as target:
            target.write_table(table, max_chunksize=how.get("rows", 100))
    else:
        feather.write_feather(how["pandas"](table) if how.get("pandas") else table, path, **how.get("options", {}))
    return path


PARQUET = Kind(
    "Parquet", 24, _write_parquet, {"pandas.read_parquet": lambda path, _: pd.read_parquet(path)},
    duckdb=lambda path, draft: f"SELECT * FROM read_parquet('{path}{'/**/*.parquet' if os.path.isdir(path) else ''}', hive_partitioning = true)",
)  # fmt: skip
ARROW = Kind("Arrow", 20, _write_arrow, {"pandas.read_feather": lambda path, _: pd.read_feather(path)})
KINDS = [PARQUET, ARROW]


def column(kind: Kind, name: str, make, values=None, group: str = "columns", said: str = "") -> None:
    """A variant with one more column: `make(values)` gives its array, `values(draft)` what is to be found."""

    def change(draft: Draft) -> None:
        if values is not None:
            draft.add("More", values(draft))
        draft.how.setdefault("columns", {})["More" if values is not None else draft.names[0]] = make
        draft.said += [said] if said else []

    kind.variant(group, name)(change)


def _cents(draft: Draft) -> list:
    rng = draft.rng()
    return [decimal.Decimal(rng.randrange(10**6)) / 100 if number % 6 else None for number in range(ROWS)]


def _moments(draft: Draft) -> list:
    rng = draft.rng()
    return [pd.Timestamp("2024-01-01") + pd.Timedelta(seconds=rng.randrange(10**7)) for _ in range(ROWS)]


def _zoned(values: list) -> pa.Array:
    return pa.array([value.tz_localize("UTC") for value in values], pa.timestamp("us", tz="Europe/Berlin"))


def _large(draft: Draft) -> list:
    rng = draft.rng()
    return [None if number % 7 == 3 else rng.randrange(2**60, 2**63) for number in range(ROWS)]


def _lists(draft: Draft) -> list:
    return [[number, number + 1][: number % 3] for number in range(ROWS)]


for kind in KINDS:
    add_columns(kind, "leading zeros", "booleans", "moments", "odd texts", "gaps")
    column(kind, "decimals", lambda values: pa.array(values, pa.decimal128(12, 2)), _cents)
    column(kind, "times with a zone", _zoned, _moments, said="UTC")
    column(kind, "whole numbers of 19 digits with gaps", lambda values: pa.array(values, pa.int64()), _large)
    column(kind, "lists", lambda values: pa.array(values, pa.list_(pa.int32())), _lists, said="lists")
    column(kind, "a dictionary", lambda values: pa.array(values).dictionary_encode(), group="place")
    column(kind, "flags with gaps", pa.array, lambda draft: [(True, False, None)[number % 3] for number in range(ROWS)])
    column(kind, "bytes of text", lambda values: pa.array([value.encode() for value in values], pa.binary()), lambda draft: [f"b{number}" for number in range(ROWS)])
    column(kind, "times of day", lambda values: pa.array(values, pa.time32("s")), lambda draft: [(pd.Timestamp("2024-01-01 06:30:00") + pd.Timedelta(minutes=number)).time() for number in range(ROWS)])

    @kind.variant("columns", "a struct")
    def _(draft: Draft) -> None:
        draft.add(STRUCT[0], list(range(ROWS)))
        draft.add(STRUCT[1], [f"s{number}" for number in range(ROWS)])
        draft.how["struct"] = True
        draft.said.append("outer.inner")

    @kind.variant("pandas", "an index of pandas", "columns; gaps")
    def _(draft: Draft) -> None:
        draft.how["pandas"] = lambda table: table.to_pandas().set_index("Place")

    @kind.variant("names", "a name twice", "columns; gaps; place; pandas")
    def _(draft: Draft) -> None:
        draft.names = [*draft.names[:4], "Amount"]
        draft.said.append("more than once")


PARQUET.setting("file", "several row groups", options={"row_group_size": 5})
PARQUET.setting("file", "int96 times", options={"use_deprecated_int96_timestamps": True})
PARQUET.setting("file", "another name", ending=".data")
PARQUET.setting("file", "a folder of parts", "pandas; names", parts=3)
PARQUET.setting("file", "zstd and old types", options={"compression": "zstd", "version": "1.0"})


@PARQUET.variant("file", "a folder with partitions", "pandas; names; columns; gaps; place")
def _(draft: Draft) -> None:
    draft.how["partitions"] = ["Year"]
    draft.add("Year", [2020 + number % 3 for number in range(ROWS)])
    draft.rows.sort(key=lambda row: row[-1])
    draft.said.append("names of folders")


ARROW.setting("file", "a file of batches", "pandas", ending=".arrow", file=True, rows=7)
ARROW.setting("file", "a stream of batches", "pandas", ending=".arrows", stream=True, rows=7)
ARROW.setting("file", "zstd", options={"compression": "zstd"})
