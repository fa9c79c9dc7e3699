"""
"Permission denied" for a write below /workspace. A file that belongs to somebody else is refused by its mode before the
mount can say that it is read-only; to the one who wrote the code it is the same, and the remedy is. A file that may not
even be read is another matter.
"""

import os
import re

WORKSPACE = "/workspace"

#: Of the line that says so: paths in quotes (Python, JavaScript, coreutils), else as bash writes them, between colons.
_LINE = re.compile(r"^.*permission denied.*$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r"""['"‘]([^'"’\n]+)['"’]""")
_BARE = re.compile(rf"(?:^|\s)({WORKSPACE}(?:/[^:\n]*)?):", re.MULTILINE)
MAX_LINES = 50


def names_denied_write(said: str) -> bool:
    """Whether an error says that something below /workspace must not be changed, which could be read."""
    for line in _LINE.findall(said)[-MAX_LINES:]:
        paths = _QUOTED.findall(line) or _BARE.findall(line)
        if any(_is_write(path) for path in paths):
            return True
    return False


def _is_write(named: str) -> bool:
    # A path of a cell is relative to /outputs, where links may lead to the files of a notebook's folder.
    path = os.path.realpath(os.path.join("/outputs", named))
    if path != WORKSPACE and not path.startswith(f"{WORKSPACE}/"):
        return False
    if os.path.exists(path):
        return os.access(path, os.R_OK)
    # What is not there was to be made; in a folder that cannot be looked into nothing is known of it.
    folder = os.path.dirname(path)
    return os.path.isdir(folder) and os.access(folder, os.R_OK | os.X_OK)
