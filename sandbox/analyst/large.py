"""Text files too large for careful reading: whole through pandas, or an even sample of a very large one."""

import io
import os
import re
import warnings
from dataclasses import dataclass

import pandas as pd

from . import dialect, encoding, grid
from .header import Layout
from .problems import CannotOpen, counted, shown
from .reading import Reading
from .splitting import Dialect

#: Up to this size pandas reads all rows; beyond it memory would not do, and a sample is taken.
WHOLE_BYTES = 200_000_000
BLOCKS = 48
BLOCK_BYTES = 300_000
CHUNK_ROWS = 100_000


@dataclass
class Opening:
    """What the beginning of a large text file says about all of it."""

    head: bytes
    dialect: Dialect
    layout: Layout
    #: Lines of the file before the first row of data.
    before: int
    #: For `pandas.read_csv`.
    options: dict


def read(path: str, size: int, codec: str, reading: Reading) -> pd.DataFrame:
    """A typed frame of the file, or of a sample of it: then `reading.total_rows` says of how many."""
    opening = opened(path, codec, reading)
    if size > WHOLE_BYTES:
        raw = sample(path, size, codec, opening, reading)
    else:
        raw = whole(path, codec, opening, reading)
    return grid.typed_frame(_without_footer(raw, reading), reading, opening.dialect.delimiter)


def opened(path: str, codec: str, reading: Reading) -> Opening:
    """Dialect and header, with what is assumed of them in `reading`. Raises `CannotOpen`."""
    from . import delimited

    with open(path, "rb") as file:
        head = file.read(2_000_000)
    cut = head[: head.rfind(b"\n") + 1] or head
    text = encoding.decode(cut, codec, reading)
    found = dialect.find(text, path)
    if found.edges:
        raise CannotOpen("too-large", f"{shown(os.path.basename(path))} is too large to be read by columns of blanks; a CSV of it would do.")
    delimiter = found.delimiter
    delimited.describe(reading, found)
    numbered = [(line, row) for line, row in delimited.parse(text, found, Reading("")) if grid.filled(row)]
    place = grid.layout([row for _, row in numbered], reading, [line for line, _ in numbered])
    if place.first_row >= len(numbered):
        raise CannotOpen("no-rows", "The file has a header but no row of data.")
    options = {
        "sep": r"\s+" if delimiter == " " else re.escape(delimiter) if len(delimiter) > 1 else delimiter or "\x01",
        **({"engine": "python"} if len(delimiter) > 1 else {}),
        "escapechar": "\\" if found.broken_quotes and '\\"' in text else None,
        "names": place.names,
        "header": None,
        "dtype": str,
        "keep_default_na": False,
        "quotechar": found.quote,
        "on_bad_lines": "warn",
        "skip_blank_lines": True,
        "index_col": False,
    }
    return Opening(cut, found, place, numbered[place.first_row][0] - 1, options)


def whole(path: str, codec: str, opening: Opening, reading: Reading) -> pd.DataFrame:
    skip, skipped = opening.before, 0
    parts = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pd.read_csv(
            path, encoding=codec, encoding_errors="replace", skiprows=skip, chunksize=CHUNK_ROWS, **opening.options
        ) as chunks:
            for chunk in chunks:
                parts.append(chunk.apply(_compact))
        messages = "".join(str(item.message) for item in caught)
        for line in re.findall(r"Skipping line (\d+)", messages):
            skipped += 1
            reading.skip(int(line) + skip, int(line) + skip, "more values than columns")
    if not parts:
        raise CannotOpen("no-rows", "The file has a header but no row of data.")
    if skipped:
        reading.note(f"{counted(skipped, 'row')} with more values than columns left out (line {', '.join(f'{one.first_line:,}' for one in reading.skipped[-skipped:][:5])}{' …' if skipped > 5 else ''}).")
    return _without_comments(pd.concat(parts, ignore_index=True), reading)


def _compact(column: pd.Series) -> pd.Series:
    """Arrow text needs a fraction of the memory of Python text."""
    return column.astype("string[pyarrow]")


def sample(path: str, size: int, codec: str, opening: Opening, reading: Reading, block_bytes: int = BLOCK_BYTES) -> pd.DataFrame:
    """Blocks spread evenly over the file, as text. Every row of a block is used, the cut ones at its edges are not."""
    if codec.startswith(("utf-16", "utf-32")):
        raise CannotOpen("too-large", f"{shown(os.path.basename(path))} is too large to sample in {codec}; convert it to UTF-8.")
    parts = []
    used_bytes = 0
    start = _offset_behind(opening.head, opening.before)
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(BLOCKS):
            offset = start + (size - start - block_bytes) * number // (BLOCKS - 1)
            file.seek(offset)
            block = file.read(block_bytes)
            if number:
                block = block[block.find(b"\n") + 1 :]
            if number < BLOCKS - 1:
                block = block[: block.rfind(b"\n") + 1]
            if block.count(0) > len(block) // 2:
                continue
            used_bytes += len(block)
            if block.strip():
                text = block.decode(codec, errors="replace").replace("\0", "")
                parts.append(pd.read_csv(io.StringIO(text), **{**opening.options, "on_bad_lines": "skip"}).apply(_compact))
    rows = sum(len(part) for part in parts)
    if not rows:
        raise CannotOpen("nul-bytes", f"{shown(os.path.basename(path))} consists mostly of empty (zero) bytes behind its header.")
    if len(parts) < BLOCKS // 2:
        reading.note(f"{BLOCKS - len(parts)} of {BLOCKS} places looked at hold only zero bytes.")
    reading.total_rows = round(rows * size / used_bytes)
    reading.total_is_exact = False
    reading.note(
        f"The file is {_size(size)}, so {rows:,} rows from {len(parts)} places spread evenly over it were read, "
        f"of about {float(f'{reading.total_rows:.2g}'):,.0f}. Every figure describes this sample."
    )
    return _without_comments(pd.concat(parts, ignore_index=True), reading)


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def _offset_behind(head: bytes, lines: int) -> int:
    offset = 0
    for _ in range(lines):
        offset = head.find(b"\n", offset) + 1
    return offset


def _without_comments(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Lines that begin like a remark and have one value only."""
    if raw.shape[1] < 2:
        return raw
    remarks = raw.iloc[:, 0].str.startswith("#", na=False).astype(bool)
    if remarks.any():
        rest = raw.loc[remarks].iloc[:, 1:]
        remarks.loc[remarks] = (rest.isna() | (rest == "")).all(axis=1).to_numpy()
    if remarks.any():
        reading.note(f"{counted(int(remarks.sum()), 'comment line')} skipped: “{shown(raw.loc[remarks].iloc[0, 0], 60)}”.")
        return raw.loc[~remarks].reset_index(drop=True)
    return raw


def _without_footer(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    tail = raw.tail(20).astype(object).where(raw.tail(20).notna(), None).values.tolist()
    end, footer = grid.footer_start(tail, raw.shape[1])
    if footer:
        reading.note(f"{counted(len(footer), 'line')} after the table skipped (totals or remarks).")
        return raw.iloc[: len(raw) - len(footer)]
    return raw
