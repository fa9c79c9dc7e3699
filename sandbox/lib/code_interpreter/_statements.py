"""Just enough of SQL's lexis to tell statements apart and to see whether the last one has rows."""

import re

_SKIPPED = re.compile(
    r"""
    '(?:[^']|'')*'            # text
  | "(?:[^"]|"")*"            # name
  | \$(\w*)\$.*?\$\1\$        # dollar-quoted text
  | --[^\n]*                  # comment to the end of the line
  | /\*.*?\*/                 # comment
    """,
    re.VERBOSE | re.DOTALL,
)
_WITH_ROWS = {"select", "with", "from", "values", "table", "pivot", "unpivot", "pivot_wider", "pivot_longer"}
_TABLE_LIKE = {"describe", "desc", "show", "summarize"}


def split(query: str) -> list[str]:
    """The statements, without the semicolons between them; those of comments alone are left out."""
    statements, start, position = [], 0, 0
    while position < len(query):
        if skipped := _SKIPPED.match(query, position):
            position = max(skipped.end(), position + 1)
        elif query[position] == ";":
            statements.append(query[start:position])
            start = position = position + 1
        else:
            position += 1
    statements.append(query[start:])
    return [statement.strip() for statement in statements if _first_word(statement)]


def _first_word(statement: str) -> str:
    text, before = statement.strip(), None
    while text != before:
        before = text
        text = re.sub(r"^(--[^\n]*(\n|$)|/\*.*?\*/|\()\s*", "", text, flags=re.DOTALL)
    word = re.match(r"\w+", text)
    return word.group().lower() if word else text[:1]


def as_query(statement: str) -> str | None:
    """The statement as something with rows that stands in parentheses; None when it has none."""
    word = _first_word(statement)
    if word in _WITH_ROWS:
        return statement
    if word in _TABLE_LIKE:
        return f"SELECT * FROM (\n{statement}\n)"
    return None
