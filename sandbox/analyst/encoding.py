"""Bytes to text: which encoding, how sure, and what could not be decoded."""

import codecs
import os

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
#: Names of detectors → the superset that real files of that family use.
SUPERSETS = {
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin_1": "cp1252",
    "windows-1252": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_15": "cp1252",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "euc-kr": "cp949",
    "uhc": "cp949",
    "windows-1251": "cp1251",
    "windows-1250": "cp1250",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
}
MULTIBYTE = {"cp932", "shift_jis", "gb18030", "cp949", "euc_kr", "euc_jp", "big5", "big5hkscs", "cp950", "utf_8"}
OTHER_SCRIPTS = MULTIBYTE | {
    "euc-jp", "euc-tw", "cp1251", "koi8-r", "koi8_r", "mac-cyrillic", "mac_cyrillic", "cp866", "ibm866", "cp855",
    "cp1253", "iso8859_7", "iso-8859-7", "cp1255", "iso8859_8", "cp1256", "iso8859_6", "cp874", "tis-620", "tis_620",
}  # fmt: skip
LABELS = {
    "cp1252": "Windows-1252 (Western European)",
    "cp932": "Shift-JIS (Japanese)",
    "gb18030": "GB18030 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1250": "Windows-1250 (Central European)",
    "utf-8": "UTF-8",
}


def detect(data: bytes, path: str) -> tuple[str, str, bool]:
    """(Python codec, name for a person, certain?) of the beginning of a file. Raises for binary content."""
    for bom, codec, label in BOMS:
        if data.startswith(bom):
            return codec, label, True
    sample = data[:SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros:
        return _with_zeros(sample, zeros, path)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8", LABELS["utf-8"], True
    except UnicodeDecodeError:
        pass
    controls = sum(sample.count(bytes([code])) for code in (*range(1, 8), *range(14, 27), *range(28, 32)))
    if controls > len(sample) * 0.02:
        raise _binary(path)
    codec = _guess(sample)
    return codec, LABELS.get(codec, codec), False


def _with_zeros(sample: bytes, zeros: int, path: str) -> tuple[str, str, bool]:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    for codec, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        # The Latin, digits and separators of a table leave every second byte 0.
        if many > len(sample) * 0.15 and few < many * 0.1:
            return codec, "UTF-16 without BOM", False
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


def _guess(sample: bytes) -> str:
    # Only lines with other than ASCII say anything, and detectors are slow.
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())[:40_000]
    for name in _opinions(telling):
        codec = SUPERSETS.get(name.lower(), name.lower())
        # Detectors tell scripts apart well; among Western European tables they invent rare ones.
        if codec in OTHER_SCRIPTS and _decodes(sample, codec):
            return codec
    return "cp1252" if _decodes(sample, "cp1252") else "latin-1"


def _opinions(telling: bytes):
    from charset_normalizer import from_bytes

    best = from_bytes(telling).best()
    # A sample in a known script has letters that go together (coherence) and little noise (chaos).
    if best is not None and (best.coherence > 0.15 or best.encoding in MULTIBYTE) and best.chaos < 0.2:
        yield best.encoding
    try:
        import chardet
    except ImportError:
        return
    found = chardet.detect(telling)
    if (found.get("confidence") or 0) > 0.6:
        yield found.get("encoding") or ""


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
        return True
    except (UnicodeDecodeError, LookupError):
        return False


def decode(data: bytes, codec: str, reading: Reading) -> str:
    """The text; bytes that do not fit become U+FFFD and are counted, zero bytes are removed and counted."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, errors="replace")
        bad = text.count("\ufffd")
        reading.note(f"{counted(bad, 'character')} could not be decoded as {codec} and became “\ufffd”.")
    if "\0" in text:
        reading.note(f"{counted(text.count(chr(0)), 'zero byte')} removed.")
        text = text.replace("\0", "")
    return text
