"""Text that is compressed, or in another encoding than UTF-8, as a stream of UTF-8: for files too large to be held."""

import bz2
import codecs
import contextlib
import gzip
import lzma
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from . import compressed, encoding, endings, magic
from .problems import CannotOpen, counted, shown
from .reading import Reading

PART_BYTES = 1 << 20
TAIL_BYTES = 60_000
PACKED = ("gzip", "zstd", "bzip2", "xz", "zip")


@dataclass
class Stream:
    """The text of one file. `kind` is that of `magic`: `text`, or how it is compressed."""

    path: str
    kind: str
    #: Of the text, without folder and without the ending of what compresses it.
    name: str
    codec: str = "utf-8"
    label: str = ""
    confidence: float = 1.0
    #: In the archive.
    member: str = ""
    #: What `parts` met on its way.
    undecoded: int = 0
    tail: bytes = b""

    @property
    def is_plain(self) -> bool:
        """UTF-8 as it lies there."""
        return self.kind == "text" and self.codec in ("utf-8", "utf-8-sig")

    def said(self, reading: Reading) -> None:
        encoding.said(reading, self.label, self.confidence)

    def said_packed(self, reading: Reading) -> None:
        if self.kind != "text":
            reading.details["compressed with"] = self.kind
            if self.kind == "zip":
                reading.details["member"] = f"“{shown(self.member, 60)}”"

    def head(self, size: int) -> tuple[bytes, int]:
        """(the first so many bytes of the text as it is encoded, bytes of the file that hold them)."""
        with open(self.path, "rb") as file, self._unpacked(file) as text:
            found = b""
            while len(found) < size and (part := text.read(size - len(found))):
                found += part
            return found, max(1, file.tell())

    def parts(self) -> Iterator[bytes]:
        """All of it in UTF-8 without a byte order mark. Raises what the libraries raise for damaged files."""
        decoder = None if self.codec in ("utf-8", "utf-8-sig") else codecs.getincrementaldecoder(self.codec)("replace")
        self.undecoded, self.tail, first = 0, b"", True
        with open(self.path, "rb") as file, self._unpacked(file) as text:
            while True:
                part = text.read(PART_BYTES)
                given = part
                if decoder is not None:
                    decoded = decoder.decode(part, final=not part)
                    self.undecoded += decoded.count("\ufffd")
                    given = decoded.encode("utf-8", "replace")
                if first:
                    given, first = given.removeprefix(codecs.BOM_UTF8), False
                self.tail = (self.tail + given)[-TAIL_BYTES:]
                yield given
                if not part:
                    return

    def note_undecoded(self, reading: Reading) -> None:
        if self.undecoded:
            reading.note(f"{counted(self.undecoded, 'character')} could not be decoded as {self.codec} and became “\ufffd”.")

    @contextlib.contextmanager
    def _unpacked(self, file):
        if self.kind == "text":
            yield file
            return
        if self.kind == "zip":
            with zipfile.ZipFile(file) as archive, archive.open(compressed.zip_members(archive)[0]) as text:
                yield text
            return
        if self.kind == "zstd":
            from compression import zstd

            unpack = zstd.open
        else:
            unpack = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}[self.kind]
        with unpack(file) as text:
            yield text


def of(path: str) -> Stream | None:
    """None: it is no text, or what compresses it holds anything else."""
    with open(path, "rb") as file:
        head = file.read(encoding.SAMPLE_BYTES)
    kind = magic.kind_of(path, head[: magic.HEAD_BYTES])
    name, member = os.path.basename(path), ""
    if kind in PACKED:
        name = compressed.inner_name(path)
        try:
            if kind == "zip":
                with zipfile.ZipFile(path) as archive:
                    members = compressed.zip_members(archive)
                if len(members) != 1 or members[0].flag_bits & 1 or not members[0].filename.lower().endswith((*endings.TEXTS, ".txt")):
                    return None
                member = members[0].filename
                name = os.path.basename(member)
            head, _ = Stream(path, kind, name).head(encoding.SAMPLE_BYTES)
            if magic.kind_of(name, head[: magic.HEAD_BYTES]) != "text":
                return None
        except (CannotOpen, OSError, ValueError, EOFError, ImportError, zipfile.BadZipFile, lzma.LZMAError):
            return None
        except Exception as error:
            # Each of the libraries has errors of its own for damaged data.
            if type(error).__module__.split(".")[0] in ("zlib", "compression", "builtins", "_zstd"):
                return None
            raise
    elif kind != "text":
        return None
    try:
        return Stream(path, kind, name, *encoding.detect(head, name), member)
    except CannotOpen:
        return None
