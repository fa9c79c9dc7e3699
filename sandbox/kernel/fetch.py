"""
`python3 -I fetch.py LIMIT NAME` writes the bytes of the regular file NAME below /outputs to standard output.
Links are refused at every component of the path. On failure: one line of JSON on standard error
(`{"reason": …}`) and exit status 2 wrong use, 3 no such file, 4 refused, 5 larger than LIMIT bytes, 6 it changed
while it was read (bytes may have been written).
"""

import errno
import json
import os
import stat
import sys

ROOT = "/outputs"
BLOCK_BYTES = 1024 * 1024


def fail(status: int, reason: str) -> None:
    print(json.dumps({"reason": reason}), file=sys.stderr)
    sys.exit(status)


def open_below(root: str, name: str) -> int:
    """The file's descriptor; each folder on the way is opened by itself, never through a link."""
    components = name.split("/")
    if any(component in ("", ".", "..") or "\0" in component for component in components):
        fail(4, "The name is not a plain relative path.")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for component in components[:-1]:
            below = os.open(component, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(components[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


def main(arguments: list[str]) -> None:
    if len(arguments) != 2 or not arguments[0].isdigit():
        fail(2, "Usage: fetch.py LIMIT NAME")
    limit, name = int(arguments[0]), arguments[1]
    try:
        file = open_below(ROOT, name)
    except OSError as error:
        if error.errno == errno.ENOENT:
            fail(3, "There is no such file.")
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            fail(4, "The path goes through something that is not a folder, or ends in a link.")
        fail(4, f"The file cannot be opened: {error.strerror}.")
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        fail(4, "It is not a regular file.")
    if status.st_size > limit:
        fail(5, f"The file has {status.st_size} bytes, more than the limit of {limit}.")
    left = status.st_size
    while left > 0:
        block = os.read(file, min(BLOCK_BYTES, left))
        if not block:
            fail(6, "The file became shorter while it was read.")
        left -= len(block)
        view = memoryview(block)
        while view:
            view = view[os.write(1, view) :]


if __name__ == "__main__":
    main(sys.argv[1:])
