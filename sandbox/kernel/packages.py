"""
What pip and npm have put into `/packages`, by name and version: told after each cell that changed it, so that it can be
installed again in the next container. Names come from folders that cells can write: they are checked, few and short.
"""

import contextlib
import json
import os
import re
import stat
import sys

from kernel.artifacts import PACKAGES

SITE = f"{PACKAGES}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
MODULES = f"{PACKAGES}/lib/node_modules"
MAX_PACKAGES = 500
DESCRIPTION_LIMIT_BYTES = 1024 * 1024
#: As both managers take them in a command: nothing that could be an option, a path or an address.
PIP_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
NPM_NAME = re.compile(r"(?:@[a-z0-9][a-z0-9._~-]{0,98}/)?[a-z0-9][a-z0-9._~-]{0,98}", re.IGNORECASE)
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,98}")
DIST_INFO = re.compile(r"(.+?)-([^-]+)\.dist-info")

#: Manager and name → the package as the host is told it.
Installed = dict[tuple[str, str], dict]


def is_package(manager: str, name: str, version: str) -> bool:
    form = {"pip": PIP_NAME, "npm": NPM_NAME}.get(manager)
    return form is not None and form.fullmatch(name) is not None and VERSION.fullmatch(version) is not None


class Packages:
    """Remembers what was there when it looked last."""

    def __init__(self, site: str = SITE, modules: str = MODULES):
        self._site = site
        self._modules = modules
        self._seen: list[tuple] = []
        self.installed: Installed = {}

    def changes(self) -> dict | None:
        """What was installed, changed and removed since the last call; None: nothing was."""
        seen = self._marks()
        if seen == self._seen:
            return None
        before, self._seen = self.installed, seen
        self.installed = {**self._pip(), **self._npm()}
        installed = [package for key, package in self.installed.items() if before.get(key) != package]
        removed = [package for key, package in before.items() if key not in self.installed]
        return {"installed": installed, "removed": removed} if installed or removed else None

    def _marks(self) -> list[tuple]:
        """Both managers make, rename or remove a folder in one of these whenever they change something."""
        scopes = [path for name, path in _folders(self._modules) if name.startswith("@")]
        marks = []
        for folder in (self._site, self._modules, *scopes):
            with contextlib.suppress(OSError):
                status = os.stat(folder, follow_symlinks=False)
                marks.append((folder, status.st_mtime_ns, status.st_ino))
        return marks

    def _pip(self) -> Installed:
        found: Installed = {}
        for folder, path in _folders(self._site):
            match = DIST_INFO.fullmatch(folder)
            if match is None:
                continue
            name, version = match.group(1).replace("_", "-").lower(), match.group(2)
            if is_package("pip", name, version) and len(found) < MAX_PACKAGES:
                # pip leaves this for what came from a file or an address of its own.
                from_index = not os.path.lexists(f"{path}/direct_url.json")
                found["pip", name] = _package("pip", name, version, from_index)
        return found

    def _npm(self) -> Installed:
        """Those that were asked for; what they need lies inside them. Links are the image's own."""
        found: Installed = {}
        for name, path in _folders(self._modules):
            inner = _folders(path) if name.startswith("@") else ()
            for full, folder in [(f"{name}/{part}", below) for part, below in inner] or [(name, path)]:
                version = _version_of(folder)
                if version is not None and is_package("npm", full, version) and len(found) < MAX_PACKAGES:
                    found["npm", full] = _package("npm", full, version, True)
        return found


def _package(manager: str, name: str, version: str, from_index: bool) -> dict:
    return {"manager": manager, "name": name, "version": version, "fromIndex": from_index}


def _folders(path: str) -> list[tuple[str, str]]:
    """Names and paths of the real folders in it, in order."""
    try:
        with os.scandir(path) as entries:
            return sorted((entry.name, entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _version_of(folder: str) -> str | None:
    """What its package.json says, as far as it is a small, regular file."""
    try:
        file = os.open(f"{folder}/package.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_size > DESCRIPTION_LIMIT_BYTES:
            return None
        version = json.loads(os.read(file, DESCRIPTION_LIMIT_BYTES)).get("version")
        return version if isinstance(version, str) else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    finally:
        os.close(file)
