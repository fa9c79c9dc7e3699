"""Tables of web pages, records of XML and tables set in a PDF."""

import datetime
import html
import io
import subprocess
from typing import Any

import pandas as pd
from format_corpus import Draft, Further, Kind, add_columns, clean, small


def _shown(draft: Draft, value: Any, column: int) -> str:
    if value is None:
        return draft.how.get("missing", "")
    if isinstance(value, datetime.date) and not isinstance(value, pd.Timestamp):
        return value.strftime(draft.how.get("date", "%Y-%m-%d"))
    if isinstance(value, float) and "comma" in draft.how:
        return f"{value:,}".replace(",", " ").replace(".", ",")
    return f"{value:,}" if column in (2, 3) and "grouped" in draft.how and isinstance(value, (int, float)) else str(value)


def _body(draft: Draft) -> list[list[str]]:
    return [[_shown(draft, value, column) for column, value in enumerate(row)] for row in draft.how.get("written", draft.rows)]


# --- Web pages ---


def _html_table(names: list, rows: list[list[str]], how: dict[str, Any]) -> str:
    cell, head = how.get("cell", "<td>{}</td>"), how.get("head", "<th>{}</th>")
    lines = how.get("header", ["<tr>" + "".join(head.format(html.escape(str(name))) for name in names) + "</tr>"])
    body = ["<tr>" + "".join(cell.format(html.escape(value)) for value in row) + "</tr>" for row in rows]
    body = how.get("body", lambda body: body)(body)
    if how.get("sections", True):
        return f"<table class='x'>{how.get('caption', '')}<thead>{''.join(lines)}</thead><tbody>{''.join(body)}</tbody>{how.get('foot', '')}</table>"
    return "<table>" + "".join([*lines, *body]).replace("</td>", "").replace("</tr>", "") + "</table>"


def _write_html(draft: Draft, stem: str) -> str:
    how = draft.how
    tables = [_html_table(draft.names, _body(draft), how)]
    for further in draft.further:
        tables.insert(0, _html_table(further.names, [[str(value) for value in row] for row in further.rows], {}))
    page = how.get("page", "<!DOCTYPE html><html><head><meta charset='{charset}'><title>T</title></head><body><h1>Places</h1>{tables}<p>End.</p></body></html>")
    codec = how.get("encoding", "utf-8")
    text = page.replace("{charset}", codec).replace("{tables}", "<p>and</p>".join(tables))
    path = stem + how.get("ending", ".html")
    with open(path, "wb") as file:
        file.write(text.encode(codec))
    return path


HTML = Kind("web pages", 20, _write_html, {
    "pandas.read_html, the first": lambda path, _: pd.read_html(path)[0],
    "pandas.read_html, the largest": lambda path, _: max(pd.read_html(path), key=lambda frame: frame.count().sum()),
})  # fmt: skip
add_columns(HTML, "leading zeros", "long ids", "moments", "gaps")
HTML.setting("numbers", "grouped numbers", grouped=True)
HTML.setting("numbers", "decimal commas", "long ids; leading zeros", comma=True)
HTML.setting("dates", "dates of the country", date="%d.%m.%Y")
HTML.setting("page", "end tags left out", sections=False)
HTML.setting("page", "no page around it", page="{tables}")
HTML.setting("page", "a table for the layout", page="<html><body><table><tr><td>Menu<br>Home</td><td>{tables}</td></tr></table></body></html>")
HTML.setting("names", "names in plain cells", head="<td><b>{}</b></td>")
HTML.setting("cells", "links and line breaks", "gaps", cell='<td><a href="https://example.org/">{}</a><br></td>')
HTML.setting("cells", "notes at the values", "gaps; numbers; columns", cell="<td>{}<sup><a href='#note'>[1]</a></sup></td>", head="<th>{}</th>")
HTML.setting("foot", "totals at the end", "columns; end tags left out", said="after the table", foot="<tfoot><tr><td>Total</td><td></td><td>99</td><td>1234</td><td></td></tr></tfoot>")


@HTML.variant("further", "another table before")
def _(draft: Draft) -> None:
    draft.further.append(small(draft))
    draft.said.append("table 1")


@HTML.variant("header", "names of groups", "names; columns")
def _(draft: Draft) -> None:
    names = "".join(f"<th>{name}</th>" for name in draft.names)
    draft.how["header"] = ["<tr><th colspan=2>Site</th><th colspan=3>Counts</th></tr>", f"<tr>{names}</tr>"]
    draft.names = [f"{group} {name}" for group, name in zip(["Site", "Site", "Counts", "Counts", "Counts"], draft.names)]


