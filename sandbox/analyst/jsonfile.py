"""JSON and JSON lines as one table: nested objects become columns, what is too large is read in part."""

import json
import os

import pandas as pd

from . import grid, jsontables, jsontext
from .problems import CannotOpen, counted, shown
from .reading import Reading

#: JSON becomes about ten times as large in memory.
SIZE_LIMIT_BYTES = 100_000_000
#: Of one value too large to be held.
STREAM_RECORDS = 100_000
#: Objects in objects that become columns; deeper ones are kept as text.
FLAT_LEVELS = 3


def open_json(text: str, path: str, reading: Reading, table: str | None = None):
    """A frame of the records of a JSON text, or None when it is no JSON at all."""
    name = shown(os.path.basename(path))
    value = jsontext.value_of(text, name, reading)
    if value is None:
        return None
    if isinstance(value, dict) and "nbformat" in value:
        return _frame(_cells(value, reading), name, reading)
    return _frame(jsontables.records(value, name, table, reading), name, reading)


def _cells(notebook: dict, reading: Reading) -> list:
    """The cells of a Jupyter notebook; what they put out is counted and left out, for it is pictures and pages."""
    reading.format = "Jupyter notebook"
    sheets = notebook.get("worksheets") or [notebook]
    cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or [] if isinstance(cell, dict)]
    reading.note("One row for each cell; the outputs are counted and not read.")
    return [
        {"cell": number, "type": cell.get("cell_type"), "source": _joined(cell.get("source", cell.get("input"))), "outputs": len(cell.get("outputs") or [])}
        for number, cell in enumerate(cells, start=1)
    ]


def _joined(source) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def stream(path: str, size: int, reading: Reading):
    """Records of one JSON value too large to be held: as many as are read at once, from its first list of objects."""
    name = shown(os.path.basename(path))
    too_large = CannotOpen("too-large", f"{name} is one JSON value of {size / 1e6:,.0f} MB, too large to read at once; JSON lines would do.")
    try:
        import ijson
    except ImportError:
        raise too_large from None
    records: list[dict] = []
    try:
        with open(path, "rb") as file:
            where = _first_list(ijson, file)
            if where is None:
                raise too_large
            file.seek(0)
            for record in ijson.items(file, f"{where}.item" if where else "item", use_float=True):
                records.append(record if isinstance(record, dict) else {"value": record})
                if len(records) >= STREAM_RECORDS:
                    break
            used = file.tell()
    except ijson.JSONError as error:
        if not records:
            raise CannotOpen("json-invalid", f"{name} is not valid JSON: {shown(error, 90)}.") from None
        reading.note(f"Reading stopped behind {counted(len(records), 'record')}: {shown(error, 90)}.")
        used = size
    reading.details["records in"] = f"“{shown(where, 60)}”" if where else "the list"
    if len(records) >= STREAM_RECORDS:
        reading.total_rows = round(len(records) * size / max(1, used))
        reading.total_is_exact = False
        reading.note(
            f"The file is one JSON value of {size / 1e6:,.0f} MB; its first {len(records):,} records were read, "
            f"of about {float(f'{reading.total_rows:.2g}'):,.0f}. Every figure describes them alone."
        )
    return _frame(records, name, reading)


def _first_list(ijson, file) -> str | None:
    """The place of the first list of objects or lists."""
    before = None
    for number, (prefix, event, _) in enumerate(ijson.parse(file, use_float=True)):
        if before is not None and event in ("start_map", "start_array"):
            return before
        before = prefix if event == "start_array" else None
        if number > 100_000:
            return None
    return None


def _frame(records: list, name: str, reading: Reading) -> pd.DataFrame:
    return settled(raw_of(records, name, reading), reading)


def raw_of(records: list, name: str, reading: Reading) -> pd.DataFrame:
    """A column for each name in the records, with the values as they are."""
    if not records:
        raise CannotOpen("no-rows", f"{name} is valid JSON, but its list of records is empty.")
    nested = any(isinstance(item, dict) for record in records for item in record.values())
    try:
        # As objects: a whole number of 19 digits beside a gap would become a float.
        raw = pd.DataFrame([_flat(record) for record in records] if nested else records, dtype=object)
    except (RecursionError, ValueError, TypeError) as error:
        raise CannotOpen("no-table", f"{name} cannot be laid out as a table: {shown(error)}.") from None
    if raw.shape[1] == 0:
        raise CannotOpen("no-rows", f"{name} holds only empty records.")
    if nested:
        reading.note("Nested objects became columns named “outer.inner”.")
    return raw


def _flat(record: dict, prefix: str = "", depth: int = 0) -> dict:
    flat = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and depth < FLAT_LEVELS:
            flat.update(_flat(value, f"{prefix}{key}.", depth + 1))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def settled(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Unique names, lists as text, real types: for sources that are tables already."""
    return grid.typed_frame(plain(raw, reading), reading)


def plain(raw: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """The same before it is looked at what the texts in it mean."""
    raw = raw.copy()
    raw.columns = grid.unique_names(list(raw.columns), reading)
    lists = []
    for column in raw.columns:
        if raw[column].dtype == object:
            if raw[column].map(lambda value: isinstance(value, bytes)).any():
                raw[column] = _from_bytes(raw[column], str(column), reading)
            inner = raw[column].map(lambda value: isinstance(value, (list, dict, set, tuple)) or type(value).__name__ == "ndarray")
            if inner.any():
                lists.append(column)
                raw[column] = raw[column].map(lambda value: value if value is None or isinstance(value, str) else _text(value), na_action="ignore")
    if lists:
        reading.note(f"{counted(len(lists), 'column')} with lists or objects kept as JSON text ({', '.join(shown(name, 30) for name in lists[:3])}).")
    return raw


def _from_bytes(column: pd.Series, name: str, reading: Reading) -> pd.Series:
    """Bytes that are UTF-8 as text; of pictures and the like their size."""
    try:
        texts = column.map(lambda value: value.decode() if isinstance(value, bytes) else value, na_action="ignore")
        if not texts.map(lambda value: isinstance(value, str) and "\0" in value).any():
            return texts
    except UnicodeDecodeError:
        pass
    reading.note(f"“{shown(name, 40)}” holds bytes that are no text: their sizes are shown.")
    return column.map(lambda value: f"{len(value):,} bytes" if isinstance(value, bytes) else value, na_action="ignore")


def _text(value) -> str:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return json.dumps(value, ensure_ascii=False, default=str)
