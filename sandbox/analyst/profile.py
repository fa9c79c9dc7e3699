"""What the analyst must know to choose its next cells: the role and the range of each column. JSON only."""

import itertools
import re

import numpy as np
import pandas as pd

from . import keys
from .reading import Table

#: Columns that are described; a table may have thousands.
COLUMN_LIMIT = 80
#: Rows that expensive figures (correlation, groups) are taken from.
SAMPLE_ROWS = 50_000
TOP_VALUES = 12
YEAR_NAME = re.compile(r"^(year|yr|jahr|ann[eé]e|a[ñn]o|anno|年|年度|fiscal.?year)s?$", re.I)
ID_NAME = re.compile(r"(^|[_\s.])(id|uuid|guid|key|code|no|nr|number|index|row|zip|plz|postcode)$|^(unnamed|rownames?)|Id$|ID$", re.I)
SURE_ID = re.compile(r"(^|[_\s.])([iI][dD]|[uU]{2}[iI][dD]|guid)$|[a-z]I[dD]$")
LATITUDE = re.compile(r"^(lat|latitude|breite|y_?lat)$|[_.]lat(itude)?$", re.I)
LONGITUDE = re.compile(r"^(lon|lng|long|longitude|länge|x_?lon)$|[_.](lon|lng|longitude)$", re.I)
CODED_LIMIT = 10


def profile(table: Table) -> dict:
    """The facts of an opened table; the shape is parsed by the analyst's `facts.ts`."""
    frame, reading = table.frame, table.reading
    columns = [described(frame[name], str(name), reading.units.get(str(name))) for name in frame.columns[:COLUMN_LIMIT]]
    sample = frame.sample(SAMPLE_ROWS, random_state=0) if len(frame) > SAMPLE_ROWS else frame
    numbers = [item["name"] for item in columns if item["role"] == "number"]
    groups = [item["name"] for item in columns if item["role"] in ("category", "boolean") or item.get("coded")]
    times = [item for item in columns if item["role"] in ("time", "year")]
    for item in times:
        item["seriesBy"] = _series_by(frame, item, groups)
    return {
        "kind": "table",
        "rows": len(frame),
        "columnCount": int(frame.shape[1]),
        "totalRows": reading.total_rows,
        "totalIsExact": reading.total_is_exact,
        "format": reading.format,
        "details": dict(reading.details),
        "notes": reading.notes[:20],
        "others": reading.others[:30],
        "code": "\n".join([reading.code, *reading.fixes]) if reading.code else "",
        "columns": columns,
        "keys": keys.likely(frame.iloc[:, :COLUMN_LIMIT]),
        "pairs": _pairs(sample, [name for name in numbers if not _is_place(name)][:30]),
        "groups": _groups(sample, numbers[:15], groups[:15]),
    }


def summary(table: Table) -> pd.DataFrame:
    """What `Table.summary` gives."""
    frame, units = table.frame, table.reading.units
    lines = []
    for name in frame.columns:
        item = described(frame[name], str(name), units.get(str(name)))
        low, high = (item.get("first"), item.get("last")) if "first" in item else (item.get("low"), item.get("high"))
        frequent = ", ".join(f"{top['value']} ({top['count']:,})" for top in item.get("top", [])[:3])
        lines.append({
            "column": str(name), "type": item["dtype"], "role": item["role"], "missing": item["missing"], "distinct": item["distinct"],
            "low": "" if low is None else f"{low:g}" if isinstance(low, float) else str(low),
            "high": "" if high is None else f"{high:g}" if isinstance(high, float) else str(high),
            "frequent": frequent, "unit": item["unit"] or "",
        })  # fmt: skip
    told = pd.DataFrame(lines)
    told.attrs["keys"] = keys.likely(frame)
    told.attrs["rows"] = {"read": len(frame), "of": table.reading.total_rows or len(frame), "exact": table.reading.total_is_exact}
    return told


def _is_place(name: str) -> bool:
    return bool(LATITUDE.search(name) or LONGITUDE.search(name))


def described(column: pd.Series, name: str, unit: str | None) -> dict:
    """Type, gaps, distinct values, role, and what of range and frequent values goes with the role."""
    present = column.dropna()
    item = {
        "name": name,
        "dtype": str(column.dtype),
        "missing": int(column.isna().sum()),
        "distinct": int(present.nunique()),
        "unit": unit,
    }
    if present.empty:
        return {**item, "role": "empty"}
    if pd.api.types.is_bool_dtype(column.dtype) or set(present.map(type).unique()) <= {bool}:
        return {**item, "role": "boolean", "top": _top(present)}
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return {**item, **_time(present)}
    if pd.api.types.is_numeric_dtype(column.dtype):
        return {**item, **_number(present, name, item["distinct"], len(column))}
    return {**item, **_text(present, name, item["distinct"])}


