"""A read-only workspace is no way to talk to programs of the host; each refusal stands beside what still works."""

import os
import select
import socket
import threading

from driver import SandboxTest

CONNECT = {
    "python": "import socket\ns = socket.socket(socket.AF_UNIX); s.connect('{path}'); s.send(b'x')",
    "bash": "python3 -c \"import socket; s = socket.socket(socket.AF_UNIX); s.connect('{path}'); s.send(b'x')\"",
    "javascript": "await new Promise((ok, no) => require('net').connect('{path}', ok).on('error', no))",
}
WRITE = {
    "python": "f = open('{path}', 'w'); f.write('x'); f.close()",
    "bash": "echo x >'{path}'",
    "javascript": "require('fs').writeFileSync('{path}', 'x')",
}


class Confinement(SandboxTest):
    def test_sockets_in_the_workspace_cannot_be_reached(self):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        path = os.path.join(self.sandbox.workspace, "s.sock")
        listener.bind(path)
        os.chmod(path, 0o777)
        listener.listen()
        # The mount alone does not help: what the engine executes is not confined.
        control = self.sandbox.exec("sh", "-c", "echo x | socat - UNIX-CONNECT:/workspace/s.sock")
        self.assertEqual(control.returncode, 0)
        listener.accept()[0].close()
        for language, code in CONNECT.items():
            with self.subTest(language):
                run = self.run_cell(language, code.format(path="/workspace/s.sock"))
                self.assertEqual(run.status, "error")
        self.assertEqual(select.select([listener], [], [], 0.2)[0], [])

    def test_threads_of_the_python_kernel_are_confined_too(self):
        code = """
import concurrent.futures, socket, sys
def attempt():
    try:
        socket.socket(socket.AF_UNIX).close()
        return 'made'
    except PermissionError:
        return 'refused'
answers = [concurrent.futures.ThreadPoolExecutor(1).submit(attempt).result()]
done = concurrent.futures.Future()
sys.stdout.pub_thread.schedule(lambda: done.set_result(attempt()))
answers + [done.result(5)]
"""
        self.assertEqual(self.ok("python", code).result, "['refused', 'refused']")

    def test_pipes_in_the_workspace_cannot_be_written(self):
        path = os.path.join(self.sandbox.workspace, "pipe")
        os.mkfifo(path)
        os.chmod(path, 0o777)
        received: list[bytes] = []

        def read():
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            while not stop.wait(0.05):
                if data := os.read(fd, 100):
                    received.append(data)
            os.close(fd)

        stop = threading.Event()
        reader = threading.Thread(target=read)
        reader.start()
        try:
            for language, code in WRITE.items():
                with self.subTest(language):
                    run = self.run_cell(language, code.format(path="/workspace/pipe"), timeout_s=10)
                    self.assertEqual(run.status, "error", run.text("stderr"))
            again = "import os; fd = os.open('{path}', os.O_RDONLY | os.O_NONBLOCK); "
            again += "os.open(f'/proc/self/fd/{{fd}}', os.O_WRONLY)"
            self.assertEqual(self.run_cell("python", again.format(path="/workspace/pipe")).enames, ["PermissionError"])
            stop.wait(0.3)
            self.assertEqual(received, [])
            # Control: the mount alone lets it through.
            self.sandbox.exec("sh", "-c", "echo x >/workspace/pipe")
            stop.wait(0.3)
            self.assertEqual(received, [b"x\n"])
        finally:
            stop.set()
            reader.join()

    def test_a_pair_of_sockets_cannot_be_connected_to_another(self):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(listener.close)
        path = os.path.join(self.sandbox.workspace, "datagrams")
        listener.bind(path)
        os.chmod(path, 0o777)
        attempt = """
import socket
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC):
    try: socket.socketpair(socket.AF_UNIX, kind)[0].sendto(b'x', '/workspace/datagrams')
    except OSError as error: print(type(error).__name__)
"""
        # Control: it is the filter that keeps them from it.
        self.sandbox.exec("python3", "-c", attempt)
        self.assertEqual(select.select([listener], [], [], 1)[0], [listener])
        while select.select([listener], [], [], 0.2)[0]:
            listener.recv(10)
        self.assertEqual(self.ok("python", attempt).text(), "PermissionError\n" * 3)
        self.assertEqual(select.select([listener], [], [], 0.2)[0], [])

    def test_only_families_of_the_network_are_given_out(self):
        code = """
import socket
def made(family, kind):
    try: socket.socket(family, kind).close()
    except PermissionError: return False
    return True
[made(f, k) for f, k in ((2, 1), (2, 2), (10, 1), (16, 3))], [n for n in range(64) if n not in (2, 10, 16) and made(n, 1)]
"""
        self.assertEqual(self.ok("python", code).result, "([True, True, True, True], [])")
        # An int is what the kernel makes of 64 bits.
        high = "import ctypes; ctypes.CDLL(None).syscall(ctypes.c_long({n}), ctypes.c_long((1 << 32) | 1), 1, 0)"
        number = 41 if os.uname().machine == "x86_64" else 198
        self.assertEqual(self.ok("python", high.format(n=number)).result, "-1")

    def test_no_cell_can_loosen_the_next_kernel(self):
        attempt = "import socket; made = open('/outputs/made', 'a'); socket.socket(socket.AF_UNIX); made.write('x')"
        prepare = f"""
import glob, os, subprocess, sys
attempt = {attempt!r}
home = os.path.expanduser('~')
places = [f'{{home}}/.ipython/profile_default/startup/00.py', f'{{home}}/.ipython/startup/00.py',
          f'{{home}}/.local/lib/python{{sys.version_info.major}}.{{sys.version_info.minor}}/site-packages/usercustomize.py',
          '/outputs/usercustomize.py', '/outputs/sitecustomize.py', '/outputs/zmq.py', '/outputs/confinement.py']
for place in places:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    open(place, 'w').write(attempt)
open(f'{{home}}/.bashrc', 'w').write('python3 -c "' + attempt + '"')
allow = bytes.fromhex('060000000000ff7f')
for place in ('/tmp/.bridge/filter', '/opt/code-interpreter/cells.bpf'):
    try: open(place, 'wb').write(allow)
    except OSError: pass
"""
        self.ok("python", prepare)
        for language, end in (("python", "import os; os._exit(1)"), ("bash", "exit 1"), ("javascript", "process.exit(1)")):
            self.run_cell(language, end)
        for language, code in CONNECT.items():
            with self.subTest(language):
                self.assertEqual(self.run_cell(language, code.format(path="/workspace/none")).status, "error")
        self.ok("bash", "rm -f /outputs/*.py; [ ! -s /outputs/made ]")

    def test_what_is_not_confined_cannot_be_traced(self):
        code = """
import ctypes, os, subprocess, time
libc = ctypes.CDLL(None, use_errno=True)
def attach(pid):
    result = libc.ptrace(16, pid, None, None)
    if result == 0: libc.ptrace(17, pid, None, None)
    return result
own = subprocess.Popen(['sleep', '60'])
seen = [attach(1), attach(os.getppid()), attach(own.pid)]
own.kill()
seen
"""
        self.assertEqual(self.ok("python", code).result, "[-1, -1, 0]")

    def test_welcome_tells_what_holds(self):
        status = self.sandbox.reconnect(self.sandbox.connection.last_seq)["securityStatus"]
        self.assertEqual(status["cells"], {"sockets": True, "writes": True})

    def test_the_workspace_can_be_read(self):
        with open(os.path.join(self.sandbox.workspace, "data.csv"), "w") as file:
            file.write("a\n1\n")
        self.assertEqual(self.ok("python", "open('/workspace/data.csv').read()").result, "'a\\n1\\n'")
        self.assertEqual(self.ok("bash", "cat /workspace/data.csv").text(), "a\n1\n")

    def test_what_cells_need_still_works(self):
        code = """
import os, socket, subprocess, tempfile
left, right = socket.socketpair(); left.send(b'pair')
server = socket.create_server(('127.0.0.1', 0)); client = socket.create_connection(server.getsockname())
os.makedirs('from', exist_ok=True); os.makedirs('to', exist_ok=True)
open('from/f', 'w').write('x'); os.rename('from/f', 'to/f')
os.mkfifo('/tmp/own'); fd = os.open('/tmp/own', os.O_RDWR)
open('/dev/null', 'w').write('x'); open('/dev/shm/x', 'w').write('x')
tempfile.TemporaryFile().write(b'x')
right.recv(4), os.path.exists('to/f'), subprocess.run(['true']).returncode
"""
        self.assertEqual(self.ok("python", code).result, "(b'pair', True, 0)")
        self.ok("bash", "echo x >/tmp/a && mv /tmp/a /outputs/a && echo y >>/outputs/a && : >/dev/null")
        self.assertEqual(
            self.ok("javascript", "require('child_process').execSync('cat', { input: 'piped' }).toString()").result,
            "'piped'",
        )
