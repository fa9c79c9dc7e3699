"""What the file system says, before a byte is read: links, folders, rights, devices, nothing inside."""

import os
import stat

from .problems import CannotOpen, shown


def check(path: str) -> os.stat_result:
    """The file's status. Raises `CannotOpen` for everything that is not a readable regular file with content."""
    name = shown(os.path.basename(path.rstrip("/")) or path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise _missing(path, name) from None
    except PermissionError:
        raise CannotOpen("permission", f"{name} cannot be reached: its folder may not be read.") from None
    except OSError as error:
        if os.path.islink(path):
            raise CannotOpen("dangling-link", f"{name} is a link that leads in a circle.") from None
        raise CannotOpen("not-readable", f"{name} cannot be read: {shown(error.strerror or error)}.") from None
    if stat.S_ISDIR(status.st_mode):
        raise CannotOpen("directory", _directory(path, name))
    if not stat.S_ISREG(status.st_mode):
        raise CannotOpen("special-file", f"{name} is not a regular file but a device, pipe or socket.")
    if not os.access(path, os.R_OK):
        raise CannotOpen("permission", f"{name} may not be read: its owner has not given you the right to.")
    if status.st_size == 0:
        raise CannotOpen("empty-file", f"{name} is empty: it has 0 bytes.")
    return status


def _missing(path: str, name: str) -> CannotOpen:
    if os.path.islink(path):
        target = os.readlink(path)
        return CannotOpen(
            "dangling-link",
            f"{name} is a link to {shown(target)}, which does not exist inside the mounted folder. "
            "The sandbox sees only the workspace: put the file itself there.",
        )
    return CannotOpen("not-found", f"{name} does not exist any more.")


def _directory(path: str, name: str) -> str:
    sentence = f"{name} is a folder, not a data file."
    try:
        inside = sorted(entry.name for entry in os.scandir(path) if entry.is_file())
    except OSError:
        return sentence
    if not inside:
        return sentence
    listed = ", ".join(shown(entry, 40) for entry in inside[:5])
    return f"{sentence} Choose a file in it: {listed}{' …' if len(inside) > 5 else ''}."
