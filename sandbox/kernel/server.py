"""The unix socket: one host at a time, lines out of the ring, operations in."""

import asyncio
import ctypes
import os
import socket
import struct
from collections.abc import Callable

from kernel import processes, wire
from kernel.confinement import confinement
from kernel.ring import Ring

WRITE_BATCH_BYTES = 256 * 1024
READ_CHUNK_BYTES = 256 * 1024


PR_GET_NO_NEW_PRIVS = 39
#: gVisor calls itself so, whatever the kernel below it is.
GVISOR_VERSION = "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016"


def security_status() -> dict:
    """What the operating system enforces on this process and on cells; the host checks it against its policy."""
    fields = {}
    with open("/proc/self/status") as status:
        for line in status:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    with open("/proc/version") as version:
        gvisor = version.read().startswith(GVISOR_VERSION)
    return {
        "seccomp": int(fields.get("Seccomp", "0")),
        # The call, for gVisor's /proc does not have that line.
        "noNewPrivs": ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
        "capEff": fields.get("CapEff", ""),
        "gvisor": gvisor,
        "cells": {"sockets": confinement().sockets, "writes": confinement().writes},
    }


def peer_is_host(connection: socket.socket) -> bool:
    """False when the peer is a cell's own code: that descends from pid 1, what the engine executes does not."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid = struct.unpack("3i", credentials)[0]
    if pid == os.getpid():
        # gVisor may tell the listener's own credentials; then only that cells have no unix sockets tells the host.
        return confinement().sockets
    return pid <= 0 or processes.started_from_outside(pid)


class Server:
    """`on_operation` gets what the current host asks for; everything said goes through the ring."""

    def __init__(self, name: str, ring: Ring, on_operation: Callable[[wire.Operation], None]):
        self._name = name
        self._ring = ring
        self._on_operation = on_operation
        self._current: asyncio.StreamWriter | None = None
        #: The last line handed to the current host's socket.
        self._sent_seq = 0
        self._progress = asyncio.Event()

    async def start(self) -> None:
        await asyncio.start_unix_server(self._serve, f"\0{self._name}", limit=READ_CHUNK_BYTES)

    async def caught_up(self, backlog_bytes: int) -> None:
        """Waits while a connected host has more than `backlog_bytes` still to read."""
        while self._current is not None and self._ring.bytes_after(self._sent_seq) > backlog_bytes:
            self._progress.clear()
            await self._progress.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        if not peer_is_host(connection):
            writer.close()
            return
        writer.transport.set_write_buffer_limits(high=WRITE_BATCH_BYTES)
        sender: asyncio.Task | None = None
        splitter = wire.LineSplitter()
        try:
            while chunk := await reader.read(READ_CHUNK_BYTES):
                for line in splitter.feed(chunk):
                    operation = self._understand(line)
                    if isinstance(operation, wire.Hello) and sender is None:
                        # At once: what follows hello in the same chunk comes from the current host already.
                        self._replace(writer, operation.after_seq)
                        sender = asyncio.create_task(self._send(writer))
                    elif operation is None:
                        continue
                    elif sender is None:
                        self.fault("The first line of a connection must be hello.")
                    elif isinstance(operation, wire.Hello):
                        self.fault("hello came twice on one connection.")
                    elif self._current is writer:
                        self._on_operation(operation)
        except OSError:
            pass
        finally:
            if sender is not None:
                sender.cancel()
            if self._current is writer:
                self._current = None
                self._progress.set()
            writer.close()

    def _understand(self, line: bytes | wire.WireError) -> wire.Operation | None:
        try:
            if isinstance(line, wire.WireError):
                raise line
            return wire.parse_line(line)
        except wire.WireError as error:
            self.fault(str(error), error.id)
            return None

    def fault(self, message: str, id: str | None = None) -> None:
        self._ring.append({"type": "fault", "id": id, "message": message})

    def _replace(self, writer: asyncio.StreamWriter, after_seq: int) -> None:
        """A new connection replaces the old one."""
        if self._current is not None:
            self._current.close()
        self._current = writer
        # A number from the future is of an earlier bridge: everything held is news.
        self._sent_seq = after_seq if after_seq <= self._ring.last_seq else 0
        self._progress.set()

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        """Whatever the ring has, as fast as the host reads."""
        sent = self._sent_seq
        welcome = {
            "type": "welcome",
            "seq": 0,
            "protocol": wire.PROTOCOL_VERSION,
            "firstSeq": self._ring.first_seq,
            "lastSeq": self._ring.last_seq,
            "securityStatus": security_status(),
        }
        try:
            writer.write(wire.to_json(welcome) + b"\n")
            while self._current is writer:
                await writer.drain()
                self._sent_seq = sent
                self._progress.set()
                sent, lines = self._ring.lines_after(sent, WRITE_BATCH_BYTES)
                if lines:
                    writer.write(b"".join(lines))
                else:
                    await self._ring.wait_for_more(sent)
        except OSError:
            writer.close()
