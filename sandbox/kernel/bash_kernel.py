"""
One bash for all bash cells. It runs as an interactive shell without a terminal, because only an interactive
shell drops the whole cell at SIGINT and lives on. The end of a cell is reported by PROMPT_COMMAND on a
descriptor of its own, which the cell's code does not have.
"""

import asyncio
import contextlib
import os
import signal
import time

from kernel import bash_variables, cgroup, processes
from kernel.kernels import Finished, Kernel, KernelDied, Sink
from kernel.pipes import PipeReader
from kernel.queries import refusal

FOLDER = "/tmp/.bridge/bash"
START_TIMEOUT_S = 20
#: Far above what scripts use by hand.
DONE_FD, OUT_FD, ERR_FD, COMMAND_FD, CODE_FD, LIST_FD = 240, 241, 242, 243, 244, 245

LIST_LIMIT_KIB = 8192

START_FILE = f"""\
PS1= PS2=
__cell_number=0
unset HISTFILE
set +o history +H +m
readonly PROMPT_COMMAND='builtin printf "end %s %s\\n" "$__cell_number" "$?" >&{DONE_FD}'
"""
#: A SIGINT that comes late may take the first character of what bash reads next: it is an empty line's.
#: The cell sees its own streams whatever an earlier cell did to them, and none of our descriptors.
CELL_LINE = (
    f"\n__cell_number={{number}}; builtin printf 'begin %s\\n' {{number}} >&{DONE_FD}; "
    f"IFS= builtin read -r -d '' __cell </proc/self/fd/{CODE_FD}; "
    f'builtin eval "$__cell" </dev/null >&{OUT_FD} 2>&{ERR_FD} '
    f"{DONE_FD}>&- {OUT_FD}>&- {ERR_FD}>&- {COMMAND_FD}<&- {CODE_FD}<&- {LIST_FD}>&-\n"
)
#: In a subshell, which ends at the limit of what it may write, in another one: no trap of a cell runs in these.
LIST_LINE = (
    f"\n( ( builtin ulimit -f {LIST_LIMIT_KIB}; {{command}} ) >&{LIST_FD} 2>/dev/null || builtin :; "
    f"builtin printf 'listed %s\\n' {{number}} >&{DONE_FD} )\n"
)
SETTLE_LINE = f"\nbuiltin printf 'settled %s\\n' {{number}} >&{DONE_FD}\n"
SETTLE_CHECK_S, SETTLE_REPEAT_S = 0.05, 0.3
EXIT_NOTE = "exit\n"


