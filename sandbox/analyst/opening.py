"""`open_table`: from a path to one table, or one exception that says why not."""

import io
import os

from . import compressed, database, delimited, encoding, guard, jsonfile, magic, parquet, workbook
from .problems import CannotOpen, counted, shown
from .reading import Reading, Table

#: The last tables, so that a file that has not changed is not read again: key → table.
_kept: dict[tuple, Table] = {}
KEEP = 3
KEEP_BYTES = 200_000_000


def open_table(path: str, table: str | None = None) -> Table:
    """
    Reads CSV, TSV and other separated text, xlsx, xls, ods, JSON, JSON lines, Parquet, SQLite, and csv or json
    in gz, zip or zst. `table` names one table of a database. The frame is a copy that the caller may change.
    Raises `CannotOpen`, and nothing else, for a file that is not such a table.
    """
    status = guard.check(path)
    key = (os.path.realpath(path), status.st_mtime_ns, status.st_size, table)
    found = _kept.get(key)
    if found is None:
        try:
            frame, reading = _open(path, status.st_size, table)
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
        if found.frame.memory_usage().sum() < KEEP_BYTES:
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
        case "sqlite":
            return database.open_sqlite(path, table)
        case "ole":
            return workbook.open_ole(path)
        case "zip":
            found = workbook.open_zip_workbook(path, path)
            return found if found is not None else _zipped(path)
        case "gzip":
            return _unpacked("gzip", os.path.basename(path).removesuffix(".gz"), *compressed.gunzip(path))
        case "zstd":
            return _unpacked("zstd", os.path.basename(path).removesuffix(".zst"), *compressed.unzstd(path))
        case _:
            return _text(path, size, head, table)


def _text(path: str, size: int, head: bytes, table: str | None):
    _refuse_wrong_name(path, head)
    start = head[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    if start in (b"{", b"["):
        found = _json(path, size)
        if found is not None:
            return found
    return delimited.open_text(path, size, table)


def _refuse_wrong_name(path: str, head: bytes) -> None:
    """A binary format's name on something else is a damaged file, and its text would say nothing."""
    binary = {".parquet": "corrupt-parquet", ".xlsx": "corrupt-workbook", ".ods": "corrupt-workbook", ".sqlite": "corrupt-database"}
    ending = os.path.splitext(path)[1].lower()
    if ending in binary and b"\0" in head[:4000]:
        raise CannotOpen(binary[ending], f"{shown(os.path.basename(path))} is damaged: it does not begin like a {ending[1:]} file.")


def _json(path: str, size: int):
    if size > jsonfile.SIZE_LIMIT_BYTES:
        with open(path, "rb") as file:
            data = file.read(jsonfile.SIZE_LIMIT_BYTES // 2)
        lines = data.split(b"\n")
        if len(lines) < 100:
            raise CannotOpen(
                "too-large",
                f"{shown(os.path.basename(path))} is one JSON value of {size / 1e6:,.0f} MB, too large to read at once; JSON lines would do.",
            )
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
    frame = jsonfile.open_json(encoding.decode(data, codec, reading), path, reading)
    return None if frame is None else (frame, reading)


def _zipped(path: str):
    member, data, complete, others = compressed.unzip(path)
    frame, reading = _unpacked("zip", member, data, complete)
    reading.details["member"] = f"“{shown(member, 60)}”"
    reading.others += [f"member “{shown(other, 60)}”" for other in others]
    return frame, reading


def _unpacked(how: str, name: str, data: bytes, complete: bool):
    """A data file that was inside another one. `name` has no folder of ours: it is only shown."""
    if not data:
        raise CannotOpen("empty-file", f"{shown(name)} is empty once unpacked.")
    if not complete:
        data = data[: data.rfind(b"\n") + 1]
    head = data[: magic.HEAD_BYTES]
    kind = magic.kind_of(name, head)
    if kind == "zip":
        found = workbook.open_zip_workbook(io.BytesIO(data), name)
        if found is not None:
            return found
    if kind != "text":
        raise CannotOpen("archive", f"{shown(name)} holds a {kind} file inside {how}; unpack it first.")
    codec, label, confidence = encoding.detect(data, name)
    reading = Reading("Separated text")
    encoding.said(reading, label, confidence)
    frame = None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        frame = jsonfile.open_json(encoding.decode(data, codec, reading), name, reading)
    if frame is None:
        frame = delimited.from_bytes(data, name, codec, reading)
    reading.code = ""
    reading.details["compressed with"] = how
    if not complete:
        reading.note(f"Only the first {len(data) / 1e6:,.0f} MB of the unpacked file were read: {counted(len(frame), 'row')}.")
        reading.total_is_exact = False
    return frame, reading


def _final(frame, path: str):
    if frame.shape[1] == 0 or len(frame) == 0:
        raise CannotOpen("no-rows", f"{shown(os.path.basename(path))} holds no row of data.")
    return frame.reset_index(drop=True)
