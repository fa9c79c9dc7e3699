"""Rows of a table in another order, or some of them: positions into it, kept for the next pages until a cell runs."""

import sys
from collections import OrderedDict

from query_limits import Refused
from query_text import cell_text

MAX_KEPT = 4
#: Between two chunks an interrupt is heard.
CHUNK_ROWS = 200_000
#: Ordering values of mixed kinds is done one by one.
MAX_MIXED_ROWS = 1_000_000
MAX_TEXT = 10_000
#: An order takes some copies of what it orders, and the sandbox's memory has a limit.
MAX_ORDERED_ROWS = 25_000_000
#: Whether the texts of a column come again is told from so many of each chunk.
SAMPLE_ROWS = 1000


class Views:
    def __init__(self) -> None:
        self._kept: OrderedDict[tuple, object] = OrderedDict()
        self._cell = -1

    def positions(self, cell: int, object_id: int, table, view: dict):
        """None: all rows, as they lie."""
        if not view["filters"] and not view["sorts"]:
            return None
        if cell != self._cell:
            self._kept.clear()
            self._cell = cell
        key = (object_id, table.row_count, repr(view))
        if key not in self._kept:
            self._kept[key] = sorted_rows(table, filtered_rows(table, view["filters"]), view["sorts"])
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


views = Views()


def filtered_rows(table, filters: list[dict]):
    numpy = sys.modules["numpy"]
    rows = None
    for one in filters:
        column, kept, matched = int(one["column"]), [], 0
        kind = table.column(column)["kind"]
        count = table.row_count if rows is None else len(rows)
        for start in range(0, count, CHUNK_ROWS):
            stop = min(start + CHUNK_ROWS, count)
            at = slice(start, stop) if rows is None else rows[start:stop]
            mask = numpy.asarray(matches(table.rows(column, at), kind, one), dtype=bool)
            kept.append(numpy.flatnonzero(mask) + start if rows is None else at[mask])
            matched += len(kept[-1])
            if matched > MAX_ORDERED_ROWS and count > 2 * MAX_ORDERED_ROWS:
                raise Refused(f"More than {MAX_ORDERED_ROWS:,} rows match the filter. Narrow it.")
        rows = numpy.concatenate(kept) if kept else numpy.empty(0, dtype=numpy.intp)
    return rows


def matches(series, kind: str, one: dict):
    """A mask. Missing values match `missing` only."""
    missing = series.isna().to_numpy()
    op, values = one["op"], [str(value)[:MAX_TEXT] for value in one.get("values", [])]
    if op == "missing":
        return missing
    if op == "present":
        return ~missing
    if not values:
        raise Refused("The filter has no value.")
    if op == "contains" or kind not in ("number", "boolean", "time"):
        return _text_matches(series, missing, op, values)
    wanted = [_value(text, kind) for text in values]
    # Fixed from here on: what is compared has a type of pandas or numpy.
    if op == "equals" or op == "in":
        return series.isin(wanted).to_numpy() & ~missing
    if op == "less":
        mask = series < wanted[0]
    elif op == "greater":
        mask = series > wanted[0]
    elif op == "between" and len(wanted) == 2:
        mask = (series >= wanted[0]) & (series <= wanted[1])
    else:
        raise Refused(f"There is no filter {op[:40]!r} for this column.")
    return mask.fillna(False).to_numpy(dtype=bool) & ~missing


def _value(text: str, kind: str):
    pandas = sys.modules["pandas"]
    plain = text.strip()
    try:
        if kind == "boolean":
            return {"true": True, "false": False, "1": True, "0": False}[plain.lower()]
        if kind == "time":
            return pandas.Timestamp(plain)
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
    except (KeyError, ValueError):
        said = {"boolean": "true or false", "time": "a date", "number": "a number"}[kind]
        raise Refused(f"{plain[:60]!r} is not {said}.") from None


