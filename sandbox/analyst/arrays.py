"""HDF5 and NetCDF: the largest table in them, or a variable over its coordinates as one."""

import os

import numpy as np
import pandas as pd

from . import jsonfile
from .problems import CannotOpen, counted, shown
from .reading import Reading

CELL_LIMIT = 5_000_000


class _Data:
    """One data set: its name, shape, the names of its dimensions (empty: unknown), and how to read its first rows."""

    def __init__(self, name: str, shape: tuple[int, ...], dimensions: tuple[str, ...], dtype: np.dtype, read):
        self.name, self.shape, self.dimensions, self.dtype, self.read = name, shape, dimensions, dtype, read

    @property
    def size(self) -> int:
        return int(np.prod(self.shape)) * max(1, len(self.dtype.names or ()))


def open_hdf5(path: str, table: str | None):
    """(frame, reading) of an HDF5 or NetCDF 4 file."""
    name = shown(os.path.basename(path))
    try:
        import h5py
    except ImportError:
        raise CannotOpen("unsupported", f"{name} is an HDF5 file; this sandbox lacks h5py. Build its image anew, or export the data as CSV or Parquet.") from None
    try:
        with h5py.File(path, "r") as file:
            found: list[_Data] = []

            def visit(where: str, item) -> None:
                if isinstance(item, h5py.Dataset) and item.shape and item.dtype.kind not in "VO" or _is_compound(item) or _is_text(item):
                    found.append(_hdf5_data(where, item))

            file.visititems(visit)
            is_netcdf = path.lower().endswith((".nc", ".nc4")) or "_NCProperties" in file.attrs
            return _table(found, Reading("NetCDF" if is_netcdf else "HDF5"), table, name)
    except (OSError, RuntimeError, KeyError) as error:
        raise CannotOpen("corrupt-file", f"{name} is a damaged or incomplete HDF5 file ({shown(error, 90)}).") from None


def _is_compound(item) -> bool:
    return getattr(item, "dtype", None) is not None and item.dtype.names is not None and bool(item.shape)


def _is_text(item) -> bool:
    import h5py

    return getattr(item, "dtype", None) is not None and bool(item.shape) and h5py.check_string_dtype(item.dtype) is not None


def _hdf5_data(where: str, item) -> _Data:
    import h5py

    dimensions = tuple(os.path.basename(dim[0].name) if len(dim) else "" for dim in item.dims)
    # A coordinate is a dimension of its own.
    if h5py.h5ds.is_scale(item.id) and len(item.shape) == 1:
        dimensions = (os.path.basename(where),)

    def read(rows: int):
        part = item[:rows]
        values = item.asstr()[:rows] if _is_text(item) else part
        return _decoded(values, {key: item.attrs.get(key) for key in ("_FillValue", "missing_value", "scale_factor", "add_offset", "units")}, where)

    return _Data(where, item.shape, dimensions if all(dimensions) else (), item.dtype, read)


def open_netcdf3(path: str, table: str | None):
    """(frame, reading) of a classic NetCDF file."""
    from scipy.io import netcdf_file

    name = shown(os.path.basename(path))
    try:
        with netcdf_file(path, "r", mmap=False) as file:
            found = []
            for where, variable in file.variables.items():
                attributes = {key: getattr(variable, key, None) for key in ("_FillValue", "missing_value", "scale_factor", "add_offset", "units")}
                attributes = {key: value.decode() if isinstance(value, bytes) else value for key, value in attributes.items()}
                values = variable[:].copy() if variable.shape else None
                if values is None:
                    continue
                found.append(_Data(where, values.shape, tuple(variable.dimensions), values.dtype, lambda rows, v=values, a=attributes, w=where: _decoded(v[:rows], a, w)))
            return _table(found, Reading("NetCDF"), table, name)
    except (OSError, ValueError, TypeError, IndexError, AssertionError) as error:
        raise CannotOpen("corrupt-file", f"{name} is a damaged or incomplete NetCDF file ({shown(error, 90)}).") from None


def _decoded(values, attributes: dict, where: str):
    """Fill values as missing, packed numbers unpacked, times by their units, as the conventions for climate data say."""
    values = np.asarray(values)
    if values.dtype.names is not None or values.dtype.kind not in "iuf":
        return values
    values = values.astype(values.dtype.newbyteorder("="))
    fill = [np.ravel(attributes[key])[0] for key in ("_FillValue", "missing_value") if attributes.get(key) is not None]
    scale, offset = attributes.get("scale_factor"), attributes.get("add_offset")
    missing = np.isin(values, fill) if fill else None
    if scale is not None or offset is not None or (missing is not None and missing.any()):
        values = values.astype(float)
        if missing is not None:
            values[missing] = np.nan
        values = values * float(np.ravel(scale)[0] if scale is not None else 1) + float(np.ravel(offset)[0] if offset is not None else 0)
    units = attributes.get("units")
    units = units.decode() if isinstance(units, bytes) else str(units) if units is not None else ""
    unit, _, since = units.partition(" since ")
    if since and unit.rstrip("s") in ("day", "hour", "minute", "second"):
        start = pd.to_datetime(since.strip(), errors="coerce", utc=True)
        if start is not pd.NaT:
            return (start.tz_convert(None) + pd.to_timedelta(values.astype(float), unit=unit.rstrip("s"))).to_numpy()
    return values


