"""What DuckDB is asked of one column of text, so that its answer is that of the careful reading (`columns`, `numerals`, `dates`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from . import columns, dates, numerals
from .duck import quoted
from .problems import counted, shown
from .profile import TOP_VALUES
from .reading import Reading

#: Of columns with few different values in the sample it is counted how often the most frequent ones come.
FEW_VALUES = 1_000
MOST_FREQUENT = 5
FEW_SHARE = 0.1
#: A column of numbers with more other values than this share is text.
OTHER_SHARE = 1 - columns.ENOUGH
#: A count of distinct values is off by some per cent.
KEY_SHARE = 0.9
#: What Python takes off at both ends of a text.
WHITE = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"
ISO_TIME = "%Y-%m-%dT%H:%M:%S"
#: Python's and DuckDB's `strptime` agree on these.
SHARED_FORMS = set("YmdyHMSfbBpI")


@dataclass
class Measure:
    at: int
    name: str
    kind: str
    told: dict
    missing: set[str]
    #: SQL of the typed value of the cell `c`.
    value: str
    #: What makes the column text whatever the sample says, and what is cheap to tell and true of all of these.
    exception: str = ""
    suspect: str = ""
    #: Texts of the sample, the most frequent ones first, if it has few different ones.
    known: list[str] = field(default_factory=list)
    #: All distinct values are counted, rather than estimated.
    exact: bool = False

    @property
    def values(self) -> list[str]:
        """Columns v (typed) and, where it is another, p (the text that is there) of c (the cell)."""
        c, missing = f"c{self.at}", _one_of(sorted(self.missing | {""}))
        if self.kind == "text":
            # To look at the ends costs nothing, and to take off what is no blank as much as the rest.
            rare = f"{c} < '!' OR {c} > '~' OR {c}[-1] < '!' OR {c}[-1] > '~'"
            return [f"CASE WHEN {rare} THEN {_there(f'trim({c}, {quoted(WHITE)})', missing)} ELSE {_there(c, missing)} END AS v{self.at}"]
        # DuckDB evaluates both sides of AND for all rows, and a branch of CASE for its own.
        other = f"CASE WHEN v{self.at} IS NULL THEN {c} IS NOT NULL AND NOT regexp_full_match(trim({c}), {missing}) ELSE false END AS o{self.at}"
        exception = [f"CASE WHEN {self.suspect.replace('{c}', c)} THEN {self.exception.replace('{c}', c)} ELSE false END AS e{self.at}"] if self.exception else []
        return [f"{self.value.replace('{c}', c)} AS v{self.at}", other, *exception]

    @property
    def aggregates(self) -> list[str]:
        at, v = self.at, f"v{self.at}"
        # No histogram(): with it DuckDB keeps all rows in memory.
        told = [f"count({v}) AS valued{at}", f"{distinct_count(v, self.exact)} AS distinct{at}"]
        told += [f"count(*) FILTER ({v} = {quoted(value)}) AS top{at}_{number}" for number, value in enumerate(self.counted)]
        if self.kind != "text":
            told.append(f"count(*) FILTER (o{at}) AS other{at}")
        if self.exception:
            told.append(f"count(*) FILTER (e{at}) AS exceptions{at}")
        if self.kind == "number":
            told += [f"min({v}) AS low{at}", f"max({v}) AS high{at}", f"count(*) FILTER ({v} <> floor({v})) AS broken{at}"]
        if self.kind == "time":
            told += [f"strftime({end}({v}), '{ISO_TIME}') AS {name}{at}" for end, name in (("min", "low"), ("max", "high"))]
        return told

    @property
    def counted(self) -> list[str]:
        """Values of the sample that are counted one by one: all, or the most frequent ones."""
        return self.known if len(self.known) <= TOP_VALUES else self.known[:MOST_FREQUENT]

    def read(self, answer: dict, rows: int, reading: Reading) -> dict:
        """The column as `overview` tells it."""
        at = self.at
        valued, other = answer[f"valued{at}"], answer.get(f"other{at}", 0)
        present = valued + other
        unit = {"unit": reading.units[self.name]} if self.name in reading.units else {}
        if self.kind != "text" and (other > OTHER_SHARE * present or answer.get(f"exceptions{at}")):
            told = {"name": self.name, "dtype": "object", "missing": rows - present}
            return told | ({} if other else self._distinct(answer, present))
        if other:
            what = {"number": "numbers", "time": "dates", "boolean": "yes or no"}[self.kind]
            reading.note(f"“{shown(self.name, 40)}”: {counted(other, 'value')} that are not {what} count as missing.")
        told = {"name": self.name, "dtype": self._dtype(answer, valued, rows), "missing": rows - valued, **self._distinct(answer, valued), **unit}
        low, high = answer.get(f"low{at}"), answer.get(f"high{at}")
        if low is None:
            return told
        if self.kind == "number" and not answer[f"broken{at}"] and max(abs(low), abs(high)) < 2**53:
            low, high = int(low), int(high)
        return told | {"low": low, "high": high}

    def _dtype(self, answer: dict, valued: int, rows: int) -> str:
        if self.kind == "number":
            return "int64" if valued == rows and not answer[f"broken{self.at}"] else "float64"
        if self.kind == "boolean":
            return "bool" if valued == rows else "object"
        return "object" if self.told["dtype"] == "float64" and valued else self.told["dtype"]

    def _distinct(self, answer: dict, valued: int) -> dict:
        counts = [(answer[f"top{self.at}_{number}"], value) for number, value in enumerate(self.counted)]
        top = [{"value": value[:60], "count": count} for count, value in sorted(counts, key=lambda one: -one[0])]
        frequent = {"top": top} if top and self.told.get("top") else {}
        if self.known and sum(count for count, _ in counts) == valued:
            return {"distinct": len(self.known), **frequent}
        least, most = self.told.get("distinct", 0), valued
        low, high = answer.get(f"low{self.at}"), answer.get(f"high{self.at}")
        if self.kind == "number" and low is not None and not answer[f"broken{self.at}"]:
            most = min(most, int(high - low) + 1)
        return {**bounded(answer[f"distinct{self.at}"], least, most, self.exact), **frequent}


def distinct_count(value: str, exact: bool) -> str:
    """Exactly of few rows only: DuckDB keeps them all in memory for that."""
    return f"{'count(DISTINCT ' if exact else 'approx_count_distinct('}{value})"


def bounded(count: int, least: int, most: int, exact: bool = False) -> dict:
    """Distinct values by an estimate that is off by some per cent, and by bounds that are not."""
    distinct = count if exact else min(max(count, least), max(most, least))
    return {"distinct": distinct, **({} if exact or least == most else {"approximate": True})}


def _there(text: str, missing: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {missing}) THEN NULL ELSE {text} END"


def _one_of(values: Iterable[str]) -> str:
    """A pattern of SQL: three times as fast as a list of values."""
    return quoted("|".join(re.escape(value) for value in values))


def measure(at: int, raw: pd.Series, frame: pd.Series, told: dict, ctx: columns.Context) -> Measure:
    """`told`: the column of the sample as `overview` tells it."""
    among = columns.MISSING_AMONG_NUMBERS
    common = {"at": at, "name": str(frame.name), "told": told}
    lower = "CASE lower(trim({c})) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if told["dtype"] == "bool" or told.get("top") and {one["value"] for one in told["top"]} <= {"True", "False"} and frame.map(type).eq(bool).any():
        return Measure(**common, kind="boolean", missing=among, value=lower, known=_few(raw, among))
    if frame.dtype.kind in "if" and frame.notna().any():
        sample = columns.sampled(raw)
        decimal, thousands, _ = numerals.convention(sample, (ctx.decimal, ctx.thousands))
        # A zero in front is no number's, unless the column has decimals.
        zeros = "" if sample.str.contains("[.,]").any() else "0\\d+|"
        number = _number(decimal, thousands)
        return Measure(
            **common, kind="number", missing=among, value=number, suspect="length({c}) >= 16 OR {c} LIKE '0_%'",
            exception=f"regexp_full_match({{c}}, '{zeros}-?\\d{{{{16,}}}}')".replace("{{16,}}", "{16,}"),
        )  # fmt: skip
    if frame.dtype.kind == "M":
        found = dates.parse(columns.without_missing(raw, among), str(frame.name), ctx.decimal == ",")
        form = found.form if found is not None else None
        if form in ("ISO", "ISO UTC") or form is not None and {part[:1] for part in form.split("%")[1:]} <= SHARED_FORMS:
            return Measure(**common, kind="time", missing=among, value=_time(form))
        return Measure(**common, kind="text", missing=among, value="{c}")
    sample = columns.sampled(raw)
    codes = len(sample) > 0 and columns.country_codes(sample)
    missing = set() if codes else columns.MISSING
    return Measure(**common, kind="text", missing=missing, value="{c}", known=_few(raw, missing))


def _few(raw: pd.Series, missing: set[str]) -> list[str]:
    counts = columns.without_missing(raw, missing).value_counts()
    return list(counts.index) if len(counts) <= min(FEW_VALUES, max(2, FEW_SHARE * len(raw))) else []


def _number(decimal: str, thousands: str) -> str:
    """As `numerals.parse`: currency and per cent taken off, the accountants' minus, blanks and thousands removed."""
    text = f"regexp_replace({{c}}, '[{numerals.SYMBOLS}%‰()]|{numerals.CODES}', '', 'g')"
    text = f"regexp_replace(regexp_replace({text}, '[{numerals.MINUS}]', '-', 'g'), '-$', '')"
    spaces = numerals.SPACES.replace("'", "''")
    text = f"regexp_replace({text}, '[{spaces}]', '', 'g')"
    if thousands:
        text = f"replace({text}, '{thousands}', '')"
    if decimal != ".":
        text = f"replace({text}, '{decimal}', '.')"
    number = f"TRY_CAST({text} AS DOUBLE)"
    careful = f"CASE WHEN regexp_full_match({{c}}, '\\(.*\\)|.*\\d-') THEN -abs({number}) ELSE {number} END"
    value = f"coalesce(TRY_CAST({{c}} AS DOUBLE), {careful})" if decimal == "." else careful
    return f"nullif({value}, 'nan'::DOUBLE)"


def _time(form: str) -> str:
    if form == "ISO UTC":
        return "timezone('UTC', TRY_CAST({c} AS TIMESTAMPTZ))"
    return "TRY_CAST({c} AS TIMESTAMP)" if form == "ISO" else f"try_strptime(trim({{c}}), '{form}')"


def likely(keys: list[list[str]], told: list[dict], rows: int) -> list[list[str]]:
    """Of the keys of a sample those that may be keys of all rows: single columns without gaps and with as many values."""
    by_name = {one["name"]: one for one in told}
    return [key for key in keys if len(key) == 1 and not by_name[key[0]]["missing"] and by_name[key[0]].get("distinct", 0) >= KEY_SHARE * rows]
