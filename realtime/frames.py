"""Websocket frames (RFC 6455, 5.2): reading a client's, writing a server's.

Owns the bytes and nothing of the connection. Invariant: whatever bytes arrive, `take_frame` gives a whole frame, asks for
more, or raises FrameRefused; it never asks for more than the limit of one frame.
"""

import struct
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
OPCODES = {CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG}
CONTROL = 8  # the bit that sets control frames apart
LONGEST_CONTROL = 125
SHORT = 126  # from this length on a frame says its length in more bytes: two, or eight past what two can say
PROTOCOL_ERROR, NOT_TEXT, TOO_LONG = 1002, 1007, 1009  # close codes


class FrameRefused(Exception):
    """A client broke the protocol; `status` is the close code that says how."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Frame(NamedTuple):
    opcode: int
    final: bool
    payload: bytes


def take_frame(buffer: bytearray, *, limit: int) -> Frame | None:
    """Take the first frame off the buffer; None while it is not all there. Raises FrameRefused as soon as it is wrong."""
    if len(buffer) < 2:  # noqa: PLR2004 - what every frame begins with
        return None
    first, second = buffer[0], buffer[1]
    opcode, size = first & 15, second & 127
    if first & 0x70 or opcode not in OPCODES or not second & 128:  # extensions, unknown, or not masked
        raise FrameRefused(PROTOCOL_ERROR)
    if opcode & CONTROL and (not first & 128 or size > LONGEST_CONTROL):
        raise FrameRefused(PROTOCOL_ERROR)
    start = 2
    if size >= SHORT:
        start = 4 if size == SHORT else 10
        if len(buffer) < start:
            return None
        size = int.from_bytes(buffer[2:start], "big")
    if size > limit:
        raise FrameRefused(TOO_LONG)
    end = start + 4 + size
    if len(buffer) < end:
        return None
    payload = unmask(buffer[start + 4 : end], buffer[start : start + 4])
    del buffer[:end]
    return Frame(opcode, bool(first & 128), payload)


def unmask(data: bytes | bytearray, mask: bytes | bytearray) -> bytes:
    """As one large number: byte by byte a megabyte would take a quarter of a second, everybody waiting."""
    size = len(data)
    key = (bytes(mask) * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def text_frame(text: str) -> bytes:
    """One unmasked text frame, as servers send it."""
    payload = text.encode()
    size = len(payload)
    if size < SHORT:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x81, SHORT, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
