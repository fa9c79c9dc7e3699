"""
The joins of a database, each measured on its data: those that are declared, and where none is, those that names,
types and values speak for. Nothing is inferred from a name alone.
"""

import re
from dataclasses import dataclass, field

from analyst.duck import identifier
from code_interpreter._schema_source import Column, Schema, Source, Table

#: A table is measured whole up to this many rows; of a longer one, about so many.
EXACT_ROWS = 1_000_000
SAMPLE_ROWS = 100_000
#: An inferred join has at least this share of its values in the other table.
LEAST_SHARE = 0.9
#: Names that say nothing about where they point.
GENERIC = {"id", "key", "code", "no", "nr", "number", "name", "type", "status", "uuid", "guid", "value", "pk", "date", "year"}
KEY_WORDS = ("id", "key", "code", "no", "nr", "number", "uuid", "guid", "pk", "fk", "ref")
#: These point to a row of the same table.
TO_ITSELF = {"parent", "manager", "supervisor", "reports_to", "reply_to", "previous", "next", "root", "replaces", "mother", "father"}


@dataclass
class Join:
    """Rows of `table` point to rows of `to_table`; the columns belong together in pairs."""

    table: str
    columns: list[str]
    to_table: str
    to_columns: list[str]
    declared: bool
    #: Of the distinct values (without missing ones), those that the other table has: 0 to 1. None: could not be measured.
    share: float | None = None
    #: The share is of a sample.
    sampled: bool = False
    #: No value stands twice; None: could not be measured.
    unique: bool | None = None
    to_unique: bool | None = None
    #: Some rows point nowhere.
    optional: bool | None = None
    #: Some rows of the other table are pointed to by none.
    to_optional: bool | None = None
    note: str = ""
    colour: str = field(default="", compare=False)

    @property
    def cardinality(self) -> str:
        """From `table` to `to_table`: n:1, 1:1, n:m, 1:n; with 0..1 where rows point nowhere. Empty: not measured."""
        if self.unique is None or self.to_unique is None:
            return ""
        here = "1" if self.unique else "n"
        there = ("0..1" if self.optional else "1") if self.to_unique else ("m" if here == "n" else "n")
        return f"{here}:{there}"


def words_of(name: str) -> list[str]:
    """`CustomerID`, `customer_id`, `customer id` → customer, id; the last word in the singular."""
    split = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word.lower() for word in re.split(r"[\W_]+", split) if word]


def singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def find_joins(source: Source, schema: Schema, infer: bool = True) -> list[Join]:
    """Declared ones in the order of the tables, then inferred ones. Those between the same columns come once."""
    joins = [Join(key.table, key.columns, key.to_table, key.to_columns, declared=True) for key in schema.foreign_keys]
    candidates = _candidates(schema, joins) if infer else []
    wanted: dict[str, set[str]] = {}
    for join in [*joins, *(candidate for _, candidate in candidates)]:
        wanted.setdefault(join.table, set()).update(join.columns)
        wanted.setdefault(join.to_table, set()).update(join.to_columns)
    source.prepare(wanted)
    measuring = Measuring(source, schema)
    for join in joins:
        measuring.measure(join)
    return joins + _chosen(candidates, measuring, schema)


def _candidates(schema: Schema, declared: list[Join]) -> list[tuple[int, Join]]:
    """(how well the names agree, join): pairs of columns whose names and types do."""
    taken = {(join.table, column) for join in declared for column in join.columns}
    found = []
    for table in schema.tables:
        for column in table.columns:
            if (table.name, column.name) in taken:
                continue
            for target in schema.tables:
                # What a view repeats of a table is that table's.
                if target.view:
                    continue
                for key in target.columns:
                    if (table.name, column.name) == (target.name, key.name) or not _same_kind(column, key):
                        continue
                    score = _agreement(table, column, target, key)
                    if score > 0:
                        found.append((score, Join(table.name, [column.name], target.name, [key.name], declared=False)))
    return sorted(found, key=lambda one: -one[0])


def _agreement(table: Table, column: Column, target: Table, key: Column) -> int:
    """0: they have nothing to do with each other. Only keys are pointed to."""
    words, key_words = words_of(column.name), words_of(key.name)
    thing = words_of(target.name.rsplit(".", 1)[-1]) or [""]
    for prefix in ("tbl", "dim", "fact", "tb", "t"):
        if len(thing) > 1 and thing[0] == prefix:
            thing = thing[1:]
    thing[-1] = singular(thing[-1])
    single_key = target.primary_key == [key.name]
    # customer_id in customers is its key, whether or not that is declared.
    own_key = single_key or (len(key_words) == 1 and key_words[0] in KEY_WORDS) or key_words[:-1] == thing and key_words[-1] in KEY_WORDS
    if not words or not key_words or not own_key:
        return 0
    if table.name == target.name:
        stem = "_".join(words[:-1] if words[-1] in KEY_WORDS else words)
        return 60 if stem in TO_ITSELF else 0
    if column.primary and len(table.primary_key) == 1 and words == key_words and set(words) <= GENERIC:
        return 0
    suffix = key_words[len(thing) :] if key_words[: len(thing)] == thing else key_words
    full = [*thing, *suffix]
    joined, asked = "".join(full), "".join(words)
    # An id of one's own is pointed to, it does not point.
    is_own = (own := _own_name(table)) == words[: len(own)] and len(words) == len(own) + 1
    if is_own and words == key_words:
        return 45 if column.primary else 0
    if joined == asked or words == key_words and not set(words) <= GENERIC:
        return 100
    if words == thing and not set(words) <= GENERIC:
        return 80
    if len(words) > len(full) and words[-len(full) :] == full:
        return 70
    stem, last = words[:-1], words[-1]
    if last in KEY_WORDS and stem and len("".join(stem)) >= 3 and (last in suffix or single_key):
        if "".join(thing).startswith("".join(stem)):
            return 40
        if len(thing) > 1 and stem == thing[-1:]:
            return 50
    return 0


