"""The Python kernel's process: ipykernel with the few settings that cells in a panel need."""

import contextlib
import importlib
import logging
import site
import subprocess
import sys
import warnings

# The debugger is of no use here; without it the kernel starts faster and prints no warnings.
sys.modules["debugpy"] = None  # type: ignore[assignment]

import zmq  # noqa: E402
from ipykernel import kernelapp  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: E402
from IPython.core.error import StdinNotImplementedError  # noqa: E402

import python_displays  # noqa: E402
import python_figures  # noqa: E402
import python_pdf  # noqa: E402
import python_queries  # noqa: E402
from python_history import keep_beginning  # noqa: E402
from python_interrupt import Interrupts  # noqa: E402
from python_messages import PubThread, Stream  # noqa: E402

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


#: Messages that wait for the bridge to read them.
SEND_MESSAGES = 64


class Shell(ZMQInteractiveShell):
    display_pub_class = python_pdf.Publisher
    displayhook_class = python_pdf.DisplayHook

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

    def _tee(self, channel):
        return keep_beginning(self, channel)

    async def run_code(self, code_obj, result=None, *, async_=False):
        __tracebackhide__ = True
        code = self.kernel.interrupts.code_to_run(code_obj)
        return await super().run_code(code, result, async_=async_ and code is code_obj)

    def ask_exit(self):
        """`exit()` and `quit()` end the cell, not the kernel."""
        raise SystemExit


class PythonKernel(IPythonKernel):
    shell_class = Shell

    def __init__(self, **options):
        super().__init__(**options)
        self.interrupts = Interrupts(self.shell.user_ns)
        self.shell_handlers[python_queries.MESSAGE] = self.query_request

    def set_parent(self, ident, parent, channel="shell"):
        if parent["header"]["msg_type"] == python_queries.MESSAGE:
            # What threads print meanwhile stays the last cell's.
            super(IPythonKernel, self).set_parent(ident, parent, channel)
        else:
            super().set_parent(ident, parent, channel)

    async def query_request(self, stream, ident, parent):
        answer = python_queries.answer(self.shell, self.interrupts, parent["content"])
        self.session.send(stream, python_queries.REPLY, answer, parent, ident)

    def pre_handler_hook(self):
        self.interrupts.begin()

    def post_handler_hook(self):
        self.interrupts.end()

    def _cancel_on_sigint(self, future):
        return self.interrupts.cancels(future)

    def raw_input(self, prompt=""):
        raise StdinNotImplementedError(
            "input() cannot be answered: nobody can type into a running cell. Put the value into the code."
        )

    def getpass(self, prompt="", stream=None):
        raise StdinNotImplementedError(
            "getpass() cannot be answered: nobody can type into a running cell. Put the value into the code."
        )


class Application(IPKernelApp):
    outstream_class = "python_messages.Stream"
    kernel_class = PythonKernel

    def _bind_socket(self, s, port):
        # Publishing must never drop, a cell's outputs would be lost without a trace; it waits instead of taking all
        # memory for what is not read yet.
        if s.socket_type in (zmq.PUB, zmq.XPUB):
            s.sndhwm = SEND_MESSAGES
            s.setsockopt(zmq.XPUB_NODROP, 1)
        else:
            s.sndhwm = 0
        return super()._bind_socket(s, port)


def drain() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Stream):
            stream.drain()


@contextlib.contextmanager
def filters_of(start: list):
    """
    Warnings are treated as they were at the start, whatever cells have set up by now: `simplefilter("error")` must
    not break an import that no cell asked for. What the import adds is there for the cells, as theirs would be.
    """
    own = warnings.filters
    warnings.filters = list(start)
    try:
        yield
    finally:
        added = [entry for entry in warnings.filters if entry not in start and entry not in own]
        warnings.filters = own
        own[:0] = added


def warm_up(loop, modules, filters) -> None:
    """One import now, the next when the loop is free again."""
    if modules:
        # Cells may have set up logs by now: what these imports have to say is of no cell.
        disabled = logging.root.manager.disable
        logging.disable()
        with filters_of(filters), contextlib.suppress(Exception):
            importlib.import_module(modules[0])
        logging.disable(disabled)
        loop.call_later(0.02, warm_up, loop, modules[1:], filters)


def fork_by_default() -> None:
    """
    Python's own default is a fork server, which needs unix sockets and cannot run functions that a cell defined. A
    cell can still choose.
    """
    from multiprocessing import context

    context._default_context._default_context = context._concrete_contexts["fork"]


def admit_installed() -> None:
    """
    What cells install with pip is found before the image's packages, as by every Python here; but not by the kernel's
    own imports, which are done: a version that it cannot work with must not keep it from starting.
    """
    before = list(sys.path)
    site.addsitedir(site.getusersitepackages())
    added = [path for path in sys.path if path not in before]
    at = next((place for place, path in enumerate(before) if path.endswith("/dist-packages")), len(before))
    sys.path[:] = [*before[:at], *added, *before[at:]]


def main() -> None:
    admit_installed()
    python_displays.prepare()
    # A cell's imports come from its own folder and the packages, not from the bridge's.
    sys.path[0] = ""
    kernelapp.IOPubThread = PubThread
    application = Application.instance()
    application.initialize(
        [
            "-f",
            sys.argv[1],
            "--IPKernelApp.quiet=True",
            "--Session.packer=python_messages.pack",
            "--HistoryManager.enabled=False",
            "--InteractiveShell.banner1=",
            "--InlineBackend.figure_formats=png",
        ]
    )
    python_displays.describe_frames(application.shell)
    python_figures.describe_figures(application.shell)
    application.shell.events.register("post_execute", drain)
    from tornado.ioloop import IOLoop

    del sys.modules["debugpy"]
    loop = IOLoop.current()
    loop.call_later(0.3, warm_up, loop, WARM_MODULES, list(warnings.filters))
    sys.argv[:] = [""]
    fork_by_default()
    application.start()


if __name__ == "__main__":
    main()