def _time(present: pd.Series) -> dict:
    steps = present.drop_duplicates().sort_values().diff().dropna()
    return {
        "role": "time" if len(steps) else "constant",
        "first": present.min(),
        "last": present.max(),
        "stepSeconds": float(steps.median().total_seconds()) if len(steps) else None,
        "unique": bool(present.is_unique),
    }


def _number(present: pd.Series, name: str, distinct: int, rows: int) -> dict:
    low, high = float(present.min()), float(present.max())
    whole = bool((present % 1 == 0).all()) if np.isfinite([low, high]).all() else False
    facts = {"low": low, "high": high, "whole": whole}
    if distinct == 1:
        return {**facts, "role": "constant"}
    if whole and YEAR_NAME.search(re.split(r"[._ ]", name)[-1]) and 1500 <= low and high <= 2200:
        return {**facts, "role": "year", "unique": bool(present.is_unique), "stepSeconds": 31_557_600.0}
    steps = present.diff().dropna()
    counter = whole and distinct == rows and bool((steps == 1).all()) and low in (0, 1)
    if counter or (whole and SURE_ID.search(name)) or (whole and ID_NAME.search(name) and distinct > 0.5 * len(present)):
        return {**facts, "role": "id"}
    middle = float(present.median())
    return {
        **facts,
        "role": "number",
        "median": middle,
        "mean": float(present.mean()),
        "coded": whole and distinct <= CODED_LIMIT and rows >= 4 * distinct,
        # A few values a hundred times the usual ones: only a logarithmic axis shows the rest.
        "wide": bool(low > 0 and middle > 0 and high > 100 * middle),
        # The same, but with zeros: drawn from the first positive value on.
        "tail": bool(low == 0 and high > 20 * float(present.mean()) and (present > 0).sum() >= 20),
        "place": "latitude" if LATITUDE.search(name) and -90 <= low <= high <= 90 else "longitude" if LONGITUDE.search(name) and -180 <= low <= high <= 360 else None,
    }


def _text(present: pd.Series, name: str, distinct: int) -> dict:
    if distinct == 1:
        return {"role": "constant", "top": _top(present)}
    length = float(present.head(2000).astype(str).str.len().mean())
    repeats = len(present) / distinct
    if distinct <= 2 or repeats >= 1.5 and (distinct <= 50 or repeats >= 3):
        return {"role": "category", "top": _top(present)}
    if length > 60 or present.iloc[0][:1] in ("{", "["):
        return {"role": "text"}
    if distinct == len(present) or ID_NAME.search(name):
        # One name for each row: useful as a label of bars when the rows are few.
        return {"role": "label" if distinct <= 300 and length <= 40 and not ID_NAME.search(name) else "id", "top": _top(present)}
    return {"role": "category" if repeats >= 1.2 else "text", "top": _top(present)}


def _top(present: pd.Series) -> list[dict]:
    counts = present.value_counts().head(TOP_VALUES)
    return [{"value": str(value)[:60], "count": int(count)} for value, count in counts.items()]


def _series_by(frame: pd.DataFrame, time: dict, groups: list[str]) -> str | None:
    """The column that makes each moment unique: one line a value (prices by company, sales by region)."""
    name = time["name"]
    moments = frame[name].nunique()
    if time.get("unique") or moments < 3:
        return None
    for group in groups:
        count = frame[group].nunique()
        # Most moments must have most groups, or the lines would join what does not belong together.
        filled = len(frame) / (moments * max(1, count))
        if 2 <= count <= 300 and filled > 0.3 and not frame.duplicated([name, group]).any():
            return group
    return None


def _pairs(sample: pd.DataFrame, numbers: list[str]) -> list[dict]:
    usable = [name for name in numbers if sample[name].notna().sum() >= 8]
    if len(usable) < 2:
        return []
    matrix = sample[usable].corr(min_periods=8)
    found = []
    for first, second in itertools.combinations(usable, 2):
        value = matrix.loc[first, second]
        if pd.notna(value):
            found.append({"x": first, "y": second, "r": float(value)})
    return sorted(found, key=lambda pair: -abs(pair["r"]))[:15]


def _groups(sample: pd.DataFrame, numbers: list[str], groups: list[str]) -> list[dict]:
    """How much of a measure's variance its groups explain (eta squared), for 2 to 12 groups."""
    found = []
    for group, measure in itertools.product(groups, numbers):
        if group == measure or not 2 <= sample[group].nunique() <= 12:
            continue
        pair = sample[[group, measure]].dropna()
        sizes = pair.groupby(group, observed=True)[measure].size()
        spread = float(pair[measure].var(ddof=0)) if len(pair) else 0.0
        if (sizes >= 3).sum() < 2 or not np.isfinite(spread) or spread <= 0:
            continue
        means = pair.groupby(group, observed=True)[measure].transform("mean")
        found.append({"group": group, "measure": measure, "eta2": float(means.var(ddof=0) / spread)})
    return sorted(found, key=lambda item: -item["eta2"])[:15]
