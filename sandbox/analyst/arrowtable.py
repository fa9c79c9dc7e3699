"""From an Arrow table to a frame of plain columns: what charts and summaries understand, without a digit lost unsaid."""

import decimal
import re

from . import header, jsonfile
from .problems import counted, shown
from .reading import Reading

#: Structs in structs that become columns.
FLAT_LEVELS = 3
#: Whole numbers up to here are what floats can say, too.
EXACT = 2**53
DECIMAL_DIGITS = 15
INDEX = re.compile(r"__index_level_\d+__")


def frame_of(table, reading: Reading):
    """A typed frame: structs as columns named “outer.inner”, an index of pandas as a column, zones as UTC."""
    return jsonfile.settled(raw_of(table, reading), reading)


def raw_of(table, reading: Reading):
    """The same before it is looked at what the texts in it mean."""
    table = _flattened(_index_first(table), reading)
    table = table.rename_columns(header.unique_names(list(table.column_names), reading))
    frame = _exact(table, reading).to_pandas(date_as_object=False, ignore_metadata=True)
    return _plain(frame, reading)


def places(schema, limit: int) -> list[tuple[int, ...]]:
    """Of each column of `raw_of` where it is in a table of this schema: the place of its column, those in structs behind it (from 0)."""
    import pyarrow as pa

    names = list(schema.names)
    found = []
    for name in _index_first(schema.empty_table(), rename=False).column_names[:limit] if len(set(names)) == len(names) else []:
        found.append(((names.index(name),), schema.field(name).type))
    found = found or [((place,), schema.field(place).type) for place in range(min(limit, len(names)))]
    for _ in range(FLAT_LEVELS):
        found = [
            inner
            for path, kind in found
            for inner in ([((*path, at), kind.field(at).type) for at in range(kind.num_fields)] if pa.types.is_struct(kind) else [(path, kind)])
        ]
    return [path for path, _ in found]


def _index_first(table, rename: bool = True):
    """pandas stores its index behind the columns, unnamed ones under names of its own."""
    found = table.schema.pandas_metadata or {}
    names = [name for name in found.get("index_columns", []) if isinstance(name, str) and name in table.column_names]
    if len(set(table.column_names)) < table.num_columns:
        return table
    table = table.select([*names, *(name for name in table.column_names if name not in names)])
    if not rename:
        return table
    return table.rename_columns([INDEX.sub("index", name) for name in table.column_names])


def _flattened(table, reading: Reading):
    import pyarrow as pa

    for _ in range(FLAT_LEVELS):
        if not any(pa.types.is_struct(column.type) for column in table.schema):
            break
        reading.note("Nested objects became columns named “outer.inner”.")
        table = table.flatten()
    return table


def _exact(table, reading: Reading):
    """Whole numbers with gaps become floats in pandas: those that would lose digits are kept as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, column in enumerate(table.columns):
        if pa.types.is_int64(column.type) or pa.types.is_uint64(column.type):
            ends = pc.min_max(column).as_py()
            if column.null_count and max(abs(ends["min"] or 0), abs(ends["max"] or 0)) > EXACT:
                name = table.column_names[place]
                reading.note(f"“{shown(name, 40)}” has whole numbers that a number would round; kept as text.")
                table = table.set_column(place, name, column.cast(pa.string()))
    return table


def _plain(frame, reading: Reading):
    import pandas as pd

    for column in frame.columns:
        kind = frame[column].dtype
        if isinstance(kind, pd.CategoricalDtype):
            frame[column] = frame[column].astype(object)
        elif isinstance(kind, pd.DatetimeTZDtype):
            frame[column] = frame[column].dt.tz_convert("UTC").dt.tz_localize(None)
            reading.note(f"“{shown(column, 40)}”: times with a zone are shown in UTC.")
        elif kind == object and frame[column].notna().any():
            first = frame[column].dropna().iloc[0]
            if isinstance(first, decimal.Decimal):
                rounded = frame[column].map(lambda value: len(value.normalize().as_tuple().digits) > DECIMAL_DIGITS, na_action="ignore").eq(True).sum()
                if rounded:
                    reading.note(f"“{shown(column, 40)}”: {counted(int(rounded), 'decimal')} of more than {DECIMAL_DIGITS} digits rounded.")
                frame[column] = pd.to_numeric(frame[column].astype(float))
    return frame
