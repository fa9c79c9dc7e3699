"""
Tables of any kind as columns: a pandas frame or series, a table of pyarrow or polars, an array of numpy, a list of
dicts. What is not asked for is not copied: rows are taken by position, and one column at a time is made a Series.
"""

import secrets
import sys
import weakref
from collections import OrderedDict

from query_limits import Refused
from query_text import cell_text, cut, is_of, type_name

MAX_HANDLES = 500
MAX_NAME_CHARACTERS = 200
#: Keys of a list of dicts are looked for in so many of them.
KEYS_IN_ROWS = 1000
MAX_COLUMNS = 2000


class Handles:
    """Names displayed objects without keeping them alive."""

    def __init__(self) -> None:
        self._objects: OrderedDict[str, weakref.ref] = OrderedDict()
        #: A handle of an earlier kernel must not name an object of this one.
        self._kernel = secrets.token_hex(4)
        self._count = 0

    def add(self, table) -> str | None:
        try:
            reference = weakref.ref(table)
        except TypeError:
            return None
        self._count += 1
        handle = f"{self._kernel}-{self._count}"
        self._objects[handle] = reference
        while len(self._objects) > MAX_HANDLES:
            self._objects.popitem(last=False)
        return handle

    def get(self, handle: str):
        reference = self._objects.get(handle)
        return None if reference is None else reference()


handles = Handles()


def is_a(value, module: str, *names: str) -> bool:
    """By the classes that are loaded: nothing is imported, and no `__class__` of an object's own is believed."""
    for loaded in (module, f"{module}.lib"):
        found = sys.modules.get(loaded)
        for name in names:
            kind = getattr(found, name, None)
            if isinstance(kind, type) and is_of(value, kind):
                return True
    return False


def kind_of(value) -> str | None:
    """`frame`, `series`, `arrow`, `polars`, `polars series`, `array`, `dicts`; None: it is no table."""
    if is_a(value, "pandas", "DataFrame"):
        return "frame"
    if is_a(value, "pandas", "Series"):
        return "series"
    if is_a(value, "pyarrow", "Table", "RecordBatch"):
        return "arrow"
    if is_a(value, "polars", "DataFrame"):
        return "polars"
    if is_a(value, "polars", "Series"):
        return "polars series"
    if is_a(value, "numpy", "ndarray"):
        array = plain(value, "array")
        return "array" if array.ndim in (1, 2) and array.dtype.names is None else None
    if type(value) is list and value and all(type(item) is dict for item in value[:20]):
        return "dicts"
    return None


def plain(value, kind: str):
    """Without the methods of a class derived from that of the table; the data is shared."""
    if kind == "frame":
        return sys.modules["pandas"].DataFrame(value, copy=False)
    if kind == "series":
        return sys.modules["pandas"].Series(value, copy=False)
    if kind == "array":
        ndarray = sys.modules["numpy"].ndarray
        return ndarray.view(value, ndarray)
    return value


def column_kind(series) -> str:
    """`number`, `boolean`, `time`, `text`, `other`: what filters and alignment need to know."""
    kind = getattr(series.dtype, "kind", "O")
    if kind in "iuf":
        return "number"
    if kind == "b":
        return "boolean"
    if kind == "M":
        return "time"
    if kind == "m":
        return "other"
    name = str(series.dtype)
    return "text" if name in ("object", "str", "string", "category") or name.startswith("string") else "other"


