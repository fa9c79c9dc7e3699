"""The numbered lines that the bridge still holds, bounded by bytes, so that a later connection can catch up."""

import asyncio

from kernel import wire

RING_LIMIT_BYTES = 32 * 1024 * 1024


class Ring:
    def __init__(self, limit_bytes: int = RING_LIMIT_BYTES):
        self._limit = limit_bytes
        self._lines: dict[int, bytes] = {}
        self._bytes = 0
        self.last_seq = 0
        #: The oldest line still held; `last_seq + 1` when there is none.
        self.first_seq = 1
        self._grew = asyncio.Event()

    def append(self, message: dict) -> None:
        """Numbers a message and holds it; the oldest lines make room."""
        self.last_seq += 1
        line = wire.to_json({**message, "seq": self.last_seq}) + b"\n"
        self._lines[self.last_seq] = line
        self._bytes += len(line)
        # The newest line is always held, whatever its size.
        while self._bytes > self._limit and self.first_seq < self.last_seq:
            self._bytes -= len(self._lines.pop(self.first_seq))
            self.first_seq += 1
        self._grew.set()

    def lines_after(self, seq: int, batch_bytes: int) -> tuple[int, list[bytes]]:
        """At most about `batch_bytes` of lines after `seq`, and the number of the last of them."""
        lines: list[bytes] = []
        size = 0
        next_seq = max(seq + 1, self.first_seq)
        while next_seq <= self.last_seq and size < batch_bytes:
            line = self._lines[next_seq]
            lines.append(line)
            size += len(line)
            next_seq += 1
        return next_seq - 1, lines

    async def wait_for_more(self, seq: int) -> None:
        while self.last_seq <= seq:
            self._grew.clear()
            await self._grew.wait()

    def bytes_after(self, seq: int) -> int:
        """How much a reader at `seq` has still to read."""
        if seq < self.first_seq:
            return self._bytes
        return sum(len(self._lines[number]) for number in range(seq + 1, self.last_seq + 1))
