"""HDF5, NetCDF and shapefiles. HDF5 as h5py writes it; that of pandas needs PyTables, which the image lacks."""

import datetime
import os
import zipfile
from typing import Any

import h5py
import numpy as np
import pandas as pd
import shapefile
from format_corpus import Draft, Kind, add_columns, clean, small
from scipy.io import netcdf_file


def _array(values: list) -> np.ndarray:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str, datetime.date, pd.Timestamp}:
        return np.array(["" if value is None else str(value) for value in values], dtype=object)
    return np.array([np.nan if value is None else value for value in values]) if None in values else np.array(values)


def _columns(draft: Draft) -> dict[str, np.ndarray]:
    return {name: _array([row[place] for row in draft.rows]) for place, name in enumerate(draft.names)}


# --- HDF5 ---


def _write_hdf5(draft: Draft, stem: str) -> str:
    how = draft.how
    path = stem + how.get("ending", ".h5")
    columns = _columns(draft) | how.get("packed", {})
    with h5py.File(path, "w") as file:
        group = file.require_group(how.get("inside", "/"))
        if how.get("compound"):
            types = [(name, "S40" if values.dtype == object else values.dtype) for name, values in columns.items()]
            rows = np.empty(len(draft.rows), types)
            for name, values in columns.items():
                rows[name] = [value.encode() for value in values] if values.dtype == object else values
            group.create_dataset("records", data=rows, **how.get("options", {}))
        else:
            for name, values in columns.items():
                kind = {"dtype": "S40"} if how.get("fixed") and values.dtype == object else {"dtype": h5py.string_dtype()} if values.dtype == object else {}
                data = np.array([value.encode() for value in values], "S40") if "dtype" in kind and kind["dtype"] == "S40" else values
                written = group.create_dataset(name, data=data, **kind, **how.get("options", {}))
                for key, value in how.get("attributes", {}).get(name, {}).items():
                    written.attrs[key] = value
        for further in draft.further:
            inner = file.create_group("codes")
            for place, name in enumerate(further.names):
                inner.create_dataset(name, data=[row[place] for row in further.rows])
        for name, values in how.get("beside", {}).items():
            file.create_dataset(name, data=values)
    return path


def _first_set(path: str, draft: Draft) -> pd.DataFrame:
    found: list[h5py.Dataset] = []
    with h5py.File(path) as file:
        file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
        return pd.DataFrame(found[0][:])


def _all_sets(path: str, draft: Draft) -> pd.DataFrame:
    found: dict[str, Any] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({os.path.basename(name): item.asstr()[:] if h5py.check_string_dtype(item.dtype) else item[:]}) if isinstance(item, h5py.Dataset) else None)
        return pd.DataFrame({name: values for name, values in found.items() if values.shape == (len(draft.rows),)})


HDF5 = Kind("HDF5", 20, _write_hdf5, {"h5py, the first data set": _first_set, "h5py, data sets of one length (told it)": _all_sets})
add_columns(HDF5, "leading zeros", "long ids", "booleans", "moments", "gaps")
HDF5.setting("layout", "rows of a compound type", compound=True)
HDF5.setting("layout", "in a group", inside="/run/1")
HDF5.setting("layout", "texts of one length", fixed=True)
HDF5.setting("options", "in compressed chunks", options={"chunks": (7,), "compression": "gzip", "shuffle": True})
HDF5.setting("file", "another ending", ending=".dat")
HDF5.setting("beside", "a picture and a number beside", said="picture", beside={"picture": np.arange(40).reshape(4, 10), "version": 3})


@HDF5.variant("further", "another group")
def _(draft: Draft) -> None:
    draft.further.append(small(draft))
    draft.said.append("codes/")


@HDF5.variant("attributes", "packed numbers", "rows of a compound type; gaps")
def _(draft: Draft) -> None:
    draft.how["attributes"] = {"Rate": {"scale_factor": 0.1, "add_offset": 5.0, "_FillValue": -99}}
    packed = [-99 if number % 7 == 4 else draft.rng().randrange(900) + number for number in range(len(draft.rows))]
    draft.how["packed"] = {"Rate": np.array(packed)}
    draft.rows = [[*row[:4], None if value == -99 else value * 0.1 + 5.0, *row[5:]] for row, value in zip(draft.rows, packed)]


# --- NetCDF ---


def _write_netcdf(draft: Draft, stem: str) -> str:
    return (_write_netcdf4 if draft.how.get("new") else _write_netcdf3)(draft, f"{stem}.nc")


def _grid(draft: Draft) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """(coordinates, variables) as they are written."""
    return draft.how["coordinates"], draft.how["variables"]


