"""One cell from start to end: its outputs, its time limit, its interruption, and what it is told to have done."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import Enum

from kernel import artifacts, processes, wire
from kernel.kernels import Finished, Kernel, KernelDied
from kernel.limiter import Limiter
from kernel.limits import End, LimitsOfCell

#: From the interrupt until the kernel is killed. The signal is repeated: the first may come when a kernel is just
#: about to begin or to end the user's code, and be lost there.
GRACE_S = 3.0
SIGNALS = 4
#: Between looks at the free space of the disks, which cost nothing, and between counts of what lies in /outputs.
LOOK_INTERVAL_S = 0.1
COUNT_INTERVAL_S = 1.0


class Stop(Enum):
    """Why a running cell has to end."""

    USER = "user"
    TIMEOUT = "timeout"
    RESTART = "restart"
    OUTPUTS_FULL = "outputs full"


class OutputsLimit:
    """What may lie in /outputs and /packages. Where more lies there already, cells may go on while it does not grow."""

    def __init__(self, limit_bytes: int, measure: Callable[[], Awaitable[artifacts.Used]]):
        self.limit_bytes = limit_bytes
        self._measure = measure
        #: Bytes of both; files of each.
        self._least = (limit_bytes, artifacts.OUTPUTS_ENTRIES_LIMIT, artifacts.PACKAGES_ENTRIES_LIMIT)
        self._allowed = self._least
        self._packages = (0, 0)

    async def grown(self) -> artifacts.Used | None:
        """What lies there, when that is more than may be; it may be what it was before the cell, but not more."""
        used = await self._counted()
        now = _sizes(used)
        grown = any(size > allowed for size, allowed in zip(now, self._allowed))
        self._allow(tuple(map(min, now, self._allowed)))
        return used if grown else None

    async def cell_ended(self, seen: artifacts.Used) -> None:
        """`seen`: what was met when its files were looked for, which is less than all. Counts only when it is much."""
        now = _sizes(seen._replace(packages_bytes=self._packages[0], packages_entries=self._packages[1]))
        near = any(size > least // 2 for size, least in zip(now, self._least))
        self._allow(_sizes(await self._counted()) if near else now)

    async def _counted(self) -> artifacts.Used:
        used = await self._measure()
        self._packages = (used.packages_bytes, used.packages_entries)
        return used

    def _allow(self, sizes: tuple[int, ...]) -> None:
        self._allowed = tuple(map(max, sizes, self._least))


def _sizes(used: artifacts.Used) -> tuple[int, int, int]:
    return (used.bytes + used.packages_bytes, used.entries, used.packages_entries)


class Cell:
    """The sink of a kernel while it runs this cell."""

    def __init__(self, request: wire.Execute, say: Callable[[dict], None]):
        self.request = request
        self._say = say
        self._limiter = Limiter(request.output_limit_bytes, self._output)
        self._execution_count: int | None = None
        self._started = False
        self._began_at = time.monotonic()
        self._stop: asyncio.Future[Stop] = asyncio.get_running_loop().create_future()
        self._status = "ok"
        #: The kernel's state is gone, or must go: its process has to be replaced.
        self.state_lost = False
        self._limits = LimitsOfCell()
        self._last_error = ("", "")
        self._returncode: int | None = None
        self._timed_out = False
        #: Which limit of /outputs the cell was stopped at.
        self._outputs_bytes: int | None = None
        self._outputs_files: int | None = None

    def stop(self, reason: Stop) -> None:
        if not self._stop.done():
            self._stop.set_result(reason)
        elif reason is Stop.RESTART:
            self._stop = asyncio.get_running_loop().create_future()
            self._stop.set_result(reason)

    @property
    def stop_requested(self) -> bool:
        return self._stop.done()

    # Sink
    def started(self, execution_count: int | None) -> None:
        if not self._started:
            self._started = True
            self._execution_count = execution_count
            self._say({"type": "started", "id": self.request.id, "executionCount": execution_count})

    def stream(self, name: str, text: str) -> None:
        if name == "stderr":
            self._limits.error_text(text)
        self._limiter.stream(name, text)

    def rich(self, output: dict) -> None:
        self._limiter.rich(output)

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        self._last_error = (ename, evalue)
        self._limiter.error(ename, evalue, traceback)

    def _output(self, output: dict) -> None:
        self._say({"type": "output", "id": self.request.id, "output": output})

    def own_error(self, ename: str, evalue: str) -> None:
        """An error that the sandbox reports, not the user's code."""
        self._limiter.error(ename, evalue, [f"{ename}: {evalue}"])

    async def run(self, kernel: Kernel, outputs: OutputsLimit) -> None:
        """Runs to the end, whatever happens; afterwards `state_lost` tells whether the kernel can be used."""
        self._began_at = time.monotonic()
        execution = asyncio.create_task(kernel.execute(self.request.code, self))
        watch = asyncio.create_task(self._watch_outputs(outputs))
        timer = asyncio.get_running_loop().call_later(self.request.timeout_s, self.stop, Stop.TIMEOUT)
        try:
            await asyncio.wait({execution, self._stop}, return_when=asyncio.FIRST_COMPLETED)
            if not execution.done():
                await self._interrupt(kernel, execution)
            if execution.done():
                self._take(execution, kernel)
                if not self.state_lost and await self._limits.left_too_many():
                    self._lose_processes(kernel)
        finally:
            timer.cancel()
            watch.cancel()
            if not execution.done():
                execution.cancel()

    async def _grace(self, execution: asyncio.Task, reason: Stop) -> Stop:
        """Time to react to one signal. Another press of Stop does not shorten it; a restart does."""
        loop = asyncio.get_running_loop()
        until = loop.time() + GRACE_S / SIGNALS
        while not execution.done() and (left_s := until - loop.time()) > 0:
            self._stop = loop.create_future()
            await asyncio.wait({execution, self._stop}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            if self._stop.done() and self._stop.result() is Stop.RESTART:
                return Stop.RESTART
        return reason

    async def _interrupt(self, kernel: Kernel, execution: asyncio.Task) -> None:
        """SIGINT, some more of them, and at last the kernel is given up."""
        reason = self._stop.result()
        forks_on = False
        for _ in range(SIGNALS):
            if reason is Stop.RESTART or execution.done():
                break
            very_many = kernel.interrupt()
            if forks_on and very_many:
                break
            forks_on = very_many
            reason = await self._grace(execution, reason)
            if reason is Stop.OUTPUTS_FULL:
                # What does not stop at once goes on filling the machine's disk.
                break
        self._status = {
            Stop.USER: "interrupted",
            Stop.TIMEOUT: "timeout",
            Stop.RESTART: "killed",
            Stop.OUTPUTS_FULL: "error",
        }[reason]
        if reason is Stop.TIMEOUT:
            self._timed_out = True
            self.own_error("CellTimeout", f"The cell was stopped at its time limit of {self.request.timeout_s:g} s.")
        if execution.done():
            return
        self.state_lost = True
        if reason is Stop.RESTART:
            self.own_error("KernelReplaced", "The kernels were restarted while the cell ran. Variables are gone.")
            return
        if reason is Stop.USER:
            self._status = "killed"
        elif reason is Stop.OUTPUTS_FULL:
            self._status = "killed"
        self.own_error(
            "KernelKilled",
            f"The code did not react to the interrupt, so its {kernel.language} kernel was ended and a new one "
            "started. Variables are gone.",
        )

    def _take(self, execution: asyncio.Task, kernel: Kernel) -> None:
        try:
            finished: Finished = execution.result()
        except KernelDied as death:
            self.state_lost = True
            if self._status not in ("timeout", "interrupted"):
                self._status = "killed"
            self._returncode = death.returncode
            how = processes.describe_exit(death.returncode, self._limits.oom_killed)
            text = f"The {kernel.language} kernel {how}. A new one was started; variables are gone."
            self.own_error("KernelDied", text)
            return
        except Exception as error:  # the kernel's process is the user's and can confuse its driver
            self.state_lost = True
            self._status = "killed"
            self.own_error("KernelLost", f"The {kernel.language} kernel could not be followed any more: {error!r}.")
            return
        if finished.execution_count is not None:
            self.started(finished.execution_count)
            self._execution_count = finished.execution_count
        if not finished.alive:
            self.state_lost = True
        if self._status == "ok" and not finished.ok:
            self._status = "error"

    def _lose_processes(self, kernel: Kernel) -> None:
        self.state_lost = True
        if self._status == "ok":
            self._status = "error"
        self.own_error(
            "ProcessesEnded",
            "The cell left so many processes that no other cell could start one, so they were ended, and its "
            f"{kernel.language} kernel with them. Variables are gone.",
        )

    async def _watch_outputs(self, outputs: OutputsLimit) -> None:
        """Stops the cell when it makes /outputs grow beyond its limit; one that tidies up there may go on."""
        counted_at = time.monotonic()
        free = self._limits.free_for_outputs
        while True:
            await asyncio.sleep(LOOK_INTERVAL_S)
            self._limits.look()
            # Much written since the last count: it may be too much long before the next one is due.
            free_bytes, free_files = self._limits.free_for_outputs
            much = (
                free[0] - free_bytes > outputs.limit_bytes // 8
                or free[1] - free_files > artifacts.OUTPUTS_ENTRIES_LIMIT // 8
            )
            if not much and time.monotonic() - counted_at < COUNT_INTERVAL_S:
                continue
            counted_at = time.monotonic()
            free = self._limits.free_for_outputs
            what = self._beyond(await outputs.grown(), outputs.limit_bytes)
            if what is not None:
                self.own_error("OutputsFull", f"{what}, so the cell was stopped. Delete files there to go on.")
                self.stop(Stop.OUTPUTS_FULL)
                return

    def _beyond(self, grown: artifacts.Used | None, limit_bytes: int) -> str | None:
        if grown is None:
            return None
        if grown.bytes + grown.packages_bytes > limit_bytes:
            self._outputs_bytes = limit_bytes
            have, with_packages, limit = (
                f"{size / 1024**2:,.0f} MiB" for size in (grown.bytes, grown.packages_bytes, limit_bytes)
            )
            packages = f" and those in /packages {with_packages}" if grown.packages_bytes > 0 else ""
            return f"The files in /outputs take {have}{packages}, more than the limit of {limit}"
        if grown.packages_entries > artifacts.PACKAGES_ENTRIES_LIMIT:
            self._outputs_files = artifacts.PACKAGES_ENTRIES_LIMIT
            return f"There are more than {artifacts.PACKAGES_ENTRIES_LIMIT:,} files in /packages, which is the limit"
        self._outputs_files = artifacts.OUTPUTS_ENTRIES_LIMIT
        return f"There are more than {artifacts.OUTPUTS_ENTRIES_LIMIT:,} files in /outputs, which is the limit"

    def never_ran(self, status: str, ename: str, evalue: str) -> None:
        """The cell did not reach a kernel."""
        self._status = status
        self.own_error(ename, evalue)

    def finish(self, found: artifacts.Found, duration_s: float | None = None, packages: dict | None = None) -> None:
        truncated = self._limiter.finish()
        duration_s = duration_s if duration_s is not None else time.monotonic() - self._began_at
        self._say(
            {
                "type": "done",
                "id": self.request.id,
                "status": self._status,
                "executionCount": self._execution_count,
                "durationMs": round(duration_s * 1000, 1),
                "stateLost": self.state_lost,
                "truncated": truncated,
                "limits": self._limits.hits(self._end(bool(truncated))),
                "artifacts": found.artifacts,
                "refused": found.refused,
                **({"removed": found.removed} if found.removed else {}),
                **({} if packages is None else {"packages": packages}),
            }
        )

    def _end(self, truncated: bool) -> End:
        ename, evalue = self._last_error
        return End(
            failed=self._status != "ok",
            returncode=self._returncode,
            ename=ename,
            evalue=evalue,
            timeout_s=self.request.timeout_s if self._timed_out else None,
            output_limit=self._limiter.limit_bytes if truncated else None,
            outputs_bytes=self._outputs_bytes,
            outputs_files=self._outputs_files,
        )