def _table(found: list[_Data], reading: Reading, table: str | None, name: str):
    if not found:
        raise CannotOpen("no-rows", f"{name} holds no data sets.")
    names = [data.name for data in found]
    if table is not None and table not in names:
        raise CannotOpen("no-such-table", f"There is no data set “{shown(table, 60)}” in {name}: it has {', '.join(shown(one, 40) for one in names[:20])}.")
    chosen = found[names.index(table)] if table is not None else max(found, key=lambda data: _cells(data, found))
    reading.details["data set"] = f"“{shown(chosen.name, 60)}”"
    frame, used = _frame(chosen, found, reading)
    others = [data for data in found if data.name not in used]
    reading.tables = names if len(names) > 1 else []
    reading.others = [f"data set “{shown(data.name, 40)}” ({' × '.join(map(str, data.shape))})" for data in others]
    if len(frame) == 0:
        raise CannotOpen("no-rows", f"{name} has no row of data.")
    return jsonfile.settled(frame, reading), reading


def _beside(chosen: _Data, found: list[_Data]) -> list[_Data]:
    """Columns of one table lie beside each other, with one length; variables of one grid have its dimensions."""
    if chosen.dtype.names:
        return [chosen]
    if chosen.dimensions and len(chosen.shape) > 1:
        return [data for data in found if data.dimensions == chosen.dimensions and data.shape == chosen.shape]
    folder = os.path.dirname(chosen.name)
    if len(chosen.shape) == 1:
        return [data for data in found if os.path.dirname(data.name) == folder and data.shape == chosen.shape and not data.dtype.names]
    return [chosen]


def _cells(data: _Data, found: list[_Data]) -> int:
    """Of the whole table that a data set belongs to."""
    return data.size * len(_beside(data, found))


def _frame(chosen: _Data, found: list[_Data], reading: Reading) -> tuple[pd.DataFrame, set[str]]:
    short = os.path.basename(chosen.name)
    if chosen.dtype.names:
        limit = max(1, CELL_LIMIT // len(chosen.dtype.names))
        _note_cut(chosen.shape[0], limit, reading)
        return pd.DataFrame.from_records(chosen.read(limit)).map(_text), {chosen.name}
    if chosen.dimensions and len(chosen.shape) > 1:
        return _long(chosen, found, reading)
    if len(chosen.shape) == 1:
        beside = _beside(chosen, found)
        limit = max(1, CELL_LIMIT // len(beside))
        _note_cut(chosen.shape[0], limit, reading)
        return pd.DataFrame({os.path.basename(data.name): data.read(limit) for data in beside}), {data.name for data in beside}
    rows, columns = chosen.shape[0], int(np.prod(chosen.shape[1:]))
    limit = max(1, CELL_LIMIT // max(1, columns))
    _note_cut(rows, limit, reading)
    if len(chosen.shape) > 2:
        reading.note(f"The data set has {len(chosen.shape)} dimensions ({' × '.join(map(str, chosen.shape))}); all but the first became columns.")
    values = np.asarray(chosen.read(limit)).reshape(min(rows, limit), columns)[:, :2000]
    return pd.DataFrame(values, columns=[short] if columns == 1 else [f"{short} {index}" for index in range(values.shape[1])]), {chosen.name}


def _long(chosen: _Data, found: list[_Data], reading: Reading) -> tuple[pd.DataFrame, set[str]]:
    """One row for each cell of a grid, beside its coordinates and the other variables on the same grid."""
    alike = _beside(chosen, found)
    inner = int(np.prod(chosen.shape[1:]))
    limit = max(1, CELL_LIMIT // max(1, inner * (len(alike) + len(chosen.shape))))
    rows = min(limit, chosen.shape[0])
    axes = []
    used = {data.name for data in alike}
    for dimension, length in zip(chosen.dimensions, (rows, *chosen.shape[1:])):
        axis = next((data for data in found if os.path.basename(data.name) == dimension and len(data.shape) == 1), None)
        axes.append(np.asarray(axis.read(length)) if axis is not None else np.arange(length))
        used |= {axis.name} if axis is not None else set()
    places = np.meshgrid(*[np.arange(len(axis)) for axis in axes], indexing="ij")
    frame = pd.DataFrame({name: axis[place.ravel()] for name, axis, place in zip(chosen.dimensions, axes, places)})
    for data in alike:
        frame[os.path.basename(data.name)] = np.asarray(data.read(rows)).ravel()
    reading.note(f"A grid of {' × '.join(f'{shown(n, 20)} {s}' for n, s in zip(chosen.dimensions, chosen.shape))}: one row for each of its cells.")
    if rows < chosen.shape[0]:
        reading.total_rows = int(np.prod(chosen.shape))
        reading.note(f"The first {counted(len(frame), 'cell')} of {reading.total_rows:,} were read.")
    return frame, used


def _note_cut(rows: int, limit: int, reading: Reading) -> None:
    if rows > limit:
        reading.total_rows = rows
        reading.note(f"The first {limit:,} of {rows:,} rows were read.")


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
