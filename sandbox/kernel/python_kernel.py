"""
The bridge's end of the Python kernel: ipykernel, spoken to by jupyter_client over the container's own loopback,
because a kernel gets no unix sockets.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import write_connection_file

from kernel.kernels import Finished, Kernel, Sink
from kernel.queries import refusal

MAIN = os.path.join(os.path.dirname(__file__), "python_main.py")
RUNTIME_FOLDER = "/tmp/.bridge/python"
START_TIMEOUT_S = 60
#: The reply to a cell comes on another socket than its outputs; how long to wait for the next of these.
IDLE_TIMEOUT_S = 5
#: Messages in flight: more stay in the kernel's process, not in the bridge's memory.
RECEIVE_MESSAGES = 32
#: As in `python_queries.py`, which is the other end.
QUERY_MESSAGE = "code_interpreter_query_request"
#: The kernel ends a query by itself; after this much more it is interrupted, and then left alone.
QUERY_GRACE_S, QUERY_STOP_S = 1.0, 2.0
QUERY_AGAIN_S = 0.1


class PythonKernel(Kernel):
    language = "python"
    _starts = 0
    #: One for all: its threads are there before there can be too many processes, where libzmq ends ours by abort().
    _context: zmq.asyncio.Context | None = None

    def __init__(self) -> None:
        super().__init__()
        self._client: AsyncKernelClient | None = None
        self._pumps: list[asyncio.Task] = []
        self._idle: Sink | None = None
        self._sink: Sink | None = None
        self._message_id = ""
        self._reply: asyncio.Future[dict] | None = None
        self._became_idle = asyncio.Event()
        self._published = asyncio.Event()
        self._count: int | None = None
        #: Outputs that came so far; shows that the kernel still sends some.
        self._taken = 0
        #: The request whose further outputs nobody wants.
        self._given_up = ""
        #: The query that the kernel works on, also one that nobody waits for any more.
        self._query_id = ""
        self._answer: asyncio.Future[dict] | None = None
        self._query_stop = asyncio.Event()

    def idle_sink(self, sink: Sink) -> None:
        self._idle = sink

    async def start(self) -> None:
        PythonKernel._starts += 1
        self._folder = f"{RUNTIME_FOLDER}/{PythonKernel._starts}"
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        connection_file, _ = write_connection_file(f"{self._folder}/connection.json", ip="127.0.0.1")
        env = {"JPY_PARENT_PID": str(os.getpid())}
        # Whatever the process writes to its real streams before or after ipykernel holds them is of no cell.
        log = os.open(f"{self._folder}/log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            # `-s`: what cells have installed comes later (see `admit_installed`).
            await self.spawn(sys.executable, "-s", MAIN, connection_file, env=env, stdout=log, stderr=log)
        finally:
            os.close(log)
        if PythonKernel._context is None:
            PythonKernel._context = zmq.asyncio.Context()
            # Settings of the context apply to the sockets made of it.
            PythonKernel._context.setsockopt(zmq.RCVHWM, RECEIVE_MESSAGES)
            PythonKernel._context.setsockopt(zmq.LINGER, 0)
        self._client = AsyncKernelClient(context=PythonKernel._context)
        self._client.load_connection_file(connection_file)
        self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self._pumps = [asyncio.create_task(self._pump_outputs()), asyncio.create_task(self._pump_replies())]
        await self.until(self._handshake(), START_TIMEOUT_S)

    async def _handshake(self) -> None:
        """Until a request is answered and its status was published: only then no output can be missed."""
        while not self._published.is_set():
            self._reply = asyncio.get_running_loop().create_future()
            self._message_id = self._client.kernel_info()
            await self._reply
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._published.wait(), 0.2)
        self._message_id = ""

    async def execute(self, code: str, sink: Sink) -> Finished:
        self._sink = sink
        self._count = None
        self._reply = asyncio.get_running_loop().create_future()
        self._became_idle.clear()
        # Set before the first await: the answer cannot come earlier.
        self._message_id = self._client.execute(code, allow_stdin=False, stop_on_error=False)
        try:
            reply = await self.until(self._reply)
            await self._last_outputs()
            self._show_payloads(reply)
            count = reply.get("execution_count", self._count)
            return Finished(reply.get("status") == "ok", count if isinstance(count, int) else None)
        except asyncio.CancelledError:
            # The kernel is about to be ended: what it still sends is no part of the next cell.
            self._given_up = self._message_id
            raise
        finally:
            self._sink = None
            self._message_id = ""

    async def query(self, name: str, params: dict, timeout_s: float) -> dict:
        """The kernel's answer, or a refusal; native code that cannot be interrupted is left to end. Raises KernelDied."""
        if self._answer is not None and not self._answer.done():
            return refusal("busy", "The Python kernel still works on something that was asked before.")
        content = {"name": name, "params": params, "timeout_s": timeout_s}
        message = self._client.session.msg(QUERY_MESSAGE, content)
        self._query_id = message["header"]["msg_id"]
        self._query_stop.clear()
        self._answer = answer = asyncio.get_running_loop().create_future()
        self._client.shell_channel.send(message)
        stopped = asyncio.ensure_future(self._query_stop.wait())
        try:
            await self.until(
                asyncio.wait({answer, stopped}, timeout=timeout_s + QUERY_GRACE_S, return_when=asyncio.FIRST_COMPLETED)
            )
            if not answer.done():
                await self.until(self._end_query(answer))
        finally:
            stopped.cancel()
        if answer.done():
            return answer.result()
        return refusal("timeout", "It took too long, and could not be ended yet. Variables are kept.")

    def stop_query(self) -> None:
        self._query_stop.set()

    async def _end_query(self, answer: asyncio.Future[dict]) -> None:
        """Interrupts again and again: the first one may come before the query began, or be caught on its way."""
        deadline = time.monotonic() + QUERY_STOP_S
        while not answer.done() and time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGINT)
            await asyncio.wait({answer}, timeout=QUERY_AGAIN_S)

    def _show_payloads(self, reply: dict) -> None:
        """What IPython hands to the front end beside outputs: pages of help, and the code that `%load` found."""
        try:
            for payload in reply.get("payload") or []:
                if payload["source"] == "page":
                    data = dict(payload["data"])
                elif payload["source"] == "set_next_input":
                    data = {"text/plain": str(payload["text"])}
                else:
                    continue
                self._sink.rich({"output_type": "display_data", "data": data, "metadata": {}})
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self._unreadable(error)

    def _unreadable(self, error: Exception) -> None:
        """The kernel's process is the user's: what it sends need not be well formed."""
        if self._sink is not None:
            self._sink.stream("stderr", f"[an output could not be read: {error!r}]\n")

    async def _last_outputs(self) -> None:
        """Until the cell's last output has come; an interrupt ends the wait, and what comes later is dropped."""
        while not self._became_idle.is_set():
            taken = self._taken
            with contextlib.suppress(TimeoutError):
                await self.until(self._became_idle.wait(), IDLE_TIMEOUT_S)
            if self._given_up == self._message_id or self._taken == taken:
                return

    def interrupt(self) -> bool:
        if self._reply is None or not self._reply.done():
            return super().interrupt()
        # The code has ended: what is still under way is a flood of its output.
        self._given_up = self._message_id
        self._became_idle.set()
        return False

    async def _pump_replies(self) -> None:
        while True:
            message = await self._client.get_shell_msg()
            if message["parent_header"].get("msg_id") == self._query_id:
                if not self._answer.done():
                    self._answer.set_result(message["content"])
            elif message["parent_header"].get("msg_id") == self._message_id and not self._reply.done():
                self._reply.set_result(message["content"])

    async def _pump_outputs(self) -> None:
        while True:
            message = await self._client.get_iopub_msg()
            self._published.set()
            try:
                self._take(message)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                self._unreadable(error)

    def _take(self, message: dict) -> None:
        kind, content = message["msg_type"], message["content"]
        parent = message["parent_header"].get("msg_id")
        mine = parent == self._message_id
        self._taken += 1
        if parent is not None and parent == self._given_up:
            return
        sink = self._sink or self._idle
        if kind == "status":
            if mine and content["execution_state"] == "idle":
                self._became_idle.set()
        elif sink is None:
            return
        elif kind == "execute_input":
            if mine:
                self._count = content["execution_count"]
                sink.started(self._count)
        elif kind == "stream":
            sink.stream("stderr" if content["name"] == "stderr" else "stdout", str(content["text"]))
        elif kind == "error":
            sink.error(str(content["ename"]), str(content["evalue"]), [str(line) for line in content["traceback"]])
        elif kind == "clear_output":
            sink.rich({"output_type": "clear_output", "wait": bool(content.get("wait"))})
        elif kind in ("display_data", "update_display_data", "execute_result"):
            output = {"output_type": kind, "data": dict(content["data"]), "metadata": dict(content["metadata"])}
            display_id = content.get("transient", {}).get("display_id")
            if isinstance(display_id, str):
                output["transient"] = {"display_id": display_id}
            if kind == "execute_result":
                output["execution_count"] = content["execution_count"]
            sink.rich(output)

    def close(self) -> None:
        for pump in self._pumps:
            pump.cancel()
        if self._client is not None:
            self._client.stop_channels()
        shutil.rmtree(self._folder, ignore_errors=True)
