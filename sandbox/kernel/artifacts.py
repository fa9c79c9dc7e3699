"""What a cell left in `/outputs`: new or changed regular files, and what is refused, with the reason."""

import hashlib
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from kernel import names

OUTPUTS = "/outputs"
#: What pip and npm install in cells: no artifacts, but of the same disk.
PACKAGES = "/packages"
LARGEST_FILE_BYTES = 1024 * 1024 * 1024
MAX_ARTIFACTS = 500
MAX_REFUSED = 50
MAX_REMOVED = 500
MAX_ENTRIES = 50_000
#: Of files and folders that may lie in /outputs: it has no limit of its own on inodes.
OUTPUTS_ENTRIES_LIMIT = 20_000
PACKAGES_ENTRIES_LIMIT = 100_000
MAX_DEPTH = 16
MAX_SCAN_S = 60.0
READ_BYTES = 1024 * 1024
#: Made by Python and notebooks for themselves.
PASSED_OVER = {"__pycache__", ".ipynb_checkpoints"}

Key = tuple[int, int, int, int]


@dataclass
class Found:
    artifacts: list[dict] = field(default_factory=list)
    refused: list[dict] = field(default_factory=list)
    #: Names of artifacts that are no more.
    removed: list[str] = field(default_factory=list)
    #: Beyond MAX_ARTIFACTS: counted, not named one by one.
    too_many: int = 0
    #: Disk space of what was looked at, and how much that was.
    bytes: int = 0
    entries: int = 0


class LeftOut(Exception):
    """Why an entry is not an artifact."""


