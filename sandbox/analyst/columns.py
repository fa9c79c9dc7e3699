"""One column of text or mixed cells to typed values, keeping what must stay text (ids, codes, phone numbers)."""

import datetime
import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import dates, numerals
from .problems import counted, shown
from .reading import Reading

#: Tokens that mean "missing" in any column, and those that do so only among numbers and dates.
MISSING = {"", "NA", "N/A", "#N/A", "n/a", "NaN", "nan", "NULL", "null", "<NA>", "#NA", "\\N", "(null)", "<null>", "[null]", "#NULL!"}
MISSING_AMONG_NUMBERS = MISSING | {
    "-", "--", "–", "—", "?", ".", "..", "...", "*", "None", "none", "na", "missing", "#DIV/0!", "#VALUE!", "#REF!", "*****", "N.A.", "n.a.", "#NUM!", "#NAME?", "(blank)", "nil",
}  # fmt: skip
TRUE_FALSE = {"true": True, "false": False}
COUNTRY_CODE = re.compile(r"[A-Z]{2}")
EPOCH_NAME = re.compile(r"time|date|epoch|created|updated|_at$|_ts$|^ts$", re.I)
SERIAL_NAME = re.compile(r"(^|[^a-z])(date|datum|fecha|data)([^a-z]|$)", re.I)
#: Share of the values that must be numbers for the rest to be treated as missing.
ENOUGH = 0.97


@dataclass
class Context:
    """What the whole file says about its numbers."""

    decimal: str = "."
    thousands: str = ","
    #: Whether any number of the file shows its decimal sign.
    seen: bool = False


def context(frame: pd.DataFrame, delimiter: str) -> Context:
    """Decimal sign and thousands separator of a file, from all its columns together."""
    votes = {".": 0, ",": 0}
    for position in range(min(frame.shape[1], 100)):
        sample = sampled(frame.iloc[:, position])
        if len(sample) and numerals.looks_numeric(sample) > 0.9:
            decimal, _, certain = numerals.convention(sample, ("", ""))
            if decimal and certain:
                votes[decimal] += 1
    comma = votes[","] > votes["."] or (votes[","] == votes["."] and delimiter == ";")
    return Context(",", ".", votes[","] > 0) if comma else Context(".", ",", votes["."] > 0)


