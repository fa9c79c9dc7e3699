"""
SIGINT in the Python kernel's process. ipykernel lets it raise KeyboardInterrupt wherever the main thread happens to
be; in the kernel's own code that loses the cell's reply, or the kernel. Here it is raised in the user's code only;
a cell that waits is cancelled, and an interrupt that comes too early waits for the cell's code to begin.
"""

import asyncio
import contextlib
import os
import signal

from IPython.core.events import EventManager
from IPython.core.interactiveshell import InteractiveShell

_RUN_CODE = InteractiveShell.run_code.__code__
_TRIGGER = EventManager.trigger.__code__
_RAISE = compile("raise KeyboardInterrupt", "<interrupt>", "exec")


class Interrupts:
    """One for the process. A cell is in progress between `begin` and `end`."""

    def __init__(self, user_namespace: dict):
        self._namespace = user_namespace
        self._pid = os.getpid()
        self._in_cell = False
        self._pending = False
        self._waiting: asyncio.Future | None = None
        #: While a query runs: what ends it, and whether that was raised.
        self._stop: type[BaseException] | None = None
        self._stopped = False

    def begin(self) -> None:
        # The user's code may have set a handler of its own; it lasts for its cell.
        signal.signal(signal.SIGINT, self._on_signal)
        self._pending = False
        self._stop = None
        self._in_cell = True

    def end(self) -> None:
        self._in_cell = False
        signal.signal(signal.SIGINT, self._on_signal)

    @contextlib.contextmanager
    def stops(self, error: type[BaseException]):
        """While this lasts, each interrupt raises `error` in the main thread, wherever that is."""
        self._stop, self._stopped = error, False
        try:
            yield
            if self._stopped:
                # Something on the way caught it.
                raise error
        finally:
            self._stop = None

    def code_to_run(self, code):
        """The code itself, or one that raises when the interrupt came before it."""
        if not self._pending:
            return code
        self._pending = False
        return _RAISE

    @contextlib.contextmanager
    def cancels(self, future: asyncio.Future):
        """While this lasts, a cell that waits is cancelled by cancelling `future`."""
        self._waiting = future
        try:
            yield
        finally:
            self._waiting = None

    def _on_signal(self, _number, frame) -> None:
        if os.getpid() != self._pid:
            raise KeyboardInterrupt
        if self._stop is not None:
            self._stopped = True
            raise self._stop
        if not self._in_cell:
            return
        is_users, is_caught = self._where(frame)
        if is_caught:
            raise KeyboardInterrupt
        if self._waiting is None:
            self._pending = True
        elif is_users:
            # A task beside the cell: KeyboardInterrupt would end the loop that runs everything.
            raise asyncio.CancelledError("interrupted")
        else:
            loop = self._waiting.get_loop()
            loop.call_soon_threadsafe(self._waiting.cancel)

    def _where(self, frame) -> tuple[bool, bool]:
        """Is it the user's code that runs, or what it called; and will IPython catch what is raised there?"""
        is_users, depth = False, 0
        while frame is not None:
            if frame.f_globals is self._namespace:
                is_users = True
            elif frame.f_code is _RUN_CODE:
                return is_users, is_users
            elif frame.f_code is _TRIGGER and depth > 0:
                return is_users, True
            frame = frame.f_back
            depth += 1
        return is_users, False
