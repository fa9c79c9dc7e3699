"""
What the corpora of files other than separated text have in common: a clean table made from a seed, variants that change
how it is written or spoil it, and the choice of them. A kind of file has a module of its own, named in `kinds`.
"""

import importlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import table_corpus

ROWS = 24
#: Module → kinds of file in it.
MODULES = (
    "book_variants", "json_corpus", "columnar_corpus", "database_corpus", "markup_corpus", "statistics_corpus", "array_corpus",
    "archive_corpus", "old_books",
)  # fmt: skip


@dataclass
class Further:
    """Another table of the same file that must be reachable by a name of `reading.tables`."""

    names: list[str | None]
    rows: list[list]


@dataclass
class Draft:
    """A clean table and how it is to be written. `names` and `rows` are what a reader should find."""

    names: list[str | None]
    rows: list[list]
    seed: int
    #: Settings of a kind, by the names that its writer looks for.
    how: dict[str, Any] = field(default_factory=dict)
    #: Regular expressions: each must be found in what the reading report says.
    said: list[str] = field(default_factory=list)
    further: list[Further] = field(default_factory=list)
    #: Name of the table for readers that must be told one.
    table: str = "records"

    def rng(self) -> random.Random:
        return random.Random(self.seed)

    def frame(self) -> pd.DataFrame:
        """With real types: dates as timestamps, whole numbers with gaps as such."""
        frame = pd.DataFrame(self.rows, columns=self.names, dtype=object)
        return frame.convert_dtypes().pipe(_dated)

    def add(self, name: str, values: list) -> None:
        self.names = [*self.names, name]
        self.rows = [[*row, value] for row, value in zip(self.rows, values)]


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    for name in frame.columns:
        if frame[name].dtype == object and frame[name].map(lambda value: hasattr(value, "year"), na_action="ignore").any():
            frame[name] = pd.to_datetime(frame[name])
    return frame


def clean(seed: int, script: str = "ascii", rows: int = ROWS) -> Draft:
    file = table_corpus.clean(seed, script, rows)
    return Draft(file.names, file.rows, seed)


def small(draft: Draft, rows: int = 4) -> Further:
    """Another, smaller table, of numbers below words."""
    rng = random.Random(draft.seed + 1)
    return Further(["Code", "Share"], [[f"{rng.choice('ABCDEF')}{number}", round(rng.uniform(1, 99), 1)] for number in range(rows)])


Change = Callable[[Any], None]
#: Reader of a peer: from a path to a frame.
Reader = Callable[[str, Draft], pd.DataFrame]


@dataclass
class Kind:
    """One kind of file: `count` files, of each variant alone first, then of random pairs of two groups."""

    name: str
    count: int
    write: Callable[[Any, str], str]
    peers: dict[str, Reader]
    #: SQL of DuckDB's command line that reads a path, for all files at once; None where it has no reader.
    duckdb: Callable[[str, Draft], str] | None = None
    new: Callable[[int], Any] = clean
    variants: dict[str, tuple[str, Change]] = field(default_factory=dict)
    apart: set[frozenset[str]] = field(default_factory=set)
    #: Only LibreOffice writes it: an image with the office layer is needed.
    office: bool = False

    def variant(self, group: str, name: str, apart: str = "") -> Callable[[Change], Change]:
        """`apart`: groups and names that this one cannot be together with."""

        def add(change: Change) -> Change:
            self.variants[name] = (group, change)
            self.apart.update(frozenset((name, other)) for other in apart.split("; ") if other)
            return change

        return add

    def setting(self, group: str, name: str, apart: str = "", said: str = "", **how) -> None:
        def change(draft: Draft) -> None:
            draft.how.update(how)
            draft.said += [said] if said else []

        self.variant(group, name, apart)(change)

    def _together(self, first: str, second: str) -> bool:
        one, other = self.variants[first][0], self.variants[second][0]
        return one != other and not any(frozenset(pair) in self.apart for pair in ((first, second), (first, other), (one, second), (one, other)))

    def drafts(self, seed: int) -> Iterator[tuple[str, Draft]]:
        """(variants, draft). The same seed, the same drafts."""
        rng = random.Random(f"{self.name} {seed}")
        names = list(self.variants)
        if len(names) >= self.count:
            raise ValueError(f"{self.name}: {len(names)} variants are more than {self.count} files hold.")
        pairs = [(a, b) for index, a in enumerate(names) for b in names[index + 1 :] if self._together(a, b)]
        chosen = [("clean",), *((name,) for name in names)]
        chosen += rng.sample(pairs, self.count - len(chosen))
        for number, together in enumerate(chosen):
            draft = self.new(seed * 1000 + number)
            for name in together:
                if name != "clean":
                    self.variants[name][1](draft)
            yield " + ".join(together), draft


def kinds(office: bool = False) -> list[Kind]:
    """Those that only LibreOffice writes, or all others."""
    return [kind for module in MODULES for kind in importlib.import_module(module).KINDS if kind.office == office]


# --- Columns that variants of several kinds add. ---


def codes(draft: Draft) -> None:
    draft.add("Post", [f"0{draft.rng().randrange(1000, 9999) + number}" for number in range(len(draft.rows))])


def long_ids(draft: Draft) -> None:
    rng = draft.rng()
    draft.add("Ident", [str(rng.randrange(10**18, 9 * 10**18)) for _ in draft.rows])


def flags(draft: Draft) -> None:
    rng = draft.rng()
    draft.add("Open", [rng.random() < 0.5 for _ in draft.rows])


def moments(draft: Draft) -> None:
    rng = draft.rng()
    draft.add("Seen", [pd.Timestamp("2024-03-01") + pd.Timedelta(seconds=rng.randrange(10**7)) for _ in draft.rows])


def remarks(draft: Draft) -> None:
    words = ["plain", "with, comma", 'a "quoted" word', "two\nlines", "Straße", "東京", "semi; colon", "<b>&amp;"]
    draft.add("Remark", [words[number % len(words)] for number in range(len(draft.rows))])


def gaps(draft: Draft) -> None:
    rng = draft.rng()
    draft.rows = [[None if column and rng.random() < 0.25 else value for column, value in enumerate(row)] for row in draft.rows]


COLUMNS: dict[str, Change] = {
    "leading zeros": codes, "long ids": long_ids, "booleans": flags, "moments": moments, "odd texts": remarks, "gaps": gaps,
}  # fmt: skip


def add_columns(kind: Kind, *names: str, apart: str = "") -> None:
    for name in names:
        kind.variant("gaps" if name == "gaps" else "columns", name, apart)(COLUMNS[name])