@HTML.variant("body", "cells over three rows", "cells; gaps")
def _(draft: Draft) -> None:
    draft.rows = [[draft.rows[index // 3 * 3][0], *row[1:]] for index, row in enumerate(draft.rows)]
    draft.how["body"] = lambda body: [line.replace("<td>", "<td rowspan='3'>", 1) if index % 3 == 0 else "<tr>" + line.split("</td>", 1)[1] for index, line in enumerate(body)]


@HTML.variant("page", "western letters", "columns; header; body; gaps")
def _(draft: Draft) -> None:
    other = clean(draft.seed, "western")
    draft.names, draft.rows = other.names, other.rows
    draft.how["encoding"] = "iso-8859-1"


# --- XML ---


def _tag(name: Any) -> str:
    return str(name).replace(" ", "_")


def _write_xml(draft: Draft, stem: str) -> str:
    how = draft.how
    rows = []
    for row in _body(draft):
        fields = dict(zip(draft.how.get("tags", draft.names), row))
        fields = {key: value for key, value in fields.items() if value or not how.get("left out")}
        inner = {key: value for key, value in fields.items() if key in how.get("attributes", ())}
        marks = "".join(f' {_tag(key)}="{html.escape(value)}"' for key, value in inner.items())
        content = "".join(how.get("field", lambda key, value: f"<{_tag(key)}>{html.escape(value)}</{_tag(key)}>")(key, value) for key, value in fields.items() if key not in inner)
        rows.append(f"<{how.get('row', 'row')}{marks}>{content}</{how.get('row', 'row')}>")
    around = how.get("around", "<data>{}</data>").replace("{}", how.get("between", "\n").join(rows))
    path = stem + how.get("ending", ".xml")
    codec = how.get("encoding", "utf-8")
    with open(path, "wb") as file:
        file.write((how.get("head", f'<?xml version="1.0" encoding="{codec}"?>\n') + around).encode(codec))
    return path


XML = Kind("XML", 20, _write_xml, {"pandas.read_xml": lambda path, _: pd.read_xml(path)})
add_columns(XML, "leading zeros", "long ids", "moments", "gaps", "booleans")
XML.setting("fields", "all in attributes", "gaps", attributes=("Place", "Opened", "Amount", "Visitors", "Rate"))
XML.setting("fields", "some in attributes", attributes=("Place",))
XML.setting("fields", "empty ones left out", **{"left out": True})
XML.setting("around", "deep in the document", around="<r><head><made>today</made></head><body><list>{}</list></body></r>", said="made")
XML.setting("around", "a namespace", around='<d:data xmlns:d="urn:d" xmlns="urn:e">{}</d:data>')
XML.setting("around", "two kinds of records", around="<data><codes><c k='1' v='a'/><c k='2' v='b'/></codes><rows>{}</rows></data>", said="“c”")
XML.setting("around", "remarks and instructions", around="<!-- made by hand --><?page x?><data><!-- rows -->{}</data>")
XML.setting("head", "no declaration", head="")
XML.setting("head", "UTF-16", encoding="utf-16")
XML.setting("head", "western letters", encoding="iso-8859-1")
XML.setting("between", "all in one line", between="")
XML.setting("cells", "CDATA", "fields", field=lambda key, value: f"<{key}><![CDATA[{value}]]></{key}>")


@XML.variant("cells", "fields by name", "columns; fields")
def _(draft: Draft) -> None:
    draft.how["field"] = lambda key, value: f'<field name="{key}">{html.escape(value)}</field>'


@XML.variant("cells", "elements inside", "fields")
def _(draft: Draft) -> None:
    first, second, *others = draft.names
    draft.how["tags"] = list(draft.names)
    draft.how["field"] = lambda key, value: f"<{key}>{html.escape(value)}</{key}>" if key not in ("Visitors",) else f"<in><{key}>{value}</{key}></in>"
    draft.names = ["in.Visitors" if name == "Visitors" else name for name in draft.names]
    draft.said.append("outer.inner")


# --- PDF ---


def _write_pdf(draft: Draft, stem: str) -> str:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    how = draft.how
    style = getSampleStyleSheet()
    words = how.get("words", [])
    rows = [draft.names, *_body(draft), *how.get("foot", [])]
    parts = [*(Paragraph(text, style["Normal"]) for text in words), Spacer(1, 20), Table(rows, repeatRows=how.get("repeat", 0), style=how.get("style", []), hAlign=how.get("align", "CENTER"))]
    for further in draft.further:
        parts += [Spacer(1, 40), Paragraph("Another table:", style["Normal"]), Spacer(1, 20), Table([further.names, *[[str(value) for value in row] for row in further.rows]])]
    parts += [Spacer(1, 20), *(Paragraph(text, style["Normal"]) for text in how.get("end", []))]
    path = f"{stem}.pdf"
    SimpleDocTemplate(path, pagesize=landscape(A4) if how.get("wide") else A4).build(parts)
    return path


def _fixed_width(path: str, draft: Draft) -> pd.DataFrame:
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return pd.read_fwf(io.StringIO(text))


PDF = Kind("PDF", 20, _write_pdf, {"pdftotext and pandas.read_fwf": _fixed_width})
add_columns(PDF, "leading zeros", "long ids", "gaps")
PDF.setting("numbers", "grouped numbers", grouped=True)
PDF.setting("numbers", "decimal commas", comma=True)
PDF.setting("dates", "dates of the country", date="%d.%m.%Y")
PDF.setting("words", "sentences before", words=["Report on all places", "This report has the figures of a year, as they were given to us by those who count. " * 3])
PDF.setting("end", "a source behind", end=["Source: office of statistics, 2022."])
PDF.setting("style", "lines around the cells", style=[("GRID", (0, 0), (-1, -1), 1, (0, 0, 0))])
PDF.setting("style", "numbers to the right", style=[("ALIGN", (2, 0), (-1, -1), "RIGHT")])
PDF.setting("align", "at the left edge", align="LEFT")
PDF.setting("page", "a page on its side", wide=True)
PDF.setting("gaps", "a sign for missing", missing="-")
PDF.setting("foot", "totals at the end", "columns; further", foot=[["Total", "", "99.5", "12345", ""]], said="after the table")


@PDF.variant("rows", "over three pages", "columns; gaps")
def _(draft: Draft) -> None:
    draft.rows = clean(draft.seed, rows=100).rows
    draft.said.append("pages")


@PDF.variant("rows", "over three pages with the names again", "foot; columns; gaps")
def _(draft: Draft) -> None:
    draft.rows = clean(draft.seed, rows=100).rows
    draft.how["repeat"] = 1
    draft.said.append("pages")


@PDF.variant("further", "another table below", "rows; end; columns; page")
def _(draft: Draft) -> None:
    draft.further.append(Further(["Code", "Share"], [[row[0], row[1]] for row in small(draft, 6).rows]))
    draft.said.append("table 2")


KINDS = [HTML, XML, PDF]
