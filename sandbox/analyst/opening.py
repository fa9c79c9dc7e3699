"""`open_table`: from a path to one table, or one exception that says why not."""

import io
import os
import tempfile

from . import arrays, compressed, database, delimited, duckfile, encoding, guard, jsonfile, jsontext, magic, markup, parquet, pdf, shapes, statistics, workbook
from .problems import CannotOpen, counted, shown
from .reading import Reading, Table

#: The last tables, so that a file that has not changed is not read again: key → table.
_kept: dict[tuple, Table] = {}
KEEP = 3
KEEP_BYTES = 200_000_000


def open_table(path: str, table: str | None = None) -> Table:
    """
    Reads CSV, TSV and other separated text, xlsx, xls, ods, JSON, JSON lines, Parquet (also a folder of it), Arrow,
    SQLite, DuckDB, SPSS, Stata, SAS, HDF5, NetCDF, shapefiles, tables of HTML, XML and PDF, and text, JSON or
    workbooks in zip, tar, gz, bz2, xz or zst. `table` names one table, sheet or data set of several; `reading.tables`
    lists them. The frame is a copy that the caller may change. Raises `CannotOpen`, and nothing else, for a file that
    is not such a table.
    """
    folder = parquet.is_folder(path)
    status = os.stat(path) if folder else guard.check(path)
    key = (os.path.realpath(path), status.st_mtime_ns, status.st_size, table)
    found = _kept.get(key)
    if found is None:
        try:
            frame, reading = parquet.open_folder(path) if folder else _open(path, status.st_size, table)
        except CannotOpen:
            raise
        except PermissionError:
            raise CannotOpen("permission", f"{shown(os.path.basename(path))} may not be read.") from None
        except MemoryError:
            raise CannotOpen("too-large", f"{shown(os.path.basename(path))} does not fit into the sandbox's memory.") from None
        except Exception as error:
            raise CannotOpen(
                "not-readable",
                f"{shown(os.path.basename(path))} cannot be read as a table ({type(error).__name__}: {shown(error, 100)}).",
            ) from error
        found = Table(path, _final(frame, path), reading)
        if not folder and found.frame.memory_usage().sum() < KEEP_BYTES:
            _kept[key] = found
            while len(_kept) > KEEP:
                del _kept[next(iter(_kept))]
    return Table(path, found.frame.copy(), found.reading)


def _open(path: str, size: int, table: str | None):
    with open(path, "rb") as file:
        head = file.read(magic.HEAD_BYTES)
    kind = magic.kind_of(path, head)
    match kind:
        case "parquet":
            return parquet.open_parquet(path)
        case "arrow" | "arrow-stream":
            return parquet.open_arrow(path, kind)
        case "sqlite":
            return database.open_sqlite(path, table)
        case "duckdb":
            return duckfile.open_duckdb(path, table)
        case "ole":
            return workbook.open_ole(path, table)
        case "sav" | "dta" | "sas7bdat" | "xpt":
            return statistics.open_statistics(path, kind)
        case "hdf5":
            return arrays.open_hdf5(path, table)
        case "netcdf":
            return arrays.open_netcdf3(path, table)
        case "shp" | "dbf":
            return shapes.open_shapes(path)
        case "pdf":
            return pdf.open_pdf(path, table)
        case "html" | "xml":
            return markup.open_markup(path, kind, table)
        case "zip":
            if shapes.is_zipped(path):
                return shapes.open_shapes(path)
            found = workbook.open_zip_workbook(path, path, table)
            return found if found is not None else _zipped(path, table)
        case "tar":
            return _tarred(path, table)
        case "gzip" | "zstd" | "bzip2" | "xz":
            return _unpacked(kind, compressed.inner_name(path), *compressed.unpack(path, kind), table)
        case _:
            return _text(path, size, head, table)


def _text(path: str, size: int, head: bytes, table: str | None):
    _refuse_wrong_name(path, head)
    if jsontext.BEGIN.match(head[:2000]):
        found = _json(path, size, table)
        if found is not None:
            return found
    return delimited.open_text(path, size, table)


