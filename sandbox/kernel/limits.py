"""
Which limits of the sandbox a cell ran into, with their figures: from the counters of the control group and the free
space of the disks where there are such, else from what the error says. The kinds are those of `limitHitSchema`
(src/shared/outputs.ts).
"""

import asyncio
import contextlib
import os
import re
import resource
from dataclasses import dataclass

from kernel import cgroup
from kernel.denied_writes import names_denied_write

#: Where cells may write. The home folder lies in /tmp.
PLACES = ("/tmp", "/dev/shm", "/outputs")
#: Less than this is full: what fails for want of space may leave a few blocks.
LEAST_BYTES = 64 * 1024
#: Of what a failed cell wrote to standard error; in bash that is where its programs say why.
ERROR_TEXT_CHARACTERS = 4000
#: Until the processes that a cell ended are gone, and those that are no end are seen to go on.
SETTLE_S = 0.4
#: Of the limit of processes: more left by a cell that met it, and they are ended.
MOST_LEFT_SHARE = 0.75
#: The share of its time without processor time left from which a cell that ran out of time is told so.
THROTTLED_SHARE = 0.3

# As programs write it, not as a sentence may hold it.
_NO_SPACE = re.compile(r"\[errno 28\]|\bENOSPC\b|: no space left on device$", re.IGNORECASE | re.MULTILINE)
_FILE_SIZE = re.compile(
    r"\[errno 27\]|\bEFBIG\b|: file too large$|file size limit exceeded|\(SIGXFSZ\)", re.IGNORECASE | re.MULTILINE
)
_OPEN_FILES = re.compile(r"\[errno 24\]|\bEMFILE\b|: too many open files$", re.IGNORECASE | re.MULTILINE)
_NO_MEMORY = re.compile(
    r"\[errno 12\]|\bENOMEM\b|: cannot allocate memory$|array buffer allocation failed", re.IGNORECASE | re.MULTILINE
)
_READ_ONLY = re.compile(r"\[errno 30\]|\bEROFS\b|: read-only file system$", re.IGNORECASE | re.MULTILINE)
_HEAP = re.compile(r"JavaScript heap out of memory")


@dataclass
class Place:
    """A file system, as full as it was seen to be."""

    bytes: int
    free_bytes: int
    files: int
    free_files: int

    @property
    def no_bytes(self) -> bool:
        return self.free_bytes < LEAST_BYTES

    @property
    def no_files(self) -> bool:
        return self.files > 0 and self.free_files < 1

    @property
    def least_share(self) -> float:
        shares = [self.free_bytes / max(1, self.bytes)]
        if self.files > 0:
            shares.append(self.free_files / self.files)
        return min(shares)


@dataclass(frozen=True)
class End:
    """How the cell ended, as far as its limits are concerned."""

    failed: bool
    #: Exit status of its kernel when that died; as `asyncio.subprocess` gives it.
    returncode: int | None
    ename: str
    evalue: str
    #: Seconds, when the cell was stopped at its time limit.
    timeout_s: float | None
    #: Bytes, when output was dropped.
    output_limit: int | None
    #: Bytes or files, when /outputs grew beyond.
    outputs_bytes: int | None
    outputs_files: int | None


def _look_at(path: str) -> Place | None:
    with contextlib.suppress(OSError):
        found = os.statvfs(path)
        return Place(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize, found.f_files, found.f_favail)
    return None


