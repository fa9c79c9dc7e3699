"""
Names of JavaScript and bash code, read by a confined process of our own that ends with its answer: parsers are large,
and code can be made to keep one busy. Python's are read in its kernel, where IPython is (`query_names.py`).
"""

import contextlib
import json
import os

from kernel import wire
from kernel.own_process import OwnProcess
from kernel.schemas import ENVIRONMENT

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "code_names.cjs")
LANGUAGES = frozenset({"javascript", "bash"})
LIMIT_BYTES = 4 * 1024 * 1024


async def read_names(process: OwnProcess, query: wire.Query) -> dict:
    """As the query `names` of the Python kernel: one entry for each code, null where it is no code or took too long."""
    cells = query.params.get("cells")
    if not isinstance(cells, list) or not all(isinstance(code, str) for code in cells):
        return {"ok": False, "reason": "failed", "problem": "Names are read of a list of codes."}
    given = json.dumps({"language": query.language, "cells": cells}).encode()
    process.begin()
    printed = await process.run(
        "node", "--no-warnings", PROGRAM,
        env=ENVIRONMENT, timeout_s=query.timeout_s, limit_bytes=LIMIT_BYTES, given=given,
    )  # fmt: skip
    if process.stopped:
        return {"ok": False, "reason": "cancelled", "problem": "It was stopped."}
    found = _found(printed)
    if cells and not found:
        return {"ok": False, "reason": "timeout", "problem": "The names of this code could not be read in time."}
    return {"ok": True, "answer": {"cells": [found.get(at) for at in range(len(cells))]}}


def _found(printed: bytes) -> dict[int, dict | None]:
    """Of complete lines: the last one may have been cut."""
    found: dict[int, dict | None] = {}
    for line in printed.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError, TypeError):
            at, names = json.loads(line)
            found[at] = names
    return found
