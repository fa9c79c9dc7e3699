"""What IPython keeps of a cell's streams for `%notebook`: their beginning. Its own way is to keep all, for ever."""

import sys
from contextlib import contextmanager

from IPython.core.history import HistoryOutput
from python_messages import Stream

#: Of each stream of a cell; and how many of the newest cells are kept.
KEPT_CHARACTERS, KEPT_CELLS = 10_000, 500
LEFT_OUT = "\n[… the rest was not kept …]\n"
TYPES = {"stdout": "out_stream", "stderr": "err_stream"}


@contextmanager
def keep_beginning(shell, channel: str):
    """Around a cell. Once enough is kept, writing costs what it costs without."""
    stream, outputs, count = getattr(sys, channel), shell.history_manager.outputs, shell.execution_count
    while len(outputs) > KEPT_CELLS:
        del outputs[next(iter(outputs))]
    if not isinstance(stream, Stream):
        yield
        return
    original, left = stream.write, KEPT_CHARACTERS

    def write(string, *arguments, **options):
        nonlocal left
        written = original(string, *arguments, **options)
        # A display writes its text for terminals, and a traceback is kept as such.
        if shell.display_pub.is_publishing or shell.displayhook.is_active or shell.showing_traceback or not string:
            return written
        kept = outputs[count]
        if not kept or kept[-1].output_type != TYPES[channel]:
            kept.append(HistoryOutput(output_type=TYPES[channel], bundle={"stream": []}))
        kept[-1].bundle["stream"].append(string if len(string) <= left else string[:left] + LEFT_OUT)
        left -= len(string)
        if left < 0 and vars(stream).get("write") is write:
            stream.write = original
        return written

    stream.write = write
    try:
        yield
    finally:
        # A cell may have put a function of its own there.
        if vars(stream).get("write") is write:
            stream.write = original
