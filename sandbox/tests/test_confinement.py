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
            stop.wait(0.3)
            self.assertEqual(received, [])
            # Control: the mount alone lets it through.
            self.sandbox.exec("sh", "-c", "echo x >/workspace/pipe")
            stop.wait(0.3)
            self.assertEqual(received, [b"x\n"])
        finally:
            stop.set()
            reader.join()

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