class Table:
    """`series(at)`: a column as a pandas Series; `rows(at, positions)`: some of its values."""

    def __init__(self, value):
        self.kind = kind_of(value)
        if self.kind is None:
            raise Refused(f"A value of the type {type_name(value)} is no table.")
        import pandas

        self._pandas = pandas
        self._value = self._plain(value)
        self.row_count = self._row_count()
        self.column_count = self._column_count()

    def _plain(self, value):
        pandas = self._pandas
        if self.kind == "frame":
            return plain(value, "frame")
        if self.kind == "series":
            series = plain(value, "series")
            return series.to_frame(name=series.name if series.name is not None else "value")
        if self.kind == "array":
            array = plain(value, "array")
            self._array_columns = array.shape[1] if array.ndim == 2 else 1
            # pandas notes something for each column, shown or not.
            return pandas.DataFrame(array[:, :MAX_COLUMNS] if array.ndim == 2 else array, copy=False)
        if self.kind == "dicts":
            keys: dict[str, None] = {}
            for row in value[:KEYS_IN_ROWS]:
                if type(row) is dict:
                    keys.update((key, None) for key in row if type(key) is str)
            self._keys = list(keys)[:MAX_COLUMNS]
            return value
        if self.kind == "polars":
            return value.to_arrow()
        if self.kind == "polars series":
            return sys.modules["pyarrow"].table({value.name or "value": value.to_arrow()})
        return value

    @property
    def _is_pandas(self) -> bool:
        return self.kind in ("frame", "series", "array")

    def _row_count(self) -> int:
        return self._value.num_rows if self._is_arrow else len(self._value)

    @property
    def _is_arrow(self) -> bool:
        return self.kind in ("arrow", "polars", "polars series")

    def _column_count(self) -> int:
        if self.kind == "array":
            return self._array_columns
        if self._is_pandas:
            return self._value.shape[1]
        return self._value.num_columns if self._is_arrow else len(self._keys)

    def name(self, at: int) -> str:
        if self._is_pandas:
            label = self._value.columns[at]
            return cut(" / ".join(cell_text(part, 80) for part in label), MAX_NAME_CHARACTERS) if is_of(label, tuple) else cell_text(label, MAX_NAME_CHARACTERS)
        return cut(self._value.schema.names[at] if self._is_arrow else self._keys[at], MAX_NAME_CHARACTERS)

    def column(self, at: int) -> dict:
        some = self.rows(at, slice(0, 1))
        dtype = str(self._value.schema.types[at]) if self._is_arrow else str(some.dtype)
        if self.kind == "dicts":
            some = self.rows(at, slice(0, KEYS_IN_ROWS))
            dtype = str(some.dtype)
        kind = column_kind(some)
        return {"name": self.name(at), "dtype": cut(dtype, 80), "kind": kind}

    def series(self, at: int):
        """The whole column; a copy only where pandas cannot share it."""
        return self.rows(at, slice(0, self.row_count))

    def rows(self, at: int, positions):
        """A slice, or an array of positions."""
        if not 0 <= at < self.column_count:
            raise Refused("There is no such column any more.")
        if self._is_pandas:
            return self._value.iloc[positions, at]
        if self._is_arrow:
            column = self._value.column(at)
            if isinstance(positions, slice):
                taken = column.slice(positions.start, max(positions.stop - positions.start, 0))
            else:
                taken = column.take(sys.modules["pyarrow"].array(positions))
            return self._pandas.Series(taken.to_pandas())
        key = self._keys[at]
        rows = self._value[positions] if isinstance(positions, slice) else [self._value[row] for row in positions]
        values = [row.get(key) if type(row) is dict else None for row in rows]
        # Mixed values stay what they are.
        return self._pandas.Series(values, dtype=object).infer_objects()

    def values(self, at: int, positions) -> list:
        """As `rows`, for showing; None: missing. Whole numbers stay whole beside missing ones where the table has them so."""
        if self._is_arrow and 0 <= at < self.column_count:
            column = self._value.column(at)
            if isinstance(positions, slice):
                return column.slice(positions.start, max(positions.stop - positions.start, 0)).to_pylist()
            return column.take(sys.modules["pyarrow"].array(positions)).to_pylist()
        series = self.rows(at, positions)
        missing = series.isna().to_numpy()
        # Short floats as numpy writes them, not as the double that lies nearest.
        values = series.to_numpy() if str(series.dtype) in ("float32", "float16") else series.tolist()
        return [None if gone else value for value, gone in zip(values, missing)]

    def labels(self, positions) -> list[str]:
        """The index of pandas; elsewhere row numbers from 0."""
        if self._is_pandas:
            index = self._value.index[positions]
            return [" / ".join(cell_text(part, 80) for part in label) if is_of(label, tuple) else cell_text(label, 120) for label in index]
        return [str(row) for row in (range(positions.start, positions.stop) if isinstance(positions, slice) else positions)]
