"""Puts packages into `/packages` again that an earlier container had: by pip and npm, in exactly these versions."""

import os
import time
from asyncio.subprocess import STDOUT
from collections.abc import Awaitable, Callable

from kernel import wire
from kernel.own_process import OwnProcess
from kernel.packages import Packages

#: pip recorded what was needed, too, each with its version.
COMMANDS = {
    "pip": ("pip", "install", "--no-deps"),
    "npm": ("npm", "install", "--global"),
}
JOIN = {"pip": "==", "npm": "@"}
LIMIT_BYTES = 1024 * 1024
TOLD_CHARACTERS = 4000


class Installer:
    def __init__(self, process: OwnProcess, packages: Packages, on_disk: Callable[[Callable], Awaitable]):
        """`on_disk` runs a function where waiting for the disk does no harm."""
        self._process = process
        self._packages = packages
        self._on_disk = on_disk

    async def install(self, request: wire.Install) -> dict:
        """The fields of the answer: what is still missing, and the last of what the managers printed."""
        until = time.monotonic() + request.timeout_s
        printed = ""
        # The bridge's own variables, among them the way to the network and its certificates: no cell can change them.
        env = {**os.environ, "HOME": "/nonexistent"}
        self._process.begin()
        for manager, command in COMMANDS.items():
            todo = [package for package in request.packages if package.manager == manager]
            # All at once; where that fails, one that cannot be had must not cost the others.
            for batch in ([todo], [[package] for package in todo]):
                for wanted in batch:
                    left = [package for package in wanted if self._lacks(package)]
                    left_s = until - time.monotonic()
                    if not left or left_s <= 0 or self._process.stopped:
                        continue
                    names = [f"{package.name}{JOIN[manager]}{package.version}" for package in left]
                    output = await self._process.run(
                        *command, *names, env=env, timeout_s=left_s, limit_bytes=LIMIT_BYTES, errors=STDOUT
                    )
                    printed += output.decode(errors="replace")
                    await self._on_disk(self._packages.changes)
        missing = [package._asdict() for package in request.packages if self._lacks(package)]
        return {"missing": missing, "text": printed[-TOLD_CHARACTERS:]}

    def _lacks(self, package: wire.Package) -> bool:
        there = self._packages.installed.get((package.manager, package.name))
        return there is None or there["version"] != package.version