def _refuse_wrong_name(path: str, head: bytes) -> None:
    """A binary format's name on something else is a damaged file, and its text would say nothing."""
    binary = {".parquet": "corrupt-parquet", ".xlsx": "corrupt-workbook", ".ods": "corrupt-workbook", ".sqlite": "corrupt-database"}
    ending = os.path.splitext(path)[1].lower()
    if ending in binary and b"\0" in head[:4000]:
        raise CannotOpen(binary[ending], f"{shown(os.path.basename(path))} is damaged: it does not begin like a {ending[1:]} file.")


def _json(path: str, size: int, table: str | None):
    if size > jsonfile.SIZE_LIMIT_BYTES:
        with open(path, "rb") as file:
            data = file.read(jsonfile.SIZE_LIMIT_BYTES // 2)
        lines = data.split(b"\n")
        if len(lines) < 100:
            reading = Reading("JSON")
            return jsonfile.stream(path, size, reading), reading
        reading = Reading("JSON lines", {}, total_is_exact=False)
        reading.note(f"The file is {size / 1e6:,.0f} MB; its first {len(data) / 1e6:,.0f} MB were read.")
        reading.total_rows = round(len(lines) * size / len(data))
        data = b"\n".join(lines[:-1])
    else:
        reading = Reading("JSON")
        with open(path, "rb") as file:
            data = file.read()
    codec, label, confidence = encoding.detect(data[: encoding.SAMPLE_BYTES], path)
    encoding.said(reading, label, confidence)
    frame = jsonfile.open_json(encoding.decode(data, codec, reading), path, reading, table)
    return None if frame is None else (frame, reading)


def _zipped(path: str, table: str | None):
    return _member("zip", *compressed.unzip(path, table))


def _tarred(path: str, table: str | None):
    return _member("tar", *compressed.untar(path, table))


def _member(how: str, member: str, data: bytes, complete: bool, others: list[str]):
    frame, reading = _unpacked(how, member, data, complete)
    reading.details["member"] = f"“{shown(member, 60)}”"
    reading.others += [f"member “{shown(other, 60)}”" for other in others]
    reading.tables = reading.tables or [member, *others] if others else reading.tables
    return frame, reading


def _unpacked(how: str, name: str, data: bytes, complete: bool, table: str | None = None):
    """A data file that was inside another one. `name` has no folder of ours: it is only shown."""
    if not data:
        raise CannotOpen("empty-file", f"{shown(name)} is empty once unpacked.")
    if not complete:
        data = data[: data.rfind(b"\n") + 1]
    head = data[: magic.HEAD_BYTES]
    kind = magic.kind_of(name, head)
    if kind == "tar" and how != "tar":
        return _member(f"{how} and tar", *compressed.untar(io.BytesIO(data), table))
    if kind == "zip":
        found = workbook.open_zip_workbook(io.BytesIO(data), name, table)
        if found is not None:
            return found
    if kind in ("html", "xml"):
        return markup.from_bytes(data, name, kind, table)
    if kind != "text":
        if not complete:
            raise CannotOpen("too-large", f"{shown(name)} is too large to be read inside of {how}; unpack it first.")
        return _beside(how, name, data, table)
    codec, label, confidence = encoding.detect(data, name)
    reading = Reading("Separated text")
    encoding.said(reading, label, confidence)
    frame = None
    if jsontext.BEGIN.match(head[:2000]):
        frame = jsonfile.open_json(encoding.decode(data, codec, reading), name, reading, table)
    if frame is None:
        frame = delimited.from_bytes(data, name, codec, reading, table)
    reading.code = ""
    reading.details["compressed with"] = how
    if not complete:
        reading.note(f"Only the first {len(data) / 1e6:,.0f} MB of the unpacked file were read: {counted(len(frame), 'row')}.")
        reading.total_is_exact = False
    return frame, reading


def _beside(how: str, name: str, data: bytes, table: str | None):
    """Formats that libraries read from files only, written to scratch for a moment."""
    with tempfile.TemporaryDirectory(prefix="unpacked-") as folder:
        path = os.path.join(folder, os.path.basename(name)[-80:] or "data")
        with open(path, "wb") as file:
            file.write(data)
        frame, reading = _open(path, len(data), table)
    reading.code = ""
    reading.details["compressed with"] = how
    return frame, reading


def _final(frame, path: str):
    if frame.shape[1] == 0 or len(frame) == 0:
        raise CannotOpen("no-rows", f"{shown(os.path.basename(path))} holds no row of data.")
    return frame.reset_index(drop=True)
