"""A program of the bridge's own: confined as cells are, ended with all it started, known to no kernel."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE

from kernel import cgroup
from kernel.confinement import confinement
from kernel.kernels import LESS_THAN_CELLS

#: Of the memory limit: with less left, the next allocation may have a kernel killed, whose variables are worth more than
#: any answer of ours. It is usually the larger process, which is what the system looks for.
LEAST_MEMORY_SHARE = 0.04
LOOK_INTERVAL_S = 0.05


class OwnProcess:
    """Runs one program at a time."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        #: Of the process that runs now, if any.
        self.pid: int | None = None

    def stop(self) -> None:
        """Ends what is under way; what it printed so far is its answer."""
        self._stopped.set()

    def begin(self) -> None:
        """A stop from before does not count for what follows."""
        self._stopped.clear()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    async def run(
        self, *command: str, env: dict[str, str], timeout_s: float, limit_bytes: int, given: bytes = b"", errors: int = DEVNULL
    ) -> bytes:
        """What it printed, until its end, its time limit, a stop, the last of the memory, or more printed than the limit."""
        process = await asyncio.create_subprocess_exec(
            *LESS_THAN_CELLS, *confinement().command, *command,
            stdin=PIPE, stdout=PIPE, stderr=errors, cwd="/", env=env, start_new_session=True,
        )  # fmt: skip
        self.pid = process.pid
        printed = bytearray()
        reading = asyncio.create_task(self._collect(process, given, printed, limit_bytes))
        stopped = asyncio.create_task(self._stopped.wait())
        scarce = asyncio.create_task(_memory_is_scarce())
        try:
            await asyncio.wait({reading, stopped, scarce}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in (reading, stopped, scarce):
                waiting.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            self.pid = None
        return bytes(printed[:limit_bytes])

    async def _collect(
        self, process: asyncio.subprocess.Process, given: bytes, printed: bytearray, limit_bytes: int
    ) -> None:
        with contextlib.suppress(OSError):
            process.stdin.write(given)
            await process.stdin.drain()
            process.stdin.close()
        while len(printed) <= limit_bytes and (chunk := await process.stdout.read(64 * 1024)):
            printed += chunk


async def _memory_is_scarce() -> None:
    limit = cgroup.memory_bytes()
    if limit is None:
        await asyncio.Event().wait()
    while (left := cgroup.memory_left()) is None or left > limit * LEAST_MEMORY_SHARE:
        await asyncio.sleep(LOOK_INTERVAL_S)
