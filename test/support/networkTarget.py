"""
The internet of the network tests, in a container of its own: a name server and web servers. `networkTarget.py` with
a folder of certificates; CI_ZONE is JSON of name → addresses, given out one after the other, or name → [] for none.
"""

import contextlib
import http.server
import json
import os
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time

ZONE = {name: list(addresses) for name, addresses in json.loads(os.environ["CI_ZONE"]).items()}
SELF = socket.gethostbyname(socket.gethostname())
asked: dict[str, int] = {}
seen: list[str] = []


def address_of(name: str) -> str | None:
    """`*` in a list stands for this container; a name below `*.x` has that entry."""
    addresses = ZONE.get(name)
    if addresses is None:
        addresses = ZONE.get("*." + name.partition(".")[2], [])
    if not addresses:
        return None
    count = asked[name] = asked.get(name, 0) + 1
    found = addresses[min(count, len(addresses)) - 1]
    return SELF if found == "*" else found


def answer(query: bytes) -> bytes:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin1"))
        at += 1 + query[at]
    (kind,) = struct.unpack(">H", query[at + 1 : at + 3])
    name = ".".join(labels).lower()
    address = address_of(name) if kind == 1 else None
    known = name in ZONE or "*." + name.partition(".")[2] in ZONE
    header = query[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, 1 if address else 0, 0, 0)
    record = b"" if address is None else b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(address)
    return header + query[12 : at + 5] + record


def page_at(path: str) -> bytes | None:
    """A file of the test's own."""
    file = f"/pages{path.partition('?')[0]}{'index.html' if path.endswith('/') else ''}"
    if not os.path.isfile(file):
        return None
    with open(file, "rb") as page:
        return page.read()


class Names(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, server = self.request
        server.sendto(answer(data), self.client_address)


def pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        seen.append(f"{self.command} {self.headers.get('Host')} {self.path}")
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if self.path == "/seen":
            return self.reply(200, json.dumps(seen[:-1]).encode())
        if self.path.startswith("/to/"):
            return self.reply(302, b"", {"Location": self.path[4:]})
        if self.path.startswith("/bytes/"):
            return self.send_bytes(int(self.path[7:]))
        if self.path == "/slow":
            return self.send_slowly()
        if (page := page_at(self.path)) is not None:
            return self.reply(200, page, {"Content-Type": "text/html" if self.path.endswith("/") else "application/octet-stream"})
        return self.reply(200, f"hello from {self.headers.get('Host')}".encode())

    def do_CONNECT(self) -> None:
        """As a company's proxy would: whatever name is asked for is this container."""
        seen.append(f"CONNECT {self.path}")
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection((SELF, port)) as there:
            self.send_response(200)
            self.end_headers()
            pumps = [
                threading.Thread(target=pump, args=pair, daemon=True)
                for pair in ((self.connection, there), (there, self.connection))
            ]
            for thread in pumps:
                thread.start()
            for thread in pumps:
                thread.join()
        self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_bytes(self, count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(count))
        self.end_headers()
        chunk = bytes(65536)
        while count > 0:
            self.wfile.write(chunk[: min(count, len(chunk))])
            count -= len(chunk)

    def send_slowly(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "600")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        pass


class Web(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


def serve(port: int, certificates: str | None) -> None:
    server = Web(("", port), Pages)
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{certificates}/cert.pem", f"{certificates}/key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main() -> None:
    certificates = sys.argv[1]
    for port in (80, 8080):
        serve(port, None)
    for port in (22, 25, 443, 8443):
        serve(port, certificates)
    print("ready", flush=True)
    socketserver.ThreadingUDPServer(("", 53), Names).serve_forever()


main()
