"""What every language has in common: a process of its own, a way to run a cell, and its death."""

import asyncio
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from kernel import processes
from kernel.artifacts import OUTPUTS
from kernel.confinement import confinement

#: Cells use up processors and memory, and the bridge must go on: it comes first among the container's processes
#: (the nice value counts only among these), and when memory ends, the system ends cells before the bridge.
LESS_THAN_THE_BRIDGE = ("nice", "-n", "19", "choom", "-n", "800", "--")
#: What the bridge looks at for itself must not cost a kernel its variables.
LESS_THAN_CELLS = ("nice", "-n", "19", "choom", "-n", "1000", "--")


class Sink(Protocol):
    """Where the outputs of a cell go."""

    def started(self, execution_count: int | None) -> None: ...
    def stream(self, name: str, text: str) -> None: ...
    def rich(self, output: dict) -> None: ...
    def error(self, ename: str, evalue: str, traceback: list[str]) -> None: ...


@dataclass(frozen=True)
class Finished:
    """The kernel came to the end of a cell. `alive`: it can run the next one."""

    ok: bool
    execution_count: int | None
    alive: bool = True


class KernelDied(Exception):
    """The process behind a kernel ended. `returncode` as `asyncio.subprocess` gives it."""

    def __init__(self, returncode: int):
        super().__init__(f"exit status {returncode}")
        self.returncode = returncode


class Kernel(ABC):
    language: str

    def __init__(self) -> None:
        #: Where its cells begin.
        self.folder = OUTPUTS
        self.process: asyncio.subprocess.Process | None = None
        #: Set with the return code when the process ends, for whatever reason.
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._watcher: asyncio.Task | None = None

    @abstractmethod
    async def start(self) -> None:
        """Returns when cells can run. Raises KernelDied or TimeoutError."""

    @abstractmethod
    async def execute(self, code: str, sink: Sink) -> Finished:
        """Runs one cell to its end. Raises KernelDied."""

    @abstractmethod
    def idle_sink(self, sink: Sink) -> None:
        """Where outputs go that arrive while no cell runs."""

    async def query(self, name: str, params: dict, timeout_s: float) -> dict:
        """An answer, or a refusal that says why there is none. Raises KernelDied."""
        problem = f"There are no queries for {self.language}."
        return {"ok": False, "reason": "unknown", "problem": problem}

    def stop_query(self) -> None:
        """Ends what `query` waits for, if anything; variables are kept."""

    def interrupt(self) -> bool:
        """SIGINT for the kernel and everything it started. True when it had started very many processes."""
        return processes.interrupt_tree(self.pid)

    def close(self) -> None:
        """Frees what the bridge holds for a kernel whose process is gone."""

    @property
    def pid(self) -> int:
        return self.process.pid if self.process is not None else -1

    async def spawn(self, *command: str, **options) -> None:
        """Starts the process in a session of its own, so that signals to it never reach the bridge."""
        environment = {**os.environ, **options.pop("env", {}), processes.KERNEL_MARK: self.language}
        self.process = await asyncio.create_subprocess_exec(
            *LESS_THAN_THE_BRIDGE,
            *confinement().command,
            *command,
            stdin=options.pop("stdin", asyncio.subprocess.DEVNULL),
            cwd=self.folder,
            env=environment,
            start_new_session=True,
            **options,
        )
        self._watcher = asyncio.create_task(self._watch(self.process))

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        returncode = await process.wait()
        if not self.exited.done():
            self.exited.set_result(returncode)

    async def until(self, awaitable, timeout_s: float | None = None):
        """The awaitable's result. Raises KernelDied when the process ends first, TimeoutError when time does."""
        task = asyncio.ensure_future(awaitable)
        try:
            await asyncio.wait({task, self.exited}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self.exited.done():
                raise KernelDied(self.exited.result())
            raise TimeoutError
        finally:
            if not task.done():
                task.cancel()
