"""Workbooks as people make them: each variant of their layout, their cells, their other sheets and of the file itself."""

import re
from typing import Any

import book_writer
import pandas as pd
from book_writer import Formula, Sheet, Styled
from format_corpus import Draft, Further, Kind, add_columns, clean, small

#: Places of the columns of a clean table.
DATE, AMOUNT, VISITORS, RATE = 1, 2, 3, 4
WORKBOOK_PARTS = ("xl/", "[Content_Types]", "_rels/", "docProps/")


def _sheet(draft: Draft) -> Sheet:
    """The table with what stands around it on the same sheet."""
    how = draft.how
    sheet = Sheet(how.get("title", "Data"), touches=list(how.get("touches", [])))
    top, left = how.get("corner", (0, 0))
    for line in how.get("above", []):
        sheet.put(top, left, line)
        top += 1
    for number, line in enumerate(how.get("header", [draft.names])):
        sheet.put(top + number, left, line)
    for first, begin, last, end in how.get("header merged", []):
        sheet.merged.append((top + first, left + begin, top + last, left + end))
    top += len(how.get("header", [draft.names]))
    if "units" in how:
        sheet.put(top, left, [*how["units"], *([None] * (len(draft.names) - len(how["units"])))])
        top += 1
    first = top
    for index, row in enumerate(how.get("written", draft.rows)):
        top += how.get("blank before", {}).get(index, 0)
        written = [how["cells"][column](value, index, top) if value is not None and column in how.get("cells", {}) else value for column, value in enumerate(row)]
        sheet.put(top, left, how.get("whole rows", {}).get(index, written))
        top += 1
    for column, begin, end in how.get("body merged", []):
        sheet.merged.append((first + begin, left + column, first + end, left + column))
    for line in how.get("below", []):
        sheet.put(top, left, line)
        top += 1
    for offset, further in how.get("beside", []):
        for number, line in enumerate([further.names, *further.rows]):
            sheet.put(how.get("corner", (0, 0))[0] + number, left + len(draft.names) + offset, line)
    for further in how.get("under", []):
        for number, line in enumerate([further.names, *further.rows]):
            sheet.put(top + 2 + number, left, line)
        top += 3 + len(further.rows)
    return sheet


def write(draft: Draft, stem: str) -> str:
    how = draft.how
    sheets = [*how.get("sheets before", []), _sheet(draft), *how.get("sheets after", [])]
    ending = how.get("ending", "xlsx")
    path = f"{stem}.{ending}"
    how.get("writer", {"ods": book_writer.ods}.get(ending) or _xlsx(how))(path, sheets)
    return path


def _xlsx(how: dict[str, Any]):
    return lambda path, sheets: book_writer.xlsx(path, sheets, how.get("options", {}), how.get("patches", []), how.get("parts", {}))


def _read_excel(path: str, draft: Draft) -> pd.DataFrame:
    return pd.read_excel(path)


def _largest(path: str, draft: Draft) -> pd.DataFrame:
    return max(pd.read_excel(path, sheet_name=None).values(), key=lambda frame: frame.count().sum())


BOOKS = Kind("spreadsheets", 60, write, {"pandas.read_excel": _read_excel, "pandas, all sheets, the largest": _largest})
KINDS = [BOOKS]
variant, setting = BOOKS.variant, BOOKS.setting


def cells(draft: Draft, column: int, write_cell) -> None:
    """`write_cell(value, row of the table, row of the sheet)` gives what stands in the sheet."""
    draft.how.setdefault("cells", {})[column] = write_cell


def patch(draft: Draft, part: str, pattern: str, with_: str, count: int = 0) -> None:
    draft.how.setdefault("patches", []).append((part, lambda text: re.sub(pattern, with_, text, count=count)))


def touch(draft: Draft, change) -> None:
    draft.how.setdefault("touches", []).append(change)


# --- What stands around the table ---

setting("above", "title above", said="Sales of all places", above=[["Sales of all places"], []])
setting("above", "preamble of four lines", said="Made by", above=[["Report"], ["Made by", "the office"], ["Period", "2021"], []])
setting("corner", "not at A1", corner=(3, 2))


@variant("header", "groups over the names")
def _(draft: Draft) -> None:
    groups = ["Site", None, "Counts", None, None]
    draft.how["header"] = [groups, draft.names]
    draft.how["header merged"] = [(0, 0, 0, 1), (0, 2, 0, 4)]
    draft.names = [f"{group} {name}" for group, name in zip(["Site", "Site", "Counts", "Counts", "Counts"], draft.names)]


