"""The user's own view of variables and tables. The model gets nothing of it."""

import sys
import types

import query_text
from query_limits import Refused, TimeOver
from query_tables import MAX_COLUMNS, Table, handles, kind_of, plain
from query_views import MAX_ORDERED_ROWS, views

MAX_VARIABLES = 5000
MAX_PAGE_ROWS, MAX_PAGE_COLUMNS, MAX_PAGE_CELLS = 1000, 200, 20_000
MAX_CELL_CHARACTERS = 300
MAX_VALUE_CHARACTERS, MAX_NODES = 200_000, 5000
BINS, TOP_VALUES = 12, 5
#: For what is told of one variable, and for what a summary can do without.
ONE_VARIABLE_S, EXTRA_S = 0.05, 8.0
#: For the last variables, of which only name and type are told when time is over.
LAST_S = 0.5
#: Values are counted in a table that is larger than they are.
MAX_COUNTED_ROWS = 10_000_000
NO_OF_IPYTHON = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})


def variables(asked, _params: dict) -> dict:
    """Names the user has set, in order: `type`, `shape`, `bytes`, `preview`, and whether it opens as a table."""
    space, hidden = asked.shell.user_ns, asked.shell.user_ns_hidden
    names = []
    for name, value in list(space.items()):
        if type(name) is not str or name.startswith("_") or name in NO_OF_IPYTHON or query_text.is_of(value, types.ModuleType):
            continue
        if name in hidden and hidden[name] is value:
            continue
        # What was imported is not the user's own.
        if query_text.is_of(value, type, types.FunctionType, types.BuiltinFunctionType) and _home(value) != "__main__":
            continue
        names.append(name)
    shown = [_variable(asked, name, space[name]) for name in names[:MAX_VARIABLES]]
    return {"variables": shown, "more": max(len(names) - MAX_VARIABLES, 0)}


def _home(value) -> str:
    if query_text.is_of(value, type):
        return query_text.module_name(value)
    module = getattr(value, "__module__", None)
    return module if type(module) is str else ""


def _variable(asked, name: str, value) -> dict:
    told = {"name": name[:200], "type": query_text.type_name(value), "shape": None, "bytes": None, "preview": "", "table": False}
    if asked.limit.left_s() < LAST_S:
        return told
    try:
        with asked.limit.within(ONE_VARIABLE_S):
            told["table"] = kind_of(value) is not None
            told["shape"] = shape_of(value)
            told["bytes"] = bytes_of(value)
            told["preview"] = preview_of(value)
    except (TimeOver, Exception):
        pass
    return told


def shape_of(value) -> str | None:
    kind = kind_of(value)
    if kind in ("frame", "series", "array", "polars"):
        return " × ".join(f"{length:,}" for length in plain(value, kind).shape)
    if kind == "arrow":
        return f"{value.num_rows:,} × {value.num_columns:,}"
    if query_text.is_known(type(value)) and query_text.module_name(type(value)) == "numpy" and hasattr(type(value), "shape") and value.shape:
        return " × ".join(f"{length:,}" for length in value.shape)
    for base in (str, bytes, bytearray, list, tuple, dict, set, frozenset):
        if query_text.is_of(value, base):
            return f"{base.__len__(value):,}"
    return None


def bytes_of(value) -> int | None:
    kind = kind_of(value)
    value = plain(value, kind) if kind else value
    if kind == "frame":
        # Without the contents of text columns: these would have to be counted one by one.
        return int(sys.modules["pandas"].DataFrame.memory_usage(value, index=True, deep=False).sum())
    if kind == "series":
        return int(sys.modules["pandas"].Series.memory_usage(value, deep=False))
    if kind in ("array", "arrow"):
        return int(value.nbytes)
    if kind == "polars":
        return int(value.estimated_size())
    return int(type(value).__sizeof__(value)) if query_text.is_known(type(value)) and query_text.module_name(type(value)) == "builtins" else None


def preview_of(value) -> str:
    kind = kind_of(value)
    value = plain(value, kind) if kind else value
    if kind == "frame":
        return query_text.cut(", ".join(query_text.cell_text(name, 40) for name in value.columns[:20]), 120)
    if kind == "arrow":
        return query_text.cut(", ".join(value.schema.names[:20]), 120)
    if kind in ("series", "array"):
        flat = (value[:6] if value.ndim == 1 else value[:6, :6]) if kind == "array" else value.iloc[:6].to_numpy()
        flat = flat.ravel()[:6]
        text = ", ".join(query_text.cell_text(item, 20) for item in flat)
        return f"{value.dtype} [{query_text.cut(text, 90)}{', …' if value.size > len(flat) else ''}]"
    return query_text.preview(value)


def value_of(asked, params: dict) -> dict:
    """`name` → `text`, or a `tree` for what holds other values."""
    name = str(params["name"])
    if name not in asked.shell.user_ns:
        raise Refused(f"There is no variable {name[:80]} any more.")
    value = asked.shell.user_ns[name]
    told = {"name": name, "type": query_text.type_name(value), "text": None, "tree": None}
    text = query_text.scalar_text(value, MAX_VALUE_CHARACTERS)
    if text is not None:
        return {**told, "text": text}
    if query_text.is_of(value, dict, list, tuple, set, frozenset) or query_text.instance_attributes(value):
        return {**told, "tree": query_text.tree(value, [MAX_NODES])}
    return {**told, "text": preview_of(value)}


