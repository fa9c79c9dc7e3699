"""What is remembered about how a file was read: for the person (`print(table.reading)`) and for the analyst."""

from dataclasses import dataclass, field

import pandas as pd


@dataclass
class Reading:
    """How a file became a table. `notes` are sentences about everything that was assumed, skipped or changed."""

    format: str
    details: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Other tables of the same file (sheets, tables, members), as a person would name them.
    others: list[str] = field(default_factory=list)
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

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

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

    def __facts__(self) -> dict:
        from .profile import profile

        return profile(self)
