"""Files of SPSS, Stata and SAS: values by their labels, missing values of the program as missing."""

import os

from . import jsonfile
from .problems import CannotOpen, counted, shown
from .reading import Reading

FORMATS = {"sav": "SPSS", "dta": "Stata", "sas7bdat": "SAS", "xpt": "SAS transport"}
#: Cells that are read at most.
CELL_LIMIT = 20_000_000


def open_statistics(path: str, kind: str):
    """(frame, reading) of a .sav, .zsav, .dta, .sas7bdat or .xpt file."""
    try:
        import pyreadstat
    except ImportError:
        raise CannotOpen("unsupported", f"{shown(os.path.basename(path))} needs pyreadstat, which this sandbox lacks; export it as CSV.") from None
    read = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta, "sas7bdat": pyreadstat.read_sas7bdat, "xpt": pyreadstat.read_xport}[kind]
    name = shown(os.path.basename(path))
    reading = Reading(f"{FORMATS[kind]} file")
    try:
        _, meta = read(path, metadataonly=True, **({"user_missing": True} if kind == "sav" else {}))
        declared = meta.missing_ranges
        rows = meta.number_rows or 0
        limit = max(1, CELL_LIMIT // max(1, meta.number_columns))
        # Labels of values are what a person wrote; the codes behind them say nothing.
        labelled = {} if kind in ("sas7bdat", "xpt") else {"apply_value_formats": True}
        frame, meta = read(path, row_limit=limit if rows > limit else 0, **labelled)
    except (pyreadstat.ReadstatError, ValueError, OSError) as error:
        raise CannotOpen("corrupt-file", f"{name} is a damaged or unknown {FORMATS[kind]} file ({shown(error, 90)}).") from None
    if len(frame) == 0:
        raise CannotOpen("no-rows", f"{name} has no row of data.")
    if rows > len(frame):
        reading.total_rows = rows
        reading.note(f"The first {len(frame):,} of {rows:,} rows were read.")
    if meta.variable_value_labels:
        names = [shown(column, 30) for column in meta.variable_value_labels]
        reading.note(f"Values of {counted(len(names), 'column')} are shown by their labels ({', '.join(names[:5])}{' …' if len(names) > 5 else ''}).")
        for column in meta.variable_value_labels:
            # A value that has no label among those that have: 4, not 4.0.
            if column in frame and frame[column].dtype.name in ("category", "object"):
                frame[column] = frame[column].astype(object).map(lambda value: int(value) if isinstance(value, float) and value.is_integer() else value, na_action="ignore")
                if frame[column].map(lambda value: isinstance(value, str)).any():
                    frame[column] = frame[column].map(str, na_action="ignore")
    _note_declared(meta, declared, reading)
    labels = {column: label for column, label in meta.column_names_to_labels.items() if label and label != column}
    if labels:
        told = "; ".join(f"{shown(column, 30)}: {shown(label, 60)}" for column, label in list(labels.items())[:10])
        reading.note(f"Labels of columns: {told}{' …' if len(labels) > 10 else ''}.")
    frame = frame.apply(lambda column: column.astype(object) if column.dtype.name == "category" else column)
    return jsonfile.settled(frame, reading), reading


def _note_declared(meta, declared: dict | None, reading: Reading) -> None:
    """What the file says about itself: notes of its author, and values that stand for missing."""
    words = [meta.file_label, *(meta.notes or [])]
    words = [shown(one, 120) for one in words if one and one.strip()]
    if words:
        reading.note(f"The file says about itself: “{' / '.join(words[:5])}”.")
    ranges = {column: [f"{one['lo']:g}" if one["lo"] == one["hi"] else f"{one['lo']:g} to {one['hi']:g}" for one in found if isinstance(one["lo"], (int, float))] for column, found in (declared or {}).items()}
    told = [f"{shown(column, 30)}: {', '.join(values)}" for column, values in ranges.items() if values]
    if told:
        reading.note(f"Values that the file declares to mean missing count as missing ({'; '.join(told[:5])}{' …' if len(told) > 5 else ''}).")
