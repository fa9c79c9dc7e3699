"""A small workbook in Excel's binary format (xlsb), which no library at hand writes: records of [MS-XLSB], as few as there must be."""

import struct
import zipfile

BOOK, END_BOOK, SHEETS, END_SHEETS, SHEET = 131, 132, 143, 144, 156
WORKSHEET, END_WORKSHEET, CELLS, END_CELLS = 129, 130, 145, 146
ROW, TRUTH, NUMBER, TEXT = 0, 4, 5, 6
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _seven(number: int, most: int) -> bytes:
    """In groups of seven bits, the low ones first."""
    groups = [number >> 7 * index & 127 for index in range(most)]
    while len(groups) > 1 and not groups[-1]:
        groups.pop()
    return bytes(group | 128 for group in groups[:-1]) + bytes(groups[-1:])


def _record(kind: int, content: bytes = b"") -> bytes:
    # Kinds above 127 are two bytes with the mark in the first, as `_seven` makes them.
    return _seven(kind, 2) + _seven(len(content), 4) + content


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(column: int, value) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return _record(TRUTH, place + bytes([value]))
    if isinstance(value, str):
        return _record(TEXT, place + _text(value))
    return _record(NUMBER, place + struct.pack("<d", value))


def _sheet(rows: list[list]) -> bytes:
    cells = b""
    for number, row in enumerate(rows):
        # Row, style, height in twentieths of a point, flags, and no spans of columns.
        cells += _record(ROW, struct.pack("<IIH", number, 0, 300) + bytes(3) + struct.pack("<I", 0))
        cells += b"".join(_cell(column, value) for column, value in enumerate(row) if value is not None)
    return _record(WORKSHEET) + _record(CELLS) + cells + _record(END_CELLS) + _record(END_WORKSHEET)


def write(path: str, sheets: dict[str, list[list]]) -> None:
    """Texts, numbers and truth values; None leaves a cell out."""
    bundles = b"".join(_record(SHEET, struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(title)) for number, title in enumerate(sheets, start=1))
    parts = {f"xl/worksheets/sheet{number}.bin": _sheet(rows) for number, rows in enumerate(sheets.values(), start=1)}
    parts["xl/workbook.bin"] = _record(BOOK) + _record(SHEETS) + bundles + _record(END_SHEETS) + _record(END_BOOK)
    kind = "application/vnd.ms-excel."
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}{"sheet.binary.macroEnabled.main" if "workbook" in name else "worksheet"}"/>' for name in parts)
    relations = "".join(f'<Relationship Id="rId{number}" Type="{RELATION}/worksheet" Target="worksheets/sheet{number}.bin"/>' for number in range(1, len(sheets) + 1))
    parts["[Content_Types].xml"] = f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>'.encode()
    parts["_rels/.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.bin"/></Relationships>'.encode()
    parts["xl/_rels/workbook.bin.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
