"""One cell from start to end: its outputs, its time limit, its interruption, and what it is told to have done."""

import asyncio
import time
from collections.abc import Callable
from enum import Enum

from kernel import artifacts, processes, wire
from kernel.kernels import Finished, Kernel, KernelDied
from kernel.limiter import Limiter

#: From the interrupt until the kernel is killed. The signal is repeated: the first may come when a kernel is just
#: about to begin or to end the user's code, and be lost there.
GRACE_S = 3.0
SIGNALS = 4
WATCH_INTERVAL_S = 1.0


class Stop(Enum):
    """Why a running cell has to end."""

    USER = "user"
    TIMEOUT = "timeout"
    RESTART = "restart"
    OUTPUTS_FULL = "outputs full"


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
        self._limiter.stream(name, text)

    def rich(self, output: dict) -> None:
        self._limiter.rich(output)

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        self._limiter.error(ename, evalue, traceback)

    def _output(self, output: dict) -> None:
        self._say({"type": "output", "id": self.request.id, "output": output})

    def own_error(self, ename: str, evalue: str) -> None:
        """An error that the sandbox reports, not the user's code."""
        self.error(ename, evalue, [f"{ename}: {evalue}"])

    async def run(self, kernel: Kernel, outputs_limit_bytes: int, measure: Callable) -> None:
        """Runs to the end, whatever happens; afterwards `state_lost` tells whether the kernel can be used."""
        self._began_at = time.monotonic()
        oom_before = processes.oom_kills()
        execution = asyncio.create_task(kernel.execute(self.request.code, self))
        watch = asyncio.create_task(self._watch_outputs(outputs_limit_bytes, measure))
        timer = asyncio.get_running_loop().call_later(self.request.timeout_s, self.stop, Stop.TIMEOUT)
        try:
            await asyncio.wait({execution, self._stop}, return_when=asyncio.FIRST_COMPLETED)
            if not execution.done():
                await self._interrupt(kernel, execution)
            if execution.done():
                self._take(execution, kernel, oom_before)
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
        self._status = {
            Stop.USER: "interrupted",
            Stop.TIMEOUT: "timeout",
            Stop.RESTART: "killed",
            Stop.OUTPUTS_FULL: "error",
        }[reason]
        if reason is Stop.TIMEOUT:
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
            f"The code did not react to the interrupt within {GRACE_S:g} s, so its {kernel.language} kernel was "
            "ended and a new one started. Variables are gone.",
        )

    def _take(self, execution: asyncio.Task, kernel: Kernel, oom_before: int) -> None:
        try:
            finished: Finished = execution.result()
        except KernelDied as death:
            self.state_lost = True
            if self._status not in ("timeout", "interrupted"):
                self._status = "killed"
            how = processes.describe_exit(death.returncode, processes.oom_kills() > oom_before)
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

    async def _watch_outputs(self, limit_bytes: int, measure: Callable) -> None:
        while True:
            await asyncio.sleep(WATCH_INTERVAL_S)
            used: artifacts.Used = await measure()
            if used.bytes + used.packages_bytes > limit_bytes:
                packages = f" and those in /packages {used.packages_bytes / 1024**2:,.0f} MiB"
                what = (
                    f"The files in /outputs take {used.bytes / 1024**2:,.0f} MiB"
                    f"{packages if used.packages_bytes > 0 else ''}, more than the limit of {limit_bytes / 1024**2:,.0f} MiB"
                )
            elif used.packages_entries > artifacts.PACKAGES_ENTRIES_LIMIT:
                what = f"There are more than {artifacts.PACKAGES_ENTRIES_LIMIT:,} files in /packages, which is the limit"
            elif used.entries > artifacts.OUTPUTS_ENTRIES_LIMIT:
                what = f"There are more than {artifacts.OUTPUTS_ENTRIES_LIMIT:,} files in /outputs, which is the limit"
            else:
                continue
            self.own_error("OutputsFull", f"{what}, so the cell was stopped. Delete files there to go on.")
            self.stop(Stop.OUTPUTS_FULL)
            return

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
                "artifacts": found.artifacts,
                "refused": found.refused,
                **({} if packages is None else {"packages": packages}),
            }
        )
