"""Which columns, alone or two together, tell every row apart."""

import itertools

import pandas as pd

#: Rows that are looked at; a key of a sample is a key of the sample only.
ROWS = 500_000
PAIR_ROWS = 100_000
PAIR_COLUMNS = 12


def likely(frame: pd.DataFrame) -> list[list[str]]:
    """Columns without missing values and without two alike; pairs only of columns that are none by themselves. At most 5."""
    if len(frame) < 2:
        return []
    head = frame.head(ROWS)
    whole = [name for name in head.columns if head[name].notna().all() and head[name].dtype.kind != "f"]
    single = [name for name in whole if _unique(head[[name]])]
    rest = [name for name in whole if name not in single and head[name].nunique() > 1][:PAIR_COLUMNS]
    pairs: list[list[str]] = []
    # What tells apart in a part of the rows may not do so in all of them.
    part = head.head(PAIR_ROWS)
    for first, second in itertools.combinations(rest, 2):
        # Two columns cannot tell apart more rows than they have values together.
        if part[first].nunique() * part[second].nunique() >= len(part) and _unique(part[[first, second]]) and _unique(head[[first, second]]):
            pairs.append([first, second])
    return [[name] for name in single[:5]] + pairs[: max(0, 5 - len(single))]


def _unique(columns: pd.DataFrame) -> bool:
    try:
        return not columns.duplicated().any()
    except TypeError:
        return False