def _object(asked, params: dict):
    """A variable or what was displayed, and the names that it has now."""
    space = asked.shell.user_ns
    if "handle" in params:
        value = handles.get(str(params["handle"]))
        if value is None:
            raise Refused("The table of this output is gone: nothing in the kernel holds it any more. Run the cell again.")
    else:
        name = str(params["name"])
        if name not in space:
            raise Refused(f"There is no variable {name[:80]} any more.")
        value = space[name]
    names = [name for name, other in space.items() if other is value and type(name) is str and not name.startswith("_")]
    return value, names[:5]


def _view(params: dict) -> dict:
    given = params.get("view") or {}
    return {"filters": list(given.get("filters", []))[:50], "sorts": list(given.get("sorts", []))[:10]}


def table_page(asked, params: dict) -> dict:
    """
    `name` or `handle`, `view`, and `row`, `rows`, `column`, `columns` of the page → the table's shape, the types of the
    page's columns, the labels and the cells (row by row; null: missing).
    """
    value, names = _object(asked, params)
    table = Table(value)
    positions = views.positions(asked.shell.execution_count, id(value), table, _view(params))
    matched = table.row_count if positions is None else len(positions)
    first, last = _span(params, "column", "columns", min(table.column_count, MAX_COLUMNS), MAX_PAGE_COLUMNS)
    limit = min(MAX_PAGE_ROWS, max(MAX_PAGE_CELLS // max(last - first, 1), 20))
    start, stop = _span(params, "row", "rows", matched, limit)
    at = slice(start, stop) if positions is None else positions[start:stop]
    columns = [
        [None if value is None else query_text.cell_text(value, MAX_CELL_CHARACTERS) for value in table.values(column, at)]
        for column in range(first, last)
    ]
    return {
        "names": names, "type": query_text.type_name(value),
        "rowCount": table.row_count, "matched": matched, "columnCount": min(table.column_count, MAX_COLUMNS),
        "hiddenColumns": max(table.column_count - MAX_COLUMNS, 0),
        "row": start, "column": first,
        "columns": [table.column(column) for column in range(first, last)],
        "labels": table.labels(at),
        "cells": [list(row) for row in zip(*columns)] if columns else [],
    }  # fmt: skip


def _span(params: dict, start: str, length: str, count: int, limit: int) -> tuple[int, int]:
    first = max(0, min(int(params[start]), count))
    return first, min(count, first + max(0, min(int(params[length]), limit)))


def column_summary(asked, params: dict) -> dict:
    """Of the rows in view: counts, and of numbers and times their range and a histogram, else the most frequent values."""
    value, _ = _object(asked, params)
    table, at = Table(value), int(params["column"])
    positions = views.positions(asked.shell.execution_count, id(value), table, _view(params))
    series = table.series(at) if positions is None else table.rows(at, positions)
    if len(series) > MAX_ORDERED_ROWS:
        raise Refused(f"A column of more than {MAX_ORDERED_ROWS:,} rows is not summarised. Filter the table first.")
    described = table.column(at)
    missing = int(series.isna().sum())
    told = {
        **described, "rows": len(series), "missing": missing, "distinct": None,
        "min": None, "max": None, "mean": None, "bins": None, "top": None,
    }  # fmt: skip
    if missing == len(series):
        return told
    if described["kind"] in ("number", "time"):
        told.update(_range(series, described["kind"]))
    if len(series) > MAX_COUNTED_ROWS:
        return told
    try:
        with asked.limit.within(min(EXTRA_S, max(asked.limit.left_s() - 0.5, 0.1))):
            counts = _counts(series, described["kind"])
            told["distinct"] = len(counts)
            if described["kind"] not in ("number", "time"):
                most = counts.nlargest(TOP_VALUES)
                told["top"] = [{"value": query_text.cell_text(key, 120), "count": int(count)} for key, count in most.items()]
    except (TimeOver, MemoryError):
        pass
    return told


def _range(series, kind: str) -> dict:
    numpy = sys.modules["numpy"]
    present = series.dropna()
    if kind == "time":
        low, high = present.min(), present.max()
        numbers = present.astype("int64").to_numpy()
        mean = None
    else:
        numbers = present.to_numpy(dtype="float64")
        numbers = numbers[numpy.isfinite(numbers)]
        if len(numbers) == 0:
            return {}
        low, high, mean = present.min(), present.max(), repr(float(f"{numbers.mean():.6g}"))
    counts, _ = numpy.histogram(numbers, bins=BINS)
    return {
        "min": query_text.cell_text(low, 60), "max": query_text.cell_text(high, 60), "mean": mean,
        "bins": [int(count) for count in counts],
    }  # fmt: skip


def _counts(series, kind: str):
    if kind in ("number", "time", "boolean"):
        return series.value_counts(sort=False)
    pandas = sys.modules["pandas"]
    values = series.dropna().to_numpy(dtype=object)
    if pandas.api.types.infer_dtype(values, skipna=True) != "string":
        # Equality and hashes of the user's objects are the user's code.
        values = [query_text.cell_text(value, 200) for value in values]
    return pandas.Series(values, dtype=object).value_counts(sort=False)
