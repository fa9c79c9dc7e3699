"""What a file is by its first bytes. The name is a hint only: a web page named .csv is a web page."""

import contextlib
import io
import os
import re
import warnings

from .problems import CannotOpen, shown

HEAD_BYTES = 65_536

#: (first bytes, code, what a person calls it)
FOREIGN = [
    (b"\x89PNG\r\n", "image", "a PNG image"),
    (b"\xff\xd8\xff", "image", "a JPEG image"),
    (b"GIF8", "image", "a GIF image"),
    (b"II*\x00", "image", "a TIFF image"),
    (b"MM\x00*", "image", "a TIFF image"),
    (b"{\\rtf", "document", "a rich text document"),
    (b"\x7fELF", "program", "a Linux program"),
    (b"MZ", "program", "a Windows program"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "a 7-Zip archive"),
    (b"Rar!", "archive", "a RAR archive"),
    (b"RDX", "r-data", "an R data file"),
    (b"<?xpacket", "document", "a document"),
]
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
HTML = re.compile(rb"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|div|table|meta|title)\b", re.I | re.S)
XML = re.compile(rb"^\s*<\?xml\b", re.I)


#: First bytes of formats that are opened → kind.
KINDS = [
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"CDF\x01", "netcdf"),
    (b"CDF\x02", "netcdf"),
    (b"%PDF-", "pdf"),
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (b"<stata_dta>", "dta"),
    (b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60", "sas7bdat"),
    (b"HEADER RECORD*******LIB", "xpt"),
    (b"\x00\x00\x27\x0a\x00\x00\x00\x00", "shp"),
]


def _image(path: str, head: bytes, what: str) -> CannotOpen:
    """Says what there is to open, and with what: pictures have no table, but code works with them."""
    from PIL import Image

    facts = ""
    # Members of archives have no path. PIL raises what its parsers raise: SyntaxError, TypeError, struct.error, …
    with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
        with Image.open(path if os.path.isfile(path) else io.BytesIO(head)) as image:
            frames = getattr(image, "n_frames", 1)
            facts = f" of {image.width:,} × {image.height:,} pixels ({image.mode}{f', {frames} frames' if frames > 1 else ''})"
    return CannotOpen("image", f"{shown(os.path.basename(path))} is {what}{facts}, not a table. PIL.Image.open reads it; only pictures that are attached or displayed are seen.")


def kind_of(path: str, head: bytes) -> str:
    """A kind of `KINDS`, `tar`, `arrow-stream`, `duckdb`, `html`, `xml` or `text`. Raises `CannotOpen` for foreign files."""
    name = shown(os.path.basename(path))
    for first, kind in KINDS:
        if head.startswith(first):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise _image(path, head, "a WebP image")
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        raise CannotOpen("image", f"{name} is a HEIC or AVIF image, not a table; save it as PNG or JPEG to have it looked at.")
    if head[257:262] == b"ustar":
        return "tar"
    # A stream of Arrow begins with the length of its schema, in steps of eight.
    if head[:4] == b"\xff\xff\xff\xff" and 0 < int.from_bytes(head[4:8], "little") < 1 << 24 and head[4] % 8 == 0:
        return "arrow-stream"
    if head[8:12] == b"DUCK":
        return "duckdb"
    # Older Stata files begin with their version and byte order.
    if path.lower().endswith(".dta") and head[:1] in (b"\x71", b"\x72", b"\x73") and head[1:2] in (b"\x01", b"\x02"):
        return "dta"
    if path.lower().endswith(".dbf") and head[:1] in (b"\x03", b"\x30", b"\x83", b"\xf5"):
        return "dbf"
    if head.startswith(LFS_POINTER):
        raise CannotOpen(
            "lfs-pointer",
            f"{name} is a Git LFS pointer, not the data itself. Run `git lfs pull` to fetch the file.",
        )
    for first, code, what in FOREIGN:
        if head.startswith(first):
            raise _image(path, head, what) if code == "image" else CannotOpen(code, f"{name} is {what}, not a table.")
    body = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    if HTML.match(body) or (XML.match(body) and b"<html" in body[:2000].lower()):
        return "html"
    if XML.match(body) or (path.lower().endswith((".xml", ".kml", ".gpx")) and body.lstrip().startswith(b"<")):
        return "xml"
    return "text"
