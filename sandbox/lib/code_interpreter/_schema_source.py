"""
What a database is made of: tables, views, columns, keys. One source for each kind: SQLite, DuckDB, DataFrames; each
answers the same SQL, so that joins are measured in one way.
"""

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from analyst import database, duckfile
from analyst.duck import identifier
from analyst.magic import HEAD_BYTES, kind_of
from analyst.problems import CannotOpen, shown
from analyst.reading import Reading

#: A frame is measured whole up to this many rows; of a longer one, this many.
FRAME_ROWS = 2_000_000


@dataclass
class Column:
    name: str
    #: As declared; empty where the database has none.
    type: str = ""
    primary: bool = False
    not_null: bool = False


@dataclass
class Table:
    name: str
    columns: list[Column]
    view: bool = False
    #: None where they cannot be counted.
    rows: int | None = None

    @property
    def primary_key(self) -> list[str]:
        return [column.name for column in self.columns if column.primary]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)


@dataclass
class ForeignKey:
    table: str
    columns: list[str]
    to_table: str
    to_columns: list[str]


@dataclass
class Schema:
    tables: list[Table]
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    #: What could not be read, or was left out.
    notes: list[str] = field(default_factory=list)

    def table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.name.lower() == name.lower()), None)


class Source:
    """`query` gives rows as tuples. Close it after use."""

    kind = ""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._closing = contextlib.ExitStack()

    def schema(self) -> Schema:
        raise NotImplementedError

    def query(self, sql: str) -> list[tuple]:
        raise NotImplementedError

    def prepare(self, columns: dict[str, set[str]]) -> None:
        """These columns will be asked for."""

    def table_sql(self, name: str) -> str:
        return identifier(name)

    def sample_sql(self, table: Table, limit: int) -> str:
        """A part of about `limit` rows, spread over the whole table where that is cheap."""
        return f"(SELECT * FROM {self.table_sql(table.name)} LIMIT {limit})"

    def close(self) -> None:
        self._closing.close()


class SqliteSource(Source):
    kind = "SQLite"

    def __init__(self, place: str | sqlite3.Connection) -> None:
        super().__init__()
        if isinstance(place, sqlite3.Connection):
            self.connection, self.name = place, "the database"
            return
        reading = Reading("SQLite database")
        self.name = shown(os.path.basename(place))
        self.connection = self._closing.enter_context(database.connected(place, self.name, reading))
        self.notes += reading.notes

    def query(self, sql: str) -> list[tuple]:
        # A connection of the user's may have a row factory of its own.
        return [tuple(row) for row in self.connection.execute(sql).fetchall()]

    def schema(self) -> Schema:
        try:
            return self._schema()
        except sqlite3.DatabaseError as error:
            raise CannotOpen("corrupt-database", f"{self.name} is a damaged or encrypted database ({shown(error, 90)}).") from None

    def _schema(self) -> Schema:
        listed = self.query("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
        # A virtual table (full text, geometry) keeps its data in others, which are not the user's.
        with contextlib.suppress(sqlite3.DatabaseError):
            shadows = {row[0] for row in self.query("SELECT name FROM pragma_table_list WHERE type = 'shadow'")}
            listed = [row for row in listed if row[0] not in shadows]
        counts = database.counted_tables(self.connection)
        schema = Schema([], notes=self.notes)
        for name, kind in listed:
            try:
                columns = self.query(f"PRAGMA table_info({identifier(name)})")
            except sqlite3.DatabaseError as error:
                schema.notes.append(f"The {kind} “{shown(name, 40)}” cannot be read ({shown(error, 90)}).")
                continue
            read = [Column(row[1], row[2] or "", primary=row[5] > 0, not_null=bool(row[3])) for row in columns]
            schema.tables.append(Table(name, read, view=kind == "view", rows=counts.get(name)))
        for table in schema.tables:
            if not table.view:
                self._add_foreign_keys(schema, table)
        return schema

    def _add_foreign_keys(self, schema: Schema, table: Table) -> None:
        by_id: dict[int, list[tuple]] = {}
        for row in self.query(f"PRAGMA foreign_key_list({identifier(table.name)})"):
            by_id.setdefault(row[0], []).append(row)
        for _, rows in sorted(by_id.items(), reverse=True):
            rows.sort(key=lambda row: row[1])
            target = schema.table(rows[0][2])
            columns = [row[3] for row in rows]
            if target is None:
                schema.notes.append(f"“{shown(table.name, 40)}” refers to a table that is not there: “{shown(rows[0][2], 40)}”.")
                continue
            # Without columns, the key of the other table is meant.
            others = [row[4] for row in rows] if rows[0][4] is not None else target.primary_key
            known = [target.column(other) for other in others]
            if len(others) != len(columns) or None in known:
                schema.notes.append(f"The foreign key ({', '.join(columns)}) of “{shown(table.name, 40)}” names columns that “{shown(target.name, 40)}” does not have.")
                continue
            schema.foreign_keys.append(ForeignKey(table.name, columns, target.name, [one.name for one in known if one is not None]))

    def sample_sql(self, table: Table, limit: int) -> str:
        step = max(1, (table.rows or 0) // limit)
        if table.view or step == 1 or not self._has_rowid(table.name):
            return super().sample_sql(table, limit)
        return f"(SELECT * FROM {identifier(table.name)} WHERE rowid % {step} = 0 LIMIT {limit})"

    def _has_rowid(self, name: str) -> bool:
        try:
            self.query(f"SELECT rowid FROM {identifier(name)} LIMIT 1")
        except sqlite3.DatabaseError:
            return False
        return True


class DuckdbSource(Source):
    kind = "DuckDB"

    def __init__(self, path: str) -> None:
        super().__init__()
        self.name = shown(os.path.basename(path))
        reading = Reading("DuckDB database")
        scratch = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="duckdb-"))
        self.file = duckfile.readable(path, scratch, reading)
        self.notes += reading.notes

    def _rows(self, sql: str) -> list[dict]:
        return json.loads(duckfile.run(self.file, self.name, sql, "-json") or "[]")

    def query(self, sql: str) -> list[tuple]:
        return [tuple(row.values()) for row in self._rows(sql)]

    def table_sql(self, name: str) -> str:
        return ".".join(identifier(part) for part in self._parts[name])

    def schema(self) -> Schema:
        self._parts: dict[str, tuple[str, str]] = {}
        schema = Schema([], notes=self.notes)
        for row in self._rows(
            "SELECT schema_name AS s, table_name AS t, estimated_size AS n, false AS v FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT schema_name, view_name, NULL, true FROM duckdb_views() WHERE NOT internal"
        ):
            name = row["t"] if row["s"] == "main" else f"{row['s']}.{row['t']}"
            self._parts[name] = (row["s"], row["t"])
            schema.tables.append(Table(name, [], view=_true(row["v"]), rows=row["n"]))
        names = {parts: name for name, parts in self._parts.items()}
        for row in self._rows("SELECT schema_name AS s, table_name AS t, column_name AS c, data_type AS d, is_nullable AS n FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"):
            table = schema.table(names.get((row["s"], row["t"]), ""))
            if table is not None:
                table.columns.append(Column(row["c"], row["d"], not_null=not _true(row["n"])))
        constraints = self._rows(
            "SELECT schema_name AS s, table_name AS t, constraint_type AS k, to_json(constraint_column_names) AS c, referenced_table AS rt, "
            "to_json(referenced_column_names) AS rc FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')"
        )
        for row in constraints:
            table, columns = schema.table(names[row["s"], row["t"]]), _list(row["c"])
            if table is None:
                continue
            if row["k"] == "PRIMARY KEY":
                for column in table.columns:
                    column.primary |= column.name in columns
                continue
            target = names.get((row["s"], row["rt"]))
            if target is not None:
                schema.foreign_keys.append(ForeignKey(table.name, columns, target, _list(row["rc"])))
        return schema

    def sample_sql(self, table: Table, limit: int) -> str:
        return f"(SELECT * FROM {self.table_sql(table.name)} USING SAMPLE reservoir({limit} ROWS) REPEATABLE (1))"


