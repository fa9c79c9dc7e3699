"""What a file is by its first bytes. The name is a hint only: a web page named .csv is a web page."""

import os
import re

from .problems import CannotOpen, shown

HEAD_BYTES = 65_536

#: (first bytes, code, what a person calls it)
FOREIGN = [
    (b"%PDF-", "pdf", "a PDF document"),
    (b"\x89PNG\r\n", "image", "a PNG image"),
    (b"\xff\xd8\xff", "image", "a JPEG image"),
    (b"GIF8", "image", "a GIF image"),
    (b"{\\rtf", "document", "a rich text document"),
    (b"\x7fELF", "program", "a Linux program"),
    (b"MZ", "program", "a Windows program"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "a 7-Zip archive"),
    (b"Rar!", "archive", "a RAR archive"),
    (b"BZh", "archive", "a bzip2 archive"),
    (b"\xfd7zXZ", "archive", "an xz archive"),
    (b"\x89HDF\r\n", "hdf5", "an HDF5 file"),
    (b"ARROW1", "arrow", "an Arrow/Feather file"),
    (b"RDX", "r-data", "an R data file"),
    (b"<?xpacket", "document", "a document"),
]
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
HTML = re.compile(rb"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|div)\b", re.I | re.S)
XML = re.compile(rb"^\s*<\?xml\b", re.I)


def kind_of(path: str, head: bytes) -> str:
    """`gzip`, `zip`, `zstd`, `ole`, `parquet`, `sqlite`, `duckdb` or `text`. Raises `CannotOpen` for foreign files."""
    name = shown(os.path.basename(path))
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "zip"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\x00"):
        return "sqlite"
    if head[8:12] == b"DUCK":
        raise CannotOpen("duckdb", f"{name} is a DuckDB database; export the table to Parquet or CSV first.")
    if head.startswith(LFS_POINTER):
        raise CannotOpen(
            "lfs-pointer",
            f"{name} is a Git LFS pointer, not the data itself. Run `git lfs pull` to fetch the file.",
        )
    for first, code, what in FOREIGN:
        if head.startswith(first):
            raise CannotOpen(code, f"{name} is {what}, not a table.")
    body = head.removeprefix(b"\xef\xbb\xbf")
    if HTML.match(body) or (XML.match(body) and b"<html" in body[:2000].lower()):
        raise CannotOpen(
            "html-page",
            f"{name} is a web page (HTML), not data: probably a login or error page was saved in its place.",
        )
    if XML.match(body):
        raise CannotOpen("xml", f"{name} is an XML document; the built-in analyst does not read XML.")
    return "text"
