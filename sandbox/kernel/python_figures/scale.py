"""The numbers of an axis in the form in which it tells them: dates, categories, names of ticks, or numbers."""

import functools

import matplotlib.dates as dates
import numpy as np
from matplotlib.category import StrCategoryConverter
from matplotlib.ticker import FixedFormatter, FixedLocator

MAX_TEXT = 200
MICROSECONDS_A_DAY = 86_400_000_000


def text(value) -> str:
    return str(value)[:MAX_TEXT]


class Scale:
    def __init__(self, axis):
        self._axis = axis
        self._kind = _kind(axis)
        #: Place → name.
        self._names = _categories(axis) if self._kind == "category" else _named_ticks(axis)
        self._used_names = False

    @property
    def name(self) -> str:
        if self._used_names or self._kind == "category":
            return "category"
        return "date" if self._kind in ("date", "period") else text(self._axis.get_scale())

    def told(self, values, snap: bool = False) -> list:
        """`snap`: a place counts as that of the next name, as for bars that stand beside each other."""
        values = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
        if self._names and self._kind != "date":
            named = self._named(values, snap)
            if named is not None:
                self._used_names = True
                return named
        if self._kind == "date":
            return _dates(values, self._axis)
        if self._kind == "period":
            return _periods(values, self._axis.freq)
        return numbers(values)

    def _named(self, values, snap: bool) -> list | None:
        places = np.array(sorted(self._names))
        finite = np.isfinite(values)
        if not finite.any():
            return None
        nearest = places[np.abs(values[:, None] - places).argmin(axis=1)] if len(values) * len(places) < 4e6 else None
        if nearest is None:
            return None
        spacing = np.diff(places).min() if len(places) > 1 else 1.0
        limit = spacing * 0.5 if snap else spacing * 1e-6
        if (np.abs(values - nearest)[finite] > limit).any():
            return None
        return [self._names[place] if known else None for place, known in zip(nearest.tolist(), finite.tolist())]


def numbers(values) -> list:
    """None for what is missing or infinite."""
    array = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    told = array.tolist()
    for at in np.flatnonzero(~np.isfinite(array)).tolist():
        told[at] = None
    return told


def _kind(axis) -> str:
    converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
    formatter = axis.get_major_formatter()
    if type(formatter).__name__ == "TimeSeries_DateFormatter" and getattr(axis, "freq", None) is not None:
        return "period"
    if isinstance(converter, StrCategoryConverter):
        return "category"
    dated = (dates.DateConverter, dates.ConciseDateConverter, dates._SwitchableDateConverter)
    formatted = (dates.DateFormatter, dates.AutoDateFormatter, dates.ConciseDateFormatter)
    return "date" if isinstance(converter, dated) or isinstance(formatter, formatted) else "number"


def _categories(axis) -> dict:
    mapping = getattr(axis.units, "_mapping", None) or {}
    return {float(place): text(name) for name, place in mapping.items()}


def _named_ticks(axis) -> dict:
    """What `set_xticks(places, labels)` has set: matplotlib keeps it as a formatter that looks into a dictionary."""
    formatter = axis.get_major_formatter()
    function = getattr(formatter, "func", None)
    pairs = ()
    if isinstance(function, functools.partial) and getattr(function.func, "__name__", "") == "_format_with_dict":
        pairs = function.args[0].items()
    elif isinstance(formatter, FixedFormatter) and isinstance(axis.get_major_locator(), FixedLocator):
        # Of box plots.
        pairs = zip(axis.get_major_locator().locs, formatter.seq)
    names = {float(place): text(name) for place, name in pairs}
    # Ticks that are written as their own numbers name nothing.
    return names if names and all(name.strip() and not _is_number(name) for name in names.values()) else {}


def _is_number(name: str) -> bool:
    try:
        float(name.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return False
    return True


def _dates(values, axis) -> list:
    zone = axis.units if hasattr(axis.units, "utcoffset") else None
    finite = np.isfinite(values) & (np.abs(values) < 3_650_000)
    told = [None] * len(values)
    if zone is not None and str(zone) != "UTC":
        found = [moment.isoformat() for moment in dates.num2date(values[finite], zone)]
    else:
        microseconds = np.round(values[finite] * MICROSECONDS_A_DAY).astype("int64")
        unit = "D" if not (microseconds % MICROSECONDS_A_DAY).any() else "s" if not (microseconds % 1_000_000).any() else "us"
        moments = np.datetime64(dates.get_epoch(), "us") + microseconds.astype("timedelta64[us]")
        found = np.datetime_as_string(moments, unit=unit).tolist()
    for at, moment in zip(np.flatnonzero(finite).tolist(), found):
        told[at] = moment
    return told


def _periods(values, freq) -> list:
    import pandas

    def told(value):
        name = str(pandas.Period(ordinal=round(value), freq=freq))
        # A week is written as the days it is from and to.
        return name.split("/")[0]

    return [told(value) if np.isfinite(value) else None for value in values.tolist()]
