"""The order of things: one cell after the other, the kernels of the languages, their replacement."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from kernel import artifacts, cgroup, environment, processes, wire
from kernel.bash_kernel import BashKernel
from kernel.cell import Cell, OutputsLimit, Stop
from kernel.editor import Editor
from kernel.file_findings import add_findings
from kernel.installer import Installer
from kernel.javascript_kernel import JavaScriptKernel
from kernel.kernels import Kernel, KernelDied
from kernel.own_process import OwnProcess
from kernel.packages import Packages
from kernel.python_kernel import PythonKernel
from kernel.queries import BUSY, Queries, refusal
from kernel.ring import Ring
from kernel.schemas import BackgroundReader, read_schemas
from kernel.server import Server
from kernel.work_folder import WorkFolder

T = TypeVar("T")

KERNELS: dict[str, type[Kernel]] = {"python": PythonKernel, "bash": BashKernel, "javascript": JavaScriptKernel}
MAX_WAITING = 1000
#: Far more than a host can have under way when a connection breaks.
REMEMBERED_IDS = 1000
DEFAULT_OUTPUTS_LIMIT_BYTES = 2 * 1024**3
#: No further cell starts while a connected host has more than this still to read.
BACKLOG_BYTES = 16 * 1024 * 1024
#: Stream text that a kernel sends between cells, kept for its next cell.
IDLE_TEXT_CHARACTERS = 64 * 1024

CELL_RUNS = "A cell is running, so the file was not touched. Use the editor when it has ended."

#: What the host may send again under the same id.
WithId = wire.Execute | wire.Restart | wire.Edit | wire.Schemas | wire.Install | wire.Query


class BetweenCells:
    """Keeps what threads and background processes print while no cell runs."""

    def __init__(self) -> None:
        self._held: deque[tuple[str, str]] = deque()
        self._size = 0

    def stream(self, name: str, text: str) -> None:
        self._held.append((name, text[-IDLE_TEXT_CHARACTERS:]))
        self._size += len(self._held[-1][1])
        while self._size > IDLE_TEXT_CHARACTERS:
            self._size -= len(self._held.popleft()[1])

    def started(self, execution_count: int | None) -> None:
        pass

    def rich(self, output: dict) -> None:
        pass

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        self.stream("stderr", "\n".join(traceback) + "\n")

    def hand_over(self, cell: Cell) -> None:
        while self._held:
            cell.stream(*self._held.popleft())
        self._size = 0


class Conductor:
    def __init__(self, ring: Ring):
        self._ring = ring
        self.server: Server | None = None
        self._kernels: dict[str, asyncio.Task[Kernel]] = {}
        self._between: dict[str, BetweenCells] = {language: BetweenCells() for language in KERNELS}
        self._waiting: deque[WithId] = deque()
        self._taken_ids: deque[str] = deque(maxlen=REMEMBERED_IDS)
        self._work_came = asyncio.Event()
        self._cell: Cell | None = None
        self._folder = WorkFolder(os.environ.pop("CI_WORK_FOLDER", ""))
        self._scanner = artifacts.Scanner(passes_over=self._folder.is_own_link)
        limit = os.environ.get("CI_OUTPUTS_LIMIT_BYTES", "")
        limit_bytes = int(limit) if limit.isdigit() else DEFAULT_OUTPUTS_LIMIT_BYTES
        self._outputs = OutputsLimit(limit_bytes, self._used)
        self._editor = Editor(self._scanner, limit_bytes)
        self._oom_kills = cgroup.oom_kills()
        self._own = OwnProcess()
        self._background = BackgroundReader(ring.append)
        self._queries = Queries(ring.append, self._own)
        self._packages = Packages()
        self._installer = Installer(self._own, self._packages, self._on_disk)
        # One thread, started now: at the limit of processes no other could be had.
        self._disk = ThreadPoolExecutor(1, "disk")
        self._disk.submit(lambda: None).result()

    def on_operation(self, operation: wire.Operation) -> None:
        if isinstance(operation, WithId):
            # The host sends again what may have been lost with a connection; nothing runs twice.
            if operation.id in self._taken_ids:
                return
            self._taken_ids.append(operation.id)
        if isinstance(operation, wire.Interrupt | wire.Restart):
            self._own.stop()
        if isinstance(operation, wire.Restart):
            self._background.stop()
        if isinstance(operation, wire.Execute | wire.Restart):
            # A cell waits for no query.
            self._queries.stop()
        if isinstance(operation, wire.Interrupt):
            if self._cell is not None:
                self._cell.stop(Stop.USER)
        elif isinstance(operation, wire.Restart):
            self._waiting.appendleft(operation)
            if self._cell is not None:
                self._cell.stop(Stop.RESTART)
        elif isinstance(operation, wire.Execute):
            if len(self._waiting) >= MAX_WAITING:
                message = f"More than {MAX_WAITING} cells are waiting; this one was not taken."
                self._ring.append({"type": "fault", "id": operation.id, "message": message})
                return
            self._waiting.append(operation)
        elif isinstance(operation, wire.Edit):
            # A query that waits, of which the model knows nothing, is no reason.
            if self._cell is not None or any(not isinstance(work, wire.Query) for work in self._waiting):
                self._edited(operation, {"ok": False, "problem": CELL_RUNS})
                return
            self._waiting.append(operation)
        elif isinstance(operation, wire.Query):
            if self._cell is not None or any(not isinstance(work, wire.Query) for work in self._waiting):
                self._queries.answer(operation, refusal("busy", BUSY))
                return
            self._waiting.append(operation)
        elif isinstance(operation, wire.Cancel):
            self._cancel(operation.id)
        elif isinstance(operation, wire.Schemas) and operation.background:
            self._background.begin(operation)
        elif isinstance(operation, wire.Schemas | wire.Install):
            self._waiting.append(operation)
        self._work_came.set()

    async def run(self) -> None:
        self._kernel("python")
        while True:
            while not self._waiting:
                self._work_came.clear()
                await self._work_came.wait()
            work = self._waiting.popleft()
            if isinstance(work, wire.Restart):
                await self._restart(work)
            elif isinstance(work, wire.Edit):
                done = await self._on_disk(partial(self._editor.run, work))
                self._edited(work, done)
            elif isinstance(work, wire.Schemas):
                await self._read_schemas(work)
            elif isinstance(work, wire.Install):
                await self._install(work)
            elif isinstance(work, wire.Query):
                await self._query(work)
            else:
                if self.server is not None:
                    await self.server.caught_up(BACKLOG_BYTES)
                await self._execute(work)

    async def _query(self, query: wire.Query) -> None:
        if query.language not in KERNELS:
            self._queries.answer(query, refusal("unknown", f"There is no language {query.language[:40]!r}."))
        elif self._waiting and not all(isinstance(work, wire.Query) for work in self._waiting):
            self._queries.answer(query, refusal("busy", BUSY))
        elif not self._queries.needs_kernel(query):
            await self._queries.run_without_kernel(query)
        elif query.language not in self._kernels:
            self._queries.answer(query, refusal("gone", f"The {query.language} kernel is not running."))
        else:
            await self._queries.run(query, self._kernels[query.language])

    def _cancel(self, id: str) -> None:
        for work in list(self._waiting):
            if isinstance(work, wire.Query) and work.id == id:
                self._waiting.remove(work)
                self._queries.answer(work, refusal("cancelled", "It was stopped."))
        self._queries.stop(id)
        self._background.stop(id)

    def _edited(self, request: wire.Edit, result: dict) -> None:
        self._ring.append({"type": "edited", "id": request.id, "result": result})

    async def _read_schemas(self, request: wire.Schemas) -> None:
        try:
            files = await read_schemas(self._own, request)
        except OSError as error:
            message = f"The data files could not be looked at: {error!r}."
            self._ring.append({"type": "fault", "id": request.id, "message": message})
            return
        self._ring.append({"type": "schemas", "id": request.id, "files": files})

    async def _install(self, request: wire.Install) -> None:
        try:
            answer = await self._installer.install(request)
        except OSError as error:
            message = f"The packages could not be installed: {error!r}."
            self._ring.append({"type": "fault", "id": request.id, "message": message})
            return
        self._ring.append({"type": "installed", "id": request.id, **answer})

    async def _execute(self, request: wire.Execute) -> None:
        cell = self._cell = Cell(request, self._ring.append)
        language = request.language
        began_at = time.monotonic()
        try:
            kernel = await self._kernel_for(cell)
            if kernel is not None:
                await self._on_disk(self._folder.renew)
                self._between[language].hand_over(cell)
                began_at = time.monotonic()
                await cell.run(kernel, self._outputs)
        finally:
            self._cell = None
        duration_s = time.monotonic() - began_at
        if cell.state_lost:
            await self._replace(language)
        found = await self._on_disk(self._scanner.scan)
        await add_findings(self._own, found.artifacts)
        packages = await self._on_disk(self._packages.changes)
        await self._outputs.cell_ended(artifacts.Used(found.bytes, found.entries))
        self._oom_kills = cgroup.oom_kills()
        cell.finish(found, duration_s, packages)

    async def _kernel_for(self, cell: Cell) -> Kernel | None:
        """The cell's kernel, started if need be; None when the cell was stopped before, or there is none."""
        language = cell.request.language
        starting = self._kernel(language)
        if starting.done() and (starting.cancelled() or starting.exception() is not None):
            # It failed between the cells, for want of what another one had used up: that is no longer so.
            await self._replace(language)
            starting = self._kernel(language)
        while not starting.done() and not cell.stop_requested:
            await asyncio.wait({starting}, timeout=0.05)
        if cell.stop_requested:
            cell.never_ran("interrupted", "Interrupted", "The cell was stopped before it began.")
            return None
        try:
            return starting.result()
        except (KernelDied, TimeoutError, OSError) as error:
            await self._replace(language, start=False)
            cell.never_ran("killed", "KernelStartFailed", f"The {language} kernel could not be started: {error!r}.")
            return None

    async def _used(self) -> artifacts.Used:
        return await self._on_disk(artifacts.used_in_all)

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)

    def _kernel(self, language: str) -> asyncio.Task[Kernel]:
        if language not in self._kernels:
            self._kernels[language] = asyncio.create_task(self._start(language))
        return self._kernels[language]

    async def _start(self, language: str) -> Kernel:
        if environment.make_room():
            self._between[language].stream("stderr", "[/tmp was full, so its files were deleted.]\n")
        kernel = KERNELS[language]()
        kernel.folder = self._folder.start
        try:
            kernel.idle_sink(self._between[language])
            await kernel.start()
        except BaseException:
            kernel.close()
            raise
        kernel.exited.add_done_callback(lambda _: self._on_exit(kernel))
        self._ring.append({"type": "ready", "language": language})
        return kernel

    def _on_exit(self, kernel: Kernel) -> None:
        """A kernel that dies while no cell of its own runs is replaced, and its next cell is told."""
        task = self._kernels.get(kernel.language)
        if task is None or not task.done() or task.cancelled() or task.exception() or task.result() is not kernel:
            return
        if self._cell is not None and self._cell.request.language == kernel.language:
            return
        how = processes.describe_exit(kernel.exited.result(), cgroup.oom_kills() > self._oom_kills)
        note = f"[The {kernel.language} kernel {how} between cells. A new one was started; variables are gone.]\n"
        self._between[kernel.language].stream("stderr", note)
        self._replacement = asyncio.create_task(self._replace(kernel.language))

    async def _replace(self, language: str, start: bool = True) -> None:
        """Ends a kernel with everything it started, and starts the next one."""
        await self._end([language])
        if start:
            self._kernel(language)

    async def _end(self, languages: list[str]) -> None:
        ended = [self._kernels.pop(language) for language in languages if language in self._kernels]
        for task in ended:
            task.cancel()
        own = {"own": self._own.pid, "background": self._background.pid}
        spared = {mark: pid for mark, pid in own.items() if pid is not None}
        for language, task in self._kernels.items():
            if not task.done():
                await asyncio.wait({task})
            if not task.cancelled() and task.exception() is None:
                spared[language] = task.result().pid
        await processes.kill_all_but(spared)
        for task in ended:
            if task.done() and not task.cancelled() and task.exception() is None:
                task.result().close()

    async def _restart(self, request: wire.Restart) -> None:
        await self._end(list(KERNELS))
        self._between = {language: BetweenCells() for language in KERNELS}
        try:
            await self._kernel("python")
        except (KernelDied, TimeoutError, OSError) as error:
            await self._end(["python"])
            message = f"The Python kernel could not be started: {error!r}."
            self._ring.append({"type": "fault", "id": request.id, "message": message})
            return
        self._ring.append({"type": "restarted", "id": request.id})

    async def close(self) -> None:
        if self._cell is not None:
            self._cell.stop(Stop.RESTART)
        await self._end(list(KERNELS))
