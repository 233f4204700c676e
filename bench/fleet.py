"""The load client where there is no C compiler: the same plan, the same checks, in Python and therefore dearer.

It speaks websocket frames by hand over epoll, and reads a frame's JSON only where it has to.
"""

import base64
import os
import selectors
import socket
import statistics
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import uuid4

import orjson

PATIENCE_S = 60.0
SHORT, LONG = 126, 127
LETTERS = bytes.maketrans(b"0123456789", b"bcdfghlmnr")  # as in load/load.c, and for the same reason
DIGITS = bytes.maketrans(b"bcdfghlmnr", b"0123456789")


@dataclass
class Member:
    """One connected client: what came, in which order and when. Times are `time.perf_counter` seconds."""

    sock: socket.socket
    room: int
    buffer: bytearray = field(default_factory=bytearray)
    attached: bool = False
    events: list[tuple[int, int, float]] = field(default_factory=list)  # seq, number, when


class Fleet:
    """Everybody of a plan, in one thread."""

    def __init__(
        self, port: int, members: Sequence[tuple[int, str]], rooms: Sequence[str], *, rate: float, count: int, text: str
    ) -> None:
        self._selector = selectors.DefaultSelector()
        self._port, self._rooms, self._rate, self._count, self._text = port, rooms, rate, count, text
        self._acks: dict[int, tuple[bool, float]] = {}
        self._sent_at: list[float] = []
        self.members = [self._open(room, token) for room, token in members]
        self._in_room = [[member for member in self.members if member.room == number] for number in range(len(rooms))]
        self._until(lambda: all(member.attached for member in self.members), "every client attached")

    def idle(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._poll(0.05)

    def send(self) -> None:
        began = time.perf_counter()
        for number in range(self._count):
            while (left := began + number / self._rate - time.perf_counter()) > 0:
                self._poll(left)
            room = number % len(self._rooms)
            member = self._in_room[room][number // len(self._rooms) % len(self._in_room[room])]
            letters = str(number).encode().translate(LETTERS).decode()
            body = {"conversation_id": self._rooms[room], "client_id": str(uuid4()), "body": f"{self._text} ~~{letters}"}
            self._sent_at.append(time.perf_counter())
            _write(member.sock, b"42%d" % number + orjson.dumps(["message:send", body]))
        expected = sum(len(self._in_room[number % len(self._rooms)]) for number in range(self._count))
        self._until(lambda: sum(len(member.events) for member in self.members) >= expected, "all deliveries")
        self._until(lambda: len(self._acks) == self._count, "all acks")

    def figures(self) -> dict[str, Any]:
        acks = sorted((when - self._sent_at[number]) * 1000 for number, (ok, when) in self._acks.items() if ok)
        deliveries = sorted((when - self._sent_at[number]) * 1000 for m in self.members for _, number, when in m.events)
        faults = {"lost": 0, "doubled": 0, "out_of_order": 0, "different_orders": 0}
        for number, room in enumerate(self._in_room):
            due = len(range(number, self._count, len(self._rooms)))
            orders = {tuple(said for _, said, _ in member.events) for member in room}
            faults["different_orders"] += len(orders) - 1
            for member in room:
                said = {number for _, number, _ in member.events}
                faults["doubled"] += len(member.events) - len(said)
                faults["lost"] += due - len(said)
                faults["out_of_order"] += sum(1 for one, other in pairwise(member.events) if other[0] <= one[0])
        return {
            "members": len(self.members),
            "messages": self._count,
            "deliveries": len(deliveries),
            **faults,
            "refused": self._count - len(acks),
            "ack_p50_ms": statistics.median(acks),
            "ack_p99_ms": acks[int(len(acks) * 0.99)],
            "delivery_p50_ms": statistics.median(deliveries),
            "delivery_p99_ms": deliveries[int(len(deliveries) * 0.99)],
            "frame_bytes": 0,
        }

    def close(self) -> None:
        for member in self.members:
            member.sock.close()
        self._selector.close()

    def _open(self, room: int, token: str) -> Member:
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
        member = Member(sock=sock, room=room)
        member.buffer += head.partition(b"\r\n\r\n")[2]
        _write(sock, b"40" + orjson.dumps({"token": token}))
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ, member)
        self._poll(0)
        return member

    def _poll(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            member: Member = key.data
            data = member.sock.recv(262_144)
            if not data:
                raise SystemExit("the server closed a connection")
            member.buffer += data
            now = time.perf_counter()
            for frame in _frames(member.buffer):
                self._take(member, frame, now)

    def _until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.perf_counter() + PATIENCE_S
        while not true():
            if time.perf_counter() > deadline:
                raise SystemExit(f"waited too long for: {what}")
            self._poll(0.05)

    def _take(self, member: Member, frame: bytes, now: float) -> None:
        if frame.startswith(b"42"):
            name, data = orjson.loads(frame[2:])
            if name == "event" and data["kind"] == "message.created":
                letters = data["data"]["message"]["body"].rpartition("~~")[2]
                member.events.append((data["seq"], int(letters.encode().translate(DIGITS)), now))
            elif name == "heads":
                member.attached = True
        elif frame.startswith(b"43"):
            start = frame.index(b"[")
            self._acks[int(frame[2:start])] = (bool(orjson.loads(frame[start:])[0]["ok"]), now)
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
