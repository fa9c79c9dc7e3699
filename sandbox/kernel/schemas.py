"""What data files are made of, read by a confined process of our own: no kernel and no cell knows of it."""

import contextlib
import json
import os

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
        "values": request.values, "known": [stamp._asdict() for stamp in request.known],
    }  # fmt: skip
    process.begin()
    printed = await process.run(
        "python3", "-I", PROGRAM,
        env=ENVIRONMENT, timeout_s=request.timeout_s, limit_bytes=LIMIT_BYTES, given=json.dumps(asked).encode(),
    )  # fmt: skip
    # In the order in which they came first; what comes again replaces it.
    return list({entry["path"]: entry for entry in entries(printed)}.values())


def entries(printed: bytes) -> list[dict]:
    """Complete lines only: the last one may have been cut."""
    entries = []
    for line in printed.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError, RecursionError):
            entries.append(json.loads(line))
    return entries
