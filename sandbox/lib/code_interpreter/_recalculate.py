"""What the formulas of a workbook give: computed by LibreOffice, and compared with the values that the file holds."""

import datetime
import math
import os
import re
from typing import NamedTuple

import openpyxl
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

from code_interpreter._office import TIMEOUT_S, converted

#: Of values that were rounded before they were written.
TOLERANCE = 1e-3
#: Functions of which each computing gives something else.
VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY)\(", re.IGNORECASE)
#: Functions that came after the file format: LibreOffice may not know one that Excel does.
NEWER = re.compile(r"_xl(fn|ws|udf)\.", re.IGNORECASE)
#: Lines of each kind that are printed.
MAX_LINES = 20


class Difference(NamedTuple):
    #: What the file says; None: it holds no value for this formula.
    saved: object
    computed: object


class Recalculation(NamedTuple):
    """Keys are cells with a formula, as `Sheet!B7`."""

    #: What each formula gives; an error as its text, `#REF!`.
    values: dict[str, object]
    #: Those that give an error. One that is `#NAME?` in a formula with `_xlfn.` may be a function that only Excel knows.
    errors: dict[str, str]
    #: Where the file says something else, as a program shows that does not compute.
    differences: dict[str, Difference]
    formulas: dict[str, str]
    #: A formula asks for the time or for chance, so that values may differ without being wrong.
    volatile: bool

    def __str__(self) -> str:
        lines = [f"{len(self.values)} formulas were computed, {len(self.errors)} give an error."]
        lines += _lines(f"{cell}: {self.formulas[cell]} gives {error}" for cell, error in self.errors.items())
        none = sum(saved is None for saved, _ in self.differences.values())
        if none:
            lines.append(f"{none} formulas have no value in the file: programs that do not compute show them empty.")
        wrong = {cell: both for cell, both in self.differences.items() if both.saved is not None}
        lines += _lines(f"{cell}: the file says {both.saved}, {self.formulas[cell]} gives {both.computed}" for cell, both in wrong.items())
        return "\n".join(lines)

    def is_wrong(self, cell: str) -> bool:
        """The file holds a value that somebody gave, and that the formula does not give. A writer puts 0 where it knows none."""
        difference = self.differences.get(cell)
        return difference is not None and difference.saved not in (None, 0, "") and not self.volatile

    def is_unknown_function(self, cell: str) -> bool:
        """It may be that only Excel knows it."""
        return self.errors.get(cell) == "#NAME?" and NEWER.search(self.formulas[cell]) is not None


def recalculate(path: str | os.PathLike, timeout_s: float = TIMEOUT_S) -> Recalculation:
    """
    Computes every formula of a workbook (xlsx, xlsm) anew; the file stays as it is. Macros and links are switched off.
    Raises FileNotFoundError, OfficeMissing, OfficeError, and what openpyxl raises for a file that it cannot open.
    """
    with converted(path, "xlsx", timeout_s=timeout_s) as made:
        computed = _cells(made, data_only=True)
    saved = _cells(path, data_only=True)
    formulas = {cell: _formula(value) for cell, value in _cells(path, data_only=False).items() if _is_formula(value)}
    values = {cell: computed.get(cell) for cell in formulas}
    return Recalculation(
        values=values,
        errors={cell: value for cell, value in values.items() if _is_error(value)},
        differences={cell: Difference(saved.get(cell), value) for cell, value in values.items() if not _same(saved.get(cell), value)},
        formulas=formulas,
        volatile=any(VOLATILE.search(formula) for formula in formulas.values()),
    )


def _cells(path, data_only: bool) -> dict[str, object]:
    book = openpyxl.load_workbook(path, data_only=data_only)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip


def _is_formula(value: object) -> bool:
    return isinstance(value, ArrayFormula) or (isinstance(value, str) and value.startswith("="))


def _formula(value: object) -> str:
    return (value.text or "") if isinstance(value, ArrayFormula) else str(value)


def _is_error(value: object) -> bool:
    return isinstance(value, str) and (value in openpyxl.cell.cell.ERROR_CODES or re.fullmatch(r"Err:\d+", value) is not None)


def _same(saved: object, computed: object) -> bool:
    saved, computed = _number(saved), _number(computed)
    if isinstance(saved, (int, float)) and isinstance(computed, (int, float)):
        return math.isclose(saved, computed, rel_tol=TOLERANCE, abs_tol=1e-9)
    # A formula that gives an empty text has no value in some files.
    return saved == computed or {saved, computed} == {None, ""}


def _number(value: object) -> object:
    dates = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
    return to_excel(value) if isinstance(value, dates) else value


def _lines(lines) -> list[str]:
    lines = list(lines)
    return lines if len(lines) <= MAX_LINES else [*lines[:MAX_LINES], f"… and {len(lines) - MAX_LINES} more"]
