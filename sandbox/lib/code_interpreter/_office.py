"""
LibreOffice for documents that may be anybody's: a program of its own for each call, with limits of time, memory and size,
and a profile that is made for it and thrown away. Macros and links are switched off, and nothing is told where a proxy is.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator

PROGRAM = pathlib.Path(__file__).with_name("_office_program.py")
#: What the optional layer of the image brings.
LIBRARY = "/usr/lib/libreoffice/program/libmergedlo.so"
#: Where the system keeps them, whatever a cell has put into PATH.
FOLDER = "/usr/bin"
TIMEOUT_S = 60.0
MAX_BYTES = 100_000_000
#: Address space: the program itself takes half of a gigabyte of it.
MEMORY_BYTES = 3 * 1024**3
#: Of one file that it writes.
WRITTEN_BYTES = 256 * 1024**2
#: LibreOffice would take a file of another kind for text, and show that.
ZIPPED = {".docx", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp"}
MISSING = (
    "LibreOffice is not in this sandbox image. The user can have it added with the setting codeInterpreter.sandbox.office "
    "(on the command line: --office); code cannot. Without it, PDFs can be rendered, and check_workbook reads formulas "
    "without computing them."
)


class OfficeMissing(RuntimeError):
    """The image was built without LibreOffice."""

    def __init__(self) -> None:
        super().__init__(MISSING)


class OfficeError(RuntimeError):
    """LibreOffice could not do it: its text is a sentence."""


def has_office() -> bool:
    return os.path.exists(LIBRARY)


@contextlib.contextmanager
def converted(path: str | os.PathLike, format: str, options: str = "", timeout_s: float = TIMEOUT_S) -> Iterator[pathlib.Path]:
    """
    A document in another format (`pdf`, `xlsx`, `odt` …), as a file that is gone afterwards. `options` is what the format's
    filter takes. Raises FileNotFoundError, OfficeMissing, and OfficeError when it cannot be done within the limits.
    """
    source = pathlib.Path(path)
    size = source.stat().st_size
    if not has_office():
        raise OfficeMissing
    if not source.is_file():
        raise OfficeError(f"{source} is no file.")
    if size > MAX_BYTES:
        raise OfficeError(f"{source.name} has {size / 1e6:.0f} MB; more than {MAX_BYTES / 1e6:.0f} MB are not opened.")
    if source.suffix.lower() in (".csv", ".tsv"):
        # Without a dialog it guesses the delimiter, wrongly.
        raise OfficeError(f"{source.name} is no document: read it with open_table, and write a workbook from that.")
    if source.suffix.lower() in ZIPPED and not zipfile.is_zipfile(source):
        raise OfficeError(f"{source.name} is no {source.suffix.lower()[1:]} file, or is locked with a password.")
    with tempfile.TemporaryDirectory(prefix="code-interpreter-office-", ignore_cleanup_errors=True) as folder:
        # A copy: LibreOffice leaves lock files beside what it opens, and relative links lead nowhere.
        copy = pathlib.Path(folder, f"document{source.suffix.lower()}")
        shutil.copyfile(source, copy)
        target = pathlib.Path(folder, f"converted.{format}")
        asked = {"source": str(copy), "target": str(target), "format": format, "options": options}
        problem = _run(asked, folder, timeout_s)
        if problem is not None:
            raise OfficeError(f"LibreOffice cannot make {format} of {source.name}: {problem}.")
        yield target


def _run(asked: dict, folder: str, timeout_s: float) -> str | None:
    """What went wrong; None when it is done."""
    limits = (f"--as={MEMORY_BYTES}", f"--cpu={int(timeout_s) + 1}", "--core=0", f"--fsize={WRITTEN_BYTES}")
    process = subprocess.Popen(
        # It ends with whoever waits for it, also when that is killed; and where memory ends, it does, and nobody's variables.
        [f"{FOLDER}/choom", "-n", "1000", "--", f"{FOLDER}/setpriv", "--pdeathsig", "KILL", "--", f"{FOLDER}/prlimit", *limits, sys.executable or "python3", "-I", str(PROGRAM)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder},
    )  # fmt: skip
    try:
        told, _ = process.communicate(json.dumps(asked).encode(), timeout=timeout_s)
    except subprocess.TimeoutExpired:
        return f"it did not finish within {timeout_s:g} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    try:
        return json.loads(told)["problem"]
    except ValueError:
        return "it ended by itself; the file may be damaged, or need more memory than there is"
