"""How tables and the ends of lines look: the labels and arrows of graphviz."""

import math
from html import escape

from code_interpreter._schema_joins import Join
from code_interpreter._schema_source import Table

INK, MUTED, HEAD, FRAME = "#1f2328", "#59636e", "#e7ecf2", "#8c959f"
NAME_CHARACTERS = 30
TYPE_CHARACTERS = 16


def cut(name: str, limit: int = NAME_CHARACTERS) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"


def percent(share: float) -> str:
    """Only what is whole is 100 %."""
    return f"{math.floor(share * 1000) / 10:g} %"


def shown_columns(table: Table, joins: list[Join], most: int) -> list[int]:
    """Keys and joined columns, and the first others for which there is room."""
    needed = {name for join in joins for name in _ends(join, table.name)}
    must = [index for index, column in enumerate(table.columns) if column.primary or column.name in needed]
    others = [index for index in range(len(table.columns)) if index not in must]
    return sorted(must + others[: max(0, most - len(must))])


def _ends(join: Join, table: str) -> list[str]:
    return [*(join.columns if join.table == table else []), *(join.to_columns if join.to_table == table else [])]


def table_label(table: Table, joins: list[Join], most: int) -> str:
    """One row for each column; its left cell is the port `l…`, its right one `r…`, numbered as the columns are."""
    kind = "view" if table.view else "" if table.rows is None else f"{table.rows:,} row{'' if table.rows == 1 else 's'}"
    head = f'<B>{text(cut(table.name))}</B>  <FONT COLOR="{MUTED}" POINT-SIZE="9">{kind} </FONT>'
    rows = [f'<TR><TD COLSPAN="4" BGCOLOR="{HEAD}" ALIGN="LEFT">{head}</TD></TR><HR/>']
    shown = shown_columns(table, joins, most)
    for index in shown:
        column = table.columns[index]
        key = "<B>PK</B>" if column.primary else "FK" if any(column.name in join.columns for join in joins if join.table == table.name) else " "
        rows.append(
            f'<TR><TD PORT="l{index}" ALIGN="LEFT"><FONT POINT-SIZE="8" COLOR="{MUTED}">{key}</FONT></TD>'
            f'<TD ALIGN="LEFT">{text(cut(column.name)) or " "}</TD>'
            f'<TD ALIGN="LEFT"><FONT POINT-SIZE="9" COLOR="{MUTED}">{text(cut(column.type.lower(), TYPE_CHARACTERS)) or " "}</FONT></TD>'
            f'<TD PORT="r{index}" ALIGN="LEFT">{_targets(table, column.name, joins) or " "}</TD></TR>'
        )
    if len(shown) < len(table.columns):
        left = len(table.columns) - len(shown)
        rows.append(f'<TR><TD></TD><TD COLSPAN="3" ALIGN="LEFT"><FONT COLOR="{MUTED}"><I>and {left} more column{"" if left == 1 else "s"}</I></FONT></TD></TR>')
    style = ' STYLE="DASHED"' if table.view else ""
    return f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" COLOR="{FRAME}" BGCOLOR="white"{style}>{"".join(rows)}</TABLE>'


def _targets(table: Table, column: str, joins: list[Join]) -> str:
    """What this column points to, in the colour of the line: it can be read without following that."""
    told = []
    for join in joins:
        if join.table != table.name or column not in join.columns:
            continue
        target = cut(join.to_table, 22)
        other = join.to_columns[join.columns.index(column)]
        name = target if len(join.columns) == 1 else f"{target}.{cut(other, 16)}"
        share = " ?" if join.share is None else "" if join.declared and join.share == 1 else f" {'~' if join.sampled else ''}{percent(join.share)}"
        told.append(f'<FONT POINT-SIZE="9" COLOR="{join.colour or INK}">→ {text(name)}{share}</FONT>')
    return "<BR/>".join(told)


def heading(title: str) -> str:
    return f'<FONT POINT-SIZE="15"><B>{text(title)}</B></FONT>'


def below(tables: list[str], columns: int, words: list[str]) -> str:
    """Tables that nothing joins, side by side, and the legend."""
    rows = [tables[first : first + columns] for first in range(0, len(tables), columns)]
    cells = "".join(f"<TR>{''.join(f'<TD VALIGN="TOP" ALIGN="LEFT">{one}</TD>' for one in row)}</TR>" for row in rows)
    grid = f'<TR><TD ALIGN="LEFT">{_small("Without joins:")}</TD></TR><TR><TD ALIGN="LEFT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="8" CELLPADDING="0">{cells}</TABLE></TD></TR>' if tables else ""
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">{grid}{"".join(f'<TR><TD ALIGN="LEFT">{_small(line)}</TD></TR>' for line in words)}</TABLE>'


def legend(joins: list[Join]) -> list[str]:
    """What the lines of this picture mean; short lines, for tables beside nothing grow as wide."""
    if not joins:
        return ["No joins: no declared foreign keys,", "and none that names and values speak for."]
    kinds = {join.declared for join in joins}
    return [
        *(["Solid: declared foreign key."] if True in kinds else []),
        *(["Dashed: inferred from names,", "with the share of values that were found."] if False in kinds else []),
        "Ends: fork = many rows, bar = one row,",
        "circle = some rows have none.",
        "Colours only tell lines apart.",
    ]


def _small(words: str) -> str:
    return f'<FONT POINT-SIZE="9" COLOR="{MUTED}">{text(words)}</FONT>'


def foot(unique: bool | None, optional: bool | None) -> str:
    """Crow's foot notation; graphviz's shapes come from the tip on."""
    if unique is None:
        return "none"
    return ("tee" if unique else "crow") + ("odot" if optional else "tee" if optional is not None else "")


def text(words: str) -> str:
    """Text of a database in a label: no markup, no control characters, which dot would refuse."""
    return escape("".join(ch if ch.isprintable() else "�" for ch in words))
