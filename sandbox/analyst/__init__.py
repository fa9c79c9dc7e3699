"""
What the built-in analyst's cells import: opening a data file whatever its format, and telling the analyst what
a cell found. Everything else in those cells is plain pandas and matplotlib.
"""

from .facts import report
from .opening import open_table
from .problems import CannotOpen
from .reading import Reading, Table

__all__ = ["CannotOpen", "Reading", "Table", "open_table", "report"]
