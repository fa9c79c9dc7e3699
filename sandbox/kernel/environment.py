"""Folders and variables that cells find; the root file system is read-only and the user may have any number."""

import contextlib
import os
import shutil

FONT_CACHE = "/opt/code-interpreter/image/matplotlib"


def prepare() -> None:
    home = os.environ.setdefault("HOME", "/tmp/home")
    os.makedirs(home, mode=0o700, exist_ok=True)
    os.environ.setdefault("USER", "sandbox")
    os.environ.setdefault("LOGNAME", "sandbox")
    os.environ.setdefault("LANG", "C.UTF-8")
    config = os.environ.setdefault("MPLCONFIGDIR", f"{home}/.matplotlib")
    # Matplotlib's list of fonts, made with the image: searching them again takes seconds.
    with contextlib.suppress(OSError):
        shutil.copytree(FONT_CACHE, config, dirs_exist_ok=True)
