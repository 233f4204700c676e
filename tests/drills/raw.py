"""A websocket in one's own hands: a client that can stop reading, fall silent, and say what bytes came."""

import contextlib
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import websocket

SECONDS = 30
SMALL = 4096
ENDED_WITHIN_S = 5


class RawClient:
    """One person's connection to one stream, as bare as can be; `messages` grows as it reads, over all its connections.

    `history(after)` gives the messages after a seq: what a client asks for when it has missed too much for a replay.
    """

    def __init__(
        self, port: int, token: str, stream: str, *, position: int, history: Callable[[int], list[dict[str, Any]]]
    ) -> None:
        self._port, self._token, self._stream, self._history = port, token, stream, history
        self.position = position
        self.messages: list[str] = []
        self._asked_for: set[int] = set()  # what comes by itself all the same
        self.heads: dict[str, int] = {}
        self._ws: websocket.WebSocket | None = None

    def connect(self) -> "RawClient":
        """Connect and read up to the heads; small buffers, so that what is not read soon backs up into the server."""
        self._ws = websocket.create_connection(
            f"ws://127.0.0.1:{self._port}/socket.io/?EIO=4&transport=websocket",
            timeout=SECONDS,
            sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL),),
        )
        self.heads = {}
        auth = {"token": self._token, "streams": {self._stream: self.position}}
        self._ws.send("40" + json.dumps(auth))
        while not self.heads:
            assert self.read_one(), "closed while connecting"
        if self.heads[self._stream] > self.position:
            self._ask()
        return self

    def read_one(self, *, answer: bool = True) -> bool:
        """Take one frame; False when the connection is over."""
        assert self._ws is not None
        try:
            frame = self._ws.recv()
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return False
        if not frame:
            return False
        assert isinstance(frame, str)
        if frame == "2":
            if answer:
                self._ws.send("3")
        elif frame.startswith("44"):
            raise AssertionError(frame)
        elif frame.startswith("42"):
            self._hear(*json.loads(frame[2:]))
        return True

    def _hear(self, name: str, data: dict[str, Any]) -> None:
        if name == "heads":
            self.heads.update(data["streams"])
        elif name == "event" and data["stream_id"] == self._stream:
            assert data["kind"] == "message.created", data["kind"]
            if data["seq"] > self.position + 1:
                self._ask()  # too much for a replay, and the room went on before the heads came
            if data["seq"] not in self._asked_for:
                self._take(data["seq"], data["data"]["message"]["id"])

    def _ask(self) -> None:
        for message in self._history(self.position):
            self._asked_for.add(message["seq"])
            self._take(message["seq"], message["id"])

    def _take(self, seq: int, message_id: str) -> None:
        self.position = seq
        self.messages.append(message_id)

    def seem_alive(self) -> None:
        """Answer a ping without having read it: only reading has stopped."""
        assert self._ws is not None
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._ws.send("3")

    def read_to_the_end(self) -> None:
        """What the kernel still holds of a connection that the server must have closed: pings stay unanswered."""
        deadline = time.monotonic() + ENDED_WITHIN_S
        while self.read_one(answer=False):
            assert time.monotonic() < deadline, "the server holds on to this connection"
        self.close()

    def read_until(self, seq: int) -> None:
        while self.position < seq:
            assert self.read_one(), f"closed at {self.position} of {seq}"

    def close(self) -> None:
        if self._ws is not None:
            self._ws.shutdown()
            self._ws = None
