"""A host for the tests: a hardened container of the image under test, and a client for its bridge."""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import uuid
from dataclasses import dataclass, field

IMAGE = os.environ.get("SANDBOX_IMAGE", "code-interpreter-dev:latest")
#: One with LibreOffice; `npm test` always names it.
OFFICE_IMAGE = os.environ.get("SANDBOX_OFFICE_IMAGE", "")
DOCKER = shutil.which("docker") or "docker"
LABEL = "code-interpreter.sandbox-tests"
#: Names the process that removes it.
OWN_LABEL = f"{LABEL}={os.getpid()}"
SOCKET = "code-interpreter-bridge"


def docker(*arguments: str, check: bool = True, **options) -> subprocess.CompletedProcess:
    return subprocess.run([DOCKER, *arguments], check=check, capture_output=True, text=True, **options)


@dataclass
class Run:
    """What one cell did."""

    lines: list[dict] = field(default_factory=list)

    @property
    def done(self) -> dict:
        return self.lines[-1]

    @property
    def status(self) -> str:
        return self.done["status"]

    @property
    def outputs(self) -> list[dict]:
        return [line["output"] for line in self.lines if line["type"] == "output"]

    def text(self, name: str = "stdout") -> str:
        return "".join(o["text"] for o in self.outputs if o["output_type"] == "stream" and o["name"] == name)

    @property
    def result(self) -> str | None:
        for output in self.outputs:
            if output["output_type"] == "execute_result":
                return output["data"]["text/plain"]
        return None

    @property
    def errors(self) -> list[dict]:
        return [output for output in self.outputs if output["output_type"] == "error"]

    @property
    def enames(self) -> list[str]:
        return [error["ename"] for error in self.errors]

    def bundles(self, mime: str) -> list:
        return [o["data"][mime] for o in self.outputs if "data" in o and mime in o["data"]]

    @property
    def artifacts(self) -> dict[str, dict]:
        return {artifact["name"]: artifact for artifact in self.done["artifacts"]}

    @property
    def refused(self) -> dict[str, str]:
        return {refused["name"]: refused["reason"] for refused in self.done["refused"]}


