"""gz, bz2, xz, zst, zip and tar around a data file. Only as much is unpacked as is read."""

import bz2
import gzip
import lzma
import os
import tarfile
import zipfile
import zlib

from . import endings
from .problems import CannotOpen, shown

#: What is unpacked at most; of more, the beginning is read and said so.
UNPACKED_LIMIT_BYTES = 150_000_000
#: Kind → ending of the name, and what is told of a damaged file.
ENDINGS = {"gzip": (".gz", ".tgz"), "bzip2": (".bz2",), "xz": (".xz",), "zstd": (".zst",)}


def inner_name(path: str) -> str:
    name = os.path.basename(path)
    for ending in (ending for several in ENDINGS.values() for ending in several):
        name = name.removesuffix(ending)
    return name or os.path.basename(path)


def unpack(path: str, kind: str) -> tuple[bytes, bool]:
    """(content, is it all?)"""
    name = shown(os.path.basename(path))
    errors: tuple[type[Exception], ...] = (zlib.error, lzma.LZMAError, OSError, ValueError)
    if kind == "zstd":
        try:
            from compression import zstd
        except ImportError:
            raise CannotOpen("unsupported", f"{name} is compressed with zstd, which this Python cannot read.") from None
        opened, errors = zstd.open, (zstd.ZstdError, OSError)
    else:
        opened = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}[kind]
    try:
        with opened(path) as file:
            return _limited(file)
    except EOFError:
        raise CannotOpen(f"truncated-{kind}", f"{name} is incomplete: the compressed data ends too early.") from None
    except errors as error:
        raise CannotOpen(f"corrupt-{kind}", f"{name} is damaged: {shown(error, 80)}.") from None


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


def _is_data(name: str) -> bool:
    return not name.startswith("__MACOSX/") and not os.path.basename(name).startswith(".")


def zip_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Without folders, and without what systems put beside people's files."""
    return [item for item in archive.infolist() if not item.is_dir() and _is_data(item.filename)]


def _best(sizes: dict[str, int], wanted: str | None, name: str) -> str:
    """The largest member that holds data, or the one that is asked for."""
    if not sizes:
        raise CannotOpen("empty-file", f"{name} is an empty archive.")
    if wanted is not None:
        if wanted not in sizes:
            listed = ", ".join(shown(member, 40) for member in list(sizes)[:20])
            raise CannotOpen("no-such-table", f"There is no member “{shown(wanted, 40)}” in {name}: it has {listed}.")
        return wanted
    for some in ((*endings.TEXTS, ".txt"), (*endings.DATA, ".xml", ".html"), ("",)):
        found = [member for member in sizes if member.lower().endswith(some)]
        if found:
            return max(found, key=lambda member: sizes[member])
    raise AssertionError("each name ends with nothing")


def unzip(path: str, wanted: str | None = None) -> tuple[str, bytes, bool, list[str]]:
    """(name of the largest data member, content, is it all?, the other members)"""
    name = shown(os.path.basename(path))
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise CannotOpen("corrupt-zip", f"{name} is damaged or incomplete: its zip directory cannot be read.") from None
    with archive:
        members = {item.filename: item for item in zip_members(archive)}
        best = members[_best({member: item.file_size for member, item in members.items()}, wanted, name)]
        if best.flag_bits & 1:
            raise CannotOpen("encrypted", f"{name} is protected with a password. Unpack it to analyse its content.")
        try:
            with archive.open(best) as file:
                content, complete = _limited(file)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise CannotOpen("corrupt-zip", f"{name} is damaged: {shown(error, 80)}.") from None
        return best.filename, content, complete, [member for member in members if member != best.filename]


def untar(source, wanted: str | None = None) -> tuple[str, bytes, bool, list[str]]:
    """The same of a tar archive: a path, or a file object. Links in it are passed over."""
    name = shown(os.path.basename(source)) if isinstance(source, str) else "The tar archive"
    try:
        with tarfile.open(source) if isinstance(source, str) else tarfile.open(fileobj=source) as archive:
            members = {item.name: item for item in archive.getmembers() if item.isreg() and _is_data(item.name)}
            best = _best({member: item.size for member, item in members.items()}, wanted, name)
            file = archive.extractfile(members[best])
            content, complete = _limited(file) if file is not None else (b"", True)
            return best, content, complete, [member for member in members if member != best]
    except (tarfile.TarError, EOFError, OSError) as error:
        raise CannotOpen("corrupt-tar", f"{name} is damaged or incomplete: {shown(error, 80)}.") from None
