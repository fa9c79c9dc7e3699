"""Processes of the container: who descends from whom, signals to whole trees, and why one died."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable

#: In the environment of each kernel and so of its children: which kernel they belong to.
KERNEL_MARK = "CODE_INTERPRETER_KERNEL"
#: More than cells start on purpose.
MANY_PROCESSES = 64
STOP_TIMEOUT_S = 2.0


def _parents(halted: set[int] | None = None) -> dict[int, int]:
    """pid → parent's pid for every process of the container; those that are stopped are added to `halted`."""
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/stat", "rb") as stat:
            # The command in parentheses may hold anything, closing parentheses included.
            fields = stat.read().rpartition(b")")[2].split()
            if fields[0] != b"Z":
                parents[int(name)] = int(fields[1])
                if fields[0] in (b"T", b"t") and halted is not None:
                    halted.add(int(name))
    return parents


def _tree(root: int, parents: dict[int, int]) -> set[int]:
    return set(_from_the_top(root, parents))


def _from_the_top(root: int, parents: dict[int, int]) -> list[int]:
    """A process and everything below it, each after its parent."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found = [root]
    seen = {root}
    for pid in found:
        below = [child for child in children.get(pid, ()) if child not in seen]
        found += below
        seen.update(below)
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


def interrupt_tree(root: int, include_root: bool = True) -> bool:
    """
    SIGINT for a process and everything below it, whatever process group they moved to. Where they are very many, only
    the root is left to clean up: the others end at once, because each of them waking up would cost the most.
    Returns whether that was so.
    """
    tree = _from_the_top(root, _parents())
    very_many = len(tree) > MANY_PROCESSES
    if very_many:
        below = _stop(lambda parents: _tree(root, parents)) - {root}
        _send(below, signal.SIGKILL)
        _send([root], signal.SIGCONT)
        tree = [root]
    # From the top: a shell whose child dies of SIGINT before its own came takes that for the child's wish, ends with a
    # status of its own, and the shell above goes on with the next command.
    _send(tree if include_root else tree[1:], signal.SIGINT)
    return very_many


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _stop(find: Callable[[dict[int, int]], set[int]]) -> set[int]:
    """
    Stops what `find` finds, until all of it really stands still and nothing new is found: a process can be in the
    middle of a fork when the signal comes.
    """
    stopped: set[int] = set()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        halted: set[int] = set()
        found = find(_parents(halted))
        _send(found - stopped, signal.SIGSTOP)
        stopped |= found
        if found <= halted:
            break
        time.sleep(0.002)
    return stopped


def _victims(spared_roots: dict[str, int], parents: dict[int, int]) -> set[int]:
    spared = {1, os.getpid()}
    for root in spared_roots.values():
        spared |= _tree(root, parents)
    return {pid for pid in parents if pid not in spared and not started_from_outside(pid, parents)}


async def kill_all_but(spared_roots: dict[str, int]) -> None:
    """
    Ends every process of the container except the bridge, what the engine executes, and the kernels named in
    `spared_roots` (mark → pid) with all they started.
    """
    strays: set[int] = set()
    killed: set[int] = set()
    for _ in range(20):
        stopped = _stop(lambda parents: _victims(spared_roots, parents) - strays)
        if not stopped:
            break
        # Only now: the environment of a process that is forking cannot be read until it is done.
        strays |= {pid for pid in stopped if _mark_of(pid) in spared_roots}
        _send(stopped - strays, signal.SIGKILL)
        killed |= stopped - strays
        await asyncio.sleep(0.02)
    _send(strays, signal.SIGCONT)
    # The dead count as processes until init has collected them, and what comes next needs room.
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline and any(os.path.exists(f"/proc/{pid}") for pid in killed):
        await asyncio.sleep(0.005)


def describe_exit(returncode: int, oom_killed: bool) -> str:
    """How a process ended, as the middle of a sentence. `oom_killed`: the memory limit killed some process just now."""
    if oom_killed and returncode == -signal.SIGKILL:
        return "was ended by the operating system because the sandbox's memory limit was reached"
    if returncode < 0:
        try:
            name = signal.Signals(-returncode).name
        except ValueError:
            name = f"signal {-returncode}"
        crash = " (a crash in native code)" if name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT") else ""
        return f"was ended by {name}{crash}"
    return f"ended by itself with exit status {returncode}"
