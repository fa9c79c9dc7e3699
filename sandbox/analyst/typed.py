"""What DuckDB is asked of columns that have types, so that its answer is what pandas says of the same column."""

from dataclasses import dataclass

import pandas as pd

from . import columns
from .measures import Measure, bounded, distinct_count
from .reading import Reading

WHOLE = {
    "TINYINT": "int8", "SMALLINT": "int16", "INTEGER": "int32", "BIGINT": "int64",
    "UTINYINT": "uint8", "USMALLINT": "uint16", "UINTEGER": "uint32", "UBIGINT": "uint64",
}  # fmt: skip
#: Whole numbers beyond are no floats, and beyond the second no numbers of 64 bits.
FLOAT_EXACT, LARGEST = 2**53, 2**63


@dataclass
class Typed:
    """A column of a table with types. `type` as DuckDB calls it."""

    at: int
    name: str
    type: str
    told: dict
    #: All distinct values are counted, rather than estimated.
    exact: bool = False

    @property
    def kind(self) -> str:
        dtype, kind = self.told["dtype"], self.type
        if dtype.startswith("timedelta"):
            return "other"
        if kind in WHOLE:
            return "whole"
        if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
            return "fraction"
        if kind == "BOOLEAN":
            return "boolean"
        return "time" if kind == "DATE" or kind.startswith("TIMESTAMP") else "other"

    @property
    def values(self) -> list[str]:
        c = f"c{self.at}"
        value = {
            # Of bytes that are no text the size is told.
            "other": f"octet_length({c})" if self.type == "BLOB" else f"CAST({c} AS VARCHAR)",
            "fraction": c if self.type.startswith("DECIMAL") else f"CASE WHEN isnan({c}) THEN NULL ELSE {c} END",
            # Nanoseconds reach from 1677 to 2262 only.
            "time": f"epoch_ns({c})" if self.type == "TIMESTAMP_NS" else f"epoch_us(CAST({c} AS {'TIMESTAMPTZ' if 'ZONE' in self.type else 'TIMESTAMP'}))",
        }.get(self.kind, c)
        return [f"{value} AS v{self.at}"]

    @property
    def aggregates(self) -> list[str]:
        at, v, kind = self.at, f"v{self.at}", self.kind
        told = [f"count({v}) AS valued{at}"]
        if kind == "boolean":
            return [*told, f"count(*) FILTER ({v}) AS true{at}"]
        # What pandas holds are floats.
        value = f"CAST({v} AS DOUBLE)" if self.type.startswith("DECIMAL") and kind == "fraction" else v
        told.append(f"{distinct_count(value, self.exact)} AS distinct{at}")
        if kind != "other":
            # As text: numbers of JSON know no infinity and, as many read them, no 64 bits.
            wide = f"CAST({{}}({v}) AS DOUBLE)" if self.type == "FLOAT" else f"{{}}({v})"
            told += [f"CAST({wide.format('min')} AS VARCHAR) AS low{at}", f"CAST({wide.format('max')} AS VARCHAR) AS high{at}"]
        if kind == "fraction":
            told.append(f"count(*) FILTER ({v} <> floor({v})) AS broken{at}")
        return told

    def read(self, answer: dict, rows: int, reading: Reading) -> dict:
        at, valued = self.at, answer[f"valued{self.at}"]
        told = {"name": self.name, "dtype": self.told["dtype"], "missing": rows - valued}
        if self.kind == "boolean":
            return told | booleans(valued, answer[f"true{at}"], rows)
        low, high = answer.get(f"low{at}"), answer.get(f"high{at}")
        if self.kind in ("whole", "fraction"):
            number = WHOLE.get(self.type, "float32" if self.type == "FLOAT" else "float64")
            return told | numbers(self.name, (low, high), self.kind == "whole", not answer.get(f"broken{at}"), number, valued, rows, self._time_type(valued == rows)) | self._distinct(answer, valued)
        told |= self._distinct(answer, valued)
        if self.kind == "time":
            unit = "ns" if self.type == "TIMESTAMP_NS" else "us"
            return told | ({} if low is None else {"low": moment(low, unit), "high": moment(high, unit)})
        return told | {"dtype": "float64" if not valued else "object" if told["dtype"] == "float64" else told["dtype"]}

    def _time_type(self, complete: bool) -> str | None:
        # Gaps make floats of them, which are not looked at.
        return _time_type(self.told) if self.kind == "whole" and complete else None

    def _distinct(self, answer: dict, valued: int) -> dict:
        return bounded(answer[f"distinct{self.at}"], self.told.get("distinct", 0), valued, self.exact)


