"""
`python3 -I read_schemas.py`, confined as cells are and apart from them: names, types and counts of data files, and
no value. Standard input: `{"paths": […], "roots": […], "limit": 24}`; without paths the data files below the roots.
Standard output: one JSON line for each file as soon as it is read, so that what came before a time limit counts.
"""

import ctypes
import json
import os
import stat
import sys

sys.path.insert(0, "/opt/code-interpreter/lib")

#: Larger ones take too long for what the model needs of them.
MAX_FILE_BYTES = 100_000_000
MAX_COLUMNS = 200
MAX_NAME_CHARACTERS = 120
MAX_DEPTH = 3
#: Of folders and files looked at for data files.
MAX_VISITED = 20_000
#: Text of so many rows decides whether a header is one.
LOOKED_AT_ROWS = 200
LEAST_ROWS = 3
PR_SET_DUMPABLE = 4


def data_files(roots, limit):
    """The first ones by name, folder for folder; hidden ones and links to folders are passed over."""
    from analyst.endings import is_data

    found, visited = [], 0
    for root in roots:
        for folder, folders, names in os.walk(root):
            depth = folder[len(root) :].count("/")
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules") if depth < MAX_DEPTH else []
            visited += 1 + len(names)
            found += [os.path.join(folder, n) for n in sorted(names) if is_data(n) and not n.startswith(".")]
            if len(found) >= limit or visited > MAX_VISITED:
                return found[:limit]
    return found


def _is_text(values) -> bool:
    from pandas.api import types

    return types.is_object_dtype(values.dtype) or types.is_string_dtype(values.dtype)


def header_is_certain(frame) -> bool:
    """
    Whether the first row of a text file, a sheet or a JSON list is a header. Where everything is text that shows only
    when all values of a column have what its name lacks: digits, an @, a capital at the beginning.
    """
    columns = [(str(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    if not all(_is_text(values) for _, values in columns):
        return True
    for name, values in columns:
        texts = [str(value) for value in values.dropna().head(LOOKED_AT_ROWS)]
        if len(texts) < LEAST_ROWS:
            continue
        for has in (_has_digit, _has_at, _has_capital):
            if not has(name) and all(map(has, texts)):
                return True
    return False


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _has_at(text: str) -> bool:
    return "@" in text


def _has_capital(text: str) -> bool:
    return text[:1].isupper()


def described(path: str) -> dict:
    """A file without columns: it cannot be read as a table, or is too large."""
    from analyst import CannotOpen, open_table

    unknown = {"path": path, "rows": None, "columns": []}
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size >= MAX_FILE_BYTES:
            return unknown
        table = open_table(path)
    except (CannotOpen, OSError, ValueError):
        return unknown
    frame = table.frame
    # In other cases the file declares them as names, or there are none and the columns are numbered.
    named = not table.reading.names_from_row or header_is_certain(frame)
    columns = []
    for at, name in enumerate(frame.columns[:MAX_COLUMNS]):
        values = frame.iloc[:, at]
        shown = str(name) if named and len(str(name)) <= MAX_NAME_CHARACTERS else None
        columns.append({"name": shown, "dtype": str(values.dtype), "missing": int(values.isna().sum())})
    return {"path": path, "rows": len(frame), "columns": columns}


def main() -> None:
    # A cell's process that was left running is of the same user: it must not reach in here.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    asked = json.load(sys.stdin)
    for path in asked["paths"][: asked["limit"]] or data_files(asked["roots"], asked["limit"]):
        # Names of files can be any bytes.
        line = json.dumps(described(path)).encode("utf-8", "replace") + b"\n"
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
