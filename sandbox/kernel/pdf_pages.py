"""
Pages of a PDF that the host has, drawn by a confined process of our own that ends with its answer: the file may come from
anywhere, and must not meet the kernel.
"""

import json
import os

from kernel import wire
from kernel.own_process import OwnProcess
from kernel.schemas import ENVIRONMENT

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pdf_page.py")
LIMIT_BYTES = 6 * 1024 * 1024


async def draw_page(process: OwnProcess, query: wire.Query) -> dict:
    """`pdf` (base64) and `page` (from 1) → as `pdf_page.draw`."""
    pdf, page = query.params.get("pdf"), query.params.get("page")
    if not isinstance(pdf, str) or type(page) is not int:
        return {"ok": False, "reason": "failed", "problem": "A page is drawn of a PDF in base64, by its number."}
    process.begin()
    printed = await process.run(
        "python3", "-I", PROGRAM,
        env=ENVIRONMENT, timeout_s=query.timeout_s, limit_bytes=LIMIT_BYTES,
        given=json.dumps({"pdf": pdf, "page": page}).encode(),
    )  # fmt: skip
    if process.stopped:
        return {"ok": False, "reason": "cancelled", "problem": "It was stopped."}
    try:
        return {"ok": True, "answer": json.loads(printed)}
    except ValueError:
        return {"ok": False, "reason": "timeout", "problem": "The page could not be drawn in the time and memory there is."}
