"""What a client may say: the packets of engine.io and Socket.IO that this product takes, and nothing else.

Invariant: whatever is not of a type and shape that a client may send raises PacketRefused, with a code and without a word of
what was sent.
"""

import re
from typing import Any

import engineio.exceptions
import engineio.packet
from socketio import packet as sio_packet

MAX_FRAME = 65_536
MAX_POST_FRAMES = 256  # a client on long-polling sends what it saved up in one POST, more than engineio's 16
MAX_ACK_ID = 2**53 - 1  # the largest integer a browser counts to
PLAIN_EVENT = re.compile(r"2([0-9]{0,15})(?=\[)")  # with an ack id, if any, that is small enough
RESERVED = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "*"}


class PacketRefused(engineio.exceptions.SocketIsClosedError):
    """A client broke the protocol. On its base class engineio ends the connection without a word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_frame(frame: Any) -> str:
    """Let through only what a client may say at the engine level, never nothing; this product uses no binary."""
    if not isinstance(frame, str):
        raise PacketRefused("binary")
    if frame[:1] == "4":
        if frame[1:2] not in {"0", "1", "2", "3"}:  # the rest is binary or a server's to send
            raise PacketRefused("packet_type")
    elif frame not in {"1", "3", "2probe", "5"}:
        raise PacketRefused("engine_packet")
    return frame


def read_post(environ: dict[str, Any]) -> list[Any]:
    """Return the packets in a long-polling POST."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_FRAME:
        raise PacketRefused("post_too_long")
    try:
        body = environ["wsgi.input"].read(length)
        frames = body.decode().split("\x1e")
    except (OSError, ValueError):
        raise PacketRefused("post_unreadable") from None
    if len(body) < length or len(frames) > MAX_POST_FRAMES:
        raise PacketRefused("post_malformed")
    for frame in frames:
        check_frame(frame)
    return [engineio.packet.Packet(encoded_packet=frame) for frame in frames]


def read_event(packet_class: Any, text: str) -> tuple[int | None, list[Any]] | None:
    """The ack id and the data of an event in the usual form, as `read_packet` reads it too; None for whatever else."""
    head = PLAIN_EVENT.match(text)
    if head is None:
        return None
    try:
        data: list[Any] = packet_class.json.loads(text[head.end() :])
    except (ValueError, RecursionError):
        raise PacketRefused("undecodable") from None
    _check_event(data)
    return int(head[1]) if head[1] else None, data


def read_packet(packet_class: Any, text: str) -> Any:
    """Read a Socket.IO packet of a type and shape that a client may send."""
    try:
        pkt = packet_class(encoded_packet=text)
    except (ValueError, RecursionError):
        raise PacketRefused("undecodable") from None
    kind: int = pkt.packet_type
    data: Any = pkt.data
    if pkt.attachment_count:
        raise PacketRefused("attachments")
    if kind != sio_packet.CONNECT and pkt.namespace not in {None, "/"}:
        raise PacketRefused("namespace")
    if pkt.id is not None and (kind not in {sio_packet.EVENT, sio_packet.ACK} or pkt.id > MAX_ACK_ID):
        raise PacketRefused("ack_id")
    shapes = {sio_packet.CONNECT: dict, sio_packet.EVENT: list, sio_packet.ACK: list}
    may_lack = kind in {sio_packet.CONNECT, sio_packet.DISCONNECT}
    if not (may_lack if data is None else isinstance(data, shapes.get(kind, ()))):
        raise PacketRefused("payload")
    if kind == sio_packet.EVENT:
        _check_event(data)
    return pkt


def _check_event(data: list[Any]) -> None:
    if not data or not isinstance(data[0], str):
        raise PacketRefused("payload")
    if data[0] in RESERVED or data[0].startswith("__"):
        raise PacketRefused("event_name")
