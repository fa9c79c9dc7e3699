"""Questions about tables that the host sends along, each answered by a confined process that ends with its answer."""

import json
import os
from collections.abc import Awaitable, Callable

from kernel import wire
from kernel.own_process import OwnProcess
from kernel.schemas import ENVIRONMENT

FOLDER = os.path.dirname(os.path.abspath(__file__))
LIMIT_BYTES = 4 * 1024 * 1024


def _by_program(file: str, params: tuple[str, ...], no_answer: str) -> Callable[[OwnProcess, wire.Query], Awaitable[dict]]:
    """`no_answer`: it was not ended by its time limit, and yet did not answer; not enough memory, most of all."""

    async def ask(process: OwnProcess, query: wire.Query) -> dict:
        given = {name: query.params.get(name) for name in params}
        if not all(isinstance(value, str) for value in given.values()):
            return {"ok": False, "reason": "failed", "problem": f"It needs {', '.join(params)}."}
        process.begin()
        printed = await process.run(
            "python3", "-I", os.path.join(FOLDER, file),
            env=ENVIRONMENT, timeout_s=query.timeout_s, limit_bytes=LIMIT_BYTES, given=json.dumps(given).encode(),
        )  # fmt: skip
        if process.stopped:
            return {"ok": False, "reason": "cancelled", "problem": "It was stopped."}
        try:
            answer = json.loads(printed)
        except ValueError:
            return {"ok": False, "reason": "timeout", "problem": no_answer}
        if "problem" in answer:
            return {"ok": False, "reason": "refused", "problem": str(answer["problem"])[:500]}
        return {"ok": True, "answer": answer}

    return ask


#: Two versions of a table or a workbook, cell by cell: `kind` (`text`, `workbook`), `before` and `after` (base64).
table_difference = _by_program(
    "compare_tables.py", ("kind", "before", "after"), "The two versions could not be compared in the time and memory there is."
)
#: How a table or a workbook begins: `kind` (as in preview_table.py), `file` (base64).
table_preview = _by_program("preview_table.py", ("kind", "file"), "It could not be read in the time and memory there is.")
