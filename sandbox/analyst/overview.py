"""What is told of a file before anyone asks: rows, columns, types, gaps, ranges, distinct and frequent values, likely keys."""

from collections.abc import Iterator

import pandas as pd

from . import facts, keys, opening, scan, typedscan
from .profile import described
from .reading import Reading, Table

#: Columns that are told; `columnCount` counts all.
MAX_COLUMNS = 5000
#: Those behind them are told by name, type and gaps only: a table may have thousands.
DETAILED_COLUMNS = 300


def overviews(path: str) -> Iterator[tuple[dict, pd.DataFrame, Reading]]:
    """
    One, or two of a large file: at once that of a sample (`pending`), then that of all rows, or of the sample again where
    these cannot be counted. Each with the frame and the reading it was made of. Raises `CannotOpen`.
    """
    scanned = scan.opened(path) or typedscan.opened(path)
    if scanned is None:
        table = opening.open_table(path)
        yield of_table(table), table.frame, table.reading
        return
    sampled = of_table(scanned.table)
    yield sampled | {"pending": True}, scanned.table.frame, scanned.table.reading
    whole = scanned.whole(sampled["columns"], sampled["keys"])
    if whole is None:
        yield sampled, scanned.table.frame, scanned.table.reading
    else:
        yield _overview(scanned.reading, **whole), scanned.table.frame, scanned.reading


def of_table(table: Table) -> dict:
    frame, reading = table.frame, table.reading
    columns = []
    for at in range(min(frame.shape[1], MAX_COLUMNS)):
        column, name = frame.iloc[:, at], str(frame.columns[at])
        if at < DETAILED_COLUMNS:
            columns.append(_told(described(column, name, reading.units.get(name))))
        else:
            columns.append({"name": name, "dtype": str(column.dtype), "missing": int(column.isna().sum())})
    likely = keys.likely(frame.iloc[:, :DETAILED_COLUMNS])
    return _overview(reading, len(frame), columns, likely, frame.shape[1], (reading.total_rows, reading.total_is_exact))


def _overview(reading: Reading, rows: int, columns: list[dict], likely: list, count: int, total: tuple[int | None, bool] = (None, True)) -> dict:
    of_rows, is_exact = total
    return {
        "rows": rows,
        # Of which so many were read; absent: all.
        **({"ofRows": of_rows, "ofRowsExact": is_exact} if of_rows is not None and of_rows != rows or not is_exact else {}),
        "columnCount": count,
        "columns": columns,
        "keys": likely,
        "format": ", ".join([reading.format, *(f"{name} {value}" for name, value in reading.details.items())]),
        "confidence": min((one.confidence for one in reading.assumptions), default=1.0),
        "notes": reading.notes,
        "others": reading.others,
    }


def _told(item: dict) -> dict:
    """A column as `profile` describes it, as far as it is for people."""
    low, high = (item.get("first"), item.get("last")) if "first" in item else (item.get("low"), item.get("high"))
    if item.get("whole"):
        low, high = int(low), int(high)
    return {
        **{key: item[key] for key in ("name", "dtype", "missing", "distinct", "unit") if item[key] is not None},
        **({"low": facts.plain(low), "high": facts.plain(high)} if low is not None else {}),
        **({"top": item["top"]} if item.get("top") else {}),
    }
