"""Two versions of a table or a workbook compared cell by cell, by a confined process that ends with its answer."""

import json
import os

from kernel import wire
from kernel.own_process import OwnProcess
from kernel.schemas import ENVIRONMENT

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compare_tables.py")
LIMIT_BYTES = 4 * 1024 * 1024
#: It was not ended by its time limit, and yet did not answer: not enough memory, most of all.
NO_ANSWER = "The two versions could not be compared in the time and memory there is."


async def table_difference(process: OwnProcess, query: wire.Query) -> dict:
    """`kind` (`text`, `workbook`), `before` and `after` (base64): the query's answer."""
    given = {name: query.params.get(name) for name in ("kind", "before", "after")}
    if not all(isinstance(value, str) for value in given.values()):
        return {"ok": False, "reason": "failed", "problem": "Two files are compared."}
    process.begin()
    printed = await process.run(
        "python3", "-I", PROGRAM,
        env=ENVIRONMENT, timeout_s=query.timeout_s, limit_bytes=LIMIT_BYTES, given=json.dumps(given).encode(),
    )  # fmt: skip
    if process.stopped:
        return {"ok": False, "reason": "cancelled", "problem": "It was stopped."}
    try:
        answer = json.loads(printed)
    except ValueError:
        return {"ok": False, "reason": "timeout", "problem": NO_ANSWER}
    if "problem" in answer:
        return {"ok": False, "reason": "refused", "problem": str(answer["problem"])[:500]}
    return {"ok": True, "answer": answer}
