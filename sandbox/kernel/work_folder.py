"""
Where the cells of a notebook work. Notebooks read and write beside themselves (`data.csv`, `../raw/x.csv`, `out.png`),
but the workspace is read-only. So the folders from the workspace's root down to the notebook's are made again below
`/outputs`, with a link to everything else that lies in them: reading goes to the workspace, new files stay in
`/outputs` and become artifacts. What exists cannot be overwritten.
"""

import contextlib
import itertools
import os

from kernel.artifacts import OUTPUTS

WORKSPACE = "/workspace"
#: At most this many entries of one folder are linked.
MAX_ENTRIES = 5000
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class WorkFolder:
    """`folder`: the notebook's own below /workspace; empty: there is none, and cells begin in /outputs."""

    def __init__(self, folder: str = "", source: str = WORKSPACE, target: str = OUTPUTS):
        self._source, self._target = source, target
        inside = folder == source or folder.startswith(f"{source}/")
        self._parts = [part for part in folder[len(source) :].split("/") if part]
        self.exists = inside and not {".", ".."} & set(self._parts)
        #: When the folders of the workspace were changed last, as it was when they were linked.
        self._linked: dict[str, int] = {}

    @property
    def start(self) -> str:
        """Where kernels begin; what cells have removed is there again."""
        self.renew(whole=True)
        path = os.path.join(self._target, *self._parts) if self.exists else self._target
        return path if os.path.isdir(path) else self._target

    def renew(self, whole: bool = False) -> None:
        """Links what came since, and removes links to what went. `whole`: also where nothing has changed. Never raises."""
        if not self.exists:
            return
        source, folder = self._source, -1
        with contextlib.suppress(OSError):
            folder = os.open(self._target, FOLDER)
            for part in [*self._parts, None]:
                self._link(source, folder, part, whole)
                if part is None:
                    break
                source = os.path.join(source, part)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=folder)
                # By descriptor and without following links: cells may have put anything here.
                inner = os.open(part, FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
        if folder >= 0:
            os.close(folder)

    def _link(self, source: str, folder: int, own: str | None, whole: bool) -> None:
        changed = os.stat(source).st_mtime_ns
        if not whole and self._linked.get(source) == changed:
            return
        with os.scandir(source) as entries:
            there = {entry.name for entry in itertools.islice(entries, MAX_ENTRIES)}
        with os.scandir(folder) as entries:
            links = {entry.name for entry in entries if entry.is_symlink()}
        for name in links - there:
            with contextlib.suppress(OSError):
                if os.readlink(name, dir_fd=folder) == os.path.join(source, name):
                    os.unlink(name, dir_fd=folder)
        for name in there - links - {own}:
            with contextlib.suppress(OSError):
                os.symlink(os.path.join(source, name), name, dir_fd=folder)
        self._linked[source] = changed

    def is_own_link(self, name: str, target: str) -> bool:
        """Whether `name` below /outputs is a link of this folder's own making."""
        return self.exists and target == os.path.join(self._source, name)
