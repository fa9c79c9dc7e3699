"""Names and types of data files, read by a confined process of our own: no kernel and no cell knows of it."""

import asyncio
import contextlib
import json
import os
import signal

from kernel import wire
from kernel.confinement import confinement
from kernel.kernels import LESS_THAN_THE_BRIDGE

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_schemas.py")
LIMIT_BYTES = 4 * 1024 * 1024
#: Nothing that a cell has set or left in its home folder.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "OMP_NUM_THREADS": "1"}


class SchemaReader:
    """Reads for one request at a time."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()
        #: Of the process that reads now, if any.
        self.pid: int | None = None

    def stop(self) -> None:
        """Ends the reading that is under way; what was read so far is its answer."""
        self._stopped.set()

    async def read(self, request: wire.Schemas) -> list[dict]:
        """One entry for each file that was read within the limits of time and bytes."""
        self._stopped.clear()
        asked = {"paths": request.paths, "roots": request.roots, "limit": request.limit_files}
        process = await asyncio.create_subprocess_exec(
            *LESS_THAN_THE_BRIDGE, *confinement().command, "python3", "-I", PROGRAM,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            cwd="/", env=ENVIRONMENT, start_new_session=True,
        )  # fmt: skip
        self.pid = process.pid
        printed = bytearray()
        reading = asyncio.create_task(self._collect(process, json.dumps(asked).encode(), printed))
        stopped = asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait({reading, stopped}, timeout=request.timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            stopped.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            self.pid = None
        return _entries(bytes(printed))

    async def _collect(self, process: asyncio.subprocess.Process, asked: bytes, printed: bytearray) -> None:
        with contextlib.suppress(OSError):
            process.stdin.write(asked)
            await process.stdin.drain()
            process.stdin.close()
        while len(printed) <= LIMIT_BYTES and (chunk := await process.stdout.read(64 * 1024)):
            printed += chunk


def _entries(printed: bytes) -> list[dict]:
    """Complete lines only: the last one may have been cut."""
    entries = []
    for line in printed[:LIMIT_BYTES].split(b"\n")[:-1]:
        with contextlib.suppress(ValueError, RecursionError):
            entries.append(json.loads(line))
    return entries
