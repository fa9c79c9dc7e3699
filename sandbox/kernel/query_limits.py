"""
Time limits for what a query does in the kernel's main thread, and silence: code of the user's objects that runs on the
way neither holds up the kernel nor prints into a cell.
"""

import contextlib
import signal
import sys
import threading
import time

#: After the first signal: what catches everything is told again and again.
AGAIN_S = 0.02


class Refused(Exception):
    """A query that cannot be answered, and why: a sentence for the user."""


class TimeOver(BaseException):
    """No `Exception`: what user code catches by habit must not stop it."""


class Cancelled(BaseException):
    """The host does not want the answer any more."""


class TimeLimit:
    """Raises TimeOver in the main thread; limits lie within each other."""

    def __init__(self) -> None:
        self._ends: list[float] = []
        self._raised = False
        #: A timer of the user's own waits until the query is over.
        self._users: tuple | None = None

    @contextlib.contextmanager
    def within(self, seconds: float):
        self._push(time.monotonic() + seconds)
        try:
            yield
            # Also where something on the way caught everything.
            if self._raised:
                raise TimeOver
        finally:
            self._pop()

    def left_s(self) -> float:
        return min(self._ends) - time.monotonic() if self._ends else 0.0

    def _push(self, end: float) -> None:
        if not self._ends:
            self._users = (signal.signal(signal.SIGALRM, self._on_alarm), signal.setitimer(signal.ITIMER_REAL, 0))
        self._ends.append(end)
        self._raised = False
        self._arm()

    def _pop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._ends:
            self._ends.pop()
        self._raised = False
        if self._ends:
            self._arm()
        else:
            self.clear()

    def clear(self) -> None:
        """As if no limit had ever been set. Idempotent."""
        self._ends.clear()
        if self._users is None:
            return
        handler, (delay, interval) = self._users
        self._users = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if delay > 0:
            signal.setitimer(signal.ITIMER_REAL, delay, interval)

    def _arm(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(self.left_s(), 0.0001), AGAIN_S)

    def _on_alarm(self, _number, _frame) -> None:
        if self._ends and self.left_s() <= 0:
            self._raised = True
            raise TimeOver


class _Silent:
    """Drops what the main thread writes; other threads of the user go on printing."""

    def __init__(self, stream) -> None:
        self._stream = stream

    def write(self, text):
        if threading.current_thread() is threading.main_thread():
            return len(text)
        return self._stream.write(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


@contextlib.contextmanager
def silence():
    before = sys.stdout, sys.stderr, sys.excepthook
    sys.stdout, sys.stderr = _Silent(before[0]), _Silent(before[1])
    # ipykernel's own writes to the real standard error; completion calls it for whatever an object raises.
    sys.excepthook = lambda *_: None
    try:
        yield
    finally:
        sys.stdout, sys.stderr, sys.excepthook = before
