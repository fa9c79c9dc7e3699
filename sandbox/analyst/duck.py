"""DuckDB's command line over what it cannot open by itself: a file by its number, or rows that come through a pipe."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator

#: Of the sandbox's memory, for DuckDB; `background` takes less, for cells run beside it.
MEMORY_SHARE = 0.4
BACKGROUND_SHARE = 0.2
_background = False


def background() -> None:
    """From now on DuckDB stands back behind what else runs in the sandbox."""
    global _background
    _background = True


def quoted(value: str | None) -> str:
    """A text of SQL."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name in SQL, SQLite's too; that of a table in another schema of DuckDB has a dot."""
    return '"' + name.replace('"', '""') + '"'


def environment() -> dict[str, str]:
    """For the command line: plain words, for no terminal."""
    return {**os.environ, "DUCKDB_AGENT_MODE": "0", "NO_COLOR": "1"}


def place(number: int) -> str:
    """A file or pipe that is open under this number, as a text of SQL: in its path DuckDB would take some characters for patterns."""
    return quoted(f"/proc/self/fd/{number}")


def rows(query: str, *files: int, database: str = ":memory:") -> list[dict] | None:
    """What the last statement answers; None: DuckDB cannot do it. `files`: numbers of open files that the query names by `place`."""
    from code_interpreter._cli import memory_limit_bytes

    settings = ["SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET enable_progress_bar = false", "SET TimeZone = 'UTC'", "SET temp_directory = ''", "SET preserve_insertion_order = false"]
    if (limit := memory_limit_bytes()) is not None:
        settings.append(f"SET memory_limit = '{round(limit * (BACKGROUND_SHARE if _background else MEMORY_SHARE))}B'")
    if _background:
        settings.append("SET threads = 1")
    options = ["-readonly"] if database != ":memory:" else []
    try:
        done = subprocess.run(
            ["duckdb", "-batch", "-bail", "-no-init", *options, "-json", database], input=";\n".join(settings) + ";\n" + query,
            capture_output=True, text=True, errors="replace", env=environment(), check=False, pass_fds=files,
        )  # fmt: skip
    except FileNotFoundError:
        return None
    if done.returncode != 0:
        return None
    return json.loads(done.stdout or "[]")


class Pipe:
    """Bytes on their way to a query: `with Pipe(parts) as number: rows(query, number)`. `failed` says that not all came."""

    def __init__(self, parts: Iterator[bytes]):
        self._parts = parts
        self.failed = False

    def __enter__(self) -> int:
        self._read, self._write = os.pipe()
        self._thread = threading.Thread(target=self._fill)
        self._thread.start()
        return self._read

    def __exit__(self, *_) -> None:
        # Whoever still writes is told that nobody reads.
        os.close(self._read)
        self._thread.join()

    def _fill(self) -> None:
        try:
            with open(self._write, "wb", buffering=0) as pipe:
                for part in self._parts:
                    view = memoryview(part)
                    while view:
                        view = view[pipe.write(view) :]
        except Exception:
            self.failed = True
