"""What is remembered about how a file was read: for the person (`print(table.reading)`) and for programs (`report()`)."""

from dataclasses import asdict, dataclass, field

import pandas as pd

#: Entries of one kind that are kept one by one; of more, the count is kept.
KEPT = 10_000


@dataclass
class Assumption:
    """`confidence` from 0 (a guess) to 1 (the file says so)."""

    what: str
    value: str
    confidence: float


@dataclass
class BadRow:
    """A row that is in the frame, but not as it stands in the file. `line` counts from 1; `text` is what was cut or changed."""

    line: int
    problem: str
    text: str = ""


@dataclass
class Skipped:
    """Lines of the file that are not in the frame."""

    first_line: int
    last_line: int
    why: str
    text: str = ""


@dataclass
class Reading:
    """How a file became a table. `notes` are sentences about everything that was assumed, skipped or changed."""

    format: str
    details: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Other tables of the same file (sheets, tables, members), as a person would name them.
    others: list[str] = field(default_factory=list)
    #: The same as `open_table(path, table=…)` takes them.
    tables: list[str] = field(default_factory=list)
    #: Column → unit found in a units row or in the values (`€`, `%`, `°C`).
    units: dict[str, str] = field(default_factory=dict)
    #: Rows in the file when only some were read: exact, or an estimate when `total_is_exact` is false.
    total_rows: int | None = None
    total_is_exact: bool = True
    #: The names are the first row, which was taken for a header.
    names_from_row: bool = False
    #: Plain pandas that reads the same table elsewhere; empty when there is no short way to say it.
    code: str = ""
    #: Lines of plain pandas to run after `code`, such as the conversion of dates.
    fixes: list[str] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_row_count: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def assume(self, what: str, value: str, confidence: float) -> None:
        self.assumptions = [one for one in self.assumptions if one.what != what]
        self.assumptions.append(Assumption(what, value, round(min(1.0, max(0.0, confidence)), 2)))

    def bad(self, line: int, problem: str, text: str = "") -> None:
        self.bad_row_count += 1
        if len(self.bad_rows) < KEPT:
            self.bad_rows.append(BadRow(line, problem, text[:200]))

    def skip(self, first_line: int, last_line: int, why: str, text: str = "") -> None:
        if len(self.skipped) < KEPT:
            self.skipped.append(Skipped(first_line, last_line, why, text[:200]))

    def report(self) -> dict:
        """Everything as plain values (JSON), rows by their line in the file, counted from 1."""
        told = {name: value for name, value in asdict(self).items() if name not in ("names_from_row", "fixes", "code")}
        return told | {"code": "\n".join([self.code, *self.fixes]) if self.code else ""}

    def __str__(self) -> str:
        parts = [self.format, *(f"{name} {value}" for name, value in self.details.items())]
        lines = [", ".join(parts), *(f"- {note}" for note in self.notes)]
        if self.others:
            lines.append("- Also in this file: " + ", ".join(self.others[:20]))
        return "\n".join(lines)


@dataclass
class Table:
    """A file read as one table: `frame` is the data, `reading` says how it was read."""

    path: str
    frame: pd.DataFrame
    reading: Reading

    def summary(self) -> pd.DataFrame:
        """
        One row for each column: type, missing and distinct values, range, frequent values, unit. `attrs["keys"]` has
        the columns, alone or two together, that tell all rows apart. Of a sampled file it describes the sample.
        """
        from .profile import summary

        return summary(self)

    def __facts__(self) -> dict:
        from .profile import profile

        return profile(self)