class BashKernel(Kernel):
    language = "bash"

    def __init__(self) -> None:
        super().__init__()
        self._out = PipeReader(lambda text: self._stream("stdout", text))
        self._err = PipeReader(lambda text: self._stream("stderr", text))
        self._status = PipeReader(self._on_status, pause_s=0)
        self._status_text = ""
        self._status_came: asyncio.Future[int] | None = None
        #: The cell's line has been read; before that, SIGINT would tear it.
        self._begun = False
        self._interrupt_wanted = False
        self._interrupted = False
        self._settled = asyncio.Event()
        #: What is listed is told by number; what cells did not set was there at the start.
        self._lists = 0
        self._listed = asyncio.Event()
        self._list_stop = asyncio.Event()
        self._at_start: dict[str, str] | None = None
        self._sink: Sink | None = None
        self._idle: Sink | None = None
        self._count = 0
        self._commands = -1
        # The code of a cell lies in memory: a full disk must not keep anyone from cleaning up.
        self._code = os.memfd_create("cell", os.MFD_CLOEXEC)
        self._list = os.memfd_create("list", os.MFD_CLOEXEC)

    def idle_sink(self, sink: Sink) -> None:
        self._idle = sink

    def _stream(self, name: str, text: str) -> None:
        sink = self._sink or self._idle
        if sink is not None:
            sink.stream(name, text)

    def _on_status(self, text: str) -> None:
        *lines, self._status_text = (self._status_text + text).split("\n")
        for line in lines:
            word, _, rest = line.partition(" ")
            number, _, status = rest.partition(" ")
            if word == "listed" and number == str(self._lists):
                self._listed.set()
            if number != str(self._count) or self._status_came is None:
                continue
            if word == "begin":
                self._begun = True
                if self._interrupt_wanted:
                    super().interrupt()
            elif word == "settled":
                self._settled.set()
            elif word == "end" and self._begun and not self._status_came.done():
                self._status_came.set_result(int(status) if status.isdigit() else 1)

    def interrupt(self) -> bool:
        self._interrupted = True
        if self._begun:
            return super().interrupt()
        self._interrupt_wanted = True
        return False

    async def start(self) -> None:
        os.makedirs(FOLDER, mode=0o700, exist_ok=True)
        start_file = f"{FOLDER}/start"
        with open(start_file, "w") as file:
            file.write(START_FILE)
        self._status_came = asyncio.get_running_loop().create_future()
        self._begun = True
        commands, self._commands = os.pipe2(os.O_CLOEXEC)
        wanted = {
            DONE_FD: self._status.write_fd,
            OUT_FD: self._out.write_fd,
            ERR_FD: self._err.write_fd,
            COMMAND_FD: commands,
            CODE_FD: self._code,
            LIST_FD: self._list,
        }
        given = sorted(set(wanted.values()))
        # A plain shell puts the descriptors in their places; what it says about its missing terminal is no output.
        moves = " ".join(f"{place}<&{fd}" for place, fd in wanted.items())
        closes = " ".join(f"{fd}<&-" for fd in given)
        shell = 'bash --noprofile --noediting --rcfile "$0" -i'
        script = f"exec {moves} {closes}; exec {shell} <&{COMMAND_FD} {COMMAND_FD}<&-"
        try:
            await self.spawn(
                "bash", "-c", script, start_file,
                pass_fds=given, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            os.close(commands)
            for reader in (self._out, self._err, self._status):
                reader.start()
        await self.until(self._status_came, START_TIMEOUT_S)
        self._at_start = bash_variables.declared(await self._list_of(bash_variables.LIST, START_TIMEOUT_S) or "")

    async def query(self, name: str, params: dict, timeout_s: float) -> dict:
        if name not in ("variables", "variableValue"):
            return refusal("unknown", f"bash knows no query {name[:60]!r}.")
        wanted = str(params.get("name", ""))
        command = bash_variables.LIST if name == "variables" else bash_variables.of_one(wanted)
        if command is None:
            return refusal("refused", f"There is no variable {wanted[:80]} any more.")
        text = await self._list_of(command, timeout_s)
        if text is None:
            reason = "cancelled" if self._list_stop.is_set() else "timeout"
            return refusal(reason, "It was stopped or took too long. Variables are kept.")
        if name == "variables":
            return {"ok": True, "answer": bash_variables.listed(text, self._at_start or {})}
        value = bash_variables.value(wanted, text)
        if value is None:
            return refusal("refused", f"There is no variable {wanted[:80]} any more.")
        return {"ok": True, "answer": value}

    def stop_query(self) -> None:
        self._list_stop.set()

    async def _list_of(self, command: str, timeout_s: float) -> str | None:
        """What a command of our own prints in the shell, or None when it does not come in time."""
        self._lists += 1
        self._listed.clear()
        self._list_stop.clear()
        os.ftruncate(self._list, 0)
        os.lseek(self._list, 0, os.SEEK_SET)
        with contextlib.suppress(BrokenPipeError):
            os.write(self._commands, LIST_LINE.format(number=self._lists, command=command).encode())
        waits = [asyncio.ensure_future(event.wait()) for event in (self._listed, self._list_stop)]
        try:
            await self.until(asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED))
        finally:
            for wait in waits:
                wait.cancel()
        if not self._listed.is_set():
            return None
        return os.pread(self._list, LIST_LIMIT_KIB * 1024, 0).decode(errors="replace")

    async def execute(self, code: str, sink: Sink) -> Finished:
        # A NUL would end the cell early, and bash cannot hold one.
        data = code.replace("\0", "").encode(errors="replace")
        os.ftruncate(self._code, 0)
        os.pwrite(self._code, data, 0)
        self._count += 1
        self._begun = self._interrupt_wanted = self._interrupted = False
        sink.started(self._count)
        held = _WithoutExitNote(sink)
        self._sink = held
        oom_before = cgroup.oom_kills()
        self._status_came = asyncio.get_running_loop().create_future()
        try:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._commands, CELL_LINE.format(number=self._count).encode())
            status, alive = await self.until(self._status_came), True
            if self._interrupted:
                await self._settle()
        except KernelDied as death:
            if death.returncode < 0:
                raise
            status, alive = death.returncode, False
        finally:
            self._out.drain()
            self._err.drain()
            self._sink = None
            held.release(shell_ended=self.exited.done())
        if status != 0 or not alive:
            self._report(status, alive, cgroup.oom_kills() > oom_before, sink)
        return Finished(status == 0, self._count, alive)

    async def _settle(self) -> None:
        """
        A child that was just being started when SIGINT came may have missed it, and bash waits for it without a word:
        until bash does something again, its children are interrupted again.
        """
        self._settled.clear()
        asked_at = 0.0
        while not self._settled.is_set():
            if time.monotonic() - asked_at > SETTLE_REPEAT_S:
                asked_at = time.monotonic()
                with contextlib.suppress(BrokenPipeError):
                    os.write(self._commands, SETTLE_LINE.format(number=self._count).encode())
            with contextlib.suppress(TimeoutError):
                await self.until(self._settled.wait(), SETTLE_CHECK_S)
                return
            processes.interrupt_tree(self.pid, include_root=False)

    def _report(self, status: int, alive: bool, oom_killed: bool, sink: Sink) -> None:
        """A status other than 0 is an error of the cell; an ended shell is told even when it ended with 0."""
        text = f"exit status {status}"
        if status > 128 and oom_killed:
            text += " (ended because the sandbox's memory limit was reached)"
        elif status > 128:
            with contextlib.suppress(ValueError):
                text += f" ({signal.Signals(status - 128).name})"
        if not alive:
            text += "; the shell ended, its variables, functions and working directory are gone"
        if status != 0:
            sink.error("BashError", text, [f"BashError: {text}"])
        else:
            sink.stream("stderr", f"[{text}]\n")

    def close(self) -> None:
        for reader in (self._out, self._err, self._status):
            reader.close()
        for fd in (self._commands, self._code, self._list):
            with contextlib.suppress(OSError):
                os.close(fd)


class _WithoutExitNote:
    """An interactive bash says `exit` when a cell calls exit: held back until it is known whether it did."""

    def __init__(self, sink: Sink):
        self._sink = sink
        self._held = ""

    def stream(self, name: str, text: str) -> None:
        if name != "stderr":
            self._sink.stream(name, text)
            return
        text = self._held + text
        self._held = EXIT_NOTE if text.endswith(EXIT_NOTE) else ""
        self._sink.stream(name, text[: len(text) - len(self._held)])

    def release(self, shell_ended: bool) -> None:
        if self._held and not shell_ended:
            self._sink.stream("stderr", self._held)
        self._held = ""
