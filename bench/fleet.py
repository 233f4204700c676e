"""Many Socket.IO clients in one thread, with as little work for each as the protocol allows.

The load client must not be what is measured: it speaks websocket frames by hand over epoll, and reads a frame's JSON only
where it has to.
"""

import base64
import os
import selectors
import socket
import struct
import time
from dataclasses import dataclass, field

import orjson

PATIENCE_S = 20.0
SHORT, LONG = 126, 127


@dataclass
class Member:
    """One connected client: what came, when, in which order. Times are `time.perf_counter` seconds."""

    sock: socket.socket
    buffer: bytearray = field(default_factory=bytearray)
    connected: bool = False
    attached: bool = False
    events: list[tuple[int, str, float]] = field(default_factory=list)  # seq, body, when
    acks: dict[int, tuple[bool, float]] = field(default_factory=dict)  # ack id -> ok, when


class Fleet:
    """Clients of one server, each signed in with its own token."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._selector = selectors.DefaultSelector()
        self._port = port
        self.members = [self._open(token) for token in tokens]
        self.until(lambda: all(member.attached for member in self.members), "every client attached")

    def _open(self, token: str) -> Member:
        sock = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(4096)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"no websocket: {head[:200]!r}")
        member = Member(sock=sock)
        member.buffer += head.partition(b"\r\n\r\n")[2]
        _write(sock, b"40" + orjson.dumps({"token": token}))
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, member)
        self.poll(0)
        return member

    def send(self, index: int, ack_id: int, conversation_id: str, client_id: str, body: str) -> None:
        data = {"conversation_id": conversation_id, "client_id": client_id, "body": body}
        _write(self.members[index].sock, b"42%d" % ack_id + orjson.dumps(["message:send", data]))

    def poll(self, timeout: float) -> None:
        """Take what has come within `timeout` seconds."""
        for key, _ in self._selector.select(timeout):
            member: Member = key.data
            data = member.sock.recv(262_144)
            if not data:
                raise SystemExit("the server closed a connection")
            member.buffer += data
            now = time.perf_counter()
            for frame in _frames(member.buffer):
                self._take(member, frame, now)

    def until(self, true, what: str) -> None:
        deadline = time.perf_counter() + PATIENCE_S
        while not true():
            if time.perf_counter() > deadline:
                raise SystemExit(f"waited too long for: {what}")
            self.poll(0.05)

    def close(self) -> None:
        for member in self.members:
            self._selector.unregister(member.sock)
            member.sock.close()

    def _take(self, member: Member, frame: bytes, now: float) -> None:
        if frame.startswith(b"42"):
            name, data = orjson.loads(frame[2:])
            if name == "event" and data["kind"] == "message.created":
                member.events.append((data["seq"], data["data"]["message"]["body"], now))
            elif name == "heads":
                member.attached = True
        elif frame.startswith(b"43"):
            start = frame.index(b"[")
            member.acks[int(frame[2:start])] = (bool(orjson.loads(frame[start:])[0]["ok"]), now)
        elif frame == b"2":
            _write(member.sock, b"3")
        elif frame.startswith(b"44"):
            raise SystemExit(f"connect refused: {frame!r}")


def _write(sock: socket.socket, payload: bytes) -> None:
    """One masked text frame; the mask is zero, which the protocol allows and costs nothing to apply."""
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < SHORT else struct.pack("!BBH", 0x81, 0x80 | SHORT, size)
    sock.sendall(head + b"\0\0\0\0" + payload)


def _frames(buffer: bytearray) -> list[bytes]:
    """Take every complete frame's payload out of the buffer."""
    found = []
    while len(buffer) >= 2:
        size, start = buffer[1] & 0x7F, 2
        if size == SHORT:
            if len(buffer) < 4:
                break
            size, start = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == LONG:
            if len(buffer) < 10:
                break
            size, start = struct.unpack_from("!Q", buffer, 2)[0], 10
        if len(buffer) < start + size:
            break
        found.append(bytes(buffer[start : start + size]))
        del buffer[: start + size]
    return found