class LimitsOfCell:
    """Made when a cell begins: what counts is what changes while it runs."""

    def __init__(self) -> None:
        self._oom_kills = cgroup.oom_kills()
        self._forks_refused = cgroup.forks_refused()
        self._throttled = cgroup.throttled_periods()
        self._before = {path: place for path in PLACES if (place := _look_at(path)) is not None}
        self._fullest = dict(self._before)
        self._errors = ""

    def error_text(self, text: str) -> None:
        self._errors = (self._errors + text[-ERROR_TEXT_CHARACTERS:])[-ERROR_TEXT_CHARACTERS:]

    def look(self) -> None:
        """Code that meets the end of a disk often tidies up before it ends, so one looks in between."""
        for path, fullest in self._fullest.items():
            now = _look_at(path)
            if now is not None:
                fullest = Place(
                    now.bytes,
                    min(now.free_bytes, fullest.free_bytes),
                    now.files,
                    min(now.free_files, fullest.free_files),
                )
                self._fullest[path] = fullest

    @property
    def free_for_outputs(self) -> tuple[int, int]:
        """Bytes and files that were free on the disk of /outputs when it was fullest; others write there, too."""
        place = self._fullest.get("/outputs")
        return (place.free_bytes, place.free_files) if place is not None else (0, 0)

    @property
    def oom_killed(self) -> bool:
        return cgroup.oom_kills() > self._oom_kills

    async def left_too_many(self) -> bool:
        """
        True for a cell that met the limit of processes and leaves so many, or such that go on starting more, that the
        next one could start none.
        """
        limit = cgroup.processes()
        if limit is None or cgroup.forks_refused() <= self._forks_refused:
            return False
        # What it ended itself is not gone at once.
        await asyncio.sleep(SETTLE_S / 2)
        refused = cgroup.forks_refused()
        await asyncio.sleep(SETTLE_S / 2)
        return cgroup.forks_refused() > refused or cgroup.processes_now() > limit * MOST_LEFT_SHARE

    def hits(self, end: End) -> list[dict]:
        self.look()
        said = f"{end.ename}: {end.evalue}\n" + (self._errors if end.failed else "")
        return [
            *self._memory(end, said),
            *self._processes(),
            *self._space(end, said),
            *self._files(said),
            *self._read_only(end, said),
            *self._time(end),
            *([_hit("output", end.output_limit)] if end.output_limit is not None else []),
        ]

    def _memory(self, end: End, said: str) -> list[dict]:
        figure = cgroup.memory_bytes()
        if self.oom_killed:
            ended = "kernel" if end.returncode == -9 else "process"
            return [_hit("memory", figure, ended=ended)]
        if end.returncode is not None and _HEAP.search(self._errors):
            # V8 has a limit of its own, which is lower.
            return [_hit("memory", None, ended="kernel")]
        if end.failed and (end.ename.endswith("MemoryError") or _NO_MEMORY.search(said)):
            return [_hit("memory", figure, ended="nothing")]
        return []

    def _processes(self) -> list[dict]:
        refused = cgroup.forks_refused() > self._forks_refused
        return [_hit("processes", cgroup.processes())] if refused else []

    def _space(self, end: End, said: str) -> list[dict]:
        found = []
        if end.outputs_bytes is not None:
            found.append(_hit("disk", end.outputs_bytes, place="/outputs"))
        if end.outputs_files is not None:
            found.append(_hit("files", end.outputs_files, place="/outputs"))
        refused = end.failed and _NO_SPACE.search(said) is not None
        for path, place in self._fullest.items():
            before = self._before[path]
            if place.no_bytes and (refused or not before.no_bytes):
                found.append(_disk(path, place))
            elif place.no_files and (refused or not before.no_files):
                found.append(_hit("files", place.files, place=path))
        if refused and not found:
            path = self._place_of(said)
            found.append(_disk(path, self._fullest[path]) if path is not None else _hit("disk", None))
        return found

    def _place_of(self, said: str) -> str | None:
        """Where no space was left, when it is free again: the file's own place, else the fullest."""
        named = [path for path in self._fullest if f"{path}/" in said]
        if len(named) == 1:
            return named[0]
        path = min(self._fullest, key=lambda path: self._fullest[path].least_share, default=None)
        return path if path is not None and self._fullest[path].least_share < 0.1 else None

    def _files(self, said: str) -> list[dict]:
        found = []
        if _FILE_SIZE.search(said):
            found.append(_hit("fileSize", _soft(resource.RLIMIT_FSIZE)))
        if _OPEN_FILES.search(said):
            found.append(_hit("openFiles", _soft(resource.RLIMIT_NOFILE)))
        return found

    def _read_only(self, end: End, said: str) -> list[dict]:
        refused = end.failed and (_READ_ONLY.search(said) is not None or names_denied_write(said))
        return [_hit("readOnly", None)] if refused else []

    def _time(self, end: End) -> list[dict]:
        if end.timeout_s is None:
            return []
        found = [_hit("time", end.timeout_s)]
        throttled_s = (cgroup.throttled_periods() - self._throttled) * cgroup.PERIOD_S
        if throttled_s >= end.timeout_s * THROTTLED_SHARE:
            found.append(_hit("cpu", cgroup.cpus()))
        return found


def _disk(path: str, place: Place) -> dict:
    # /outputs lies on the machine's own disk: its size is no limit of ours.
    return _hit("disk", None if path == "/outputs" else place.bytes, place=path)


def _soft(limit: int) -> int | None:
    soft, _ = resource.getrlimit(limit)
    return None if soft == resource.RLIM_INFINITY else soft


def _hit(kind: str, figure: float | None, **more: str) -> dict:
    return {"kind": kind, "figure": figure, **more}