def _true(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _list(value: object) -> list[str]:
    return json.loads(value) if isinstance(value, str) else list(value or [])


class FrameSource(SqliteSource):
    """DataFrames by name. What has to be measured is copied into a database in memory."""

    kind = "DataFrames"

    def __init__(self, frames: Mapping) -> None:
        self.frames = {str(name): frame for name, frame in frames.items()}
        super().__init__(sqlite3.connect(":memory:"))
        self._closing.callback(self.connection.close)

    def schema(self) -> Schema:
        tables = []
        for name, frame in self.frames.items():
            columns = [Column(str(column), str(kind)) for column, kind in zip(frame.columns, frame.dtypes, strict=True)]
            tables.append(Table(name, columns, rows=len(frame)))
            if len(frame) > FRAME_ROWS:
                self.notes.append(f"Of “{shown(name, 40)}” the first {FRAME_ROWS:,} of {len(frame):,} rows were measured.")
        return Schema(tables, notes=self.notes)

    def prepare(self, columns: dict[str, set[str]]) -> None:
        for name, frame in self.frames.items():
            wanted = [index for index, column in enumerate(frame.columns) if str(column) in columns.get(name, ())]
            if wanted:
                _plain(frame.iloc[:FRAME_ROWS, wanted]).to_sql(name, self.connection, index=False, if_exists="replace")


def _plain(frame):
    """Values that SQLite can hold; integers stay integers beside missing ones, so that keys are equal."""
    plain = frame.copy()
    plain.columns = [str(column) for column in frame.columns]
    for position in range(plain.shape[1]):
        values = plain.iloc[:, position]
        if values.dtype.kind == "f" and (values.dropna() % 1 == 0).all():
            values = values.astype("Int64")
        elif values.dtype.kind not in "iub":
            values = values.map(lambda value: value if isinstance(value, (int, float, bytes)) else str(value), na_action="ignore").astype(object)
        plain.isetitem(position, values)
    return plain


def source_of(data) -> Source:
    """Raises CannotOpen, FileNotFoundError, TypeError."""
    if isinstance(data, Mapping):
        if not data or not all(hasattr(frame, "dtypes") and hasattr(frame, "columns") for frame in data.values()):
            raise TypeError("schema_diagram takes a dict of DataFrames by name: {'orders': orders, 'customers': customers}")
        return FrameSource(data)
    if isinstance(data, sqlite3.Connection):
        return SqliteSource(data)
    path = os.fspath(data)
    if not os.path.exists(path):
        raise FileNotFoundError(f"There is no file {path!r}.")
    with open(path, "rb") as file:
        kind = kind_of(path, file.read(HEAD_BYTES))
    if kind == "sqlite":
        return SqliteSource(path)
    if kind == "duckdb":
        return DuckdbSource(path)
    raise CannotOpen("not-a-database", f"{shown(os.path.basename(path))} is no SQLite or DuckDB database; open tables one by one and pass a dict of DataFrames.")
