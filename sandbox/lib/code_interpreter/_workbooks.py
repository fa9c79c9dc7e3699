"""
What a spreadsheet program would show as an error, found without one: formulas are read, not computed.

A library reads the formulas (openpyxl); another one knows which functions Excel stores under a longer name (XlsxWriter).
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.utils import FORMULAE
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

#: A report of more is not read.
MAX_FINDINGS = 100
#: Cells of one range that are looked at one by one.
MAX_CELLS = 200_000
ADDRESS = re.compile(r"^\$?[A-Z]{1,3}\$?[0-9]+(:\$?[A-Z]{1,3}\$?[0-9]+)?$|^\$?[A-Z]{1,3}:\$?[A-Z]{1,3}$|^\$?[0-9]+:\$?[0-9]+$", re.IGNORECASE)
#: Functions that give names of their own to values.
BINDS_NAMES = {"LET", "LAMBDA"}
#: An empty cell among what these look at is nothing to speak of; only empty ones are.
OVER_RANGES = {"SUM", "AVERAGE", "MIN", "MAX", "MEDIAN", "STDEV", "PRODUCT"}


class Finding(NamedTuple):
    """One thing that is wrong: where, what kind, and a sentence that says what to do."""

    sheet: str
    cell: str
    #: error-value, broken-reference, missing-sheet, unknown-function, needs-prefix, unknown-name, not-a-formula,
    #: separator, circular, divides-by-empty, empty-range, text-in-range
    kind: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.sentence}"


class Where(NamedTuple):
    sheet: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int

    def cells(self) -> Iterator[tuple[str, int, int]]:
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                yield (self.sheet, row, column)

    @property
    def size(self) -> int:
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def check_workbook(path: str) -> list[Finding]:
    """
    Looks through an xlsx or xlsm file for what Excel would show as an error: `#REF!`, `#NAME?`, `#DIV/0!`, formulas
    that it cannot read, circles, sums over text. Nothing is computed, so an empty list is no proof.
    Raises what openpyxl raises for a file that it cannot open.
    """
    return _Check(openpyxl.load_workbook(path)).findings()


class _Check:
    def __init__(self, book):
        self._book = book
        self._sheets = {sheet.title.lower(): sheet for sheet in book.worksheets}
        self._others = {sheet.title.lower() for sheet in book._sheets}
        self._names = {name.lower() for name in book.defined_names}
        for sheet in book.worksheets:
            self._names |= {name.lower() for name in sheet.defined_names} | {name.lower() for name in sheet.tables}
        # Taken once: asking a sheet for a cell that is not there would make it.
        self._values = {
            (sheet.title, cell.row, cell.column): cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
        }
        self._sizes = {sheet.title: (sheet.max_column, sheet.max_row) for sheet in book.worksheets}
        self._found: list[Finding] = []
        #: Cell with a formula → what it reads.
        self._reads: dict[tuple[str, int, int], list[Where]] = {}

    def findings(self) -> list[Finding]:
        for sheet in self._book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "e":
                        self._add(cell, "error-value", f"the cell holds {cell.value}.")
                    elif cell.data_type == "f":
                        self._formula(cell)
                if len(self._found) >= MAX_FINDINGS:
                    return self._found[:MAX_FINDINGS]
        self._circles()
        return self._found[:MAX_FINDINGS]

    def _add(self, cell, kind: str, sentence: str) -> None:
        self._found.append(Finding(cell.parent.title, cell.coordinate, kind, sentence))

    def _formula(self, cell) -> None:
        formula = cell.value
        if isinstance(formula, DataTableFormula):
            return
        if isinstance(formula, ArrayFormula):
            formula = formula.text or ""
        try:
            tokens = [token for token in Tokenizer(formula).items if token.type != "WHITE-SPACE"]
        except TokenizerError as error:
            self._add(cell, "not-a-formula", f"{formula} cannot be read as a formula ({error}).")
            return
        if _depth(tokens) != 0:
            self._add(cell, "not-a-formula", f"{formula} has a parenthesis too few or too many; Excel would call the file damaged.")
            return
        reads = self._reads.setdefault((cell.parent.title, cell.row, cell.column), [])
        functions = [token.value[:-1].upper() for token in tokens if token.type == "FUNC" and token.subtype == "OPEN"]
        binds = any(name.removeprefix("_XLFN.") in BINDS_NAMES for name in functions)
        for name in dict.fromkeys(functions):
            self._function(cell, name)
        arrays = 0
        inside: list[str] = []
        for index, token in enumerate(tokens):
            if token.subtype == "OPEN":
                inside.append(token.value[:-1].upper())
                arrays += token.type == "ARRAY"
            elif token.subtype == "CLOSE":
                inside.pop()
                arrays -= token.type == "ARRAY"
            elif token.type == "SEP" and token.subtype == "ROW" and arrays == 0:
                self._add(cell, "separator", f"{formula} separates arguments with “;”; in a file it is always a comma.")
                return
            elif token.subtype == "ERROR":
                kind = "broken-reference" if token.value == "#REF!" else "error-value"
                self._add(cell, kind, f"{formula} refers to {token.value}.")
            elif token.subtype == "RANGE":
                divides = index > 0 and tokens[index - 1].value == "/"
                where = self._reference(cell, formula, token.value, binds)
                if where is not None:
                    reads.append(where)
                    self._contents(cell, where, token.value, inside[-1] if inside else "", divides)

    def _function(self, cell, name: str) -> None:
        bare = name.removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("_XLUDF.")
        if bare != name or name in FORMULAE or name == "":
            return
        stored = _stored_name(name)
        if stored != name:
            self._add(cell, "needs-prefix", f"Excel shows #NAME? for {name} unless the file says {stored}: write “={stored}(…)”.")
        elif name.lower() not in self._names:
            self._add(cell, "unknown-function", f"there is no function {name}: Excel shows #NAME?.")

    def _reference(self, cell, formula: str, text: str, binds: bool) -> Where | None:
        """Where a reference points to; None when that is a name, a table or nowhere, which is told."""
        sheet, _, address = text.rpartition("!")
        sheet = sheet.strip("'").replace("''", "'")
        if sheet.startswith("["):
            self._add(cell, "missing-sheet", f"{formula} refers to another workbook, which is not in this file.")
            return None
        if sheet and sheet.lower() not in self._others:
            self._add(cell, "missing-sheet", f"{formula} refers to the sheet “{sheet}”, which is not there: Excel shows #REF!.")
            return None
        if ADDRESS.match(address) is None:
            known = "[" in address or address.lower() in self._names or address.upper() in ("TRUE", "FALSE")
            if not known and not binds:
                self._add(cell, "unknown-name", f"{formula} uses the name “{address}”, which is not defined: Excel shows #NAME?.")
            return None
        target = self._sheets.get(sheet.lower()) if sheet else cell.parent
        if target is None:
            return None
        first_column, first_row, last_column, last_row = range_boundaries(address.replace("$", ""))
        columns, rows = self._sizes[target.title]
        return Where(
            target.title,
            first_column or 1,
            first_row or 1,
            max(first_column or 1, min(last_column or columns, columns)),
            max(first_row or 1, min(last_row or rows, rows)),
        )

    def _contents(self, cell, where: Where, text: str, function: str, divides: bool) -> None:
        if divides and where.size == 1:
            value = self._values.get((where.sheet, where.first_row, where.first_column))
            if value is None or value == 0:
                what = "empty" if value is None else "0"
                self._add(cell, "divides-by-empty", f"{cell.value} divides by {text}, which is {what}: Excel shows #DIV/0!.")
        if function not in OVER_RANGES or where.size < 2 or where.size > MAX_CELLS:
            return
        values = [self._values.get(place) for place in where.cells()]
        if all(value is None for value in values):
            self._add(cell, "empty-range", f"{cell.value} looks at {text}, where nothing is.")
        numbers = [value for value in values if isinstance(value, str) and _is_number(value)]
        if numbers:
            self._add(cell, "text-in-range", f"{cell.value} passes over {len(numbers)} number(s) in {text} that are stored as text, such as “{numbers[0]}”.")

    def _circles(self) -> None:
        """A formula that reads itself, over however many others. Depth first, without recursion."""
        state: dict[tuple[str, int, int], bool] = {}
        for start in self._reads:
            if start in state:
                continue
            path = [(start, self._read_by(start))]
            state[start] = True
            while path:
                node, rest = path[-1]
                following = next(rest, None)
                if following is None:
                    state[node] = False
                    path.pop()
                elif state.get(following):
                    cell = self._sheets[following[0].lower()].cell(following[1], following[2])
                    self._add(cell, "circular", f"{cell.value} depends on itself: Excel shows 0 and warns of a circular reference.")
                elif following not in state:
                    state[following] = True
                    path.append((following, self._read_by(following)))

    def _read_by(self, node: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
        for where in self._reads[node]:
            if where.size <= MAX_CELLS:
                yield from (cell for cell in where.cells() if cell in self._reads)
            else:
                yield from (cell for cell in self._reads if _holds(where, cell))


def _holds(where: Where, cell: tuple[str, int, int]) -> bool:
    sheet, row, column = cell
    in_rows = where.first_row <= row <= where.last_row
    return sheet == where.sheet and in_rows and where.first_column <= column <= where.last_column


def _depth(tokens) -> int:
    """Of parentheses that are open at the end."""
    return sum({"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0) for token in tokens)


def _is_number(text: str) -> bool:
    try:
        float(text.strip().replace(",", ""))
    except ValueError:
        return False
    return any(letter.isdigit() for letter in text)


@functools.cache
def _stored_name(name: str) -> str:
    """The name under which Excel 2010 and later store a function that is newer than the file format."""
    from xlsxwriter.worksheet import Worksheet

    return Worksheet()._prepare_formula(f"={name}()", True).removeprefix("=").partition("(")[0]
