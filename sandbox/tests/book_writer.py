"""A sheet of cells as xlsx (by XlsxWriter), ods (by odfpy), the XML of Excel 2003, or what else is named .xls."""

import datetime
import html
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

#: Stands in the file where a formula has no stored result, until it is taken out.
UNCACHED = -987654321.5


@dataclass
class Formula:
    text: str
    #: The stored result; None: there is none.
    result: Any = None


@dataclass
class Styled:
    """A value with a number format of xlsx."""

    value: Any
    format: str


@dataclass
class Sheet:
    title: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    #: first row, first column, last row, last column
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    #: visible, hidden, very hidden
    state: str = "visible"
    #: Calls on the finished sheet of XlsxWriter: (book, sheet).
    touches: list[Callable[[Any, Any], None]] = field(default_factory=list)

    def put(self, row: int, column: int, values: list) -> None:
        for offset, value in enumerate(values):
            if value is not None:
                self.cells[row, column + offset] = value

    def grid(self) -> list[list]:
        height = max((row for row, _ in self.cells), default=-1) + 1
        width = max((column for _, column in self.cells), default=-1) + 1
        return [[self.cells.get((row, column)) for column in range(width)] for row in range(height)]


def xlsx(path: str, sheets: list[Sheet], options: dict, patches: list[tuple[str, Callable[[str], str]]], parts: dict[str, bytes]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False, **options}) as book:
        formats: dict[str, Any] = {}
        for sheet in sheets:
            target = book.add_worksheet(sheet.title)
            for (row, column), value in sorted(sheet.cells.items(), key=lambda item: item[0]):
                form = None
                if isinstance(value, Styled):
                    form = formats.setdefault(value.format, book.add_format({"num_format": value.format}))
                    value = value.value
                if isinstance(value, Formula):
                    target.write_formula(row, column, value.text, form, UNCACHED if value.result is None else value.result)
                elif isinstance(value, pd.Timestamp):
                    target.write_datetime(row, column, value.to_pydatetime(), form or formats.setdefault("s", book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})))
                else:
                    target.write(row, column, value, *([form] if form else []))
            for first, left, last, right in sheet.merged:
                value = sheet.cells.get((first, left))
                if value is not None:
                    target.merge_range(first, left, last, right, value.value if isinstance(value, Styled) else value)
            {"hidden": target.hide, "very hidden": getattr(target, "very_hidden", target.hide)}.get(sheet.state, lambda: None)()
            for touch in sheet.touches:
                touch(book, target)
        shown = next(index for index, sheet in enumerate(sheets) if sheet.state == "visible")
        book.worksheets()[shown].activate()
        book.worksheets()[shown].set_first_sheet()
    cached = ("xl/worksheets/", lambda text: text.replace(f"<v>{UNCACHED}</v>", ""))
    _patch(path, [cached, *patches], parts)


