"""Shapefiles: the attributes of each shape and where it lies, without drawing it."""

import codecs
import contextlib
import os
import warnings
import zipfile

import pandas as pd

from . import jsonfile
from .problems import CannotOpen, counted, shown
from .reading import Reading

ROW_LIMIT = 300_000


def is_zipped(path: str) -> bool:
    """Whether a zip archive holds one shapefile, which consists of several files."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".shp") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def open_shapes(path: str):
    """(frame, reading) of a .shp with the .dbf beside it, of a .dbf alone, or of both in a zip archive."""
    name = shown(os.path.basename(path))
    try:
        import shapefile
    except ImportError:
        raise CannotOpen("unsupported", f"{name} is a shapefile; this sandbox lacks pyshp. Build its image anew, or export it as GeoJSON or CSV.") from None
    only_values = path.lower().endswith(".dbf")
    reading = Reading("dBase table" if only_values else "Shapefile")
    if not only_values and not path.lower().endswith(".zip") and not _beside(path, ".dbf"):
        reading.note("There is no .dbf file beside it: the shapes have no attributes.")
    named = _code_page(path)
    for codec in dict.fromkeys((named or "utf-8", "utf-8", "cp1252")):
        try:
            with warnings.catch_warnings(action="ignore"), _opened(shapefile, path, only_values, codec) as reader:
                # It warns of a name of an encoding that it does not know.
                frame = _frame(reader, only_values, reading)
            if codec != "utf-8":
                reading.note(f"The attributes are {'said to be' if codec == named else 'no UTF-8 and were read as'} {'Windows-1252' if codec == 'cp1252' else codec}.")
            break
        except Exception as error:  # pyshp raises its own, those of struct for a file that ends too early, and more
            undecoded = isinstance(error, UnicodeDecodeError) or "decode" in str(error)
            if not undecoded or codec == "cp1252":
                raise CannotOpen("corrupt-file", f"{name} is a damaged or incomplete shapefile ({type(error).__name__}: {shown(error, 80)}).") from None
    if not only_values:
        _note_projection(path, reading)
    if len(frame) == 0:
        raise CannotOpen("no-rows", f"{name} has no shapes.")
    return jsonfile.settled(frame, reading), reading


def _code_page(path: str) -> str | None:
    """The codec that the .cpg file names, beside the others or with them in the archive."""
    text = _text_beside(path, ".cpg", 40)
    # `850`, `ANSI 1252`, `UTF-8`, `ISO-8859-1`, `88591`
    text = text.strip().lower().removeprefix("ansi ").removeprefix("oem ")
    for candidate in (text, f"cp{text}", f"iso-8859-{text.removeprefix('8859').strip('- ')}"):
        with contextlib.suppress(LookupError, ValueError):
            return codecs.lookup(candidate).name
    return None


def _text_beside(path: str, ending: str, limit: int) -> str:
    """How the file of that ending begins, beside the others or with them in the archive; empty: there is none."""
    if path.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            inner = next((name for name in archive.namelist() if name.lower().endswith(ending)), None)
            return archive.read(inner)[:limit].decode("utf-8", "replace") if inner else ""
    if not _beside(path, ending):
        return ""
    stem = os.path.splitext(path)[0]
    with open(stem + (ending if os.path.exists(stem + ending) else ending.upper()), encoding="utf-8", errors="replace") as file:
        return file.read(limit)


def _beside(path: str, ending: str) -> bool:
    stem = os.path.splitext(path)[0]
    return os.path.exists(stem + ending) or os.path.exists(stem + ending.upper())


def _opened(shapefile, path: str, only_values: bool, codec: str):
    if only_values:
        return shapefile.Reader(dbf=open(path, "rb"), encoding=codec)
    return shapefile.Reader(path, encoding=codec)


def _frame(reader, only_values: bool, reading: Reading) -> pd.DataFrame:
    names = [field[0] for field in reader.fields if field[0] != "DeletionFlag"]
    records = []
    shapes = iter([]) if only_values else reader.iterShapes()
    values = reader.iterRecords() if names else iter([])
    for number in range(min(len(reader), ROW_LIMIT)):
        record = dict(zip(names, next(values, ())))
        if not only_values:
            record.update(_place(next(shapes)))
        records.append(record)
    if len(reader) > ROW_LIMIT:
        reading.total_rows = len(reader)
        reading.note(f"The first {ROW_LIMIT:,} of {len(reader):,} shapes were read.")
    if not only_values:
        reading.details["shapes"] = f"{counted(len(reader), 'shape')} of type {shown(reader.shapeTypeName, 20).lower()}"
    return pd.DataFrame.from_records(records, columns=[*names, *([] if only_values else ["x", "y"])])


def _place(shape) -> dict[str, float | None]:
    """The point, or the middle of the box around another shape."""
    if shape.shapeType == 0 or not shape.points:
        return {"x": None, "y": None}
    if len(shape.points) == 1:
        return {"x": shape.points[0][0], "y": shape.points[0][1]}
    left, low, right, high = shape.bbox
    return {"x": (left + right) / 2, "y": (low + high) / 2}


def _note_projection(path: str, reading: Reading) -> None:
    reading.note("“x” and “y” are each shape's point, or the middle of the box around it.")
    text = _text_beside(path, ".prj", 2000)
    if not text:
        reading.note("There is no .prj file: which coordinates these are is unknown.")
    elif '"' in text:
        reading.details["coordinates"] = f"“{shown(text.split(chr(34))[1], 60)}”"