class Scanner:
    """Remembers what it has seen, so that each file is told once for each change."""

    def __init__(self, root: str = OUTPUTS, passes_over: Callable[[str, str], bool] = lambda name, target: False):
        """`passes_over`: links that are not told, by name and target."""
        self._root = root
        self._passes_over = passes_over
        self._seen: dict[str, Key] = {}
        #: Of the artifacts among them, as they were told last.
        self._hashes: dict[str, str] = {}

    def scan(self) -> Found:
        found = Found()
        self._found = found
        self._entries = 0
        self._deadline = time.monotonic() + MAX_SCAN_S
        present: set[str] = set()
        try:
            self._folder(self._root, "", 0, present)
            for name in sorted(self._seen.keys() - present):
                del self._seen[name]
                if self._hashes.pop(name, None) is not None and len(found.removed) < MAX_REMOVED:
                    found.removed.append(name)
        except LeftOut as limit:
            self._refuse("(the rest)", str(limit))
        except OSError as error:
            self._refuse(".", f"it cannot be read: {error.strerror}")
        if found.too_many:
            reason = f"the cell made more than {MAX_ARTIFACTS} files; pack them into one archive"
            found.refused.insert(0, {"name": f"({found.too_many:,} more files)", "reason": reason})
        found.artifacts.sort(key=lambda artifact: artifact["name"])
        found.entries = self._entries
        return found

    def told(self, folder: int, entry_name: str, name: str) -> dict:
        """
        The artifact of a file that was changed between cells; the next scan does not tell it again.
        Raises LeftOut when it is none.
        """
        self._deadline = time.monotonic() + MAX_SCAN_S
        artifact, key = self._read(folder, entry_name, name)
        self._seen[name] = key
        return self._marked(artifact)

    def _refuse(self, name: str, reason: str) -> None:
        refused = self._found.refused
        if len(refused) < MAX_REFUSED:
            refused.append({"name": names.printable(name), "reason": reason})
        elif len(refused) == MAX_REFUSED:
            refused.append({"name": "(more)", "reason": "more files were left out than can be listed"})

    def _folder(self, path: str, prefix: str, depth: int, present: set[str]) -> None:
        # By descriptor and without following links: what stands here may be exchanged at any moment.
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entry.name for entry in entries)
            for entry_name in listed:
                self._entries += 1
                if self._entries > MAX_ENTRIES:
                    raise LeftOut(f"there are more than {MAX_ENTRIES:,} entries")
                if time.monotonic() > self._deadline:
                    raise LeftOut("looking through the files took too long")
                name = f"{prefix}{entry_name}"
                try:
                    status = os.stat(entry_name, dir_fd=folder, follow_symlinks=False)
                    self._found.bytes += status.st_blocks * 512
                    if stat.S_ISDIR(status.st_mode):
                        if entry_name in PASSED_OVER:
                            continue
                        if depth >= MAX_DEPTH:
                            raise LeftOut(f"it lies more than {MAX_DEPTH} folders deep")
                        self._folder(f"/proc/self/fd/{folder}/{entry_name}", f"{name}/", depth + 1, present)
                    else:
                        self._entry(folder, entry_name, name, status, present)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    self._refuse_once(name, (0, 0, 0, 0), present, f"it cannot be read: {error.strerror}")
        finally:
            os.close(folder)

    def _refuse_once(self, name: str, key: Key, present: set[str], reason: str) -> None:
        present.add(name)
        if self._seen.get(name) != key:
            self._seen[name] = key
            self._hashes.pop(name, None)
            self._refuse(name, reason)

    def _entry(self, folder: int, entry_name: str, name: str, status: os.stat_result, present: set[str]) -> None:
        key = key_of(status)
        if self._seen.get(name) == key:
            present.add(name)
            return
        try:
            if stat.S_ISLNK(status.st_mode) and self._passes_over(name, os.readlink(entry_name, dir_fd=folder)):
                return
            check(name, status)
            if len(self._found.artifacts) >= MAX_ARTIFACTS:
                present.add(name)
                self._seen[name] = key
                self._found.too_many += 1
                return
            artifact, key = self._read(folder, entry_name, name)
        except LeftOut as left_out:
            self._refuse_once(name, key, present, str(left_out))
            return
        present.add(name)
        self._seen[name] = key
        self._found.artifacts.append(self._marked(artifact))

    def _marked(self, artifact: dict) -> dict:
        """`same`: it was written again with the bytes that it had."""
        name, sha256 = artifact["name"], artifact["sha256"]
        same = self._hashes.get(name) == sha256
        self._hashes[name] = sha256
        return {**artifact, "same": True} if same else artifact

    def _read(self, folder: int, entry_name: str, name: str) -> tuple[dict, Key]:
        """Size and hash of the file that is really open, whatever the name stood for before."""
        file = os.open(entry_name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        try:
            status = os.fstat(file)
            check(name, status)
            digest = hashlib.sha256()
            size = 0
            while block := os.read(file, READ_BYTES):
                digest.update(block)
                size += len(block)
                if size > LARGEST_FILE_BYTES or time.monotonic() > self._deadline:
                    raise LeftOut("it was still growing, or took too long to read")
            return {"name": name, "bytes": size, "sha256": digest.hexdigest()}, key_of(status)
        finally:
            os.close(file)


def key_of(status: os.stat_result) -> Key:
    return (status.st_mtime_ns, status.st_size, status.st_ino, stat.S_IFMT(status.st_mode))


def check(name: str, status: os.stat_result) -> None:
    """Raises LeftOut for everything that is not a regular file of acceptable name and size."""
    mode = status.st_mode
    if stat.S_ISLNK(mode):
        raise LeftOut("it is a symbolic link")
    if stat.S_ISFIFO(mode):
        raise LeftOut("it is a named pipe")
    if stat.S_ISSOCK(mode):
        raise LeftOut("it is a socket")
    if not stat.S_ISREG(mode):
        raise LeftOut("it is a device")
    if reason := names.reason_to_refuse(name):
        raise LeftOut(reason)
    # Hard links are files like any other: they cannot lead out of the volume.
    if status.st_size > LARGEST_FILE_BYTES:
        raise LeftOut(f"it is larger than {LARGEST_FILE_BYTES // 1024**2} MiB")


class Used(NamedTuple):
    """What lies below /outputs and /packages. All are lower bounds once there are more entries than were counted."""

    bytes: int
    entries: int
    packages_bytes: int = 0
    packages_entries: int = 0


def used(root: str = OUTPUTS, max_entries: int = MAX_ENTRIES) -> Used:
    """Disk space and files below `root`, as far as they can be counted quickly."""
    total, count, todo = 0, 0, [root]
    while todo and count < max_entries:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count >= max_entries:
                        break
                    try:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            todo.append(entry.path)
                    except OSError:
                        continue
        except OSError:
            continue
    return Used(total, count)


def used_in_all() -> Used:
    outputs, packages = used(), used(PACKAGES, PACKAGES_ENTRIES_LIMIT + 1)
    return Used(outputs.bytes, outputs.entries, packages.bytes, packages.entries)
