"""The Python kernel's process: ipykernel with the few settings that cells in a panel need."""

import codecs
import contextlib
import fcntl
import importlib
import importlib.util
import os
import struct
import subprocess
import sys
import termios
import time

# The debugger is of no use here; without it the kernel starts faster and prints no warnings.
sys.modules["debugpy"] = None  # type: ignore[assignment]

from ipykernel.iostream import OutStream  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: E402
from IPython.core import pylabtools  # noqa: E402
from IPython.core.error import StdinNotImplementedError  # noqa: E402

LARGEST_FIGURE_PIXELS = 2000
PIECE_CHARACTERS = 512 * 1024
#: Imported while nobody waits, in steps: a cell that comes in between waits for one step at most.
WARM_MODULES = (
    "numpy",
    "pyarrow",
    "pandas._libs",
    "pandas",
    "matplotlib",
    "matplotlib.figure",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
)


class Stream(OutStream):
    """Also takes what native code and children write to the file descriptors, without breaking characters."""

    def _watch_pipe_fd(self):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._between_reads = True
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._fid, fcntl.F_SETPIPE_SZ, 1024 * 1024)
        while self._should_watch:
            data = os.read(self._fid, 256 * 1024)
            if not data:
                return
            self._between_reads = False
            if text := decoder.decode(data):
                self.write(text)
            self._between_reads = True

    def drain(self, timeout_s: float = 1.0) -> None:
        """Until what children wrote has been taken, so that it belongs to the cell that started them."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            waiting = struct.unpack("i", fcntl.ioctl(self._fid, termios.FIONREAD, b"\0\0\0\0"))[0]
            if waiting == 0 and getattr(self, "_between_reads", True):
                return
            time.sleep(0.001)

    def _flush_buffers(self):
        for parent, text in super()._flush_buffers():
            for start in range(0, len(text), PIECE_CHARACTERS):
                yield parent, text[start : start + PIECE_CHARACTERS]


class Shell(ZMQInteractiveShell):
    def system_piped(self, cmd):
        """`!cmd`: the child writes to our file descriptors, standard output and error stay apart."""
        sys.stdout.flush()
        sys.stderr.flush()
        command = self.var_expand(cmd, depth=1)
        with subprocess.Popen(["/bin/bash", "-c", command], stdin=subprocess.DEVNULL) as child:
            try:
                self.user_ns["_exit_code"] = child.wait()
            except KeyboardInterrupt:
                child.kill()
                raise
        drain()

    system = system_piped

    def ask_exit(self):
        """`exit()` and `quit()` end the cell, not the kernel."""
        raise SystemExit


class PythonKernel(IPythonKernel):
    shell_class = Shell

    def raw_input(self, prompt=""):
        raise StdinNotImplementedError(
            "input() cannot be answered: nobody can type into a running cell. Put the value into the code."
        )

    def getpass(self, prompt="", stream=None):
        raise StdinNotImplementedError(
            "getpass() cannot be answered: nobody can type into a running cell. Put the value into the code."
        )


class Application(IPKernelApp):
    outstream_class = "__main__.Stream"
    kernel_class = PythonKernel

    def _bind_socket(self, s, port):
        # Publishing must never drop: a cell's outputs would be lost without a trace.
        s.sndhwm = 0
        return super()._bind_socket(s, port)


def drain() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Stream):
            stream.drain()


def limit_figure_size() -> None:
    """Figures keep their resolution, unless that would make an image of absurd size."""
    original = pylabtools.print_figure

    def print_figure(fig, *arguments, **options):
        dpi = options.get("dpi", fig.dpi)
        if not isinstance(dpi, (int, float)):
            dpi = fig.dpi
        largest = max(fig.get_size_inches()) * dpi
        if largest > LARGEST_FIGURE_PIXELS:
            options["dpi"] = max(dpi * LARGEST_FIGURE_PIXELS / largest, 10)
        return original(fig, *arguments, **options)

    pylabtools.print_figure = print_figure


class AltairAsJson:
    """Altair has no setting outside itself for charts as MIME bundles: told so when a cell imports it."""

    def find_spec(self, name, path=None, target=None):
        if name != "altair":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                module.renderers.enable("mimetype")

            spec.loader.exec_module = exec_module
        return spec


def warm_up(loop, modules) -> None:
    """One import now, the next when the loop is free again."""
    if modules:
        with contextlib.suppress(Exception):
            importlib.import_module(modules[0])
        loop.call_later(0.02, warm_up, loop, modules[1:])


def main() -> None:
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(os.environ.get("CODE_INTERPRETER_OOM_SCORE", "800"))
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
    limit_figure_size()
    sys.meta_path.insert(0, AltairAsJson())
    # A cell's imports come from its own folder and the packages, not from the bridge's.
    sys.path[0] = ""
    application = Application.instance()
    application.initialize(
        [
            "-f",
            sys.argv[1],
            "--IPKernelApp.quiet=True",
            "--HistoryManager.enabled=False",
            "--InteractiveShell.banner1=",
            "--InlineBackend.figure_formats=png",
        ]
    )
    application.shell.events.register("post_execute", drain)
    from tornado.ioloop import IOLoop

    del sys.modules["debugpy"]
    loop = IOLoop.current()
    loop.call_later(0.3, warm_up, loop, WARM_MODULES)
    sys.argv[:] = [""]
    application.start()


if __name__ == "__main__":
    main()
