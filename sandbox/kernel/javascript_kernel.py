"""The bridge's end of the Node process that runs JavaScript cells: JSON lines over a socket pair."""

import asyncio
import contextlib
import json
import os
import socket

from kernel import processes
from kernel.kernels import Finished, Kernel, KernelDied, Sink
from kernel.pipes import PipeReader
from kernel.queries import refusal

MAIN = os.path.join(os.path.dirname(__file__), "javascript_main.cjs")
START_TIMEOUT_S = 30
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


class JavaScriptKernel(Kernel):
    language = "javascript"

    def __init__(self) -> None:
        super().__init__()
        self._out = PipeReader(lambda text: self._stream("stdout", text))
        self._err = PipeReader(lambda text: self._stream("stderr", text))
        self._sink: Sink | None = None
        self._idle: Sink | None = None
        self._count = 0
        self._queries = 0
        self._query_stop = asyncio.Event()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    def idle_sink(self, sink: Sink) -> None:
        self._idle = sink

    def _stream(self, name: str, text: str) -> None:
        sink = self._sink or self._idle
        if sink is not None:
            sink.stream(name, text)

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            await self.spawn(
                "node", "--no-warnings", MAIN, str(theirs.fileno()),
                pass_fds=(theirs.fileno(),), stdout=self._out.write_fd, stderr=self._err.write_fd,
            )  # fmt: skip
        finally:
            theirs.close()
            self._out.start()
            self._err.start()
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=LARGEST_ANSWER_BYTES)
        answer = await self.until(self._answer(), START_TIMEOUT_S)
        if answer.get("type") != "ready":
            raise TimeoutError

    async def _answer(self) -> dict:
        """The next line; a process that closes its end or talks nonsense counts as dead."""
        try:
            line = await self._reader.readline()
            answer = json.loads(line)
        except (ValueError, OSError):
            answer = None
        if isinstance(answer, dict):
            return answer
        await self._end()
        raise KernelDied(await self.exited)

    async def _end(self) -> None:
        # Usually it is ending anyway, and says more about itself than we could.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.exited), 1)
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def interrupt(self) -> bool:
        """Ends running JavaScript through the inspector; what it waits for in other processes gets SIGINT."""
        self._ask({"op": "interrupt"})
        return processes.interrupt_tree(self.pid, include_root=False)

    def _ask(self, message: dict) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(json.dumps(message).encode() + b"\n")

    async def execute(self, code: str, sink: Sink) -> Finished:
        self._count += 1
        sink.started(self._count)
        self._sink = sink
        try:
            self._ask({"op": "execute", "id": self._count, "code": code})
            answer = await self.until(self._answer_to(self._count))
        finally:
            self._out.drain()
            self._err.drain()
            self._sink = None
        if answer.get("type") == "error":
            traceback = answer.get("traceback")
            lines = [str(line) for line in traceback] if isinstance(traceback, list) else []
            sink.error(str(answer.get("ename")), str(answer.get("evalue")), lines)
            # A cell that waited goes on when its timer ends, under the cells that follow: its process has to end.
            return Finished(False, self._count, alive=answer.get("goesOn") is not True)
        if isinstance(answer.get("text"), str):
            sink.rich(
                {
                    "output_type": "execute_result",
                    "execution_count": self._count,
                    "data": {"text/plain": answer["text"]},
                    "metadata": {},
                }
            )
        return Finished(True, self._count)

    async def query(self, name: str, params: dict, timeout_s: float) -> dict:
        """Answered by the worker, from what the inspector says of the main thread."""
        self._queries += 1
        id = f"query {self._queries}"
        self._query_stop.clear()
        answer = asyncio.ensure_future(self._answer_to(id))
        stopped = asyncio.ensure_future(self._query_stop.wait())
        try:
            self._ask({"op": "query", "id": id, "name": name, "params": params})
            await self.until(asyncio.wait({answer, stopped}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED))
            if answer.done():
                return answer.result().get("result")
            if stopped.done():
                return refusal("cancelled", "It was stopped. Variables are kept.")
            return refusal("timeout", "It took too long. Variables are kept.")
        finally:
            answer.cancel()
            stopped.cancel()

    def stop_query(self) -> None:
        self._query_stop.set()

    async def _answer_to(self, id: int | str) -> dict:
        """Answers to cells and queries that were given up are passed over."""
        while (answer := await self._answer()).get("id") != id:
            pass
        return answer

    def close(self) -> None:
        self._out.close()
        self._err.close()
        if self._writer is not None:
            self._writer.close()
