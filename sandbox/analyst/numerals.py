"""Text that is a number: decimal sign, thousands separator, currency, percent, accounting minus."""

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

SYMBOLS = "€$£¥₹₩₽₺₴฿"
CODES = "EUR|USD|GBP|JPY|CHF|CNY|SEK|NOK|DKK|PLN|CZK|INR|CAD|AUD|Kč|zł|kr|Fr"
SPACES = "\u00a0\u202f\u2009\u2007 '’"
MINUS = "\u2212\u2013"
#: Plain, grouped by three, grouped the Indian way. `192.168.1.1` and `1.2.3` are none of these.
BODY = (
    rf"\d+(?:[.,]\d*)?|[.,]\d+|\d{{1,3}}(?:[.,{SPACES}]\d{{3}})+(?:[.,]\d+)?|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?:\.\d+)?"
)
NUMBER = re.compile(
    rf"\(?\s*[-+{MINUS}]?\s*(?P<before>[{SYMBOLS}]|{CODES})?\s*[-+{MINUS}]?\s*(?:{BODY})(?:[eE][-+]?\d+)?"
    rf"\s*(?P<after>[{SYMBOLS}%‰]|{CODES})?\s*\)?-?"
)
LEADING_ZERO = re.compile(r"-?0\d+")
#: Means the same to everybody, where the dot is the decimal sign.
PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
TELEPHONE = re.compile(r"\+[1-9]\d{6,14}")
LONG_DIGITS = re.compile(r"-?\d{16,}")


@dataclass
class Numbers:
    values: pd.Series
    decimal: str
    thousands: str
    unit: str | None
    note: str | None = None


def looks_numeric(sample: pd.Series) -> float:
    """Share of a sample (text, stripped, no missing) that is written as a number."""
    return sum(1 for value in sample if NUMBER.fullmatch(value)) / len(sample) if len(sample) else 0.0


def convention(sample, fallback: tuple[str, str]) -> tuple[str, str, bool]:
    """(decimal sign, thousands separator, certain?) of the values, from those that cannot be read two ways."""
    votes: Counter[tuple[str, str]] = Counter()
    unclear: set[str] = set()
    for value in sample:
        digits = re.sub(rf"[^\d.,{SPACES}]", "", value).strip(SPACES)
        dots, commas = digits.count("."), digits.count(",")
        if dots and commas:
            votes[(".", ",") if digits.rfind(".") > digits.rfind(",") else (",", ".")] += 5
        elif dots > 1:
            votes[(",", ".")] += 5
        elif commas > 1:
            votes[(".", ",")] += 5
        elif commas or dots:
            sign, other = (",", ".") if commas else (".", ",")
            before, after = digits.split(sign)
            if len(after) != 3 or before in ("", "0") or len(before) > 3:
                votes[(sign, other)] += 1
            else:
                unclear.add(sign)
    if votes:
        (decimal, thousands), _ = votes.most_common(1)[0]
        return decimal, thousands, len(votes) == 1
    if unclear:
        # `1,234` or `1.234` alone: a dot is a decimal sign unless the rest of the file says otherwise.
        return *fallback, False
    return *fallback, True


def parse(text: pd.Series, decimal: str, thousands: str) -> Numbers:
    """Numbers of a text column; what is not a number becomes missing."""
    s = text.astype("string").str.strip()
    marks = s.dropna().head(5000).str.extract(rf"([{SYMBOLS}%‰]|{CODES})")[0].dropna()
    unit = str(marks.mode().iloc[0]) if len(marks) else None
    negative = s.str.match(r"^\(.*\)$|^.*\d-$").fillna(False).to_numpy(dtype=bool)
    s = s.str.replace(rf"[{SYMBOLS}%‰()]|{CODES}", "", regex=True)
    s = s.str.replace(rf"[{MINUS}]", "-", regex=True).str.replace(r"-$", "", regex=True)
    s = s.str.replace(rf"[{SPACES}]", "", regex=True)
    if thousands:
        s = s.str.replace(thousands, "", regex=False)
    if decimal != ".":
        s = s.str.replace(decimal, ".", regex=False)
    values = pd.to_numeric(s, errors="coerce")
    values = pd.Series(values.to_numpy(dtype="float64", na_value=float("nan")), index=text.index)
    values[negative] = -values[negative].abs()
    whole = values.dropna()
    if len(whole) == len(values) and len(whole) and (whole % 1 == 0).all() and whole.abs().max() < 2**53:
        values = values.astype("int64")
    return Numbers(values, decimal, thousands, unit)
