"""Text files too large for careful reading: whole through pandas, or an even sample of a very large one."""

import io
import os
import re
import warnings

import pandas as pd

from . import encoding, grid
from .problems import CannotOpen, counted, shown
from .reading import Reading

#: Up to this size pandas reads all rows; beyond it memory would not do, and a sample is taken.
WHOLE_BYTES = 200_000_000
BLOCKS = 48
BLOCK_BYTES = 300_000
CHUNK_ROWS = 100_000


def read(path: str, size: int, codec: str, reading: Reading) -> pd.DataFrame:
    """A typed frame of the file, or of a sample of it: then `reading.total_rows` says of how many."""
    from . import delimited

    with open(path, "rb") as file:
        head = file.read(2_000_000)
    cut = head[: head.rfind(b"\n") + 1] or head
    text = encoding.decode(cut, codec, reading)
    delimiter, quote = delimited.dialect(text, path)
    delimited.describe(reading, delimiter)
    rows = delimited.parse(text, delimiter, quote, Reading(""))
    place = grid.layout(rows, reading)
    wide = codec.startswith("utf-16") or codec.startswith("utf-32")
    if size > WHOLE_BYTES and wide:
        raise CannotOpen("too-large", f"{shown(os.path.basename(path))} is too large to sample in {codec}; convert it to UTF-8.")
    options = {
        "sep": r"\s+" if delimiter == " " else delimiter or "\x01",
        "names": place.names,
        "header": None,
        "dtype": str,
        "keep_default_na": False,
        "quotechar": quote,
        "on_bad_lines": "warn",
        "skip_blank_lines": True,
        "index_col": False,
    }
    if size > WHOLE_BYTES:
        raw = _sample(path, size, codec, cut, place.first_row, options, reading)
    else:
        raw = _whole(path, codec, _lines_before(text, place.first_row), options, reading)
    return grid.typed_frame(_without_footer(raw, reading), reading, delimiter)


def _lines_before(text: str, rows: int) -> int:
    """Physical lines before the first row of data; blank lines are not rows."""
    line = 0
    for line, content in enumerate(text.splitlines()):
        if content.strip():
            rows -= 1
        if rows < 0:
            return line
    return line


def _whole(path: str, codec: str, skip: int, options: dict, reading: Reading) -> pd.DataFrame:
    skipped = 0
    parts = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pd.read_csv(
            path, encoding=codec, encoding_errors="replace", skiprows=skip, chunksize=CHUNK_ROWS, **options
        ) as chunks:
            for chunk in chunks:
                parts.append(chunk.apply(_compact))
        skipped = sum(str(item.message).count("Skipping line") for item in caught)
    if not parts:
        raise CannotOpen("no-rows", "The file has a header but no row of data.")
    if skipped:
        reading.note(f"{counted(skipped, 'row')} with more values than columns left out.")
    frame = pd.concat(parts, ignore_index=True)
    return frame


def _compact(column: pd.Series) -> pd.Series:
    """Arrow text needs a fraction of the memory of Python text."""
    return column.astype("string[pyarrow]")


def _sample(path: str, size: int, codec: str, head: bytes, first_row: int, options: dict, reading: Reading) -> pd.DataFrame:
    """Blocks spread evenly over the file. Every row of a block is used, the cut ones at its edges are not."""
    parts = []
    used_bytes = 0
    start = _offset_of_row(head, first_row)
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(BLOCKS):
            offset = start + (size - start - BLOCK_BYTES) * number // (BLOCKS - 1)
            file.seek(offset)
            block = file.read(BLOCK_BYTES)
            if number:
                block = block[block.find(b"\n") + 1 :]
            if number < BLOCKS - 1:
                block = block[: block.rfind(b"\n") + 1]
            if block.count(0) > len(block) // 2:
                continue
            used_bytes += len(block)
            if block.strip():
                text = block.decode(codec, errors="replace").replace("\0", "")
                parts.append(pd.read_csv(io.StringIO(text), **{**options, "on_bad_lines": "skip"}).apply(_compact))
    rows = sum(len(part) for part in parts)
    if not rows:
        raise CannotOpen("nul-bytes", f"{shown(os.path.basename(path))} consists mostly of empty (zero) bytes behind its header.")
    if len(parts) < BLOCKS // 2:
        reading.note(f"{BLOCKS - len(parts)} of {BLOCKS} places looked at hold only zero bytes.")
    reading.total_rows = round(rows * size / used_bytes)
    reading.total_is_exact = False
    reading.note(
        f"The file is {size / 1e9:.1f} GB, so {rows:,} rows from {len(parts)} places spread evenly over it were read, "
        f"of about {float(f'{reading.total_rows:.2g}'):,.0f}. Every figure describes this sample."
    )
    return pd.concat(parts, ignore_index=True)


def _offset_of_row(head: bytes, rows: int) -> int:
    offset = 0
    for match in re.finditer(rb"[^\n]*\n", head):
        if match.group().strip():
            if rows == 0:
                break
            rows -= 1
        offset = match.end()
    return offset


def _without_footer(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    tail = raw.tail(20).astype(object).where(raw.tail(20).notna(), None).values.tolist()
    end, footer = grid.footer_start(tail, raw.shape[1])
    if footer:
        reading.note(f"{counted(len(footer), 'line')} after the table skipped (totals or remarks).")
        return raw.iloc[: len(raw) - len(footer)]
    return raw