def _write_netcdf3(draft: Draft, path: str) -> str:
    axes, variables = _grid(draft)
    file = netcdf_file(path, "w", version=draft.how.get("version", 1))
    for name, values in axes.items():
        file.createDimension(name, None if draft.how.get("unlimited") and name == next(iter(axes)) else len(values))
    for name, values in {**axes, **variables}.items():
        dimensions = (name,) if name in axes else tuple(axes)
        target = file.createVariable(name, values.dtype.char, dimensions)
        target[:] = values
        for key, value in draft.how["attributes"].get(name, {}).items():
            setattr(target, key, value)
    file.close()
    return path


def _write_netcdf4(draft: Draft, path: str) -> str:
    axes, variables = _grid(draft)
    with h5py.File(path, "w") as file:
        file.attrs["_NCProperties"] = "version=2"
        for name, values in {**axes, **variables}.items():
            file.create_dataset(name, data=values)
            for key, value in draft.how["attributes"].get(name, {}).items():
                file[name].attrs[key] = value
        for name in axes:
            file[name].make_scale(name)
        for name in variables:
            for place, axis in enumerate(axes):
                file[name].dims[place].attach_scale(file[axis])
    return path


def _new_grid(seed: int) -> Draft:
    """Two variables over days, latitudes and longitudes."""
    rng = np.random.default_rng(seed)
    draft = Draft(["time", "lat", "lon", "heat", "rain"], [], seed)
    axes = {"time": np.arange(6, dtype="i4"), "lat": np.array([-10.0, 0.0, 10.0]), "lon": np.array([5.0, 15.0])}
    heat, rain = rng.integers(-300, 300, (6, 3, 2)).astype("f8") / 8, rng.integers(0, 90, (6, 3, 2)).astype("f8") / 4
    draft.how |= {"coordinates": axes, "variables": {"heat": heat, "rain": rain}, "attributes": {"time": {"units": "days since 2020-01-01"}}}
    start = pd.Timestamp("2020-01-01")
    draft.rows = [[start + pd.Timedelta(days=int(day)), lat, lon, float(heat[d, a, o]), float(rain[d, a, o])] for d, day in enumerate(axes["time"]) for a, lat in enumerate(axes["lat"]) for o, lon in enumerate(axes["lon"])]
    return draft


def _flat_variables(path: str, draft: Draft) -> pd.DataFrame:
    if draft.how.get("new"):
        with h5py.File(path) as file:
            found = {name: item[:] for name, item in file.items()}
    else:
        with netcdf_file(path, mmap=False) as file:
            found = {name: item[:].copy() for name, item in file.variables.items()}
    size = max(values.size for values in found.values())
    return pd.DataFrame({name: values.ravel().astype(float) for name, values in found.items() if values.size == size})


NETCDF = Kind("NetCDF", 20, _write_netcdf, {"h5py or scipy, variables of one size": _flat_variables}, new=_new_grid)
NETCDF.setting("file", "NetCDF 4", new=True)
NETCDF.setting("file", "64-bit offsets", version=2)
NETCDF.setting("file", "an unlimited dimension", unlimited=True)


def _time(name: str, unit: str, factor: int) -> None:
    @NETCDF.variant("time", name)
    def _(draft: Draft) -> None:
        draft.how["coordinates"]["time"] = draft.how["coordinates"]["time"] * np.int32(factor)
        draft.how["attributes"]["time"] = {"units": f"{unit} since 2020-01-01 00:00:00"}


_time("hours", "hours", 24)
_time("minutes", "minutes", 1440)
_time("seconds", "seconds", 86_400)


@NETCDF.variant("values", "a fill value")
def _(draft: Draft) -> None:
    heat = draft.how["variables"]["heat"].copy()
    heat[0, 1, 1] = heat[5, 2, 0] = -9999.0
    draft.how["variables"]["heat"] = heat
    draft.how["attributes"]["heat"] = {"_FillValue": np.float64(-9999.0), "units": "K"}
    draft.rows = [[*row[:3], None if index in (3, 34) else row[3], row[4]] for index, row in enumerate(draft.rows)]


@NETCDF.variant("values", "packed as small whole numbers")
def _(draft: Draft) -> None:
    packed = (draft.how["variables"]["heat"] * 8).astype("i2")
    draft.how["variables"]["heat"] = packed
    draft.how["attributes"]["heat"] = {"scale_factor": 0.125, "add_offset": 0.0}


@NETCDF.variant("values", "single precision")
def _(draft: Draft) -> None:
    draft.how["variables"]["rain"] = draft.how["variables"]["rain"].astype("f4")


@NETCDF.variant("dimensions", "along one dimension")
def _(draft: Draft) -> None:
    draft.how["coordinates"] = {"time": draft.how["coordinates"]["time"]}
    draft.how["variables"] = {name: values[:, 0, 0] for name, values in draft.how["variables"].items()}
    draft.names = ["time", "heat", "rain"]
    draft.rows = [[row[0], *row[3:]] for row in draft.rows[::6]]


