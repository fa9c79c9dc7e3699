"""`report(...)`: numbers for the analyst, next to the output a person sees. Displays no visible text."""

import datetime
import math
import numbers

import numpy as np
import pandas as pd

FACTS_MIME = "application/vnd.code-interpreter.facts+json"
TEXT_LIMIT = 300


def plain(value):
    """Any pandas, numpy or Python value as JSON: NaN and infinities become null, times ISO 8601."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, (pd.Timestamp, datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, pd.DataFrame):
        return [line for line in (_line(value[name]) for name in value.columns) if line]
    if isinstance(value, pd.Series):
        return [{"name": str(name)[:TEXT_LIMIT], "value": plain(item)} for name, item in value.items()]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, np.ndarray, pd.Index)):
        return [plain(item) for item in value]
    return str(value)[:TEXT_LIMIT]


def _line(values: pd.Series) -> dict | None:
    """A column along an ordered index: its ends, extremes, and the rank correlation of values with their order."""
    values = pd.to_numeric(values, errors="coerce").replace([np.inf, -np.inf], np.nan).dropna()
    if values.empty:
        return None
    order = pd.Series(range(len(values)), index=values.index)
    at = [str(plain(moment)) for moment in (values.index[0], values.index[-1], values.idxmin(), values.idxmax())]
    return {
        "name": str(values.name)[:TEXT_LIMIT],
        "count": len(values),
        "start": at[0],
        "end": at[1],
        "first": plain(values.iloc[0]),
        "last": plain(values.iloc[-1]),
        "low": plain(values.min()),
        "lowAt": at[2],
        "high": plain(values.max()),
        "highAt": at[3],
        "trend": plain(values.corr(order, method="spearman")) if len(values) > 2 and values.nunique() > 1 else None,
    }


def report(*things, **values) -> None:
    """Tells the analyst what a cell found: keyword values, or a table or refusal of this package."""
    from IPython.display import display

    facts = {}
    for thing in things:
        facts.update(thing.__facts__())
    facts.update(values)
    display({FACTS_MIME: plain(facts)}, raw=True)