def _own_name(table: Table) -> list[str]:
    words = words_of(table.name.rsplit(".", 1)[-1]) or [""]
    return [*words[:-1], singular(words[-1])]


_KINDS = (
    ("int", "number"), ("serial", "number"), ("double", "number"), ("float", "number"), ("real", "number"), ("num", "number"),
    ("dec", "number"), ("char", "text"), ("text", "text"), ("clob", "text"), ("str", "text"), ("object", "text"), ("category", "text"),
    ("uuid", "text"), ("date", "time"), ("time", "time"), ("bool", "truth"), ("blob", "bytes"),
)  # fmt: skip


def _same_kind(one: Column, other: Column) -> bool:
    """By the declared types; whether the values are equal is measured."""

    def kind(column: Column) -> str:
        return next((kind for part, kind in _KINDS if part in column.type.lower()), "")

    first, second = kind(one), kind(other)
    return first == second or "" in (first, second)


def _chosen(candidates: list[tuple[int, Join]], measuring: "Measuring", schema: Schema) -> list[Join]:
    """For each column the target that its name fits best, of those that the values confirm."""
    best: dict[tuple[str, str], tuple[tuple, Join]] = {}
    for score, join in candidates:
        place = (join.table, join.columns[0])
        if place in best and best[place][0][0] > score:
            continue
        measuring.measure(join)
        # Names that only resemble each other need every value; nothing follows from a handful.
        least = LEAST_SHARE if score >= 70 else 1.0
        if join.share is None or join.share < least or join.to_unique is not True:
            continue
        if score < 70 and measuring.distinct(join.table, join.columns[0]) < 3:
            continue
        target = schema.table(join.to_table)
        key = (score, join.share, target is not None and target.primary_key == join.to_columns)
        if place not in best or key > best[place][0]:
            best[place] = (key, join)
    chosen = [join for _, join in best.values()]
    # Two tables with one key are joined once: from the smaller to the one it is a part of.
    pairs = {(join.table, tuple(join.columns), join.to_table, tuple(join.to_columns)) for join in chosen}
    kept = []
    for join in chosen:
        back = (join.to_table, tuple(join.to_columns), join.table, tuple(join.columns))
        if back in pairs and (_rows(schema, join.table), join.table) > (_rows(schema, join.to_table), join.to_table):
            continue
        kept.append(join)
    order = {table.name: index for index, table in enumerate(schema.tables)}
    return sorted(kept, key=lambda join: (order[join.table], join.columns))


def _rows(schema: Schema, name: str) -> int:
    table = schema.table(name)
    return 0 if table is None else table.rows or 0


class Measuring:
    """What the data says about joins. A table that is too long is measured by a sample."""

    def __init__(self, source: Source, schema: Schema):
        self._source = source
        self._schema = schema
        self._facts: dict[tuple[str, tuple[str, ...]], tuple[bool, bool, int]] = {}

    def distinct(self, table: str, column: str) -> int:
        return self._column_facts(table, (column,))[2]

    def _column_facts(self, name: str, columns: tuple[str, ...]) -> tuple[bool, bool, int]:
        """(no value twice, some rows without, distinct values); of the whole table, which is one pass."""
        key = (name, columns)
        if key not in self._facts:
            listed = ", ".join(identifier(column) for column in columns)
            there = " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
            place = self._source.table_sql(name)
            [(rows, filled, distinct)] = self._source.query(
                f"SELECT (SELECT count(*) FROM {place}), (SELECT count(*) FROM {place} WHERE {there}), "
                f"(SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {place} WHERE {there}) AS d)"
            )
            self._facts[key] = (int(filled) == int(distinct), int(filled) < int(rows), int(distinct))
        return self._facts[key]

    def measure(self, join: Join) -> None:
        try:
            self._measure(join)
        except Exception as error:  # a view that fails, a type that cannot be compared
            join.note = f"not measured: {' '.join(str(error).split())[:120]}"

    def _measure(self, join: Join) -> None:
        here, there = tuple(join.columns), tuple(join.to_columns)
        join.unique, join.optional, _ = self._column_facts(join.table, here)
        join.to_unique, _, _ = self._column_facts(join.to_table, there)
        table = self._schema.table(join.table)
        join.sampled = table is not None and (table.rows or 0) > EXACT_ROWS
        place = self._source.table_sql(join.table)
        if join.sampled and table is not None:
            place = self._source.sample_sql(table, SAMPLE_ROWS)
        filled = " AND ".join(f"s.{identifier(column)} IS NOT NULL" for column in here)
        values = f"SELECT DISTINCT {', '.join(f's.{identifier(column)} AS v{index}' for index, column in enumerate(here))} FROM {place} AS s WHERE {filled}"
        named = ", ".join(f"{identifier(column)} AS v{index}" for index, column in enumerate(there))
        matching = " AND ".join(f"a.v{index} = b.v{index}" for index in range(len(here)))
        target = self._source.table_sql(join.to_table)
        [(distinct, found, all_there)] = self._source.query(
            f"WITH a AS ({values}), b AS (SELECT DISTINCT {named} FROM {target}) "
            f"SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM a JOIN b ON {matching}), (SELECT count(*) FROM b WHERE b.v0 IS NOT NULL)"
        )
        join.share = int(found) / int(distinct) if int(distinct) > 0 else None
        # Of a sample it is not known which rows nothing points to.
        join.to_optional = None if join.sampled else int(found) < int(all_there)
        if int(distinct) == 0:
            join.note = "no values to measure"
