"""What pandas does not tell of an OpenDocument spreadsheet: merged cells, hidden sheets and rows, comments."""

import zipfile

from .sheets import Sheet

XML_LIMIT_BYTES = 30_000_000
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def mark(data, found: list[Sheet]) -> None:
    """Fills merged ranges downwards and marks what is hidden. Places are those that pandas gives: without empty rows at the end."""
    from lxml import etree

    with zipfile.ZipFile(data) as archive:
        if archive.getinfo("content.xml").file_size > XML_LIMIT_BYTES:
            return
        root = etree.fromstring(archive.read("content.xml"), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True))
    unseen = {style.get(f"{STYLE}name") for style in root.iter(f"{STYLE}style") if any(one.get(f"{TABLE}display") == "false" for one in style.iter(f"{STYLE}table-properties"))}
    by_title = {sheet.title: sheet for sheet in found}
    for table in root.iter(f"{TABLE}table"):
        sheet = by_title.get(table.get(f"{TABLE}name"))
        if sheet is not None:
            sheet.visible = table.get(f"{TABLE}style-name") not in unseen
            _rows(table, sheet)


def _rows(table, sheet: Sheet) -> None:
    place = 0
    for row in table.iter(f"{TABLE}table-row"):
        if place >= len(sheet.rows):
            break
        if row.get(f"{TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows += range(place, min(place + _number(row, "number-rows-repeated"), len(sheet.rows)))
        column = 0
        for cell in row:
            if (high := _number(cell, "number-rows-spanned")) > 1:
                sheet.merge(column, place, place + high - 1)
            column += _number(cell, "number-columns-repeated")
        place += _number(row, "number-rows-repeated")


def _number(element, name: str) -> int:
    text = element.get(TABLE + name) or "1"
    return int(text) if text.isdigit() else 1
