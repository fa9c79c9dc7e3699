"""The workbooks of `book_variants`, saved as xls by LibreOffice: nothing else at hand writes it."""

import os
import shutil

import book_variants
from book_variants import BOOKS
from format_corpus import Draft, Kind

#: It computes formulas anew, keeps no stored pivot table and no macros, and opens no text for a workbook.
NOT_KEPT = (
    "formulas with results", "formulas without results", "ods named xlsx", "ods", "XML of Excel 2003", "pivot cache", "macros",
    "separated text named xls",
)  # fmt: skip


def write(draft: Draft, stem: str) -> str:
    # Where the corpus is only read, there is no LibreOffice.
    from code_interpreter._office import converted

    source = book_variants.write(draft, f"{stem}-source")
    with converted(source, "xls") as made:
        shutil.copyfile(made, f"{stem}.xls")
    os.remove(source)
    return f"{stem}.xls"


OLD = Kind("xls", BOOKS.count, write, BOOKS.peers, apart=BOOKS.apart, office=True)
OLD.variants = {name: variant for name, variant in BOOKS.variants.items() if name not in NOT_KEPT}
KINDS = [OLD]
