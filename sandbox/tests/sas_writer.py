"""
Writes sas7bdat with ReadStat, the C library inside pyreadstat: it can, but pyreadstat offers no function for it. Signatures
are those of readstat.h.
"""

import ctypes
import datetime
import math

import pandas as pd
from pyreadstat import _readstat_writer

STRING, DOUBLE = 0, 5
#: Of SAS: rows as they are, or with runs of one byte made short.
NONE, ROWS = 0, 1
EPOCH = datetime.datetime(1960, 1, 1)
DAY_S = 86_400
Take = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)

library = ctypes.CDLL(_readstat_writer.__file__)
for name in ("readstat_writer_init", "readstat_add_variable"):
    getattr(library, name).restype = ctypes.c_void_p


def _ok(error: int) -> None:
    if error:
        raise ValueError(f"ReadStat's error {error}")


def _number(value) -> float | None:
    """Moments are seconds since 1960, days are days since then."""
    if isinstance(value, pd.Timestamp | datetime.datetime):
        return (value - EPOCH).total_seconds()
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days
    return None if value is None or math.isnan(value) else float(value)


def write(path: str, frame: pd.DataFrame, labels: list[str] | None = None, about: str = "", compression: int = NONE, is_64bit: bool = True) -> None:
    writer = ctypes.c_void_p(library.readstat_writer_init())
    with open(path, "wb") as file:
        take = Take(lambda data, size, _: file.write(ctypes.string_at(data, size)))
        _ok(library.readstat_set_data_writer(writer, take))
        _ok(library.readstat_writer_set_file_label(writer, about.encode()))
        _ok(library.readstat_writer_set_compression(writer, compression))
        _ok(library.readstat_writer_set_file_format_is_64bit(writer, int(is_64bit)))
        variables = []
        for index, column in enumerate(frame.columns):
            values = [value for value in frame[column] if value is not None]
            is_text = any(isinstance(value, str) for value in values)
            width = max([8, *(len(value.encode()) for value in values if isinstance(value, str))]) if is_text else 0
            variable = ctypes.c_void_p(library.readstat_add_variable(writer, str(column).encode(), STRING if is_text else DOUBLE, ctypes.c_size_t(width)))
            if labels:
                library.readstat_variable_set_label(variable, labels[index].encode())
            if any(isinstance(value, datetime.datetime) for value in values):
                library.readstat_variable_set_format(variable, b"DATETIME20")
            elif any(isinstance(value, datetime.date) for value in values):
                library.readstat_variable_set_format(variable, b"DATE9")
            variables.append((variable, is_text))
        _ok(library.readstat_begin_writing_sas7bdat(writer, None, ctypes.c_long(len(frame))))
        for row in frame.itertuples(index=False):
            _ok(library.readstat_begin_row(writer))
            for value, (variable, is_text) in zip(row, variables):
                if is_text:
                    _ok(library.readstat_insert_string_value(writer, variable, (value or "").encode()))
                elif (number := _number(value)) is None:
                    _ok(library.readstat_insert_missing_value(writer, variable))
                else:
                    _ok(library.readstat_insert_double_value(writer, variable, ctypes.c_double(number)))
            _ok(library.readstat_end_row(writer))
        _ok(library.readstat_end_writing(writer))
    library.readstat_writer_free(writer)
