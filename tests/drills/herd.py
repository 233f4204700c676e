"""Hundreds of phones in one process of their own, light enough that the server is what is tried: raw sockets, one loop.

Usage: python -m tests.drills.herd, with {port, tokens, stream, position, count} as a line of JSON on standard input. Then
each line on standard input makes them come, all at once, wherever they were thrown out ("rush"), or tell what they saw
("report"). Answers are lines of JSON.
"""

import http.client
import json
import random
import selectors
import socket
import sys
import time
from typing import Any

import orjson

PATIENCE_S = 120.0
RETRY_S = (0.5, 2.0)  # thrown out or refused: again after a random time, as client libraries do
HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Phone:
    """One socket. `seqs` is every seq of the stream that came, over all connections."""

    def __init__(self, token: str, position: int) -> None:
        self.token = token
        self.position = position
        self.seqs: list[int] = []
        self.asked_for: set[int] = set()  # what comes by itself all the same
        self.sock: socket.socket | None = None
        self.buffer = bytearray()
        self.upgraded = False
        self.head: int | None = None
        self.not_before = 0.0
        self.back_after: float | None = None


class Herd:
    def __init__(self, facts: dict[str, Any]) -> None:
        self._selector = selectors.DefaultSelector()
        self._port, self._stream = facts["port"], facts["stream"]
        tokens = facts["tokens"]
        self.phones = [Phone(tokens[n % len(tokens)], facts["position"]) for n in range(facts["count"])]
        self.refused = self.thrown_out = 0

    def rush(self) -> dict[str, Any]:
        """Everybody who is not connected comes at once; until all are in and as far as the heads they were told."""
        began = time.monotonic()
        self.refused = self.thrown_out = 0
        for phone in self.phones:
            phone.not_before = began
            phone.back_after = None
        while any(phone.back_after is None for phone in self.phones):
            now = time.monotonic()
            if now - began > PATIENCE_S:
                break
            for phone in self.phones:
                if phone.sock is None and now >= phone.not_before:
                    self._open(phone)
            self.poll(0.01)
            now = time.monotonic()
            for phone in self.phones:
                if phone.back_after is None and phone.head is not None and phone.position >= phone.head:
                    phone.back_after = now - began
        after = sorted(phone.back_after for phone in self.phones if phone.back_after is not None)
        return {"back_after": after, "refused": self.refused, "thrown_out": self.thrown_out}

    def report(self, head: int) -> dict[str, Any]:
        """Read on up to `head`, then every phone's seqs, the same ones said once."""
        deadline = time.monotonic() + PATIENCE_S
        while any(phone.position < head for phone in self.phones) and time.monotonic() < deadline:
            self.poll(0.05)
        return {"seqs": [list(seqs) for seqs in {tuple(phone.seqs) for phone in self.phones}]}

    def poll(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            phone: Phone = key.data
            assert phone.sock is not None
            try:
                data = phone.sock.recv(65_536)
            except OSError:
                data = b""
            if not data:
                self._drop(phone)
                continue
            phone.buffer += data
            self._read(phone)

    def _open(self, phone: Phone) -> None:
        sock = socket.socket()
        try:
            sock.connect(("127.0.0.1", self._port))
            sock.sendall(HEAD)
        except OSError:
            sock.close()
            phone.not_before = time.monotonic() + random.uniform(*RETRY_S)
            return
        sock.setblocking(False)
        phone.sock, phone.upgraded, phone.head = sock, False, None
        phone.buffer.clear()
        self._selector.register(sock, selectors.EVENT_READ, phone)

    def _drop(self, phone: Phone) -> None:
        assert phone.sock is not None
        self._selector.unregister(phone.sock)
        phone.sock.close()
        phone.sock = phone.head = None
        phone.not_before = time.monotonic() + random.uniform(*RETRY_S)
        self.thrown_out += 1

    def _read(self, phone: Phone) -> None:
        buffer = phone.buffer
        if not phone.upgraded:
            head, end, rest = bytes(buffer).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                self._drop(phone)
                return
            phone.upgraded = True
            buffer[:] = rest
        while phone.sock is not None and (frame := _take_frame(buffer)) is not None:
            self._take(phone, frame)

    def _take(self, phone: Phone, frame: bytes) -> None:
        if frame[:1] == b"0":
            auth = {"token": phone.token, "streams": {self._stream: phone.position}}
            _write(phone, b"40" + orjson.dumps(auth))
        elif frame == b"2":
            _write(phone, b"3")
        elif frame[:2] == b"44":
            self.refused += 1
            self._drop(phone)
            wait = orjson.loads(frame[2:])["data"].get("retry_after")
            if wait is not None:
                phone.not_before = time.monotonic() + wait
        elif frame[:2] == b"42":
            name, data = orjson.loads(frame[2:])
            if name == "heads" and self._stream in data["streams"]:
                phone.head = data["streams"][self._stream]
            elif name == "event" and data["stream_id"] == self._stream:
                if data["seq"] > phone.position + 1:
                    self._ask(phone)
                if data["seq"] not in phone.asked_for:
                    phone.seqs.append(data["seq"])
                    phone.position = max(phone.position, data["seq"])

    def _ask(self, phone: Phone) -> None:
        """Too much was missed for a replay: page the history, in which everything here is a message."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        while True:
            path = f"/api/v1/conversations/{self._stream}/messages?after={phone.position}&limit=100"
            connection.request("GET", path, headers={"Authorization": f"Bearer {phone.token}"})
            page = orjson.loads(connection.getresponse().read())
            for message in page["items"]:
                phone.asked_for.add(message["seq"])
                phone.seqs.append(message["seq"])
                phone.position = message["seq"]
            if page["next_cursor"] is None:
                break
        connection.close()


def _take_frame(buffer: bytearray) -> bytes | None:
    """The payload of the first complete frame; a closing one ends like a lost connection, by its socket."""
    if len(buffer) < 2:
        return None
    size, start = buffer[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(buffer[2:4], "big"), 4
    elif size == 127:
        size, start = int.from_bytes(buffer[2:10], "big"), 10
    if len(buffer) < max(start, 2) + size:
        return None
    payload = bytes(buffer[start : start + size])
    is_text = buffer[0] & 0x0F == 1
    del buffer[: start + size]
    return payload if is_text else b""


def _write(phone: Phone, payload: bytes) -> None:
    assert phone.sock is not None
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    phone.sock.sendall(head + b"\0\0\0\0" + payload)


def main() -> None:
    said = open(0, "rb", buffering=0)  # noqa: SIM115 - a buffer would take lines away that are then waited for
    herd = Herd(json.loads(said.readline()))
    commands = selectors.DefaultSelector()
    commands.register(said, selectors.EVENT_READ)
    while True:
        herd.poll(0.05)
        if not commands.select(0):
            continue
        words = said.readline().split()
        if not words:
            return
        answer = herd.rush() if words[0] == b"rush" else herd.report(int(words[1]))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
