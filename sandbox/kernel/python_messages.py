"""What leaves the Python kernel's process: streams of cells and the JSON of messages."""

import codecs
import contextlib
import fcntl
import json
import math
import os
import select
import struct
import termios
import threading
import time

from ipykernel.iostream import IOPubThread, OutStream
from jupyter_client.jsonutil import json_default

PIECE_CHARACTERS = 512 * 1024
#: Text of a stream that is flushed at once, and text not sent yet that a writer waits for: a flood would take all
#: memory otherwise.
SOON_CHARACTERS, HELD_CHARACTERS = 4 * 1024 * 1024, 16 * 1024 * 1024
LONGEST_WAIT_S = 10.0
#: Messages that wait for the socket before who sends one more has to wait, too.
QUEUED_MESSAGES = 256


class PubThread(IOPubThread):
    """Sends messages one after the other. Its own queue has no end, and what fills it need not be a stream's text."""

    def send_multipart(self, *arguments, **options):
        if threading.get_ident() != self.thread.ident:
            until = time.monotonic() + LONGEST_WAIT_S
            while len(self._events) > QUEUED_MESSAGES and self.thread.is_alive() and time.monotonic() < until:
                time.sleep(0.001)
        super().send_multipart(*arguments, **options)


class Stream(OutStream):
    """Also takes what native code and children write to the file descriptors, without breaking characters."""

    _last_parent = None
    _last_buffers = None
    _between_reads = True

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._forked = False
        #: Characters written since the last flush, and all that the socket did not take yet.
        self._written = 0
        self._held = 0
        self._told = False
        os.register_at_fork(after_in_child=self._on_fork)

    def _on_fork(self) -> None:
        self._forked = True

    def write(self, string):
        # Many small writes are the rule; the original spends most of its time on finding the same buffer again.
        if self._forked or self.pub_thread is None or type(string) is not str:
            return super().write(string)
        parent = self._parent_header.get(None) or self._parent_header_global
        with self._buffer_lock:
            if parent is not self._last_parent or self._buffers is not self._last_buffers:
                self._last_parent, self._last_buffers = parent, self._buffers
                self._last_write = self._buffers[frozenset(parent.items())].write
            self._last_write(string)
            self._written += len(string)
            self._held += len(string)
        if self._held > SOON_CHARACTERS:
            self._make_room()
        if not self._flush_pending:
            self._schedule_flush()
        return len(string)

    def _make_room(self) -> None:
        if not self._told and self._written > SOON_CHARACTERS:
            self._told = True
            self.pub_thread.schedule(self._flush)
        if threading.get_ident() == self.pub_thread.thread.ident:
            return
        until = time.monotonic() + LONGEST_WAIT_S
        while self._held > HELD_CHARACTERS and time.monotonic() < until:
            time.sleep(0.001)

    def _watch_pipe_fd(self):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._fid, fcntl.F_SETPIPE_SZ, 1024 * 1024)
        arrival = select.poll()
        arrival.register(self._fid, select.POLLIN)
        while self._should_watch:
            arrival.poll()
            # Told before the pipe is emptied: `drain` must never see it empty and nobody at work on what it held.
            self._between_reads = False
            data = os.read(self._fid, 256 * 1024)
            if not data:
                self._between_reads = True
                return
            if text := decoder.decode(data):
                self.write(text)
            self._between_reads = True

    def drain(self, timeout_s: float = 1.0) -> None:
        """Until what children wrote has been taken, so that it belongs to the cell that started them."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            waiting = struct.unpack("i", fcntl.ioctl(self._fid, termios.FIONREAD, b"\0\0\0\0"))[0]
            if waiting == 0 and self._between_reads:
                return
            time.sleep(0.001)

    def _flush(self):
        super()._flush()
        # A flush only puts messages into the thread's queue, which has no end: what waits there is held, too.
        if (thread := self.pub_thread) is not None:
            thread.schedule(self._sent)

    def _sent(self):
        with self._buffer_lock:
            self._held = self._written

    def _flush_buffers(self):
        for parent, text in super()._flush_buffers():
            for start in range(0, len(text), PIECE_CHARACTERS):
                yield parent, text[start : start + PIECE_CHARACTERS]

    def _rotate_buffers(self):
        with self._buffer_lock:
            self._written = 0
            self._told = False
            return super()._rotate_buffers()


#: The name that people know from errors: "'OutStream' object has no attribute 'buffer'".
Stream.__name__ = OutStream.__name__


def pack(message) -> bytes:
    """Valid JSON in valid UTF-8 for whatever a cell shows: NaN becomes null, lone surrogates are escaped."""
    try:
        return json.dumps(message, default=json_default, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        plain = json.loads(json.dumps(message, default=json_default))
        return json.dumps(_finite(plain), allow_nan=False).encode()


def _finite(value):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value
