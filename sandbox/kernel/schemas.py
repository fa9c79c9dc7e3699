"""What data files are made of, read by a confined process of our own: no kernel and no cell knows of it."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable

from kernel import wire
from kernel.own_process import OwnProcess

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_schemas.py")
LIMIT_BYTES = 8 * 1024 * 1024
#: Nothing that a cell has set or left in its home folder.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "OMP_NUM_THREADS": "1"}


async def read_schemas(process: OwnProcess, request: wire.Schemas) -> list[dict]:
    """One entry for each file that was read within the limits of time and bytes."""
    asked = {
        "paths": request.paths, "roots": request.roots, "limit": request.limit_files,
        "values": request.values, "background": request.background, "known": [stamp._asdict() for stamp in request.known],
    }  # fmt: skip
    process.begin()
    printed = await process.run(
        "python3", "-I", PROGRAM,
        env=ENVIRONMENT, timeout_s=request.timeout_s, limit_bytes=LIMIT_BYTES, given=json.dumps(asked).encode(),
    )  # fmt: skip
    # In the order in which they came first; what comes again replaces it.
    return list({entry["path"]: entry for entry in entries(printed)}.values())


class BackgroundReader:
    """Reads data files beside cells, one request after the other, and answers each."""

    def __init__(self, answer: Callable[[dict], None]) -> None:
        self._answer = answer
        self._process = OwnProcess()
        self._turns = asyncio.Lock()
        self._under_way: dict[str, asyncio.Task] = {}
        self._stopped: set[str] = set()
        self._now: str | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def begin(self, request: wire.Schemas) -> None:
        self._under_way[request.id] = asyncio.create_task(self._read(request))

    def stop(self, id: str | None = None) -> None:
        """Ends this one, or all; what was read so far is the answer."""
        self._stopped |= self._under_way.keys() if id is None else self._under_way.keys() & {id}
        if self._now in self._stopped:
            self._process.stop()

    async def _read(self, request: wire.Schemas) -> None:
        try:
            async with self._turns:
                self._now = request.id
                files = [] if request.id in self._stopped else await read_schemas(self._process, request)
            self._answer({"type": "schemas", "id": request.id, "files": files})
        except OSError as error:
            self._answer({"type": "fault", "id": request.id, "message": f"The data files could not be looked at: {error!r}."})
        finally:
            self._now = None
            self._stopped.discard(request.id)
            del self._under_way[request.id]


def entries(printed: bytes) -> list[dict]:
    """Complete lines only: the last one may have been cut."""
    entries = []
    for line in printed.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError, RecursionError):
            entries.append(json.loads(line))
    return entries
