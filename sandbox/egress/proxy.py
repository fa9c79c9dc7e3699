"""
The proxy's container: `python3 -I proxy.py`. Writes the files it is given, starts the resolver, both Squids and the
socket that the sandbox sees, says `ready`, and ends with the first of them that ends: what is open depends on all.
Squid's lines about attempts go to stdout as they are.
"""

import contextlib
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time

FOLDER = "/tmp/egress"
SOCKET = "/run/egress/proxy.sock"
START_TIMEOUT_S = 20
MAX_CONNECTIONS = 128


def resolvers(given: list[str] | None) -> list[str]:
    found = list(given or [])
    if not found:
        with open("/etc/resolv.conf") as file:
            found = [words[1] for words in map(str.split, file) if len(words) > 1 and words[0] == "nameserver"]
    return [str(ipaddress.ip_address(address.split("%")[0])) for address in found]


def write_files(wanted: dict) -> None:
    for name, text in wanted["files"].items():
        path = os.path.join(FOLDER, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    with open(f"{FOLDER}/forward.conf", "w") as file:
        file.write('forward-zone:\n  name: "."\n')
        file.writelines(f"  forward-addr: {address}\n" for address in resolvers(wanted["resolvers"]))


def wait_for_port(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{process.args[0]} does not answer on port {port}")


def remove_socket() -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(SOCKET)


def close() -> None:
    remove_socket()
    sys.exit(0)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: close())
    wanted = json.loads(os.environ.pop("CI_PROXY"))
    write_files(wanted)
    remove_socket()
    started = []

    def start(*command: str) -> subprocess.Popen:
        started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        return started[-1]

    resolver = start("/usr/sbin/unbound", "-d", "-c", f"{FOLDER}/unbound.conf")
    wait_for_port(53, resolver)
    back = start("/usr/sbin/squid", "-N", "-f", f"{FOLDER}/back.conf")
    wait_for_port(3129, back)
    front = start("/usr/sbin/squid", "-N", "-f", f"{FOLDER}/front.conf")
    wait_for_port(3128, front)
    listen = f"UNIX-LISTEN:{SOCKET},fork,mode=666,max-children={MAX_CONNECTIONS},backlog={MAX_CONNECTIONS}"
    start("socat", "-t", "60", "-b", "65536", listen, "TCP4:127.0.0.1:3128,nodelay")
    while not os.path.exists(SOCKET):
        time.sleep(0.01)
    print("ready", flush=True)
    ended, _ = os.wait()
    name = next((process.args[0] for process in started if process.pid == ended), "a program")
    raise SystemExit(f"{name} ended")


if __name__ == "__main__":
    main()
