"""Tables in web pages and in XML: the largest one, the others by name."""

import os
import re
from collections import defaultdict

import pandas as pd

from . import encoding, excelxml, grid, jsonfile
from .problems import CannotOpen, counted, shown
from .reading import Reading

SIZE_LIMIT_BYTES = 60_000_000
RECORD_LIMIT = 200_000
#: Elements of one name this few may have the records inside of them.
FEW = 3
#: `[1]` at a value; the 2 of `m²` is none.
NOTE_MARK = re.compile(r"(\[[\w ,]{1,20}\])+")
#: What an element of one kind for all fields calls the field: `<field name="city">`.
NAME_KEYS = ("name", "key", "field")


def open_markup(path: str, kind: str, table: str | None):
    """(frame, reading) of an HTML or XML file."""
    size = os.path.getsize(path)
    if size > SIZE_LIMIT_BYTES:
        raise CannotOpen("too-large", f"{shown(os.path.basename(path))} is {size / 1e6:,.0f} MB of {kind.upper()}, too large to read at once.")
    with open(path, "rb") as file:
        return from_bytes(file.read(), path, kind, table)


def from_bytes(data: bytes, path: str, kind: str, table: str | None):
    name = shown(os.path.basename(path))
    return _html(data, name, table) if kind == "html" else _xml(data, path, name, table)


def _html(data: bytes, name: str, table: str | None):
    from lxml import etree, html

    reading = Reading("Web page (HTML)")
    codec, label, confidence = encoding.detect(data, name)
    encoding.said(reading, label, confidence)
    text = encoding.decode(data, codec, reading)
    try:
        page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.ParserError:
        raise CannotOpen("html-page", f"{name} begins like a web page (HTML), and nothing in it can be read.") from None
    marks = [mark for mark in page.iter("sup") if NOTE_MARK.fullmatch(mark.text_content().strip())]
    for mark in marks:
        mark.drop_tree()
    if marks:
        reading.note(f"{counted(len(marks), 'mark')} of footnotes left out.")
    found = [_rows(element) for element in page.iter("table") if not any(True for _ in element.iterdescendants("table"))]
    found = [rows for rows in found if len(rows) > 1 and max(map(grid.filled, rows)) > 1]
    if not found:
        raise CannotOpen("html-page", f"{name} is a web page (HTML) without a table: probably a login or error page was saved in its place.")
    names = [f"table {number}" for number in range(1, len(found) + 1)]
    chosen = _place(names, table, [sum(map(grid.filled, rows)) for rows in found], name)
    reading.tables = names if len(names) > 1 else []
    reading.others = [f"{other} ({counted(len(rows), 'row')})" for index, (other, rows) in enumerate(zip(names, found)) if index != chosen]
    return grid.frame_of(found[chosen], reading), reading


def _place(names: list[str], table: str | None, sizes: list[int], name: str) -> int:
    if table is None:
        return max(range(len(sizes)), key=sizes.__getitem__)
    if table not in names:
        raise CannotOpen("no-such-table", f"There is no “{shown(table, 40)}” in {name}: it has {', '.join(names[:20])}.")
    return names.index(table)


def _rows(table) -> list[list[str]]:
    """Cells of all rows; one that spans several rows or columns stands in each of them."""
    rows: list[list[str]] = []
    spanning: dict[tuple[int, int], str] = {}
    for number, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while (number, len(cells)) in spanning:
                cells.append(spanning.pop((number, len(cells))))
            text = " ".join(cell.text_content().split())
            wide, high = (min(200, int(value)) if (value := cell.get(key, "1")).isdigit() else 1 for key in ("colspan", "rowspan"))
            for _ in range(max(1, wide)):
                for below in range(1, high):
                    spanning[number + below, len(cells)] = text
                cells.append(text)
        while (number, len(cells)) in spanning:
            cells.append(spanning.pop((number, len(cells))))
        if cells:
            rows.append(cells)
    return rows