class Connection:
    """One `docker exec socat`, as the host makes it. Lines are read by a thread unless `read=False`."""

    def __init__(self, container: str, after_seq: int = 0, read: bool = True, hello: bool = True):
        self._process = subprocess.Popen(
            [DOCKER, "exec", "-i", container, "socat", "-", f"ABSTRACT-CONNECT:{SOCKET}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.lines: queue.Queue[dict | None] = queue.Queue()
        self.last_seq = after_seq
        self._reader = threading.Thread(target=self._read, daemon=True)
        if hello:
            self.send({"op": "hello", "protocol": 3, "afterSeq": after_seq})
        if read:
            self._reader.start()

    def start_reading(self) -> None:
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            if line.endswith(b"\n"):  # the last one is cut when the connection is closed
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def send(self, message: dict) -> None:
        self.send_raw(json.dumps(message).encode() + b"\n")

    def send_raw(self, data: bytes) -> None:
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def next(self, timeout_s: float = 30) -> dict:
        """The next line; numbers must rise without gaps."""
        line = self.lines.get(timeout=timeout_s)
        if line is None:
            raise EOFError("the bridge closed the connection")
        if line["seq"] > 0:
            assert self.last_seq in (0, line["seq"] - 1), f"after {self.last_seq} came {line['seq']}"
            self.last_seq = line["seq"]
        return line

    def until(self, type: str, timeout_s: float = 60, **fields) -> dict:
        deadline = time.monotonic() + timeout_s
        while True:
            line = self.next(max(0.1, deadline - time.monotonic()))
            if line["type"] == type and all(line.get(name) == value for name, value in fields.items()):
                return line

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        # The reader is at the end now; a pipe that is closed under it raises in its thread.
        if self._reader.ident is not None:
            self._reader.join()
        self._process.stdout.close()


class Sandbox:
    """A container with the limits of a real session."""

    def __init__(self, memory: str = "2g", pids: int = 256, cpus: str = "1.5", env: dict | None = None,
                 user: str = "54321:54321"):  # fmt: skip
        self.name = f"ci-sandbox-test-{uuid.uuid4().hex[:10]}"
        self.volume = f"{self.name}-outputs"
        self.workspace = tempfile.mkdtemp(prefix="ci-sandbox-test-")
        os.chmod(self.workspace, 0o755)
        docker("volume", "create", "--label", OWN_LABEL, self.volume)
        variables = [part for name, value in (env or {}).items() for part in ("-e", f"{name}={value}")]
        self.started_at = time.monotonic()
        docker(
            "run", "-d", "--init", "--name", self.name, "--label", OWN_LABEL, "--network", "none", "--read-only",
            "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", str(pids),
            "--cpus", cpus, "--memory", memory, "--memory-swap", memory, "--user", user, "--log-driver", "none",
            "--tmpfs", "/tmp:rw,nosuid,nodev,noexec,size=512m,nr_inodes=100000,mode=1777",
            "-v", f"{self.volume}:/outputs", "-v", "/packages", "-v", f"{self.workspace}:/workspace:ro", "-w", "/outputs",
            *variables, IMAGE,
        )  # fmt: skip
        self.connection = self._connect()

    def _connect(self) -> Connection:
        for _ in range(100):
            connection = Connection(self.name)
            try:
                connection.until("welcome", 10)
                return connection
            except EOFError:
                connection.close()
                time.sleep(0.05)
        raise RuntimeError("the bridge does not answer")

    def ready(self) -> "Sandbox":
        self.connection.until("ready", language="python")
        return self

    def reconnect(self, after_seq: int) -> dict:
        self.connection.close()
        self.connection = Connection(self.name, after_seq)
        return self.connection.until("welcome")

    def start(self, language: str, code: str, timeout_s: float = 60, limit: int = 8 * 1024 * 1024) -> str:
        id = uuid.uuid4().hex
        self.connection.send(
            {
                "op": "execute", "id": id, "language": language, "code": code,
                "timeoutMs": round(timeout_s * 1000), "outputLimitBytes": limit,
            }
        )  # fmt: skip
        return id

    def wait(self, id: str, timeout_s: float = 90) -> Run:
        run = Run()
        while not run.lines or run.done["type"] != "done":
            line = self.connection.next(timeout_s)
            if line.get("id") == id:
                run.lines.append(line)
        return run

    def run(self, language: str, code: str, timeout_s: float = 60, limit: int = 8 * 1024 * 1024) -> Run:
        return self.wait(self.start(language, code, timeout_s, limit), timeout_s + 30)

    def edit(self, command: str, path: str, **fields) -> dict:
        id = uuid.uuid4().hex
        if command == "view":
            fields = {"range": None, "limitChars": 8000, **fields}
        self.connection.send({"op": "edit", "id": id, "command": command, "path": path, **fields})
        return self.connection.until("edited", id=id)["result"]

    def schemas(self, *paths: str, roots: tuple[str, ...] = ("/workspace",), limit: int = 24, timeout_s: float = 30, values: bool = False, known: list[dict] | None = None, background: bool = False) -> list[dict]:
        return self.connection.until("schemas", id=self.begin_schemas(*paths, roots=roots, limit=limit, timeout_s=timeout_s, values=values, known=known, background=background))["files"]

    def begin_schemas(self, *paths: str, roots: tuple[str, ...] = ("/workspace",), limit: int = 24, timeout_s: float = 30, values: bool = False, known: list[dict] | None = None, background: bool = False) -> str:
        """Does not wait for the answer, which is for the id."""
        id = uuid.uuid4().hex
        self.connection.send(
            {
                "op": "schemas", "id": id, "paths": paths, "roots": roots,
                "limitFiles": limit, "timeoutMs": round(timeout_s * 1000), "values": values, "known": known or [],
                "background": background,
            }
        )  # fmt: skip
        return id

    def ask(self, name: str, params: dict | None = None, timeout_s: float = 20, language: str = "python") -> str:
        id = uuid.uuid4().hex
        self.connection.send(
            {
                "op": "query", "id": id, "language": language, "name": name, "params": params or {},
                "timeoutMs": round(timeout_s * 1000),
            }
        )  # fmt: skip
        return id

    def query(self, name: str, params: dict | None = None, timeout_s: float = 20, language: str = "python") -> dict:
        """The whole result; `answered` of a SandboxTest for those that must be answered."""
        return self.connection.until("answered", id=self.ask(name, params, timeout_s, language))["result"]

    def interrupt_after(self, delay_s: float, language: str, code: str) -> tuple[Run, float]:
        """Runs, interrupts once it has started, and tells how long the end took from then."""
        id = self.start(language, code)
        self.connection.until("started", id=id)
        time.sleep(delay_s)
        asked_at = time.monotonic()
        self.connection.send({"op": "interrupt"})
        run = self.wait(id)
        return run, time.monotonic() - asked_at

    def exec(self, *command: str, **options) -> subprocess.CompletedProcess:
        return docker("exec", self.name, *command, check=False, **options)

    def processes(self) -> list[str]:
        return self.exec("ps", "-eo", "args", "--no-headers").stdout.splitlines()

    def close(self) -> None:
        self.connection.close()
        docker("rm", "-f", "-v", self.name, check=False)
        docker("volume", "rm", "-f", self.volume, check=False)
        shutil.rmtree(self.workspace, ignore_errors=True)


def _is_abandoned(owner: str) -> bool:
    """Ours, or of a test run that is no more; what another run uses now is left alone."""
    return owner == str(os.getpid()) or not os.path.exists(f"/proc/{owner}")


def remove_leftovers() -> None:
    shown = f'{{{{.Label "{LABEL}"}}}}'
    for line in docker("ps", "-a", "--filter", f"label={LABEL}", "--format", f"{{{{.ID}}}} {shown}").stdout.splitlines():
        name, _, owner = line.partition(" ")
        if _is_abandoned(owner):
            docker("rm", "-f", "-v", name, check=False)
    for line in docker("volume", "ls", "--filter", f"label={LABEL}", "--format", f"{{{{.Name}}}} {shown}").stdout.splitlines():
        name, _, owner = line.partition(" ")
        if _is_abandoned(owner):
            docker("volume", "rm", "-f", name, check=False)


class SandboxTest(unittest.TestCase):
    """One container for all tests of a class."""

    options: dict = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.sandbox = Sandbox(**cls.options)
        cls.addClassCleanup(cls.sandbox.close)
        cls.sandbox.ready()

    def run_cell(self, language: str, code: str, **options) -> Run:
        return self.sandbox.run(language, code, **options)

    def ok(self, language: str, code: str, **options) -> Run:
        """Runs a cell that must succeed."""
        run = self.run_cell(language, code, **options)
        self.assertEqual(run.status, "ok", run.errors or run.text("stderr"))
        return run

    def answered(self, name: str, params: dict | None = None, **options):
        """What a query that must be answered says."""
        result = self.sandbox.query(name, params, **options)
        self.assertTrue(result["ok"], result)
        return result["answer"]


class OfficeTest(SandboxTest):
    """In an image with LibreOffice; skipped where none is named."""

    @classmethod
    def setUpClass(cls) -> None:
        global IMAGE
        if not OFFICE_IMAGE:
            raise unittest.SkipTest("SANDBOX_OFFICE_IMAGE names no image")
        plain, IMAGE = IMAGE, OFFICE_IMAGE
        try:
            super().setUpClass()
        finally:
            IMAGE = plain
