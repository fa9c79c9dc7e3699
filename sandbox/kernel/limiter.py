"""
What of a cell's outputs leaves the container. Streams: the beginning is passed on at once, the end is held back
and sent when the cell ends, the middle is dropped and counted. Displays: whole or, when too large, a placeholder.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from kernel import wire

#: Stream text that arrives closer together than this becomes one line.
COALESCE_S = 0.04
COALESCE_BYTES = 256 * 1024
PIECE_CHARACTERS = 256 * 1024
#: What a message costs apart from its content; makes a flood of tiny displays count.
MESSAGE_OVERHEAD_BYTES = 200
#: Above this a limit asked for by the host is lowered: lines must fit the ring and the protocol.
LARGEST_LIMIT_BYTES = 24 * 1024 * 1024
#: The plotted points beside a picture; the first page beside a PDF.
FIGURE_MIME = "application/vnd.code-interpreter.figure+json"
PDF_MIME = "application/vnd.code-interpreter.pdf+json"


def size_of(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


class Tail:
    """The last `limit` bytes of a stream, and how much was dropped before them."""

    def __init__(self, limit_bytes: int):
        self._limit = limit_bytes
        self._pieces: deque[tuple[str, int]] = deque()
        self._bytes = 0
        self.dropped_bytes = 0

    def add(self, text: str) -> None:
        size = size_of(text)
        self._pieces.append((text, size))
        self._bytes += size
        while self._bytes > self._limit and self._pieces:
            piece, piece_size = self._pieces.popleft()
            self._bytes -= piece_size
            keep = self._limit - self._bytes
            kept = piece.encode(errors="replace")[-keep:].decode(errors="ignore") if keep > 0 else ""
            if kept:
                kept_size = size_of(kept)
                self._pieces.appendleft((kept, kept_size))
                self._bytes += kept_size
                self.dropped_bytes += piece_size - kept_size
                return
            self.dropped_bytes += piece_size

    def text(self) -> str:
        return "".join(piece for piece, _ in self._pieces)


class Limiter:
    """One for each cell. `emit` gets nbformat outputs, in order."""

    def __init__(self, limit_bytes: int, emit: Callable[[dict], None]):
        limit = self.limit_bytes = min(max(limit_bytes, 4096), LARGEST_LIMIT_BYTES)
        self._emit = emit
        self._head_left = limit // 4
        self._displays_left = limit // 2
        #: Of these, for what lies beside a picture or a PDF.
        self._beside_left = limit // 4
        self._tail_limit = limit // 8
        self._tails: dict[str, Tail] = {}
        self._dropped_displays_bytes = 0
        self._pending_name = ""
        self._pending: list[str] = []
        self._pending_bytes = 0
        self._last_flush_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def stream(self, name: str, text: str) -> None:
        if not text:
            return
        tail = self._tails.get(name)
        if tail is not None:
            tail.add(text)
            return
        if name != self._pending_name:
            self.flush()
            self._pending_name = name
        size = size_of(text)
        if size + MESSAGE_OVERHEAD_BYTES > self._head_left:
            head = text.encode(errors="replace")[: max(0, self._head_left)].decode(errors="ignore")
            self._hold(head, size_of(head))
            self.flush()
            self._head_left = 0
            tail = self._tails[name] = Tail(self._tail_limit)
            tail.add(text[len(head) :])
            return
        self._head_left -= size
        self._hold(text, size)
        if self._pending_bytes > COALESCE_BYTES or time.monotonic() - self._last_flush_at > COALESCE_S:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COALESCE_S, self.flush)

    def _hold(self, text: str, size: int) -> None:
        if text:
            self._pending.append(text)
            self._pending_bytes += size

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pending:
            text = "".join(self._pending)
            self._pending = []
            self._pending_bytes = 0
            self._emit_stream(self._pending_name, text)
            self._head_left -= MESSAGE_OVERHEAD_BYTES
        self._last_flush_at = time.monotonic()

    def _emit_stream(self, name: str, text: str) -> None:
        for start in range(0, len(text), PIECE_CHARACTERS):
            piece = text[start : start + PIECE_CHARACTERS]
            self._emit({"output_type": "stream", "name": name, "text": piece})

    def rich(self, output: dict) -> None:
        """A display, a result, an update, `clear_output`."""
        self.flush()
        output = self._with_what_fits(output)
        size = len(wire.to_json(output)) + MESSAGE_OVERHEAD_BYTES
        if size <= self._displays_left:
            self._displays_left -= size
            self._emit(output)
            return
        self._dropped_displays_bytes += size
        if self._displays_left < MESSAGE_OVERHEAD_BYTES or "data" not in output:
            return
        self._displays_left -= MESSAGE_OVERHEAD_BYTES
        kinds = ", ".join(sorted(output["data"]))[:200]
        text = f"[{kinds}: {size:,} bytes left out, the output limit of the cell is reached]"
        self._emit({**output, "data": {"text/plain": text}, "metadata": {}})

    def _with_what_fits(self, output: dict) -> dict:
        """What lies beside pictures and PDFs must not take their room."""
        data = output.get("data")
        if not isinstance(data, dict):
            return output
        for mime, shorter in SHORTER.items():
            if mime in data:
                size = len(wire.to_json(data[mime]))
                rest = len(wire.to_json({**output, "data": data})) - size + MESSAGE_OVERHEAD_BYTES
                if size <= min(self._beside_left, self._displays_left - rest):
                    self._beside_left -= size
                    continue
                kept = {each: value for each, value in data.items() if each != mime}
                without = shorter(data[mime])
                data = kept if without is None else {**kept, mime: without}
        return {**output, "data": data}

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        """Errors always pass, shortened when they are huge."""
        self.flush()
        self._emit(
            {
                "output_type": "error",
                "ename": ename[:500],
                "evalue": _shorten(evalue),
                "traceback": [_shorten(line) for line in traceback[:200]],
            }
        )

    def finish(self) -> list[dict]:
        """Sends what was held back; the answer is the cell's `truncated`."""
        self.flush()
        truncated = []
        for name, tail in self._tails.items():
            text = tail.text()
            if tail.dropped_bytes > 0:
                text = f"\n[… {tail.dropped_bytes:,} bytes of output left out …]\n{text}"
                truncated.append({"stream": name, "droppedBytes": tail.dropped_bytes})
            if text:
                self._emit_stream(name, text)
        self._tails = {}
        if self._dropped_displays_bytes > 0:
            truncated.append({"stream": "display", "droppedBytes": self._dropped_displays_bytes})
        return truncated


def _shorten(text: str, limit: int = 20_000) -> str:
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]}\n[… {len(text) - limit:,} characters left out …]\n{text[-limit // 2 :]}"


def _without_points(figure) -> dict | None:
    """A figure's texts and findings; None when code has made it up."""
    try:
        axes = [{**one, "series": [{**series, "columns": [], "shown": 0} for series in one["series"]]} for one in figure["axes"]]
        return {**figure, "axes": axes}
    except (TypeError, KeyError):
        return None


#: What of it is kept where it does not fit; None: nothing.
SHORTER: dict[str, Callable[[object], dict | None]] = {FIGURE_MIME: _without_points, PDF_MIME: lambda _page: None}
