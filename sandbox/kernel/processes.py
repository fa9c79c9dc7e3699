"""Processes of the container: who descends from whom, signals to whole trees, and why one died."""

import asyncio
import contextlib
import os
import signal

#: In the environment of each kernel and so of its children: which kernel they belong to.
KERNEL_MARK = "CODE_INTERPRETER_KERNEL"


def _parents() -> dict[int, int]:
    """pid → parent's pid for every process of the container."""
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/stat", "rb") as stat:
            # The command in parentheses may hold anything, closing parentheses included.
            fields = stat.read().rpartition(b")")[2].split()
            if fields[0] != b"Z":
                parents[int(name)] = int(fields[1])
    return parents


def _tree(root: int, parents: dict[int, int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found, todo = set(), [root]
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo.extend(children.get(pid, ()))
    return found


def started_from_outside(pid: int, parents: dict[int, int] | None = None) -> bool:
    """True for what the engine executes in the container: its oldest ancestor is not the container's pid 1."""
    parents = _parents() if parents is None else parents
    seen: set[int] = set()
    while (parent := parents.get(pid)) not in (None, 0) and pid not in seen:
        seen.add(pid)
        pid = parent
    return parent == 0 and pid not in (1, os.getpid())


def _mark_of(pid: int) -> str | None:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as environ:
        for entry in environ.read().split(b"\0"):
            name, _, value = entry.partition(b"=")
            if name == KERNEL_MARK.encode():
                return value.decode(errors="replace")
    return None


def signal_tree(root: int, number: signal.Signals, include_root: bool = True) -> None:
    """Sends a signal to a process and everything below it, whatever process group they moved to."""
    for pid in _tree(root, _parents()):
        if pid != root or include_root:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)


def _victims(spared_roots: dict[str, int]) -> set[int]:
    parents = _parents()
    spared = {1, os.getpid()}
    for root in spared_roots.values():
        spared |= _tree(root, parents)
    return {
        pid
        for pid in parents
        if pid not in spared and not started_from_outside(pid, parents) and _mark_of(pid) not in spared_roots
    }


async def kill_all_but(spared_roots: dict[str, int]) -> None:
    """
    Ends every process of the container except the bridge, what the engine executes, and the kernels named in
    `spared_roots` (mark → pid) with all they started. Stops before it kills, so that forking faster does not help.
    """
    for _ in range(20):
        stopped: set[int] = set()
        while fresh := _victims(spared_roots) - stopped:
            for pid in fresh:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGSTOP)
            stopped |= fresh
        if not stopped:
            return
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.02)


def oom_kills() -> int:
    """How many processes of this container the memory limit has killed so far (cgroup v2, then v1)."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        with contextlib.suppress(OSError, ValueError), open(path) as file:
            for line in file:
                name, _, value = line.partition(" ")
                if name == "oom_kill":
                    return int(value)
    return 0


def describe_exit(returncode: int, oom_killed: bool) -> str:
    """How a process ended, as the middle of a sentence."""
    if oom_killed:
        return "was ended by the operating system because the sandbox's memory limit was reached"
    if returncode < 0:
        try:
            name = signal.Signals(-returncode).name
        except ValueError:
            name = f"signal {-returncode}"
        crash = " (a crash in native code)" if name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT") else ""
        return f"was ended by {name}{crash}"
    return f"ended by itself with exit status {returncode}"
