"""gz, zip and zst around a data file. Only as much is unpacked as is read."""

import gzip
import os
import zipfile
import zlib

from .problems import CannotOpen, shown

#: What is unpacked at most; of more, the beginning is read and said so.
UNPACKED_LIMIT_BYTES = 150_000_000


def gunzip(path: str) -> tuple[bytes, bool]:
    """(content, is it all?)"""
    name = shown(os.path.basename(path))
    try:
        with gzip.open(path) as file:
            return _limited(file)
    except EOFError:
        raise CannotOpen("truncated-gzip", f"{name} is incomplete: the compressed data ends too early.") from None
    except (gzip.BadGzipFile, zlib.error, OSError) as error:
        raise CannotOpen("corrupt-gzip", f"{name} is damaged: {shown(error, 80)}.") from None


def unzstd(path: str) -> tuple[bytes, bool]:
    """(content, is it all?)"""
    name = shown(os.path.basename(path))
    try:
        from compression import zstd
    except ImportError:
        raise CannotOpen("unsupported", f"{name} is compressed with zstd, which this Python cannot read.") from None
    try:
        with zstd.open(path) as file:
            return _limited(file)
    except EOFError:
        raise CannotOpen("truncated-zstd", f"{name} is incomplete: the compressed data ends too early.") from None
    except (zstd.ZstdError, OSError) as error:
        raise CannotOpen("corrupt-zstd", f"{name} is damaged: {shown(error, 80)}.") from None


def _limited(file) -> tuple[bytes, bool]:
    parts = []
    left = UNPACKED_LIMIT_BYTES
    while left > 0:
        part = file.read(min(left, 1 << 20))
        if not part:
            return b"".join(parts), True
        parts.append(part)
        left -= len(part)
    return b"".join(parts), not file.read(1)


def unzip(path: str) -> tuple[str, bytes, bool, list[str]]:
    """(name of the largest data member, content, is it all?, the other members)"""
    name = shown(os.path.basename(path))
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise CannotOpen("corrupt-zip", f"{name} is damaged or incomplete: its zip directory cannot be read.") from None
    with archive:
        members = [
            item
            for item in archive.infolist()
            if not item.is_dir() and not item.filename.startswith("__MACOSX/") and not os.path.basename(item.filename).startswith(".")
        ]
        if not members:
            raise CannotOpen("empty-file", f"{name} is an empty archive.")
        data = [item for item in members if item.filename.lower().endswith((".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".tab"))]
        best = max(data or members, key=lambda item: item.file_size)
        if best.flag_bits & 1:
            raise CannotOpen("encrypted", f"{name} is protected with a password. Unpack it to analyse its content.")
        try:
            with archive.open(best) as file:
                content, complete = _limited(file)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise CannotOpen("corrupt-zip", f"{name} is damaged: {shown(error, 80)}.") from None
        return best.filename, content, complete, [item.filename for item in members if item is not best]
