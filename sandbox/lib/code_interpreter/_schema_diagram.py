"""`schema_diagram`: how the tables of a database join, as a picture whose lines can be followed, and as a table."""

import functools
import os
from collections.abc import Iterable
from xml.etree import ElementTree

import pandas as pd

from analyst.problems import shown
from code_interpreter._schema_joins import Join, find_joins
from code_interpreter._schema_labels import percent
from code_interpreter._schema_layout import Drawing, Layout
from code_interpreter._schema_source import Schema, source_of

SVG = "http://www.w3.org/2000/svg"
#: Pixels: wide enough to be read when enlarged, small enough for every viewer.
PNG_WIDTH, PNG_LONGEST = 2400, 12_000
#: For the model and the panel, where large pictures are made smaller anyway.
INLINE_LONGEST = 2000
MOST_TABLES = 200
FORMATS = ("pdf", "png", "svg")


def schema_diagram(data, *, tables: Iterable[str] | None = None, infer: bool = True, max_columns: int | None = None, title: str | None = None) -> "Diagram":
    """
    How tables join. `data`: path of an SQLite or DuckDB file, an sqlite3 connection, or a dict of DataFrames by name.

        diagram = schema_diagram("/workspace/shop.db")
        diagram.save("shop-joins.pdf")
        diagram                     # as the last line of a cell: shown
        diagram.joins               # a DataFrame: use these joins, do not guess others

    Joins are the declared foreign keys, and (unless `infer` is false) those that names and types suggest and at least
    90 % of the values confirm: dashed, with the share. `tables` draws only these; `max_columns` for each table, keys
    and joined columns always (default: 30, of more than 15 tables 12).

    Raises CannotOpen, FileNotFoundError, TypeError, ValueError (a table that is not there, too many tables).
    """
    source = source_of(data)
    try:
        schema = source.schema()
        if tables is not None:
            schema = _only(schema, list(tables))
        if not schema.tables:
            raise ValueError("There are no tables in it.")
        if len(schema.tables) > MOST_TABLES:
            raise ValueError(f"{len(schema.tables)} tables are too many for one picture (at most {MOST_TABLES}): choose some with tables=[…].")
        joins = find_joins(source, schema, infer)
    finally:
        source.close()
    if title is None:
        name = shown(os.path.basename(data), 60) if isinstance(data, (str, os.PathLike)) else source.kind
        title = f"{name}: {_counted(len(schema.tables), 'table')}, {_counted(len(joins), 'join')}"
    limit = max_columns if max_columns is not None else 30 if len(schema.tables) <= 15 else 12
    return Diagram(schema, joins, title, limit)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _only(schema: Schema, names: list[str]) -> Schema:
    chosen = [schema.table(name) for name in names]
    missing = [name for name, table in zip(names, chosen, strict=True) if table is None]
    if missing:
        raise ValueError(f"No table {missing[0]!r}: there are {', '.join(table.name for table in schema.tables[:40])}.")
    kept = [table for table in schema.tables if table in chosen]
    there = {table.name for table in kept}
    keys = [key for key in schema.foreign_keys if key.table in there and key.to_table in there]
    return Schema(kept, keys, schema.notes)


class Diagram:
    """Shows itself at the end of a cell. `joins` and `tables` are DataFrames, `notes` what could not be read."""

    def __init__(self, schema: Schema, joins: list[Join], title: str, max_columns: int):
        self.title = title
        self.notes = list(schema.notes)
        self._schema, self._joins = schema, joins
        self._drawing = Drawing(schema, joins, title, max_columns)

    @property
    def joins(self) -> pd.DataFrame:
        """One row for each join. `share`: of the distinct values, those found in the other table (0 to 1)."""
        columns = ["table", "column", "to_table", "to_column", "kind", "share", "sampled", "cardinality", "note"]
        rows = [
            (join.table, ", ".join(join.columns), join.to_table, ", ".join(join.to_columns), "declared" if join.declared else "inferred", join.share, join.sampled, join.cardinality, join.note)
            for join in self._joins
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def tables(self) -> pd.DataFrame:
        """One row for each column of each table, also of those that are not drawn."""
        rows = [(table.name, "view" if table.view else "table", table.rows, column.name, column.type, column.primary) for table in self._schema.tables for column in table.columns]
        return pd.DataFrame(rows, columns=["table", "kind", "rows", "column", "type", "primary_key"])

    @property
    def dot(self) -> str:
        """The text for graphviz."""
        return self._drawing.dot()

    @property
    def layout(self) -> Layout:
        """Where tables and lines are, in points of the page."""
        return self._drawing.layout

    def save(self, path: str) -> str:
        """Writes a PDF (one page, its text can be searched), PNG (at least 2,400 pixels wide) or SVG, by the name's end."""
        kind = os.path.splitext(os.fspath(path))[1].lstrip(".").lower()
        if kind not in FORMATS:
            raise ValueError(f"{os.path.basename(path)!r}: the name must end with .pdf, .png or .svg.")
        data = self.svg.encode() if kind == "svg" else self._png(PNG_WIDTH, PNG_LONGEST) if kind == "png" else self._drawing.render("pdf")
        with open(path, "wb") as file:
            file.write(data)
        return os.fspath(path)

    @functools.cached_property
    def svg(self) -> str:
        """With the full names, which a picture cuts, as titles."""
        ElementTree.register_namespace("", SVG)
        ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
        root = ElementTree.fromstring(self._drawing.render("svg"))
        titles = {f"t{index}": f"{table.name}: {', '.join(f'{column.name} {column.type}'.strip() for column in table.columns)}" for index, table in enumerate(self._schema.tables)}
        for group in root.iter(f"{{{SVG}}}g"):
            title = group.find(f"{{{SVG}}}title")
            if title is None:
                continue
            kind, name = group.get("class"), group.get("id", "")
            if kind == "edge" and name.startswith("join"):
                title.text = _sentence(self._joins[int(name.removeprefix("join"))])
            elif kind == "node":
                title.text = titles.get(title.text or "", "")
            elif kind == "edge":
                title.text = "Legend"
            elif kind == "graph":
                title.text = self.title
        return ElementTree.tostring(root, encoding="unicode")

    def _png(self, width: int, longest: int) -> bytes:
        wide, high = self.layout.width_pt + 43, self.layout.height_pt + 43
        dpi = min(max(width / wide, 1.5) * 72, longest / max(wide, high) * 72)
        # A narrow, high picture is never less than wide enough.
        return self._drawing.render("png", max(dpi, min(width / wide * 72, 300)))

    @functools.cached_property
    def _inline(self) -> bytes:
        wide, high = self.layout.width_pt + 43, self.layout.height_pt + 43
        return self._drawing.render("png", min(144, INLINE_LONGEST / max(wide, high) * 72))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        import base64

        return {"image/svg+xml": self.svg, "image/png": base64.b64encode(self._inline).decode(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        lines = [self.title, *(_sentence(join) for join in self._joins), *self.notes]
        return "\n".join(lines)


def _sentence(join: Join) -> str:
    """`orders.customer_id → customers.id, n:1, inferred, 98.2 % of the values found`."""
    here, there = (f"{table}.{columns[0]}" if len(columns) == 1 else f"{table}.({', '.join(columns)})" for table, columns in ((join.table, join.columns), (join.to_table, join.to_columns)))
    parts = [f"{here} → {there}", join.cardinality, "declared" if join.declared else "inferred"]
    if join.share is not None and not (join.declared and join.share == 1):
        parts.append(f"{percent(join.share)} of the {'sampled ' if join.sampled else ''}values found")
    return ", ".join(part for part in [*parts, join.note] if part)