@variant("header", "names merged over two rows")
def _(draft: Draft) -> None:
    first, second, *others = draft.names
    draft.how["header"] = [[first, second, "Counts", None, None], [None, None, *others]]
    draft.how["header merged"] = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4)]
    draft.names = [first, second, *(f"Counts {name}" for name in others)]


@variant("header", "three rows of header")
def _(draft: Draft) -> None:
    draft.how["header"] = [["Where", None, "Measured", None, None], ["Site", "Start", "Money", "People", None], draft.names]
    draft.how["header merged"] = [(0, 0, 0, 1), (0, 2, 0, 4), (1, 3, 1, 4)]
    upper = ["Where Site", "Where Start", "Measured Money", "Measured People", "Measured People"]
    draft.names = [f"{groups} {name}" for groups, name in zip(upper, draft.names)]


@variant("header", "line breaks in names")
def _(draft: Draft) -> None:
    draft.how["header"] = [[name if index % 2 else f"{name}\n(new)" for index, name in enumerate(draft.names)]]
    draft.names = [name if index % 2 else f"{name} (new)" for index, name in enumerate(draft.names)]


setting("units", "units below the names", said="units", units=[None, None, "EUR", "n", "%"])
setting("below", "total row", said="after the table", below=[["Total", None, 123456.5, 4711, None]])
setting("below", "source below a blank row", said="office of statistics", below=[[], ["Source: office of statistics"]])


@variant("further", "another table below", "below; long")
def _(draft: Draft) -> None:
    draft.further.append(small(draft))
    draft.how["under"] = draft.further
    draft.said.append("other table")


@variant("further", "another table beside", "above")
def _(draft: Draft) -> None:
    draft.further.append(small(draft))
    draft.how["beside"] = [(1, draft.further[0])]
    draft.said.append("other table")


# --- The cells ---

add_columns(BOOKS, "leading zeros", "long ids", "booleans", "moments", "odd texts", "gaps", apart="header; units")


@variant("cells", "percent and currency formats")
def _(draft: Draft) -> None:
    draft.rows = [[*row[:RATE], None if row[RATE] is None else round(row[RATE] / 100, 4)] for row in draft.rows]
    cells(draft, RATE, lambda value, *_: Styled(value, "0.00%"))
    cells(draft, AMOUNT, lambda value, *_: Styled(value, "#,##0.00 €"))


@variant("cells", "dates as text")
def _(draft: Draft) -> None:
    cells(draft, DATE, lambda value, *_: value.strftime("%d.%m.%Y"))


@variant("cells", "numbers as text")
def _(draft: Draft) -> None:
    cells(draft, VISITORS, lambda value, *_: str(value))
    cells(draft, AMOUNT, lambda value, *_: f"{value:,.2f}")


@variant("cells", "some numbers as text")
def _(draft: Draft) -> None:
    cells(draft, VISITORS, lambda value, index, _: str(value) if index % 5 == 2 else value)


@variant("cells", "some dates as text")
def _(draft: Draft) -> None:
    cells(draft, DATE, lambda value, index, _: value.strftime("%d.%m.%Y") if index % 5 == 1 else value)
    draft.said.append("stored as text")


@variant("gaps", "most cells empty", "merged; cells; patch; features; columns; units; header")
def _(draft: Draft) -> None:
    rng = draft.rng()
    draft.rows = [[value if column == index % 2 or rng.random() < 0.3 else None for column, value in enumerate(row)] for index, row in enumerate(draft.rows)]


@variant("columns", "numbered rows without a name", "header; units; further; features; file; cells")
def _(draft: Draft) -> None:
    draft.names = [None, *draft.names]
    draft.rows = [[number, *row] for number, row in enumerate(draft.rows, start=1)]


@variant("columns", "empty columns between", "header; units; further; features; file; cells; merged; blank; below")
def _(draft: Draft) -> None:
    draft.how["header"] = [[part for name in draft.names for part in (name, None)]]
    draft.how["written"] = [[part for value in row for part in (value, None)] for row in draft.rows]


@variant("cells", "formulas with results")
def _(draft: Draft) -> None:
    cells(draft, RATE, lambda value, _, row: Formula(f"=D{row + 1}/7", value))


@variant("cells", "formulas without results", "options")
def _(draft: Draft) -> None:
    cells(draft, RATE, lambda value, index, row: Formula(f"=D{row + 1}/7", None if index % 3 == 0 else value))
    draft.how["written"] = draft.rows
    draft.rows = [[*row[:RATE], None if index % 3 == 0 else row[RATE], *row[RATE + 1 :]] for index, row in enumerate(draft.rows)]
    draft.said.append("no stored result")