def _xml(data: bytes, path: str, name: str, table: str | None):
    from lxml import etree

    # Entities are not resolved: one can stand for gigabytes, or for a file.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise CannotOpen("xml", f"{name} is a damaged XML document ({shown(error, 90)}).") from None
    if root.tag == excelxml.ROOT:
        return excelxml.open_root(root, path, table)
    reading = Reading("XML")
    found = _groups(root)
    if not found:
        raise CannotOpen("xml", f"{name} is an XML document without records to make a table of.")
    names = grid.unique_names([_tag(records[0]) for records in found], Reading(""))
    chosen = _place(names, table, [sum(_leaves(record) for record in records) for records in found], name)
    records = found[chosen]
    reading.details["records"] = f"“{shown(names[chosen], 40)}”"
    reading.tables = names if len(names) > 1 else []
    reading.others = [f"“{shown(other, 40)}” ({counted(len(group), 'record')})" for index, (other, group) in enumerate(zip(names, found)) if index != chosen]
    _note_beside(root, found, reading)
    if len(records) > RECORD_LIMIT:
        reading.note(f"The first {RECORD_LIMIT:,} of {len(records):,} records were read.")
        reading.total_rows = len(records)
    raw = pd.DataFrame.from_records([_flat(record) for record in records[:RECORD_LIMIT]])
    # Such names may be values: whoever must not see any looks at the columns below them first.
    reading.names_from_row = any(_own_name(child) for record in records[:RECORD_LIMIT] for child in record)
    if any("." in str(column) for column in raw.columns):
        reading.note("Nested elements became columns named “outer.inner”.")
    return jsonfile.settled(raw, reading), reading


def _tag(element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _groups(root) -> list[list]:
    """Children of one name that have something in them, below one parent; not those inside of records of another group."""
    groups: list[list] = []
    queue = [root]
    while queue:
        parent = queue.pop(0)
        by_tag: dict[str, list] = defaultdict(list)
        for child in parent:
            if _tag(child):
                by_tag[_tag(child)].append(child)
        for children in by_tag.values():
            is_group = len(children) > 1 and any(len(child) or child.attrib for child in children[:5])
            if is_group:
                groups.append(children)
            # The records of a document may be the parts of one that stands alone; of many, they are its fields.
            if not is_group or len(children) <= FEW:
                queue += children
    return groups


def _leaves(record) -> int:
    return sum(1 + len(element.attrib) for element in record.iter() if not len(element))


def _note_beside(root, found: list[list], reading: Reading) -> None:
    """Fields of the document that are in no record."""
    inside = {record for records in found for record in records}
    beside: list[str] = []
    queue = [root]
    while queue:
        element = queue.pop(0)
        if element in inside or not _tag(element):
            continue
        if (element.text or "").strip() and element is not root:
            beside.append(_tag(element))
        queue += list(element)
    if beside:
        some = ", ".join(f"“{shown(tag, 30)}”" for tag in dict.fromkeys(beside[:6]))
        reading.note(f"Beside the records the document has {some}{' …' if len(beside) > 6 else ''}, which {'is' if len(beside) == 1 else 'are'} not in the table.")


def _own_name(field) -> str | None:
    """What a field is called by its only attribute."""
    return next((field.get(key) for key in NAME_KEYS if field.get(key)), None) if not len(field) and len(field.attrib) == 1 else None


def _flat(element, prefix: str = "", depth: int = 0) -> dict[str, str]:
    record = {f"{prefix}{name.rpartition('}')[2]}": value for name, value in element.attrib.items()}
    for child in element:
        tag = _tag(child)
        if not tag:
            continue
        text = (child.text or "").strip()
        named = _own_name(child)
        key = f"{prefix}{named or tag}"
        if named:
            record[key] = f"{record[key]}; {text}" if record.get(key) else text
            continue
        if depth < 3 and (len(child) or child.attrib):
            record.update({f"{key}.{inner}": value for inner, value in _flat(child, "", depth + 1).items()})
        if text or not (len(child) or child.attrib):
            record[key] = f"{record[key]}; {text}" if record.get(key) else text
    return record
