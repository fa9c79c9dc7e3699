"""What the host asks between cells, of a live kernel or of code: one after the other, and never in the way of a cell."""

import asyncio
from collections.abc import Awaitable, Callable

from kernel import code_names, pdf_pages, wire
from kernel.kernels import Kernel, KernelDied
from kernel.own_process import OwnProcess
from kernel.table_queries import table_difference, table_preview

#: An answer of more than this is no view of anything.
MAX_ANSWER_BYTES = 8 * 1024 * 1024

BUSY = "A cell is running. Ask again when it has ended."


def refusal(reason: str, problem: str) -> dict:
    return {"ok": False, "reason": reason, "problem": problem}


class Queries:
    def __init__(self, append: Callable[[dict], object], own: OwnProcess):
        self._append = append
        self._own = own
        self._running: wire.Query | None = None
        self._kernel: Kernel | None = None

    def answer(self, query: wire.Query, result: dict) -> None:
        self._append({"type": "answered", "id": query.id, "result": result})

    async def run(self, query: wire.Query, starting: asyncio.Task[Kernel]) -> None:
        """Asks a kernel that is up, and answers whatever happens."""
        if not starting.done() or starting.cancelled() or starting.exception() is not None:
            self.answer(query, refusal("gone", f"The {query.language} kernel is not running."))
            return
        self._running, self._kernel = query, starting.result()
        try:
            result = await self._kernel.query(query.name, query.params, query.timeout_s)
        except KernelDied:
            result = refusal("gone", f"The {query.language} kernel ended. Variables are gone.")
        finally:
            self._running = self._kernel = None
        self.answer(query, _checked(result))

    def needs_kernel(self, query: wire.Query) -> bool:
        return _program_for(query) is None

    async def run_without_kernel(self, query: wire.Query) -> None:
        """By a process of our own, and answers whatever happens."""
        program = _program_for(query)
        if program is None:
            return
        self._running = query
        try:
            result = await program(self._own, query)
        except OSError as error:
            result = refusal("failed", f"It could not be looked at: {error!r}.")
        finally:
            self._running = None
        self.answer(query, _checked(result))

    def stop(self, id: str | None = None) -> None:
        """Ends the query that runs, if it is this one; None: whichever."""
        if self._running is None or id not in (None, self._running.id):
            return
        if self._kernel is not None:
            self._kernel.stop_query()
        else:
            self._own.stop()


def _program_for(query: wire.Query) -> Callable[[OwnProcess, wire.Query], Awaitable[dict]] | None:
    """What answers it without a kernel; None: only a kernel can."""
    if query.name == "pdfPage":
        return pdf_pages.draw_page
    if query.name == "tableDifference":
        return table_difference
    if query.name == "tablePreview":
        return table_preview
    if query.name == "names" and query.language in code_names.LANGUAGES:
        return code_names.read_names
    return None


def _checked(result: object) -> dict:
    """The kernel's process is the user's: what it answers need not be an answer."""
    if not isinstance(result, dict) or not isinstance(result.get("ok"), bool):
        return refusal("failed", "The kernel's answer could not be read.")
    if not result["ok"]:
        return refusal(str(result.get("reason"))[:40], str(result.get("problem"))[:1000])
    try:
        size = len(wire.to_json(result.get("answer")))
    except (TypeError, ValueError, RecursionError):
        return refusal("failed", "The kernel's answer could not be read.")
    if size > MAX_ANSWER_BYTES:
        return refusal("failed", f"The answer has {size} bytes, which is too large to be shown.")
    return {"ok": True, "answer": result.get("answer")}
