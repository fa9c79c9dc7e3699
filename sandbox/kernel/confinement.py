"""
What cells must not do although the container's mounts allow it. A read-only mount does not stop anyone from
connecting to a unix socket that lies in the workspace, or from writing into a named pipe there, and so from talking to
a program of the host. The bridge stays free; every kernel, with all it starts, loses `socket(AF_UNIX)` (by a seccomp
filter; `socketpair` stays) and may open files for writing below a few folders only (by Landlock). Where the operating
system has no Landlock, the filter alone is used.
"""

import ctypes
import errno
import os
import platform
import struct
import subprocess

WRITABLE = ("/outputs", "/tmp", "/dev", "/proc")
FILTER_FILE = "/tmp/.bridge/filter"
PROBE_TIMEOUT_S = 10

AF_UNIX = 1
SECCOMP_ALLOW = 0x7FFF0000
SECCOMP_ERRNO = 0x00050000
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
OFFSET_NUMBER, OFFSET_ARCHITECTURE, OFFSET_FIRST_ARGUMENT = 0, 4, 16
#: machine → audit architecture, numbers of socket and seccomp. io_uring could make sockets without the call.
MACHINES = {"x86_64": (0xC000003E, 41, 317), "aarch64": (0xC00000B7, 198, 277)}
IO_URING_SETUP = 425
#: Numbers from here on are another way into the same calls on x86_64.
X32_CALLS = 0x40000000
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
PR_SET_NO_NEW_PRIVS = 38


def filter_program() -> bytes | None:
    """The seccomp filter as the kernel takes it; None on a machine that it is not written for."""
    if platform.machine() not in MACHINES:
        return None
    architecture, socket_call, _ = MACHINES[platform.machine()]
    refuse = SECCOMP_ERRNO | errno.EACCES
    unknown = SECCOMP_ERRNO | errno.ENOSYS
    return b"".join(
        struct.pack("=HBBI", *instruction)
        for instruction in (
            (LOAD, 0, 0, OFFSET_ARCHITECTURE),
            (JUMP_EQUAL, 0, 7, architecture),
            (LOAD, 0, 0, OFFSET_NUMBER),
            (JUMP_AT_LEAST, 5, 0, X32_CALLS),
            (JUMP_EQUAL, 4, 0, IO_URING_SETUP),
            (JUMP_EQUAL, 0, 2, socket_call),
            (LOAD, 0, 0, OFFSET_FIRST_ARGUMENT),
            (JUMP_EQUAL, 2, 0, AF_UNIX),
            (RETURN, 0, 0, SECCOMP_ALLOW),
            (RETURN, 0, 0, unknown),
            (RETURN, 0, 0, refuse),
        )
    )


def _landlock() -> list[str]:
    # Renaming from folder to folder is refused unless it is named, whatever else the rules say.
    rights = "write-file,refer"
    rules = [f"--landlock-rule=path-beneath:{rights}:{folder}" for folder in WRITABLE]
    return [f"--landlock-access=fs:{rights}", *rules]


def commands() -> tuple[list[str], list[str]]:
    """
    What to put before a command so that it runs confined: first for bash and Node, then for Python, which makes unix
    sockets for its messages before it takes the filter upon itself (`apply_filter`). Tries what works here.
    """
    landlock = ["setpriv", *_landlock(), "--"]
    if not _works(landlock):
        landlock = []
    program = filter_program()
    if program is None:
        return landlock, landlock
    os.makedirs(os.path.dirname(FILTER_FILE), mode=0o700, exist_ok=True)
    with open(FILTER_FILE, "wb") as file:
        file.write(program)
    filtered = ["setpriv", *(_landlock() if landlock else []), f"--seccomp-filter={FILTER_FILE}", "--"]
    return (filtered if _works(filtered) else landlock), landlock


def _works(command: list[str]) -> bool:
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=PROBE_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def apply_filter() -> bool:
    """Confines this process, all its threads and all it will start. False where that is not possible."""
    program = filter_program()
    if program is None:
        return False

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    seccomp_call = MACHINES[platform.machine()][2]
    argument = Program(len(program) // 8, program)
    done = libc.syscall(
        seccomp_call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(argument)
    )  # fmt: skip
    return done == 0