NETCDF.apart.add(frozenset(("dimensions", "values")))


# --- Shapefiles ---


def _write_shapes(draft: Draft, stem: str) -> str:
    how = draft.how
    codec = how.get("encoding", "utf-8")
    with shapefile.Writer(stem, encoding=codec) as writer:
        for place, name in enumerate(how.get("fields", draft.names)):
            values = [row[place] for row in draft.rows if row[place] is not None]
            if isinstance(values[0], bool):
                writer.field(name, "L")
            elif isinstance(values[0], (int, float)):
                writer.field(name, "N", 20, 0 if all(isinstance(value, int) for value in values) else 4)
            elif isinstance(values[0], datetime.date):
                writer.field(name, "D")
            else:
                writer.field(name, "C", 60)
        for number, row in enumerate(draft.rows):
            how.get("shape", _point)(writer, number, how["places"][number])
            texts = [isinstance(draft.rows[0][place], str) for place in range(len(row))]
            writer.record(*("" if value is None and text else value for value, text in zip(row, texts)))
    if "projection" in how:
        with open(f"{stem}.prj", "w") as file:
            file.write(f'GEOGCS["{how["projection"]}",DATUM["D",SPHEROID["S",1,1]]]')
    if how.get("code page"):
        with open(f"{stem}.cpg", "w") as file:
            file.write(how["code page"])
    if how.get("zip"):
        with zipfile.ZipFile(f"{stem}.zip", "w") as archive:
            for ending in ("shp", "shx", "dbf", "prj", "cpg"):
                if os.path.exists(f"{stem}.{ending}"):
                    archive.write(f"{stem}.{ending}", f"{how['zip']}data.{ending}")
        return f"{stem}.zip"
    return stem + how.get("ending", ".shp")


def _point(writer: shapefile.Writer, number: int, place: tuple[float, float]) -> None:
    writer.point(*place)


def _new_shapes(seed: int) -> Draft:
    draft = clean(seed)
    rng = draft.rng()
    draft.how["fields"] = draft.names
    draft.how["places"] = [(rng.randrange(-1400, 1400) / 8, rng.randrange(-600, 600) / 8) for _ in draft.rows]
    return draft


def _placed(draft: Draft, stem: str) -> str:
    """The places are columns of the clean table, too, unless only the attributes are read."""
    draft.how["fields"] = list(draft.names)
    path = _write_shapes(draft, stem)
    if not path.endswith(".dbf"):
        draft.names = [*draft.names, "x", "y"]
        draft.rows = [[*row, *place] for row, place in zip(draft.rows, draft.how["places"])]
    return path


def _attributes(path: str, draft: Draft) -> pd.DataFrame:
    with shapefile.Reader(path) as reader:
        return pd.DataFrame([record.as_dict() for record in reader.records()])


SHAPES = Kind("shapefiles", 20, _placed, {"pyshp, the attributes": _attributes}, new=_new_shapes)
KINDS = [HDF5, NETCDF, SHAPES]
add_columns(SHAPES, "leading zeros", "long ids", "booleans", "gaps")


def _box(writer: shapefile.Writer, number: int, place: tuple[float, float]) -> None:
    x, y = place
    writer.poly([[[x - 1, y - 1], [x - 1, y + 1], [x + 1, y + 1], [x + 1, y - 1], [x - 1, y - 1]]])


def _line(writer: shapefile.Writer, number: int, place: tuple[float, float]) -> None:
    x, y = place
    writer.line([[[x - 2, y - 2], [x, y], [x + 2, y + 2]]])


SHAPES.setting("shape", "areas", shape=_box)
SHAPES.setting("shape", "lines", shape=_line)
SHAPES.setting("projection", "a projection", said="WGS 84", projection="WGS 84")
SHAPES.setting("file", "in a zip archive", zip="layer/")
SHAPES.setting("file", "the attributes alone", "shape; projection", ending=".dbf")


def _western(draft: Draft) -> None:
    other = clean(draft.seed, "western")
    draft.rows = [[word[0], *row[1:]] for word, row in zip(other.rows, draft.rows)]


@SHAPES.variant("letters", "western letters without a word about it", "gaps; columns")
def _(draft: Draft) -> None:
    _western(draft)
    draft.how["encoding"] = "cp1252"
    draft.said.append("Windows-1252")


@SHAPES.variant("letters", "a code page that is named", "gaps; columns")
def _(draft: Draft) -> None:
    _western(draft)
    draft.how |= {"encoding": "cp850", "code page": "850"}


@SHAPES.variant("rows", "a shape without a place", "shape; the attributes alone")
def _(draft: Draft) -> None:
    draft.how["places"] = [(None, None) if number % 7 == 3 else place for number, place in enumerate(draft.how["places"])]
    draft.how["shape"] = lambda writer, number, place: writer.null() if place[0] is None else writer.point(*place)
