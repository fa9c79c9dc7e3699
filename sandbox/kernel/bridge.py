"""The container's main process: `python3 -I bridge.py`. Serves the host until it is told to end."""

import asyncio
import ctypes
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kernel import environment, wire  # noqa: E402
from kernel.conductor import Conductor  # noqa: E402
from kernel.ring import Ring  # noqa: E402
from kernel.server import Server  # noqa: E402

PR_SET_DUMPABLE = 4


async def serve() -> None:
    ring = Ring()
    conductor = Conductor(ring)
    server = Server(wire.SOCKET_NAME, ring, conductor.on_operation)
    conductor.server = server
    await server.start()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    # A stop meant for a cell must not end the bridge. Handled, not ignored: what is ignored stays so in children.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    conducting = asyncio.create_task(conductor.run())
    waiting = asyncio.create_task(ended.wait())
    await asyncio.wait({conducting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if conducting.done():
        # Never expected: the container ends with the traceback, and the host reports the loss.
        conducting.result()
    conducting.cancel()
    await conductor.close()


def main() -> None:
    # Cells run as the same user: this keeps their code from tracing the bridge or reading its memory.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    environment.prepare()
    asyncio.run(serve())


if __name__ == "__main__":
    main()
