"""
`python3 -I read_schemas.py`, confined as cells are and apart from them: what data files are made of. Standard input:
`{"paths": […], "roots": […], "limit": 24, "values": false, "known": [{"path", "bytes", "modified"}], "background": false}`;
without paths the data files below the roots. Known files that have not changed are passed over. Without `values` there are names, types
and counts only. Standard output: one JSON line for each file as soon as it is read, so that what came before a time limit
counts; of a large file a second one, which replaces the first.
"""

import contextlib
import ctypes
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator

sys.path.insert(0, "/opt/code-interpreter/lib")

#: Larger ones come after the others.
LARGE_BYTES = 5_000_000
MAX_NAME_CHARACTERS = 120
MAX_NOTES = 20
MAX_NOTE_CHARACTERS = 300
MAX_KEYS = 5
#: Of a column, beside what values are: names, types and counts.
COUNTS = ("name", "dtype", "missing", "distinct", "approximate")
MAX_DEPTH = 3
#: Of folders and files looked at for data files.
MAX_VISITED = 20_000
#: Text of so many rows decides whether a header is one.
LOOKED_AT_ROWS = 200
LEAST_ROWS = 3
PR_SET_DUMPABLE = 4
SCRATCH = ".profile-"


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


def described(path: str, values: bool, known: dict) -> Iterator[dict]:
    """A file without columns: it cannot be read as a table; with `values` it is said why."""
    from analyst import CannotOpen
    from analyst.overview import overviews

    about = {"path": path}
    try:
        about |= _stamp(path)
        if known.get(path) == (about["bytes"], about["modified"]):
            return
        for overview, frame, reading in overviews(path):
            # In other cases the file declares them as names, or there are none and the columns are numbered.
            named = not reading.names_from_row or header_is_certain(frame)
            yield about | (_with_values(overview) if values else _without_values(overview, named))
    except (CannotOpen, OSError, ValueError) as error:
        yield about | {"rows": None, "columns": []} | ({"problem": _short(error.sentence)} if values and isinstance(error, CannotOpen) else {})


def _stamp(path: str) -> dict:
    """Of a folder of Parquet files that of all of them. Raises `OSError` for anything else than a file."""
    from analyst import parquet

    status = os.stat(path)
    if parquet.is_folder(path):
        parts = [os.stat(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names]
        return {"bytes": sum(part.st_size for part in parts), "modified": max(part.st_mtime_ns for part in parts) // 1_000_000}
    if not stat.S_ISREG(status.st_mode):
        raise OSError
    return {"bytes": status.st_size, "modified": status.st_mtime_ns // 1_000_000}


def _short(text: str) -> str:
    return text if len(text) <= MAX_NOTE_CHARACTERS else text[: MAX_NOTE_CHARACTERS - 1] + "…"


def _with_values(overview: dict) -> dict:
    notes, others = (list(map(_short, overview[name][:MAX_NOTES])) for name in ("notes", "others"))
    return overview | {"notes": notes, "others": others, "keys": overview["keys"][:MAX_KEYS]}


def _without_values(overview: dict, named: bool) -> dict:
    columns = [{key: column[key] for key in COUNTS if key in column} for column in overview["columns"]]
    for column in columns:
        if not named or len(column["name"]) > MAX_NAME_CHARACTERS:
            column["name"] = None
    told = {key: overview[key] for key in ("rows", "ofRows", "ofRowsExact", "columnCount", "pending") if key in overview}
    return told | {"columns": columns}


def _large(path: str) -> bool:
    try:
        return os.path.getsize(path) > LARGE_BYTES
    except OSError:
        return False


def _stand_back() -> None:
    """Behind cells when processors are short."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _own_scratch() -> None:
    """A folder for copies, and none of those whose processes were ended at their time limit."""
    for name in os.listdir("/tmp"):
        if name.startswith(SCRATCH) and not os.path.exists(f"/proc/{name.removeprefix(SCRATCH)}"):
            shutil.rmtree(f"/tmp/{name}", ignore_errors=True)
    with contextlib.suppress(OSError):
        os.mkdir(f"/tmp/{SCRATCH}{os.getpid()}", 0o700)
        tempfile.tempdir = f"/tmp/{SCRATCH}{os.getpid()}"


def main() -> None:
    asked = json.load(sys.stdin)
    if asked.get("background"):
        _stand_back()
    # A cell's process that was left running is of the same user: it must not reach in here.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _own_scratch()
    if asked.get("background"):
        from analyst import duck

        duck.background()
    known = {one["path"]: (one["bytes"], one["modified"]) for one in asked["known"]}
    paths = asked["paths"][: asked["limit"]] or data_files(asked["roots"], asked["limit"])
    for path in sorted(paths, key=_large):
        for told in described(path, asked["values"], known):
            # Names of files can be any bytes.
            sys.stdout.buffer.write(json.dumps(told).encode("utf-8", "replace") + b"\n")
            sys.stdout.buffer.flush()
    if tempfile.tempdir is not None:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)


if __name__ == "__main__":
    main()