def _text_matches(series, missing, op: str, values: list[str]):
    numpy = sys.modules["numpy"]
    fits = _text_test(op, values)
    distinct = _distinct_texts(series)
    if distinct is None:
        shown = zip(series.to_numpy(), missing)
        return [not gone and fits(cell_text(value, MAX_TEXT)) for value, gone in shown]
    codes, texts = distinct
    # Each text is looked at once; the code of a missing value is -1, which is the last of these.
    found = numpy.array([fits(cell_text(text, MAX_TEXT)) for text in texts] + [False], dtype=bool)
    return found[codes]


def _text_test(op: str, values: list[str]):
    first = values[0]
    if op == "contains":
        low = first.lower()
        return lambda text: low in text.lower()
    if op in ("equals", "in"):
        wanted = set(values)
        return lambda text: text in wanted
    if op == "less":
        return lambda text: text < first
    if op == "greater":
        return lambda text: text > first
    if op == "between" and len(values) == 2:
        return lambda text: first <= text <= values[1]
    raise Refused(f"There is no filter {op[:40]!r} for this column.")


def _distinct_texts(series):
    """Codes and texts of a column of nothing but texts that come again and again; None: it is not that."""
    pandas = sys.modules["pandas"]
    head = series.iloc[:SAMPLE_ROWS].to_numpy()
    # A class of the user's own may be a text and have a hash of its own.
    if any(type(value) is not str for value in head if isinstance(value, str)) or not len(head):
        return None
    values = series.astype(object)
    if pandas.api.types.infer_dtype(values, skipna=True) != "string":
        return None
    if len({value for value in head if isinstance(value, str)}) > len(head) // 2:
        return None
    return pandas.factorize(values)


def sorted_rows(table, rows, sorts: list[dict]):
    """Stable; missing values last in both directions."""
    numpy = sys.modules["numpy"]
    if sorts and (table.row_count if rows is None else len(rows)) > MAX_ORDERED_ROWS:
        raise Refused(f"More than {MAX_ORDERED_ROWS:,} rows are not sorted. Filter the table first.")
    for one in reversed(sorts):
        column, descending = int(one["column"]), bool(one["descending"])
        series = table.series(column) if rows is None else table.rows(column, rows)
        missing = series.isna().to_numpy()
        keys = _keys(series, table.column(column)["kind"])[~missing]
        present, gone = numpy.flatnonzero(~missing), numpy.flatnonzero(missing)
        if descending:
            order = len(keys) - 1 - numpy.argsort(keys[::-1], kind="stable")[::-1]
        else:
            order = numpy.argsort(keys, kind="stable")
        order = numpy.concatenate([present[order], gone])
        rows = order if rows is None else rows[order]
    return rows


def _keys(series, kind: str):
    """An array that numpy can sort fast, for values that are there."""
    numpy, pandas = sys.modules["numpy"], sys.modules["pandas"]
    if kind in ("number", "boolean") and isinstance(series.dtype, numpy.dtype):
        return series.to_numpy()
    if getattr(series.dtype, "kind", "O") in "Mm":
        return series.astype("int64", errors="ignore").to_numpy() if not series.isna().any() else series.to_numpy("datetime64[ns]").view("int64")
    if kind == "number":
        return series.to_numpy(dtype="float64", na_value=numpy.nan)
    values = series.to_numpy(dtype=object)
    if pandas.api.types.infer_dtype(values, skipna=True) == "string":
        # Codes of the values that occur, in the order of these.
        codes, found = pandas.factorize(values)
        ranks = numpy.empty(len(found) + 1, dtype=numpy.int64)
        ranks[numpy.argsort(found, kind="stable")] = numpy.arange(len(found))
        ranks[-1] = len(found)
        return ranks[codes]
    if len(values) > MAX_MIXED_ROWS:
        raise Refused(f"A column of mixed values is sorted up to {MAX_MIXED_ROWS:,} rows. Filter it first.")
    texts = [cell_text(value, MAX_TEXT) for value in values]
    codes, found = pandas.factorize(numpy.array(texts, dtype=object), sort=True)
    return codes
