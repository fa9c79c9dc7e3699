"""
`python3 table_score.py [SEED] [PAIRS]`, in the sandbox: reads every file of `table_corpus.py` with the helper and with
what people would use instead, and prints cell-exact recall and precision of each. `--lost` names the files where the
helper misses cells, `--json` prints the figures for a program.

Recall: cells (names included) of the clean table that were found at their place, of all of them. Precision: the same,
of all cells that the reader gave. Numbers count as such only when they are numbers; a date also as ISO text. Each peer
also runs on the same file in UTF-8 (`told the encoding`), for none of them finds out encodings by itself.
"""

import csv
import datetime
import decimal
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import table_corpus

HELPER = "open_table"
#: Whole numbers up to here are what floats can say, too.
EXACT = 2**53


@dataclass
class Score:
    found: int = 0
    wanted: int = 0
    given: int = 0
    failed: int = 0

    def add(self, other: "Score") -> None:
        self.found += other.found
        self.wanted += other.wanted
        self.given += other.given
        self.failed += other.failed

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 0.0

    @property
    def precision(self) -> float:
        return self.found / self.given if self.given else 0.0


def canonical(value):
    """What two readers must agree on: None, a float, a date or moment as ISO text, or text."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        text = "\n".join(line.strip() for line in value.splitlines()).strip()
        moment = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)(Z|\+00(:?00)?)?)?", text)
        return (_moment(text) if moment else text) or None
    if isinstance(value, datetime.date):
        return _moment(value)
    if hasattr(value, "tolist") and getattr(value, "shape", ()):
        value = value.tolist()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, int) and abs(value) >= EXACT:
        # An id as a number is right when no digit of it is lost.
        return str(value)
    if isinstance(value, (int, float, decimal.Decimal)) or hasattr(value, "dtype"):
        number = float(value)
        return None if math.isnan(number) else number
    return str(value)


def _moment(value: datetime.date | str) -> str:
    """ISO text, a date alone at midnight, in UTC where a zone is known."""
    moment = pd.Timestamp(value)
    text = str(moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None))
    return text[:10] if text[10:] in ("", " 00:00:00") else text


def _name(name: object) -> str:
    """Without what readers put in for blanks and for names that come twice."""
    return re.sub(r"[\W_]+", " ", re.sub(r"( \(\d+\)|[._]\d+)$", "", str(name))).strip()


def _columns(wanted: list[str | None], given: list[str]) -> list[int | None]:
    """Place in the given table of each wanted column: by name, else by position."""
    free = dict.fromkeys(range(len(given)))
    places: list[int | None] = [None] * len(wanted)
    for column, name in enumerate(wanted):
        place = next((place for place in free if name is not None and _name(given[place]) == _name(name)), None)
        if place is not None:
            places[column] = place
            del free[place]
    for column, place in enumerate(places):
        if place is None and column in free:
            places[column] = column
            del free[column]
    return places


def score(file: table_corpus.File, frame: pd.DataFrame) -> Score:
    names = [str(name) for name in frame.columns]
    places = _columns(file.names, names)
    wanted = [[canonical(value) for value in row] for row in file.rows]
    columns = [[canonical(value) for value in frame.iloc[:, place]] for place in range(len(names))]
    given = [[columns[place][row] if place is not None else ... for place in places] for row in range(len(frame))]
    found = _aligned(wanted, given)
    result = Score(found, sum(map(len, wanted)), len(frame) * len(names))
    for name, place in zip(file.names, places):
        if name is not None:
            result.wanted += 1
            result.given += 1
            result.found += place is not None and _name(names[place]) == _name(name)
    return result


def _same(first: list, second: list) -> int:
    return sum(a == b for a, b in zip(first, second))


def _aligned(wanted: list[list], given: list[list]) -> int:
    """Most cells that agree when rows may be left out on both sides, but not change places."""
    if len(wanted) == len(given) and wanted == given:
        return sum(map(len, wanted))
    best = [0] * (len(given) + 1)
    for row in wanted:
        above, best = best, [0] * (len(given) + 1)
        for index, other in enumerate(given):
            best[index + 1] = max(above[index + 1], best[index], above[index] + _same(row, other))
    return best[-1]


def _sniffed(path: str) -> pd.DataFrame:
    with open(path, newline="") as handle:
        text = handle.read()
    return pd.read_csv(path, dialect=csv.Sniffer().sniff(text[:20_000]))


def _helper(path: str) -> pd.DataFrame:
    from analyst import open_table

    return open_table(path).frame


#: Name → reader of one file; those of DuckDB read all at once.
READERS: dict[str, Callable[[str], pd.DataFrame]] = {
    HELPER: _helper,
    "pandas.read_csv": pd.read_csv,
    "pandas, sep=None": lambda path: pd.read_csv(path, sep=None, engine="python"),
    "csv.Sniffer + pandas": _sniffed,
}


def duckdb_all(queries: dict[str, str]) -> Callable[[str], pd.DataFrame]:
    """
    DuckDB on all files: path → query, for some `ATTACH …;` before it. Its Python module where there is one, else its
    command line, once.
    """
    try:
        import duckdb
    except ImportError:
        lines = []
        for path, query in queries.items():
            *before, select = query.rsplit(";", 1)
            lines += [*(f"{one};" for one in before), f"COPY ({select}) TO '{path}.parquet' (FORMAT parquet);"]
        subprocess.run(["duckdb", "-no-init"], input="\n".join(lines), text=True, capture_output=True, check=False)
        return lambda path: pd.read_parquet(f"{path}.parquet")
    return lambda path: duckdb.sql(queries[path]).df()


def evaluate(files: list[tuple[str, table_corpus.File]], folder: str, lost: bool = False) -> dict[str, Score]:
    total: dict[str, Score] = {}
    for told in (False, True):
        suffix = ", told the encoding" if told else ""
        paths = []
        for number, (_, file) in enumerate(files):
            path = os.path.join(folder, f"{number:04}{'-utf8' if told else ''}.csv")
            with open(path, "wb") as handle:
                handle.write(table_corpus.text_of(file).encode() if told else table_corpus.bytes_of(file))
            paths.append(path)
        readers = {name: reader for name, reader in READERS.items() if not (told and name == HELPER)}
        readers["DuckDB read_csv_auto"] = duckdb_all({path: f"SELECT * FROM read_csv_auto('{path}')" for path in paths})
        for name, reader in readers.items():
            sum_ = total.setdefault(name + suffix, Score())
            for path, (what, file) in zip(paths, files):
                one = _one(file, reader, path)
                sum_.add(one)
                if lost and name == HELPER and one.found < max(one.wanted, one.given):
                    print(f"{path} {what}: {one.found} of {one.wanted}, {one.given} given{', failed' if one.failed else ''}")
    return total


def _one(file: table_corpus.File, reader: Callable[[str], pd.DataFrame], path: str) -> Score:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return score(file, reader(path))
        except Exception:  # each reader has errors of its own; what it cannot read it has not found
            return Score(0, sum(map(len, file.rows)) + sum(name is not None for name in file.names), 0, 1)


def main() -> None:
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    files = list(table_corpus.corpus(*numbers))
    with tempfile.TemporaryDirectory() as folder:
        total = evaluate(files, folder, "--lost" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps({"files": len(files), "scores": {name: {**vars(one), "recall": one.recall, "precision": one.precision} for name, one in total.items()}}))
        return
    print(f"{len(files)} files{'':<34} recall  precision  not read")
    for name, one in total.items():
        print(f"{name:<42} {one.recall:7.2%}  {one.precision:9.2%}  {one.failed:8}")


if __name__ == "__main__":
    main()
