"""What openpyxl's mode for reading does not tell of an xlsx file: merged cells, hidden rows and columns, comments, strict files."""

import io
import re
import zipfile

from .sheets import Sheet

#: A sheet's XML beyond this is not looked through; merged cells are for small tables that people make.
XML_LIMIT_BYTES = 30_000_000
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
NAMESPACES = [
    (STRICT, b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
]
COMMENTS = re.compile(r"xl/(comments\d*|comments/comment\d*)\.xml")
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col (?=[^>]*\bhidden="(?:1|true)")(?=[^>]*\bmin="(\d+)")(?=[^>]*\bmax="(\d+)")')
RANGE = re.compile(rb'<mergeCell[^>]*\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')


def transitional(data):
    """The same workbook with the names that openpyxl knows, when it has those of strict OOXML; else `data` itself."""
    with zipfile.ZipFile(data) as archive:
        if STRICT not in archive.read("xl/workbook.xml"):
            return data
        plain = io.BytesIO()
        with zipfile.ZipFile(plain, "w") as copy:
            for member in archive.infolist():
                content = archive.read(member)
                if member.filename.endswith((".xml", ".rels")):
                    for old, new in NAMESPACES:
                        content = content.replace(old, new)
                copy.writestr(member.filename, content)
    return plain


def mark(data, book, found: list[Sheet]) -> None:
    """Fills merged ranges downwards, in their first column (titles over several columns stay as they are), and counts what is hidden."""
    with zipfile.ZipFile(data) as archive:
        for sheet, target in zip(book.worksheets, found):
            part = getattr(sheet, "_worksheet_path", "").lstrip("/")
            if part not in archive.namelist() or archive.getinfo(part).file_size > XML_LIMIT_BYTES:
                continue
            xml = archive.read(part)
            target.hidden_rows = [int(number) - 1 for number in HIDDEN_ROW.findall(xml)]
            for low, high in HIDDEN_COLUMNS.findall(xml):
                target.hidden_columns += range(int(low) - 1, min(int(high), 16_384))
            for left, top, _, bottom in RANGE.findall(xml):
                target.merge(_number(left.decode()), int(top) - 1, int(bottom) - 1)


def comments(data) -> list[str]:
    """`A4: to be checked`, of all sheets."""
    from lxml import etree

    words: list[str] = []
    with zipfile.ZipFile(data) as archive:
        for member in archive.infolist():
            if COMMENTS.fullmatch(member.filename) and member.file_size <= XML_LIMIT_BYTES:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
                root = etree.fromstring(archive.read(member), parser)
                for comment in root.iter("{*}comment") if root is not None else ():
                    words.append(f"{comment.get('ref', '')}: {' '.join(''.join(comment.itertext()).split())}")
    return words


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