@variant("cells", "errors of formulas")
def _(draft: Draft) -> None:
    errors = {2: "#DIV/0!", 7: "#N/A", 9: "#REF!", 15: "#VALUE!"}
    cells(draft, RATE, lambda value, index, row: Formula("=1/0", errors[index]) if index in errors else value)
    draft.how["written"] = draft.rows
    draft.rows = [[*row[:RATE], None if index in errors else row[RATE], *row[RATE + 1 :]] for index, row in enumerate(draft.rows)]
    draft.said.append("error of a formula")


@variant("cells", "placeholders for missing")
def _(draft: Draft) -> None:
    draft.how["written"] = [[("n/a", "-", "..")[index % 3] if value is None and column in (AMOUNT, VISITORS) else value for column, value in enumerate(row)] for index, row in enumerate(draft.rows)]


@variant("merged", "merged cells in the body", "gaps")
def _(draft: Draft) -> None:
    draft.rows = [[draft.rows[index // 3 * 3][0], *row[1:]] for index, row in enumerate(draft.rows)]
    draft.how["written"] = [[row[0] if index % 3 == 0 else None, *row[1:]] for index, row in enumerate(draft.rows)]
    draft.how["body merged"] = [(0, first, first + 2) for first in range(0, len(draft.rows), 3)]
    draft.said.append("merged ranges")


@variant("blank", "blank rows between")
def _(draft: Draft) -> None:
    draft.how["blank before"] = {6: 1, 12: 2, 18: 1}


@variant("blank", "names of parts between")
def _(draft: Draft) -> None:
    names = draft.how.get("header", [draft.names])[-1]
    draft.how["written"] = [*draft.rows[:12], list(names), *draft.rows[12:]]
    draft.said.append("repeats? the header")


BOOKS.apart.update(frozenset(pair) for pair in (("names of parts between", "cells"), ("names of parts between", "merged"), ("names of parts between", "header"), ("names of parts between", "columns"), ("names of parts between", "gaps"), ("blank", "merged"), ("merged", "cells"), ("percent and currency formats", "columns")))  # fmt: skip


# --- Other sheets ---


def _cover() -> Sheet:
    sheet = Sheet("Read me")
    for row, line in enumerate(["About this workbook", "Made in spring", "Ask the office", "Sheet Data has the figures"]):
        sheet.put(row, 0, [line])
    return sheet


def _list(title: str, further: Further, state: str = "visible") -> Sheet:
    sheet = Sheet(title, state=state)
    for row, line in enumerate([further.names, *further.rows]):
        sheet.put(row, 0, line)
    return sheet


@variant("sheets", "a cover sheet first")
def _(draft: Draft) -> None:
    draft.how["sheets before"] = [_cover()]
    draft.said.append("Read me")


@variant("sheets", "small sheets around")
def _(draft: Draft) -> None:
    draft.further = [small(draft), Further(["Key", "Value"], [["a", 1], ["b", 2], ["c", 3]])]
    draft.how["sheets before"] = [_list("Codes", draft.further[0])]
    draft.how["sheets after"] = [_list("Keys", draft.further[1]), Sheet("Empty")]
    draft.said += ["“Codes”", "“Keys”", "“Empty” .empty."]


@variant("sheets", "a larger hidden sheet")
def _(draft: Draft) -> None:
    other = clean(draft.seed + 5, rows=60)
    draft.further = [Further(other.names, other.rows)]
    draft.how["sheets before"] = [_list("Backup", draft.further[0], "hidden")]
    draft.said.append("“Backup .hidden.”")


@variant("sheets", "a very hidden sheet")
def _(draft: Draft) -> None:
    draft.further = [small(draft)]
    draft.how["sheets after"] = [_list("Lists", draft.further[0], "very hidden")]
    draft.said.append("“Lists .hidden.”")


# --- The file ---

setting("file", "macros", ending="xlsm", parts={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, said="macros.*not run")
setting("file", "ods", ending="ods")
setting("file", "ods named xlsx", writer=book_writer.ods)
setting("file", "XML of Excel 2003", ending="xls", writer=book_writer.xml_2003)
setting("file", "web page named xls", "cells; sheets; further; above; header; merged; columns; below; corner", ending="xls", writer=book_writer.page)
setting("file", "separated text named xls", "cells; sheets; further; above; header; merged; columns; below; corner; blank", ending="xls", writer=book_writer.tabbed)
setting("file", "pivot cache", parts={"xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition/>"}, said="pivot table")
setting("options", "days from 1904", "file", options={"date_1904": True}, said="1904")
setting("options", "texts in the cells", "file; odd texts; merged; sheets; header; above; further; corner", options={"constant_memory": True})


@variant("file", "strict OOXML", "options")
def _(draft: Draft) -> None:
    for old, new in (
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ):  # fmt: skip
        for part in ("xl/", "_rels/", "docProps/"):
            patch(draft, part, re.escape(old), new)
    patch(draft, "xl/workbook.xml", "<workbook ", '<workbook conformance="strict" ', 1)


@variant("patch", "wrong dimension", "file")
def _(draft: Draft) -> None:
    patch(draft, "xl/worksheets/sheet", r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>')


@variant("patch", "cells without places", "file; corner; gaps; blank; merged; header; further; above; below; units; placeholders for missing; sheets; columns")
def _(draft: Draft) -> None:
    draft.rows = [[0 if value is None else value for value in row] for row in draft.rows]
    patch(draft, "xl/worksheets/sheet", r'<c r="[A-Z]+\d+"', "<c")
    patch(draft, "xl/worksheets/sheet", r'<row r="\d+"', "<row")


@variant("patch", "styled rows to the last", "file")
def _(draft: Draft) -> None:
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(200, 30_000)) + '<row r="1048576"><c r="A1048576" s="1"/></row>'
    patch(draft, "xl/worksheets/sheet", "</sheetData>", rows + "</sheetData>")


@variant("patch", "dates as ISO cells", "file; cells; columns; merged; options")
def _(draft: Draft) -> None:
    def iso(found: re.Match) -> str:
        moment = pd.Timestamp("1899-12-30") + pd.Timedelta(days=float(found[2]))
        return f'<c {found[1]} t="d"><v>{moment:%Y-%m-%d}T00:00:00</v></c>'

    draft.how.setdefault("patches", []).append(("xl/worksheets/sheet", lambda text: re.sub(r'<c (r="[A-Z]+\d+" s="1")><v>(\d{5})</v></c>', iso, text)))


@variant("features", "rows hidden by a filter", "file; options; cells without places")
def _(draft: Draft) -> None:
    top = draft.how.get("corner", (0, 0))[0] + len(draft.how.get("above", [])) + len(draft.how.get("header", [0]))

    def change(_, sheet) -> None:
        sheet.autofilter(top - 1, 0, top + len(draft.rows), 2)
        for row in (top + 3, top + 4, top + 8):
            sheet.set_row(row, options={"hidden": True})

    touch(draft, change)
    draft.said.append("hidden row")


@variant("features", "hidden columns", "file")
def _(draft: Draft) -> None:
    left = draft.how.get("corner", (0, 0))[1]
    touch(draft, lambda _, sheet: sheet.set_column(left + 2, left + 3, 10, None, {"hidden": True}))
    draft.said.append("hidden column")


@variant("features", "comments, links and lists to choose from", "file")
def _(draft: Draft) -> None:
    def change(book, sheet) -> None:
        sheet.write_comment(3, 0, "to be checked")
        sheet.data_validation(1, 3, 20, 3, {"validate": "integer", "criteria": ">", "value": 0})
        sheet.conditional_format(1, 2, 20, 2, {"type": "3_color_scale"})
        sheet.insert_textbox(2, 9, "Not a cell")
        sheet.freeze_panes(1, 1)

    touch(draft, change)
    draft.said.append("comment")


@variant("features", "rich texts and links", "file; columns; gaps; header; cells; merged; corner; above; units; blank; options; further")
def _(draft: Draft) -> None:
    texts = [(row, str(line[0])) for row, line in enumerate(draft.rows, start=1)]

    def change(book, sheet) -> None:
        bold = book.add_format({"bold": True})
        for row, text in texts:
            if row % 3 == 0 and len(text) > 3:
                sheet.write_rich_string(row, 0, text[:2], bold, text[2:])
            elif row % 3 == 1:
                sheet.write_url(row, 0, f"https://example.org/{row}", string=text)

    touch(draft, change)


@variant("features", "a defined table", "file; header; units; below; columns; gaps; cells; blank; merged; above; corner; further; options")
def _(draft: Draft) -> None:
    rows = len(draft.rows)

    def change(_, sheet) -> None:
        columns = [{"header": name} for name in draft.names]
        columns[0]["total_string"], columns[3]["total_function"] = "Total", "sum"
        sheet.add_table(0, 0, rows + 1, 4, {"columns": columns, "total_row": True, "name": "Sales"})

    touch(draft, change)
    draft.said.append("after the table")