def _patch(path: str, patches: list[tuple[str, Callable[[str], str]]], parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {item.filename: archive.read(item) for item in archive.infolist()}
    for start, change in patches:
        for name in members:
            if name.startswith(start):
                members[name] = change(members[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | parts).items():
            archive.writestr(name, content)


def ods(path: str, sheets: list[Sheet]) -> None:
    from odf import opendocument, style, table

    book = opendocument.OpenDocumentSpreadsheet()
    unseen = style.Style(name="unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    book.automaticstyles.addElement(unseen)
    for sheet in sheets:
        target = table.Table(name=sheet.title, **({} if sheet.state == "visible" else {"stylename": unseen}))
        covered = {(row, column) for first, left, last, right in sheet.merged for row in range(first, last + 1) for column in range(left, right + 1) if (row, column) != (first, left)}
        spans = {(first, left): (last - first + 1, right - left + 1) for first, left, last, right in sheet.merged}
        for number, row in enumerate(sheet.grid()):
            line = table.TableRow()
            for column, value in enumerate(row):
                line.addElement(table.CoveredTableCell() if (number, column) in covered else _ods_cell(value, spans.get((number, column))))
            target.addElement(line)
        # What LibreOffice writes behind the last row.
        rest = table.TableRow(numberrowsrepeated=1_048_000)
        rest.addElement(table.TableCell(numbercolumnsrepeated=1024))
        target.addElement(rest)
        book.spreadsheet.addElement(target)
    book.save(path)


def _ods_cell(value: Any, span: tuple[int, int] | None):
    """LibreOffice shows dates as the reader's country writes them; the value beside that is what counts."""
    from odf import table, text

    more = {} if span is None else {"numberrowsspanned": span[0], "numbercolumnsspanned": span[1]}
    form = value.format if isinstance(value, Styled) else ""
    value = value.value if isinstance(value, Styled) else value
    if isinstance(value, Formula):
        more["formula"] = "of:" + value.text
        value = value.result
    if value is None:
        return table.TableCell(**more)
    if isinstance(value, bool):
        more |= {"valuetype": "boolean", "booleanvalue": str(value).lower()}
    elif isinstance(value, (int, float)):
        kind = "percentage" if "%" in form else "currency" if "€" in form else "float"
        more |= {"valuetype": kind, "value": value}
    elif isinstance(value, (pd.Timestamp, datetime.datetime)):
        more |= {"valuetype": "date", "datevalue": value.strftime("%Y-%m-%dT%H:%M:%S")}
    elif isinstance(value, datetime.date):
        more |= {"valuetype": "date", "datevalue": value.isoformat()}
    else:
        more["valuetype"] = "string"
    cell = table.TableCell(**more)
    for line in (f"{value:%d.%m.%Y}" if isinstance(value, datetime.date) else str(value)).split("\n"):
        cell.addElement(text.P(text=line))
    return cell


def xml_2003(path: str, sheets: list[Sheet]) -> None:
    """What Excel 2003 and many web programs write and name .xls."""
    parts = ['<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">']
    for sheet in sheets:
        parts.append(f'<Worksheet ss:Name="{html.escape(sheet.title)}"><Table>')
        for number, row in enumerate(sheet.grid(), start=1):
            if any(cell is not None for cell in row):
                spans = {left + 1: (last - first, right - left) for first, left, last, right in sheet.merged if first == number - 1}
                cells = "".join(_xml_cell(cell, column, *spans.get(column, (0, 0))) for column, cell in enumerate(row, start=1) if cell is not None)
                parts.append(f'<Row ss:Index="{number}">{cells}</Row>')
        state = {"hidden": "SheetHidden", "very hidden": "SheetVeryHidden"}.get(sheet.state, "SheetVisible")
        parts.append(f'</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>{state}</Visible></WorksheetOptions></Worksheet>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join([*parts, "</Workbook>"]))


def _xml_cell(value: Any, column: int, down: int, across: int) -> str:
    value = value.value if isinstance(value, Styled) else value
    formula = f' ss:Formula="{html.escape(value.text)}"' if isinstance(value, Formula) else ""
    value = value.result if isinstance(value, Formula) else value
    if value is None:
        return f'<Cell ss:Index="{column}"{formula}/>'
    if isinstance(value, bool):
        kind, text = "Boolean", str(int(value))
    elif isinstance(value, (int, float)):
        kind, text = "Number", repr(value)
    elif isinstance(value, datetime.date):
        kind, text = "DateTime", pd.Timestamp(value).strftime("%Y-%m-%dT%H:%M:%S.000")
    else:
        kind, text = "String", html.escape(str(value))
    spans = "".join(f' ss:Merge{name}="{count}"' for name, count in (("Down", down), ("Across", across)) if count)
    return f'<Cell ss:Index="{column}"{spans}{formula}><Data ss:Type="{kind}">{text}</Data></Cell>'


def page(path: str, sheets: list[Sheet]) -> None:
    """A web page named .xls, as many programs export."""
    rows = "".join("<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>" for row in sheets[0].grid())
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<html><head><meta charset="utf-8"></head><body><table border="1">{rows}</table></body></html>')


def tabbed(path: str, sheets: list[Sheet]) -> None:
    """Separated text in UTF-16 named .xls."""
    lines = ["\t".join("" if cell is None else str(cell) for cell in row) for row in sheets[0].grid()]
    with open(path, "w", encoding="utf-16", newline="") as file:
        file.write("\r\n".join([*lines, ""]))
