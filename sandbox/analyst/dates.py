"""Text that is a date: which format, and what had to be assumed."""

import re
import warnings
from dataclasses import dataclass

import pandas as pd

TIMES = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"]

#: (shape of a whole value, formats to try)
SHAPES = [
    (r"\d{4}/\d{1,2}/\d{1,2}( .*)?", ["%Y/%m/%d"]),
    (r"\d{4}\.\d{1,2}\.\d{1,2}\.?( .*)?", ["%Y.%m.%d", "%Y.%m.%d."]),
    (r"\d{1,2}\.\d{1,2}\.\d{4}( .*)?", ["%d.%m.%Y"]),
    (r"\d{1,2}\.\d{1,2}\.\d{2}( .*)?", ["%d.%m.%y"]),
    (r"\d{1,2}/\d{1,2}/\d{4}( .*)?", ["%m/%d/%Y", "%d/%m/%Y"]),
    (r"\d{1,2}/\d{1,2}/\d{2}( .*)?", ["%m/%d/%y", "%d/%m/%y"]),
    (r"\d{1,2}-\d{1,2}-\d{4}( .*)?", ["%d-%m-%Y", "%m-%d-%Y"]),
    (r"\d{4}-\d{2}", ["%Y-%m"]),
    (r"\d{1,2}/\d{4}", ["%m/%Y"]),
    (r"[A-Za-z]{3,9}\.? \d{1,2},? \d{4}( .*)?", ["%b %d %Y", "%b %d, %Y", "%B %d %Y", "%B %d, %Y"]),
    (r"\d{1,2} [A-Za-z]{3,9} \d{4}( .*)?", ["%d %b %Y", "%d %B %Y"]),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}( .*)?", ["%d-%b-%Y"]),
    (r"\d{1,2}-[A-Za-z]{3}-\d{2}", ["%d-%b-%y"]),
    (r"[A-Za-z]{3,9} \d{4}", ["%b %Y", "%B %Y"]),
    (r"[A-Za-z]{3}-\d{2}", ["%b-%y"]),
    (r"[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4}.*", ["%a, %d %b %Y"]),
    (r"\d{4}年\d{1,2}月\d{1,2}日", ["%Y年%m月%d日"]),
    (r"\d{4}年\d{1,2}月", ["%Y年%m月"]),
]
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}(:?\d{2}){0,2}([.,]\d+)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?")
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])")
EUROSTAT_MONTH = re.compile(r"(\d{4})M(\d{2})")
COMPACT = re.compile(r"(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
DATE_NAME = re.compile(r"date|day|datum|fecha|jour|日", re.I)
#: Share of the values that must be dates.
ENOUGH = 0.97


@dataclass
class Dates:
    values: pd.Series
    #: Arguments of `pd.to_datetime`, as source text.
    code: str
    note: str | None = None
    #: As `strptime` takes it; `ISO` and `ISO UTC` (with zones) are ISO 8601. None: there is no single one.
    form: str | None = None


def parse(text: pd.Series, name: str, decimal_comma: bool) -> Dates | None:
    """Dates of a text column (missing values already `None`), or None when it is not one."""
    present = text.dropna()
    if present.empty:
        return None
    sample = _sample(present)
    if _share(sample, ISO) >= ENOUGH:
        return _iso(text)
    if _share(sample, QUARTER) >= ENOUGH:
        parts = text.str.extract(QUARTER)
        months = (pd.to_numeric(parts[1]) * 3 - 2).astype("Int64").astype(str).str.zfill(2)
        return Dates(_convert(parts[0] + "-" + months, "%Y-%m"), "", "Quarters are shown as their first day.")
    if _share(sample, EUROSTAT_MONTH) >= ENOUGH:
        return Dates(_convert(text.str.replace("M", "-"), "%Y-%m"), "")
    # Eight digits that are dates without exception, and not one day over and over, are no numbers by chance.
    by_chance = len(sample) < 8 or sample.nunique() < 4 or _share(sample, COMPACT) < 1
    if (DATE_NAME.search(name) or not by_chance) and _share(sample, COMPACT) >= ENOUGH:
        return Dates(_convert(text, "%Y%m%d"), "format='%Y%m%d'", form="%Y%m%d")
    for shape, formats in SHAPES:
        if _share(sample, re.compile(shape)) >= ENOUGH:
            return _fitting(text, sample, formats, decimal_comma)
    return None


def mixed(sample: pd.Series) -> list[str] | None:
    """One value of each way to write dates, when a column has several and hardly anything else."""
    shapes = [ISO, *(re.compile(shape) for shape, _ in SHAPES)]
    found: dict[int, str] = {}
    dated = 0
    for value in sample:
        place = next((index for index, shape in enumerate(shapes) if shape.fullmatch(value)), None)
        if place is not None:
            dated += 1
            found.setdefault(place, value)
    return list(found.values()) if len(found) > 1 and dated >= 0.9 * len(sample) else None


def _sample(present: pd.Series) -> pd.Series:
    step = max(1, len(present) // 2000)
    return present.iloc[::step].astype(str).str.strip()


def _share(sample: pd.Series, pattern: re.Pattern) -> float:
    return sum(1 for value in sample if pattern.fullmatch(value)) / len(sample)


def _convert(text: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(text.str.strip() if text.dtype == object else text, format=form, errors="coerce")


def _iso(text: pd.Series) -> Dates:
    zoned = bool(text.dropna().astype(str).str.contains(r"(?:Z|UTC|[+-]\d{2}:?\d{2})\s*$", regex=True).head(2000).any())
    zoned = zoned and bool(text.dropna().astype(str).str.len().max() > 12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=zoned)
    if zoned:
        # Charts and groups are simpler without a zone, as long as it is said which one is meant.
        return Dates(values.dt.tz_convert(None), "format='ISO8601', utc=True", "Times with a zone are shown in UTC.", "ISO UTC")
    return Dates(values, "format='ISO8601'", form="ISO")


def _fitting(text: pd.Series, sample: pd.Series, formats: list[str], decimal_comma: bool) -> Dates | None:
    fits: list[tuple[str, pd.Series]] = []
    for base in formats:
        for time in TIMES:
            if _convert(sample, base + time).notna().mean() >= ENOUGH:
                fits.append((base + time, _convert(text, base + time)))
                break
    if not fits:
        return None
    best = max(values.notna().mean() for _, values in fits)
    fits = [fit for fit in fits if fit[1].notna().mean() >= best - 1e-9]
    if len(fits) == 1:
        form, values = fits[0]
        return Dates(values, f"format={form!r}", form=form)
    form, values, why = _day_or_month_first(fits, decimal_comma)
    order = "day first" if form.startswith("%d") else "month first"
    return Dates(values, f"format={form!r}", f"Dates could be read day first or month first; read {order} because {why}.", form)


def _day_or_month_first(fits: list[tuple[str, pd.Series]], decimal_comma: bool) -> tuple[str, pd.Series, str]:
    ordered = [fit for fit in fits if fit[1].dropna().is_monotonic_increasing]
    if len(ordered) == 1:
        return *ordered[0], "only then are the rows in order of time"
    wanted = "%d" if decimal_comma or fits[0][0].startswith("%d") else "%m"
    why = "the numbers have a decimal comma" if decimal_comma else "this is the more common order for this separator"
    return *next(fit for fit in fits if fit[0].startswith(wanted)), why
