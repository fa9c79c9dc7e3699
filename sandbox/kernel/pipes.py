"""Standard output and error of a process, read as UTF-8 text without ever blocking."""

import asyncio
import codecs
import contextlib
import fcntl
import os
from collections.abc import Callable

PIPE_BYTES = 1024 * 1024
CHUNK_BYTES = 256 * 1024
#: After a read the pipe may fill for this long: a process that writes byte by byte would keep us busy otherwise.
PAUSE_S = 0.004


class PipeReader:
    """Calls `on_text` with what arrives; a character split over two reads comes in one piece."""

    def __init__(self, on_text: Callable[[str], None], pause_s: float = PAUSE_S):
        self._on_text = on_text
        self._pause_s = pause_s
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._read_fd, self.write_fd = os.pipe2(os.O_CLOEXEC)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._read_fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(self._read_fd, False)
        self._open = True

    def start(self) -> None:
        """After the process has its end: ours is closed, so that its death is seen."""
        os.close(self.write_fd)
        self._listen()

    def _listen(self) -> None:
        if self._open:
            asyncio.get_running_loop().add_reader(self._read_fd, self._on_readable)

    def _on_readable(self) -> None:
        if 0 < self._read() < CHUNK_BYTES and self._pause_s > 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._read_fd)
            loop.call_later(self._pause_s, self._listen)

    def _read(self) -> int:
        """Bytes read; 0 when there is nothing now."""
        if not self._open:
            return 0
        try:
            chunk = os.read(self._read_fd, CHUNK_BYTES)
        except BlockingIOError:
            return 0
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
            return 0
        if text := self._decoder.decode(chunk):
            self._on_text(text)
        return len(chunk)

    def drain(self) -> None:
        """
        Takes what the pipe holds now, at the end of a cell; a background process that goes on writing cannot keep us
        here. The beginning of a character without its end is no part of the next cell.
        """
        left = 2 * PIPE_BYTES
        while left > 0 and (count := self._read()):
            left -= count
        self._flush()

    def close(self) -> None:
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._read_fd)
            os.close(self._read_fd)
            self._flush()

    def _flush(self) -> None:
        if text := self._decoder.decode(b"", final=True):
            self._on_text(text)