def sampled(column: pd.Series, size: int = 3000) -> pd.Series:
    """Values of a column of text that are there, stripped, evenly taken."""
    text = column[~column.isin(MISSING_AMONG_NUMBERS)].dropna()
    step = max(1, len(text) // size)
    text = text.iloc[::step].astype(str).str.strip()
    return text[~text.isin(MISSING_AMONG_NUMBERS)]


def typed(column: pd.Series, name: str, ctx: Context, reading: Reading) -> pd.Series:
    """The column with its real type. Everything assumed or lost is noted in `reading`."""
    if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
        integers = pd.api.types.is_integer_dtype(column.dtype)
        return _epoch(column, name, f"“{shown(name, 40)}”", reading) if integers else column
    kinds = {type(value) for value in column.dropna().head(20_000)}
    if kinds <= {str}:
        return _from_text(column, name, ctx, reading)
    if kinds <= {bool, np.bool_}:
        return column.astype(bool) if column.notna().all() else column
    if kinds <= {int, float, np.int64, np.float64}:
        if _is_rounded(column):
            reading.note(f"“{shown(name, 40)}” has whole numbers that a number would round; kept as text.")
            return column.map(lambda value: str(int(value)) if float(value).is_integer() else str(value), na_action="ignore")
        return _epoch(pd.to_numeric(column), name, f"“{shown(name, 40)}”", reading)
    if kinds <= {datetime.datetime, datetime.date, pd.Timestamp}:
        return pd.to_datetime(column, errors="coerce")
    return _from_mixed(column, name, ctx, reading)


def _is_rounded(column: pd.Series) -> bool:
    """Whether whole numbers would lose digits: those beyond 64 bits, and those beyond 53 where gaps or fractions make floats of all."""
    large = max((abs(value) for value in column if isinstance(value, int)), default=0)
    return large >= 2**63 or large > 2**53 and not column.map(lambda value: isinstance(value, int)).all()


def _from_mixed(column: pd.Series, name: str, ctx: Context, reading: Reading) -> pd.Series:
    label = f"“{shown(name, 40)}”"
    text = column.map(lambda value: value.strip() if isinstance(value, str) else None)
    text = text.mask(text.isin(MISSING_AMONG_NUMBERS), None)
    rest = text.dropna()
    numeric = column.map(lambda value: isinstance(value, (int, float)) and not isinstance(value, bool))
    if numeric.sum() and (numeric | column.isna() | column.map(lambda value: isinstance(value, str))).all() and _is_plainly_numeric(rest):
        numbers = column.where(numeric, None)
        if len(rest):
            decimal, thousands, _ = numerals.convention(rest, (ctx.decimal, ctx.thousands))
            numbers[rest.index] = numerals.parse(rest, decimal, thousands).values
            reading.note(f"{label}: {counted(len(rest), 'number')} stored as text read as {'a number' if len(rest) == 1 else 'numbers'} (“{shown(rest.iloc[0], 30)}”).")
        return pd.to_numeric(numbers)
    moments = column.map(lambda value: isinstance(value, (datetime.datetime, datetime.date)))
    if moments.sum() and (moments | column.isna() | column.map(lambda value: isinstance(value, str))).all():
        found = dates.parse(rest, name, ctx.decimal == ",") if len(rest) else None
        if found is not None and found.values.notna().all():
            reading.note(f"{label}: {counted(len(rest), 'date')} stored as text read as {'a date' if len(rest) == 1 else 'dates'} (“{shown(rest.iloc[0], 30)}”).")
            if found.note:
                reading.note(f"{label}: {found.note[0].lower()}{found.note[1:]}")
        if rest.empty or found is not None and found.values.notna().all():
            together = column.where(moments, None)
            if found is not None:
                together[rest.index] = found.values
            return pd.to_datetime(together, errors="coerce")
    as_text = column.map(lambda value: value if value is None or isinstance(value, str) else str(value), na_action="ignore")
    reading.note(f"Column {label} mixes numbers, dates or text and is kept as text.")
    return as_text


def _is_plainly_numeric(texts: pd.Series) -> bool:
    """Numbers without exception, and no codes, long ids or telephone numbers."""
    codes = (numerals.LEADING_ZERO, numerals.LONG_DIGITS, numerals.TELEPHONE)
    return all(numerals.NUMBER.fullmatch(value) and not any(code.fullmatch(value) for code in codes) for value in texts)


def _from_text(column: pd.Series, name: str, ctx: Context, reading: Reading) -> pd.Series:
    label = f"“{shown(name, 40)}”"
    plain = _plain_numbers(column) if ctx.decimal == "." else None
    if plain is not None:
        return _epoch(plain, name, label, reading)
    sample = sampled(column)
    if sample.empty:
        return pd.Series(np.nan, index=column.index)
    lower = sample.str.lower()
    if set(lower.unique()) <= TRUE_FALSE.keys():
        values = column.astype("string").str.strip().str.lower().map(TRUE_FALSE)
        return values.astype(bool) if values.notna().all() else values.astype(object)
    if numerals.looks_numeric(sample) >= ENOUGH:
        number = _number(column, sample, name, label, ctx, reading)
        if number is not None:
            return number
    cleaned = without_missing(column, MISSING_AMONG_NUMBERS)
    found = dates.parse(cleaned, name, ctx.decimal == ",")
    if found is not None:
        if found.note:
            reading.note(f"{label}: {found.note[0].lower()}{found.note[1:]}")
        _note_lost(cleaned, found.values, label, "dates", reading)
        if found.code:
            reading.fixes.append(f"df[{name!r}] = pd.to_datetime(df[{name!r}], {found.code}, errors='coerce')")
        return found.values
    if (mixed := dates.mixed(sample)) is not None:
        reading.note(f"{label} mixes ways to write dates ({', '.join(shown(one, 20) for one in mixed)}) and is kept as text.")
    # `NA` is Namibia in a column of country codes.
    return without_missing(column, set() if country_codes(sample) else MISSING)


def _plain_numbers(column: pd.Series) -> pd.Series | None:
    """Numbers without any doubt, at once: tables can have thousands of columns. None: to be looked at with care."""
    values = []
    missing = whole = 0
    for cell in column.tolist():
        text = cell.strip() if isinstance(cell, str) else ""
        if text in MISSING_AMONG_NUMBERS:
            missing += 1
            values.append(math.nan)
        # Eight digits may be a date.
        elif numerals.PLAIN.fullmatch(text) and len(text) != 8:
            values.append(float(text))
            whole += values[-1].is_integer()
        else:
            return None
    if missing == len(values):
        return None
    numbers = pd.Series(values, index=column.index, dtype="float64")
    return numbers.astype("int64") if whole == len(values) else numbers


def country_codes(sample: pd.Series) -> bool:
    return sum(1 for value in sample.head(500) if COUNTRY_CODE.fullmatch(value)) > 0.9 * min(len(sample), 500)


def without_missing(column: pd.Series, missing: set[str]) -> pd.Series:
    text = column.astype("string").str.strip()
    text = text.mask(text.isin(missing | {""}))
    return text.astype(object).where(text.notna(), None)


def _number(column, sample, name: str, label: str, ctx: Context, reading: Reading) -> pd.Series | None:
    text = column.astype("string").str.strip()
    if text.str.fullmatch(numerals.LEADING_ZERO.pattern).fillna(False).any() and not sample.str.contains("[.,]").any():
        compact_date = dates.parse(without_missing(column, MISSING_AMONG_NUMBERS), name, False)
        if compact_date is None:
            reading.note(f"{label} has leading zeros and is kept as text.")
        return None
    if text.str.fullmatch(numerals.LONG_DIGITS.pattern).fillna(False).any():
        reading.note(f"{label} has numbers of 16 or more digits, which a number would round; kept as text.")
        return None
    if text.str.fullmatch(numerals.TELEPHONE.pattern).fillna(False).any() and sample.str.fullmatch(numerals.TELEPHONE.pattern).mean() > ENOUGH:
        reading.note(f"{label} looks like telephone numbers and is kept as text.")
        return None
    if dates.parse(without_missing(column, MISSING_AMONG_NUMBERS), name, ctx.decimal == ",") is not None:
        return None
    decimal, thousands, certain = numerals.convention(sample, (ctx.decimal, ctx.thousands))
    found = numerals.parse(text.mask(text.isin(MISSING_AMONG_NUMBERS)), decimal, thousands)
    if not certain and not (decimal == "." and not sample.str.contains(",", regex=False).any()):
        is_decimal = sample.str.contains(decimal, regex=False).any()
        meaning = "a decimal sign" if is_decimal else "a thousands separator"
        reading.note(f"{label}: “{decimal if is_decimal else thousands}” is read as {meaning}.")
    if found.unit:
        reading.units[name] = found.unit
    _note_lost(without_missing(column, MISSING_AMONG_NUMBERS), found.values, label, "numbers", reading)
    return _epoch(found.values, name, label, reading)


def epoch_of(name: str, low: float, high: float, whole: bool) -> tuple[str, str] | None:
    """(unit, origin) of numbers between these that are times by the name of their column; None: they are numbers."""
    if EPOCH_NAME.search(name):
        for unit, least, most in (("s", 3e8, 4e9), ("ms", 3e11, 4e12)):
            if least < low and high < most:
                return unit, "unix"
        if SERIAL_NAME.search(name) and 20_000 < low and high < 80_000 and whole:
            return "D", "1899-12-30"
    return None


def _epoch(values: pd.Series, name: str, label: str, reading: Reading) -> pd.Series:
    if not EPOCH_NAME.search(name) or values.isna().all():
        return values
    found = epoch_of(name, values.min(), values.max(), bool((values.dropna() % 1 == 0).all()))
    if found is None:
        return values
    unit, origin = found
    if unit == "D":
        reading.note(f"{label} holds days as spreadsheets count them, read as dates (1 is 1900-01-01).")
    else:
        reading.note(f"{label} holds Unix times ({'seconds' if unit == 's' else 'milliseconds'}), shown in UTC.")
    return pd.to_datetime(values, unit=unit, origin=origin)


def _note_lost(before: pd.Series, after: pd.Series, label: str, what: str, reading: Reading) -> None:
    lost = before.notna() & after.isna()
    if lost.any():
        example = shown(before[lost].iloc[0], 30)
        reading.note(f"{label}: {counted(int(lost.sum()), 'value')} that are not {what} (“{example}”) count as missing.")
