"""Bytes to text: which encoding, how sure, and what could not be decoded."""

import codecs
import os

from . import guessing
from .problems import CannotOpen, counted, shown
from .reading import Reading

BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
]
SAMPLE_BYTES = 400_000
#: Below this confidence of ours a detector of more scripts is asked.
DOUBTFUL = 0.3
UNCOMPARED = {"cp1255", "iso8859_8", "cp1256", "iso8859_6", "cp874", "tis_620", "johab", "cp950"}
LABELS = {
    "cp1252": "Windows-1252 (Western European)",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "mac-roman": "Mac Roman (Western European)",
    "cp850": "DOS 850 (Western European)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "mac-cyrillic": "Mac Cyrillic",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "euc-jp": "EUC-JP (Japanese)",
    "big5": "Big5 (Chinese)",
    "utf-8": "UTF-8",
}


def detect(data: bytes, path: str) -> tuple[str, str, float]:
    """(Python codec, name for a person, confidence from 0 to 1) of the beginning of a file. Raises for binary content."""
    for bom, codec, label in BOMS:
        if data.startswith(bom):
            return codec, label, 1.0
    sample = data[:SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros:
        return _with_zeros(sample, zeros, path)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8", LABELS["utf-8"], 1.0
    except UnicodeDecodeError:
        pass
    # 1, 30 and 31 divide values in files of some programs.
    controls = sum(sample.count(bytes([code])) for code in (*range(2, 8), *range(14, 27), 28, 29))
    if controls > len(sample) * 0.02:
        raise _binary(path)
    codec, confidence = _guess(sample)
    return codec, LABELS.get(codec, codec), confidence


def _with_zeros(sample: bytes, zeros: int, path: str) -> tuple[str, str, float]:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    for codec, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        # The Latin, digits and separators of a table leave every second byte 0.
        if many > len(sample) * 0.15 and few < many * 0.1:
            return codec, "UTF-16 without BOM", 0.9
    if zeros > len(sample) * 0.3:
        raise CannotOpen(
            "nul-bytes",
            f"{shown(os.path.basename(path))} consists mostly of empty (zero) bytes: "
            "a download or copy that was reserved on disk but never filled.",
        )
    if zeros > max(3, len(sample) * 0.001):
        raise _binary(path)
    return detect(sample.replace(b"\0", b""), path)


def _binary(path: str) -> CannotOpen:
    return CannotOpen(
        "binary", f"{shown(os.path.basename(path))} holds binary data of a kind that is not a known table format."
    )


def _guess(sample: bytes) -> tuple[str, float]:
    # Only lines with other than ASCII say anything.
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())[:40_000]
    codec, confidence = guessing.guess(telling)
    if confidence < DOUBTFUL and (other := _opinion(telling)) is not None and _decodes(sample, other):
        # Scripts that are not among those compared: Hebrew, Arabic, Thai and more.
        return other, 0.5
    return (codec, confidence) if _decodes(sample, codec) else ("latin-1", 0.0)


def _opinion(telling: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(telling).best()
    return best.encoding if best is not None and best.encoding in UNCOMPARED and best.chaos < 0.2 else None


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
        return True
    except (UnicodeDecodeError, LookupError):
        return False


def said(reading: Reading, label: str, confidence: float) -> None:
    reading.details["encoding"] = label
    reading.assume("encoding", label, confidence)
    if confidence < 1:
        reading.note(f"The encoding is a guess from the bytes: {label} (confidence {confidence:.0%}).")


def decode(data: bytes, codec: str, reading: Reading) -> str:
    """The text; bytes that do not fit become U+FFFD and are counted, zero bytes are removed and counted."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        if codec == "utf-8" and data[:SAMPLE_BYTES].isascii():
            # Its beginning said nothing about the rest.
            codec, confidence = _guess(data)
            said(reading, LABELS.get(codec, codec), confidence)
        text = data.decode(codec, errors="replace")
        bad = text.count("\ufffd")
        if bad:
            reading.note(f"{counted(bad, 'character')} could not be decoded as {codec} and became “\ufffd”.")
    if "\0" in text:
        reading.note(f"{counted(text.count(chr(0)), 'zero byte')} removed.")
        text = text.replace("\0", "")
    return text
