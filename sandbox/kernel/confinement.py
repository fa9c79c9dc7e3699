"""
What cells must not do although the container's mounts allow it. A read-only mount does not stop anyone from connecting
to a unix socket that lies in the workspace, or from writing into a named pipe there, and so from talking to a program
of the host. The bridge stays free; every kernel, with all it starts, gets no unix socket that could connect (a seccomp
filter from the image) and may open files for writing below a few folders only (Landlock, which also keeps it from
tracing what is not confined). What really holds is tried at the start and told to the host, which decides.
"""

import functools
import subprocess
from dataclasses import dataclass

WRITABLE = ("/outputs", "/packages", "/tmp", "/dev", "/proc")
#: In the image, where no cell can change them.
FILTER_FILE = "/opt/code-interpreter/cells.bpf"
PROBE_PIPE = "/opt/code-interpreter/probe"
PROBE_TIMEOUT_S = 10

#: What a confined process sees. A pipe nobody reads cannot be opened for writing anyway, but for another reason.
PROBE = f"""
import _socket, os
def refused(attempt):
    try: attempt()
    except PermissionError: return 'yes'
    except OSError: pass
    return 'no'
print(refused(lambda: _socket.socket(_socket.AF_UNIX)),
      refused(lambda: os.open({PROBE_PIPE!r}, os.O_WRONLY | os.O_NONBLOCK)))
"""


@dataclass(frozen=True)
class Confinement:
    #: To put before a command.
    command: tuple[str, ...]
    #: Unix sockets are refused.
    sockets: bool
    #: So is writing outside of WRITABLE.
    writes: bool


def _landlock() -> list[str]:
    # Renaming from folder to folder is refused unless it is named, whatever else the rules say.
    rights = "write-file,refer"
    rules = [f"--landlock-rule=path-beneath:{rights}:{folder}" for folder in WRITABLE]
    return [f"--landlock-access=fs:{rights}", *rules]


@functools.cache
def confinement() -> Confinement:
    """The strictest way that works here."""
    filtered = f"--seccomp-filter={FILTER_FILE}"
    for options in ([*_landlock(), filtered], [filtered], _landlock()):
        command = ("setpriv", *options, "--")
        if seen := _try(command):
            return Confinement(command, *seen)
    return Confinement((), False, False)


def _try(command: tuple[str, ...]) -> tuple[bool, bool] | None:
    """What is refused to a process so started; None when it does not start."""
    try:
        tried = subprocess.run(
            [*command, "python3", "-I", "-S", "-c", PROBE], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = tried.stdout.split()
    return (words[0] == "yes", words[1] == "yes") if tried.returncode == 0 and len(words) == 2 else None