@dataclass
class Tagged:
    """A column whose values have a type each: `c` is the text and `k` is i, r, s, b or o (whole, real, string, yes or no, other)."""

    at: int
    name: str
    told: dict
    #: Types of the sample's values.
    kinds: set[type]
    #: Of columns that hold texts only, as far as the sample says: the measure of these.
    text: Measure | None = None
    exact: bool = False
    #: The table lets no value come twice.
    unique: bool = False

    @property
    def distinct_of(self) -> str | None:
        """What is counted: of whole numbers the text, for floats have fewer digits; as floats 1 and 1.0 are the same."""
        if self.text is not None or self.kinds and self.kinds <= {bool}:
            return None
        return f"n{self.at}" if self.has_numbers and float in self.kinds else f"c{self.at}"

    @property
    def has_numbers(self) -> bool:
        return self.kinds <= {int, float}

    @property
    def values(self) -> list[str]:
        at = self.at
        number = [f"CASE WHEN k{at} IN ('i', 'r') THEN TRY_CAST(c{at} AS DOUBLE) END AS n{at}"] if self.has_numbers else []
        return [f"k{at}", f"c{at}", *number, *(self.text.values if self.text is not None else [])]

    @property
    def aggregates(self) -> list[str]:
        at = self.at
        told = [f"count(*) FILTER (k{at} = '{kind}' AND c{at} IS NOT NULL) AS {kind}_{at}" for kind in "irsbo"]
        if self.has_numbers:
            told += [f"CAST({end}(n{at}) AS VARCHAR) AS {end}{at}" for end in ("min", "max")] + [f"count(*) FILTER (n{at} <> floor(n{at})) AS part{at}"]
        if not self.kinds or bool in self.kinds:
            told.append(f"count(*) FILTER (k{at} = 'b' AND c{at} IN ('true', '1')) AS yes{at}")
        if self.distinct_of is not None:
            told.append(f"{distinct_count(self.distinct_of, self.exact)} AS different{at}")
        return told + (self.text.aggregates if self.text is not None else [])

    def read(self, answer: dict, rows: int, reading: Reading) -> dict:
        told = self._measured(answer, rows, reading)
        if self.unique and told.pop("approximate", False):
            told["distinct"] = rows - told["missing"]
        return told

    def _measured(self, answer: dict, rows: int, reading: Reading) -> dict:
        at = self.at
        counts = {kind: answer[f"{kind}_{at}"] for kind in "irsbo"}
        found = {kind for kind, count in counts.items() if count}
        valued = sum(counts.values())
        told = {"name": self.name, "dtype": "object" if found else "float64", "missing": rows - valued}
        if found <= {"s"} and self.text is not None:
            return self.text.read(answer, rows, reading)
        if found == {"b"} and f"yes{at}" in answer:
            return told | booleans(valued, answer[f"yes{at}"], rows)
        distinct = {} if self.distinct_of is None else bounded(answer[f"different{at}"], 0, valued, self.exact)
        if found and found <= {"i", "r"} and self.has_numbers:
            ends = (answer[f"min{at}"], answer[f"max{at}"])
            told |= numbers(self.name, ends, "r" not in found, not answer[f"part{at}"], "float64" if "r" in found else "int64", valued, rows, _time_type(self.told))
        return told | distinct


def _time_type(told: dict) -> str:
    return told["dtype"] if told["dtype"].startswith("datetime") else "datetime64[ns]"


def booleans(valued: int, true: int, rows: int) -> dict:
    top = [{"value": value, "count": count} for value, count in sorted((("True", true), ("False", valued - true)), key=lambda one: -one[1]) if count]
    return {"dtype": "float64" if not valued else "bool" if valued == rows else "object", "distinct": len(top), **({"top": top} if top else {})}


def numbers(name: str, ends: tuple[str | None, str | None], is_whole: bool, looks_whole: bool, dtype: str, valued: int, rows: int, time: str | None) -> dict:
    """
    Type and range of numbers. `is_whole`: they are no floats; `looks_whole`: they have no fractions; `time`: the type
    that they have where their column's name and range make times of them, null: these stay numbers.
    """
    if ends[0] is None:
        return {"dtype": dtype if dtype == "float32" else "float64"}
    low, high = (float(end) for end in ends)
    exact = [int(end) for end in ends] if is_whole and "." not in "".join(ends) and "e" not in "".join(ends) else [low, high]
    largest = max(abs(end) for end in exact)
    # As `arrowtable` and `columns` do: a float would round them.
    if is_whole and (largest > FLOAT_EXACT and valued < rows or largest >= LARGEST and dtype != "uint64"):
        return {"dtype": "object"}
    if is_whole and valued < rows:
        dtype = "float64"
    if time is not None and (times := columns.epoch_of(name, low, high, looks_whole)) is not None:
        unit, origin = times
        return {"dtype": time, "low": _epoch(low, unit, origin), "high": _epoch(high, unit, origin)}
    infinite = float("inf") in (abs(low), abs(high))
    if infinite:
        return {"dtype": dtype, "low": None if abs(low) == float("inf") else low, "high": None if abs(high) == float("inf") else high}
    return {"dtype": dtype, "low": int(low) if looks_whole else low, "high": int(high) if looks_whole else high}


def _epoch(value: float, unit: str, origin: str) -> str:
    return pd.to_datetime(value, unit=unit, origin=origin).isoformat()


def moment(value: str, unit: str) -> str:
    return pd.Timestamp(int(value), unit=unit).isoformat()
