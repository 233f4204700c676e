"""The wire beneath the Socket.IO door: the listener, HTTP heads, websocket frames, sessions, the way out.

The only file that touches private parts of eventlet, engineio and socketio (pinned; each use says why), which is
why it is long. Invariant: nothing a client sends, or fails to send or read, reaches a handler it was not meant
for, puts a traceback or its text into a log, holds up another client, or takes memory without a bound. At worst
its own socket closes.
"""

# The three libraries carry no annotations:
# mypy: allow-untyped-calls, allow-subclassing-any

import contextlib
import errno
import gc
import logging
import operator
import os
import resource
import signal
import socket
import struct
import sys
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from itertools import repeat
from typing import Any, Never

import engineio
import engineio.exceptions
import engineio.packet
import engineio.socket
import eventlet
import eventlet.corolocal
import eventlet.queue
import eventlet.semaphore
import eventlet.support
import eventlet.tpool
import socketio
import socketio.exceptions
from engineio.async_drivers.eventlet import WebSocketWSGI
from eventlet import websocket, wsgi
from socketio import packet as sio_packet

from realtime import frames
from realtime.frames import FrameRefused, take_frame, text_frame
from realtime.heartbeat import Heartbeat
from realtime.packets import MAX_FRAME, PacketRefused, check_frame, read_event, read_packet, read_post

MAX_BODY = 32 << 20  # a ceiling for every HTTP body; the application's own limits are lower
MAX_CONNECTIONS = 20_000
ACCEPTS_IN_A_ROW = 32  # each costs a millisecond or so, in which nobody else gets a turn
HEAD_SECONDS = 10.0  # for a complete request head, from its first byte
KEEPALIVE_SECONDS = 75.0  # longer than a reverse proxy's idle time, so that the proxy is the one to hang up
SOCKET_SECONDS = 30.0  # for one read or write of a body
LINGER_SECONDS = 1.0
LINGER_BYTES = 1 << 20
CLOSING_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
READ_SIZE = 16_384
GOING_AWAY, POLICY = 1001, 1008  # websocket close codes
# Names of the libraries' own events; "*" is where python-socketio keeps a handler for all others.
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
STILLBORN = {errno.ECONNABORTED, errno.ECONNRESET, errno.EPROTO, errno.EPERM, errno.ETIMEDOUT}
# Clients' mistakes that engineio would log as errors, the first time each, session ids and all.
CLIENT_ERRORS = "bad-jsonp-index bad-sid bad-transport bad-upgrade bad-version not-connected unexpected-http"

HEAD_DEFECTS = (MissingHeaderBodySeparatorDefect, FirstHeaderLineIsContinuationDefect)

logger = logging.getLogger("hearthside.transport")
_turns = eventlet.semaphore.Semaphore(max(1, len(os.sched_getaffinity(0)) - 1))  # of the whole process
_turn = eventlet.corolocal.local()
_servers: weakref.WeakSet[Any] = weakref.WeakSet()  # serve() gets only a WSGI app, and must find its sockets


class _WebSocket(websocket.RFC6455WebSocket):
    """eventlet's websocket with frames read in one go, bounded messages and quiet endings."""

    websocket_closed: bool
    session: "_Socket | None" = None  # while engineio's session runs on it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.iterator = None  # eventlet's frame generator refers back here: a cycle for each connection
        self.inbox = bytearray()

    def wait(self) -> str | None:
        """Return the next message for the engine; None once the client left or was refused.

        What is Socket.IO's goes there from here: the engine would read all of it once more on the way.
        """
        while (message := self._next_message()) is not None:
            session = self.session
            if session is None or not session.upgraded or message[0] != MESSAGE:
                return message
            if not session.take(message[1:]):
                return None
        return None

    def _next_message(self) -> str | None:
        """Wait for a message that a client may send; None once it left or was refused."""
        try:
            opcode, final, payload = self._next_data()
            if not opcode:  # the middle of no message
                raise FrameRefused(frames.PROTOCOL_ERROR)
            if not final:
                payload = self._join_fragments(payload)
            return check_frame(payload.decode() if opcode == frames.TEXT else payload)
        except PacketRefused as refused:
            self.refuse(refused.code, POLICY)
        except (websocket.FailedConnectionError, FrameRefused) as failure:
            self.refuse(f"websocket_{failure.status}", failure.status)
        except UnicodeDecodeError:
            self.refuse(f"websocket_{frames.NOT_TEXT}", frames.NOT_TEXT)
        except (websocket.ConnectionClosedError, OSError, EOFError):
            pass  # the client left; EOFError is eventlet's word for a descriptor closed meanwhile
        return None

    def _join_fragments(self, first: bytes) -> bytes:
        parts, final = bytearray(first), False
        while not final:
            opcode, final, payload = self._next_data()
            if opcode:  # a message begun within another
                raise FrameRefused(frames.PROTOCOL_ERROR)
            parts += payload
            if len(parts) > self.max_frame_length:  # all its fragments together
                raise FrameRefused(frames.TOO_LONG)
        return bytes(parts)

    def _next_data(self) -> frames.Frame:
        """The next frame that is part of a message."""
        while (frame := self._next_frame()).opcode & frames.CONTROL:
            self._handle_control_frame(frame.opcode, frame.payload)  # private: ping, pong, close
        return frame

    def _next_frame(self) -> frames.Frame:
        """Wait for a whole frame. Lets go of the hub each time: a flooding client would keep it otherwise."""
        frame = take_frame(self.inbox, limit=self.max_frame_length) if self.inbox else None
        if frame is not None:
            eventlet.sleep(0)
            return frame
        # Once on, a session that does not answer is found by its pings, and needs no timer of its own.
        patience = None if self.session and self.session.upgraded else self.socket.gettimeout()
        while frame is None:
            # Private: waits first and reads then, where eventlet's recv would ask the kernel in vain before it waits.
            self.socket._trampoline(self.socket.fd, read=True, timeout=patience, timeout_exc=TimeoutError)
            try:
                data = self.socket.fd.recv(READ_SIZE)
            except BlockingIOError:
                continue
            if not data:
                raise websocket.ConnectionClosedError
            self.inbox += data
            frame = take_frame(self.inbox, limit=self.max_frame_length)
        return frame

    @property
    def between_frames(self) -> bool:
        """Whether whole frames are out so far, so that another may be written by anyone."""
        return self.unlocked() and not (self.session and self.session.mid_frame)

    def unlocked(self) -> bool:
        """Whether no writer is inside a frame and none waits to be.

        _sendlock is private. Its count and those who wait, and not `locked()`: that says no for a moment while the next in
        line has not yet taken it over.
        """
        lock = self._sendlock
        return lock.counter > 0 and not lock._waiters

    def send(self, message: Any, **kw: Any) -> None:
        if isinstance(message, _Raw):
            self._send(message)  # private: writes bytes that need no framing, under the send lock
            if self.session:
                self.session.mid_frame = False
        elif "control_code" in kw and self.session and self.session.upgraded:
            # The answer to a ping comes from the greenlet that reads: in its turn, or it would land inside a frame.
            self.session.queue_raw(self._pack_message(message, masked=False, **kw))
        else:
            super().send(message, **kw)

    def refuse(self, code: str, status: int) -> None:
        """Only for the greenlet that reads: says why, then reads on for a moment before the socket closes."""
        logger.info("packet refused reason=%s", code, extra={"reason": code})
        self.end(status, socket.SHUT_WR)
        # Closing with input unread makes the kernel send a reset, which overtakes the close frame.
        left = LINGER_BYTES
        with contextlib.suppress(OSError, EOFError), eventlet.Timeout(LINGER_SECONDS, False):
            while left > 0 and (data := self.socket.recv(MAX_FRAME)):
                left -= len(data)
                eventlet.sleep(0)

    def end(self, status: int, how: int = socket.SHUT_RDWR) -> None:
        """Say goodbye if that needs no waiting, then shut the connection. Never blocks; for any greenlet."""
        if self.session:
            self.session.hold()
        if not self.websocket_closed and self.between_frames:
            frame = self._pack_message(struct.pack("!H", status), control_code=8)  # private: builds a frame
            with contextlib.suppress(OSError):
                self.socket.fd.send(frame)  # the plain socket beneath the green one, which would wait
        self.websocket_closed = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(how)

    def close(self, close_data: tuple[int, str] | None = None) -> None:
        self.end(close_data[0] if close_data else 1000)
        self.socket.close()


class _Raw(bytes):
    """Bytes that are a frame, or the rest of one, already."""


class _Rest:
    """What the kernel did not take of a frame: first in the queue, and sent as it is."""

    packet_type = engineio.packet.MESSAGE

    def __init__(self, data: bytes) -> None:
        self.data = _Raw(data)

    def encode(self) -> bytes:
        return self.data


class _Outbox(eventlet.queue.Queue):
    """What waits for one client. While anything does, nobody writes past it."""

    owner: "_Server"
    sid: str

    def _put(self, item: Any) -> None:  # private: every way in ends here
        self.owner.ready.pop(self.sid, None)
        super()._put(item)


def _takes_nothing(_frame: bytes) -> int:
    """Stands in for the `send` of a socket that is not ready."""
    return 0


MESSAGE = str(engineio.packet.MESSAGE)
PING = engineio.packet.Packet(engineio.packet.PING)
PING_FRAME = text_frame(PING.encode())


class FanOut(socketio.Manager):
    """Rooms whose broadcasts build one frame and write it straight to every socket that is ready for it.

    The usual way costs each recipient a queue, a switch to that client's writer and a frame of its own. Order holds because
    a socket is written to directly only while it is `ready`: its writer waits and nothing is queued; what the kernel does
    not take goes into the queue first, as it is. Never yields, so a room is the same for everybody during one emit.

    Who leaves is taken out of the rooms they are in. The library looks for them in every room there is, and everybody has
    one of their own: ten thousand who leave at once would keep the hub for many seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._entered: dict[str, set[str | None]] = {}  # rooms by sid

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._entered.setdefault(sid, set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        super().basic_leave_room(sid, namespace, room)
        self._entered.get(sid, set()).discard(room)

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Do what the library's does, private parts and all, but for the looking around."""
        for room in self._entered.pop(sid, ()):
            super().basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
                if not waiting:
                    del pending[namespace]

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        room = to or room
        one_room = room is None or isinstance(room, str)
        if callback or namespace != "/" or namespace not in self.rooms or not one_room or not isinstance(data, dict):
            super().emit(event, data, namespace, room=room, skip_sid=skip_sid, callback=callback, **kwargs)
            return
        # Private: the room's engine ids by sid. Not copied, as nobody comes or goes during an emit.
        members = self.rooms[namespace].get(room) or {}
        text = f"{sio_packet.EVENT}{self.server.packet_class.json.dumps([event, data])}"
        recipients = members.values()
        if skip_sid is not None:
            skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
            recipients = [eio_sid for sid, eio_sid in members.items() if sid not in skipped]
        self.server.write(recipients, text_frame(MESSAGE + text), engineio.packet.Packet(engineio.packet.MESSAGE, text))


class _WebSocketDoor(WebSocketWSGI):
    """engineio's websocket handshake, answered with our websocket and without extensions."""

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(handler, server)
        self.support_legacy_versions = False  # the drafts before RFC 6455 have no limit on length

    def _negotiate_permessage_deflate(self, extensions: Any) -> None:
        # Browsers offer it: each frame would cost three times as much, each connection 200 KB.
        return None

    def _handle_hybi_request(self, environ: dict[str, Any]) -> _WebSocket:
        plain = super()._handle_hybi_request(environ)  # private: the handshake; nothing is read from it yet
        return _WebSocket(plain.socket, environ, self.protocol_version, max_frame_length=MAX_FRAME)


class _Socket(engineio.socket.Socket):
    """One client's engine session; `_Server.admit` makes each into this, engineio has no hook for it."""

    owner: "_Server"
    last_ping: float | None  # when the ping was sent that has no answer yet
    ws: _WebSocket | None = None
    deadline: Any = None
    ending = False
    mid_frame = False  # the kernel took part of a frame; the rest waits first in the queue
    connecting = False  # our connect handler is running
    owed_close: dict[str, Any] | None = None

    def expect_connect(self) -> None:
        """Close the socket unless it is connected to the namespace in time."""
        if self.deadline:
            self.deadline.cancel()
        self.deadline = eventlet.spawn_after(self.owner.connect_timeout, self._check_connected)

    def _check_connected(self) -> None:
        self.deadline = None
        manager = self.owner.manager
        if not manager.is_connected(manager.sid_from_eio_sid(self.sid, "/"), "/"):
            self.cut("connect_timeout")

    def receive(self, pkt: Any) -> None:
        if pkt.packet_type in {engineio.packet.PONG, engineio.packet.CLOSE}:
            super().receive(pkt)
        elif pkt.packet_type != engineio.packet.MESSAGE:
            self._refuse(PacketRefused("engine_packet"))
        else:
            try:
                self.owner.dispatch(self, pkt.data)
            except PacketRefused as refused:
                self._refuse(refused)

    def take(self, text: str) -> bool:
        """Do with a message over the websocket what engineio's loop does by `receive`. False when it was the last."""
        try:
            self.owner.dispatch(self, text)
        except PacketRefused as refused:
            with contextlib.suppress(PacketRefused):
                self._refuse(refused)
        except eventlet.support.greenlets.GreenletExit:
            pass  # killed within a handler by the end of the process; what follows closes the session
        except BaseException:
            self.server.logger.exception("Unknown receive error")
        else:
            return True
        return False

    def _refuse(self, refused: PacketRefused) -> Never:
        if self.upgraded and self.ws:
            self.ws.refuse(refused.code, POLICY)
        else:
            logger.info("packet refused reason=%s", refused.code, extra={"reason": refused.code})
        raise refused

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        try:
            packets = read_post(environ)
        except PacketRefused as refused:
            self._refuse(refused)
        for pkt in packets:
            if not self.closed:
                self.receive(pkt)

    def send(self, pkt: Any) -> None:
        """Never blocks and never raises: it runs inside whoever emits."""
        if self.closed or self.ending or not self.check_ping_timeout():
            return
        if self.queue.qsize() >= self.owner.queue_bound:
            self.cut("slow_reader")
        else:
            self.queue.put(pkt)

    def queue_rest(self, pkt: Any, frame: bytes, taken: int) -> None:
        """Let what the kernel did not take of a frame wait for its turn: all of the packet if it took nothing."""
        if taken:
            self.mid_frame = True
            self.queue.put(_Rest(frame[taken:]))
        else:
            self.send(pkt)

    def hold(self) -> None:
        """From now on everything goes through the queue."""
        self.owner.ready.pop(self.sid, None)

    def poll(self) -> list[Any]:
        """Wait for packets to send. On a websocket for as long as it takes: most go out directly, and none is no sign."""
        if not self.upgraded:
            packets: list[Any] = super().poll()
            return packets
        if self.ws and not (self.queue.queue or self.mid_frame or self.ending or self.closed):
            # Of the plain socket beneath the green one, which would wait.
            self.owner.ready[self.sid] = self.ws.socket.fd.send
        packets = [self.queue.get()]
        while self.queue.queue and packets[-1] is not None:
            packets.append(self.queue.get())
        for _ in packets:
            self.queue.task_done()
        if packets[-1] is None:  # the end
            packets.pop()
            if packets:
                self.queue.put(None)
        return packets

    def schedule_ping(self) -> None:
        """One loop pings everybody; engineio has a greenlet wait for each."""
        if self.last_ping:
            self.last_ping = None
            self.owner.heartbeat.schedule(self.sid)

    def ping(self) -> bool:
        """Ask whether the client is still there. False when nobody needs to know any more."""
        if self.closed or self.closing or self.ending:
            return False
        self.last_ping = time.time()
        self.owner.write((self.sid,), PING_FRAME, PING)
        return True

    def queue_raw(self, frame: bytes) -> None:
        """Let a frame that is ready wait for its turn."""
        if self.queue.qsize() >= self.owner.queue_bound:
            self.cut("slow_reader")
        else:
            self.queue.put(_Rest(frame))

    def check_ping_timeout(self) -> bool:
        # The library closes here and now: one client's disconnect handler would run in another's emit.
        if self.last_ping and time.time() - self.last_ping > self.server.ping_timeout:
            self.cut("ping_timeout", reason=self.server.reason.PING_TIMEOUT)
        return not self.ending

    def cut(self, code: str, *, status: int = POLICY, reason: str | None = None) -> None:
        """End the connection from outside; the disconnect handler runs in a greenlet of its own."""
        if self.ending or self.closed:
            return
        self.ending = True
        self.hold()
        logger.info("connection cut reason=%s", code, extra={"reason": code})
        eventlet.spawn_n(self._end, status, reason or self.server.reason.TRANSPORT_ERROR)

    def _end(self, status: int, reason: str) -> None:
        if self.ws:
            self.ws.end(status)  # wakes its reader and a writer that is stuck on a client that does not read
        self.close(abort=True, reason=reason)

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        if self.connecting:
            # Closing between the connect handler and its registration would leave a ghost in the rooms.
            self.owed_close = {"abort": abort, "reason": reason}
            return
        # Never wait: that joins a queue which a vanished client does not empty.
        super().close(wait=False, abort=abort, reason=reason)
        if self.closed:
            self.hold()
            self.server.sockets.pop(self.sid, None)  # engineio leaves it to a sweep, and meanwhile trips over it
            if self.deadline:
                self.deadline.cancel()
                self.deadline = None

    def _upgrade_websocket(self, environ: Any, start_response: Any) -> Any:
        # engineio lets two upgrades of one session race: two readers and two writers on one queue.
        if self.upgrading or self.upgraded:
            return self.server._bad_request()  # private: engineio's own answer of that kind
        return super()._upgrade_websocket(environ, start_response)

    def _websocket_handler(self, ws: _WebSocket) -> Any:
        self.ws, ws.session = ws, self
        try:
            return super()._websocket_handler(ws)
        except OSError:
            return []  # the client left in the middle of an upgrade
        finally:
            self.hold()
            self.ws = ws.session = None  # they refer to each other: a cycle for each connection
            self.upgrading = False

    @property
    def flushed(self) -> bool:
        return self.queue.qsize() == 0 and (self.ws is None or self.ws.between_frames)


class _Server(socketio.Server):
    """The Socket.IO server, believing nothing a client sends."""

    connect_timeout: float
    queue_bound: int
    heartbeat: Heartbeat
    # How to write to a websocket now, by engine id. Invariant: one is here exactly while its writer waits and nothing is
    # queued for it, so that whole frames are out and the next may be written by anyone.
    ready: dict[str, Callable[[bytes], int]]
    running = 0  # handlers at work

    def admit(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        sock = self.eio.sockets[eio_sid]
        sock.__class__, sock.queue.__class__ = _Socket, _Outbox
        sock.owner = sock.queue.owner = self
        sock.queue.sid = eio_sid
        sock.expect_connect()
        return self._handle_eio_connect(eio_sid, environ)  # private: socketio's own handler of this event

    def write(self, recipients: Iterable[str], frame: bytes, pkt: Any) -> None:
        """Write a frame to each who is ready, and queue its packet for the others. Never blocks, never raises."""
        sockets, size = self.eio.sockets, len(frame)
        sids = list(recipients)
        writing = map(operator.call, map(self.ready.get, sids, repeat(_takes_nothing)), repeat(frame))
        taken: list[int] = []
        while len(taken) < len(sids):
            try:
                taken.extend(writing)  # without an instruction of Python's from one socket to the next
            except OSError:
                taken.append(0)  # full, or broken: the queue waits for the one and its writer finds out about the other
        if taken.count(size) == len(sids):
            return
        for eio_sid, written in zip(sids, taken, strict=True):
            if written < size and (sock := sockets.get(eio_sid)) is not None:
                sock.queue_rest(pkt, frame, written)

    def dispatch(self, sock: _Socket, text: str) -> None:
        """Do what socketio's `_handle_eio_message` does, trusting less; `_handle_*` are its private next steps."""
        event = read_event(self.packet_class, text)
        if event is not None:
            self._answer(sock.sid, *event)
            return
        pkt = read_packet(self.packet_class, text)
        if pkt.packet_type == sio_packet.CONNECT:
            self._connect(sock, pkt)
        elif pkt.packet_type == sio_packet.DISCONNECT:
            self._handle_disconnect(sock.sid, "/", self.reason.CLIENT_DISCONNECT)
            sock.expect_connect()
        elif pkt.packet_type == sio_packet.EVENT:
            self._answer(sock.sid, pkt.id, pkt.data)
        else:
            # The callbacks' slot 0 holds the counter itself, which an ack would call and throw away.
            sid = self.manager.sid_from_eio_sid(sock.sid, "/")
            if not pkt.id or pkt.id not in self.manager.callbacks.get(sid, {}):
                raise PacketRefused("ack_id")
            self._handle_ack(sock.sid, "/", pkt.id, pkt.data)

    def _answer(self, eio_sid: str, ack_id: int | None, data: list[Any]) -> None:
        """Do what socketio's `_handle_event` does, here and now: one event of a socket after the other."""
        sid = self.manager.sid_from_eio_sid(eio_sid, "/")
        if not self.manager.is_connected(sid, "/"):
            return
        answer = self._trigger_event(data[0], "/", sid, *data[1:])
        if ack_id is not None and answer is not self.not_handled:
            told = [] if answer is None else list(answer) if isinstance(answer, tuple) else [answer]
            self._say(eio_sid, f"{sio_packet.ACK}{ack_id}{self.packet_class.json.dumps(told)}")

    def _say(self, eio_sid: str, text: str) -> None:
        """Write a Socket.IO packet to one client if it is ready, and else queue it. Never blocks, never raises."""
        frame, taken = text_frame(MESSAGE + text), 0
        if (send := self.ready.get(eio_sid)) is not None:
            with contextlib.suppress(OSError):  # as in `write`
                taken = send(frame)
        if taken < len(frame) and (sock := self.eio.sockets.get(eio_sid)) is not None:
            sock.queue_rest(engineio.packet.Packet(engineio.packet.MESSAGE, text), frame, taken)

    def _connect(self, sock: _Socket, pkt: Any) -> None:
        if pkt.namespace not in {None, "/"}:
            error = self.packet_class(
                sio_packet.CONNECT_ERROR, data={"message": "Invalid namespace"}, namespace=pkt.namespace
            )
            self._send_packet(sock.sid, error)
            return
        if self.manager.sid_from_eio_sid(sock.sid, "/") is not None:
            raise PacketRefused("second_connect")
        sock.connecting = True
        try:
            self._handle_connect(sock.sid, "/", pkt.data)
        finally:
            sock.connecting = False
            if sock.owed_close:
                sock.close(**sock.owed_close)

    def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        # Private: every packet to one client passes here; a disconnect() can be seen nowhere else.
        self._say(eio_sid, pkt.encode())
        if pkt.packet_type == sio_packet.DISCONNECT and (sock := self.eio.sockets.get(eio_sid)):
            sock.expect_connect()  # a client may come back on the same socket, but not linger there

    def _beat(self) -> None:
        """In place of engineio's service task, which wakes up for every socket in turn."""
        self.eio.service_task_event = self.eio.create_event()  # set by its shutdown
        self.heartbeat.run_until(self.eio.service_task_event.wait)

    def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        """Call a handler (private in socketio: the one place that does); our own errors end here, logged."""
        self.running += 1
        try:
            return super()._trigger_event(event, namespace, *args)
        except Exception as error:
            refusals = (ConnectionRefusedError, socketio.exceptions.ConnectionRefusedError)
            if event == "connect" and isinstance(error, refusals):
                raise
            logger.exception("handler failed event=%.64s", event)
            return False if event == "connect" else self.not_handled
        finally:
            self.running -= 1
            # flask puts its request there, which refers back: garbage that only a full collection would find.
            (self.get_environ(args[0]) or {}).pop("werkzeug.request", None)


class _Packet(sio_packet.Packet):
    """A Socket.IO packet. This product sends no binary; the library looks through everything that is sent for some."""

    uses_binary_events = False


def harden(sio: Any, *, connect_timeout: float = 10.0, queue_bound: int = 1000) -> None:
    """Make flask_socketio's `socketio.server` safe to face strangers; call once, before it serves.

    connect_timeout: seconds from opening a session to an accepted CONNECT. queue_bound: packets that wait for one
    client, past which it is cut off to reconnect and sync; a longer burst to one client must yield on the way.
    """
    sio.__class__ = _Server  # flask_socketio builds a plain socketio.Server and takes no other class
    sio.packet_class = _Packet
    sio.connect_timeout = connect_timeout
    sio.queue_bound = queue_bound
    sio.ready = {}
    sio.eio.max_http_buffer_size = MAX_FRAME
    sio.eio.log_message_keys.update(CLIENT_ERRORS.split())  # as if each had been logged before
    # private: the driver's table of parts, shared by every server of the process, hence the copy
    sio.eio._async = {**sio.eio._async, "websocket": _WebSocketDoor}
    sio.heartbeat = Heartbeat(sio.eio.sockets, interval=sio.eio.ping_interval, timeout=sio.eio.ping_timeout)
    sio.eio._service_task = sio._beat
    sio.eio.on("connect", sio.admit)
    _servers.add(sio)


class _Listener:
    """A listening socket that survives bad moments and can close before the connections it brought."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock
        self.stopping = False
        self.drained = eventlet.Event()
        self.connections: set[_Protocol] = set()
        self._in_a_row = 0
        self.wsgi_server: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)

    def accept(self) -> Any:
        """eventlet.wsgi ends for good on most errors: running out of descriptors must not be one of them."""
        while not self.stopping:
            self._in_a_row += 1
            if self._in_a_row % ACCEPTS_IN_A_ROW == 0:
                eventlet.sleep(0)  # a crowd at the door comes in little by little; those inside go on in between
            try:
                return self.sock.accept()
            except OSError as error:
                if error.errno in EXHAUSTED:
                    eventlet.sleep(0.05)
                elif error.errno not in STILLBORN and not self.stopping:
                    raise
        self.sock.close()
        self.drained.wait()
        raise OSError(errno.ESHUTDOWN, "listener stopped")  # one of those on which eventlet.wsgi returns

    def stop(self) -> None:
        self.stopping = True
        if self.wsgi_server:
            self.wsgi_server.keepalive = False  # answers from now on say Connection: close
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # refuses newcomers and wakes accept(), as close() would not


def make_listener(host: str, port: int, *, backlog: int = 2048) -> Any:
    """Listen; OSError if the port is taken (with SO_REUSEPORT a leftover server would silently share it)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = eventlet.listen((host, port), family, backlog=backlog, reuse_port=False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it (Linux; a test holds it)
    return _Listener(sock)


class _Protocol(wsgi.HttpProtocol):
    """HTTP connections with a deadline for the head, and silence about the mistakes of clients."""

    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain"
    begun = False
    head_deadline: Any = None

    def setup(self) -> None:
        super().setup()
        self.server.socket.wsgi_server = self.server
        self.server.socket.connections.add(self)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            pass  # timeouts, resets, a network that is gone: the connection ends either way
        except Exception:
            logger.exception("connection failed")

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        finally:
            self._end_deadline()

    def _end_deadline(self) -> None:
        if self.head_deadline:
            self.head_deadline.cancel()
            self.head_deadline = None

    def _read_request_line(self) -> Any:
        # Private in eventlet, which limits single reads only: a byte now and then would hold it for ever.
        if not self.rfile.closed:
            self.connection.settimeout(KEEPALIVE_SECONDS if self.begun else HEAD_SECONDS)
            self.begun = True
            self.rfile.peek(1)
            self.head_deadline = eventlet.Timeout(HEAD_SECONDS, TimeoutError("request head"))
        return super()._read_request_line()

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        lengths = self.headers.get_all("content-length", [])
        if "transfer-encoding" in self.headers:
            # eventlet reads chunk lines and trailers without a bound; browsers and proxies send a length.
            self.send_error(411)
        elif any(isinstance(defect, HEAD_DEFECTS) for defect in self.headers.defects):
            self.send_error(400)  # the parser stopped there: later headers, a length for one, would be lost
        elif len(lengths) > 1 or not all(value.isascii() and value.isdigit() for value in lengths):
            self.send_error(400)
        elif lengths and (len(lengths[0]) > len(str(MAX_BODY)) or int(lengths[0]) > MAX_BODY):
            self.send_error(413)  # eventlet would read an unwanted body to its end
        else:
            return True
        return False

    def get_environ(self) -> Any:
        self._end_deadline()
        return super().get_environ()

    def finish(self) -> None:
        self.server.socket.connections.discard(self)
        self.environ = None  # it refers back here: a cycle for each connection
        with contextlib.suppress(OSError):
            super().finish()
        self.rfile.close()  # left open if flushing the other file failed, and the descriptor with it

    def send_response(self, code: int, message: str | None = None) -> None:
        """Only for refusals of our own: without the name of what serves, which is no client's business."""
        self.send_response_only(code, message)
        self.send_header("Date", self.date_time_string())
        self.send_header("X-Content-Type-Options", "nosniff")

    def log_message(self, *_: Any) -> None:
        """Print nothing: the standard library would write the client's bytes to stderr."""


class _WsgiLog:
    """eventlet.wsgi's log: no access lines (they hold queries and session ids), only errors that are ours."""

    def __init__(self, log: logging.Logger) -> None:
        self.log = log

    def info(self, *_: Any) -> None:
        error = sys.exc_info()[1]
        # OSError: the client left before its answer. eventlet.wsgi ends its own loop by a BaseException.
        if isinstance(error, Exception | eventlet.Timeout) and not isinstance(error, OSError):
            self.log.error("request failed", exc_info=error)

    def debug(self, *_: Any) -> None:
        """Ignore what a client did wrong."""

    error = write = debug


@contextlib.contextmanager
def _stop_signals() -> Iterator[Any]:
    """Open a green socket that receives the number of each signal as a byte.

    A Python signal handler runs between any two bytecodes of any greenlet, or of the hub, where switching would
    corrupt it. So ours does nothing, and the interpreter's C code writes a byte that the hub comes to read.
    """
    reader, writer = socket.socketpair()  # green: wsgi.py has monkey-patched
    old_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    old = {number: signal.signal(number, lambda *_: None) for number in STOP_SIGNALS}
    try:
        yield reader
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(old_fd)
        reader.close()
        writer.close()


def _prepare_process() -> None:
    # With a thousand sockets a full collection holds the hub for 150 ms. What start-up made is frozen out of it,
    # and it comes once in half a billion allocations: young garbage goes as before, and connections leave no old.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 1_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + 1_000  # the usual 1,024 descriptors would not do
    ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < ceiling:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ceiling, hard))


def serve(
    listener: Any,
    wsgi_app: Any,
    *,
    on_drain: Callable[[], None],
    drain_seconds: float = 2.0,
    log: logging.Logger | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then let clients know, finish what runs and return; main thread only.

    on_drain tells the clients to go elsewhere; it must not disconnect them, or browsers stay away.
    """
    log = log or logger

    def announce() -> None:
        log.info("draining")
        try:
            on_drain()
        except Exception:
            log.exception("on_drain failed")

    _prepare_process()
    pool = eventlet.GreenPool(MAX_CONNECTIONS)
    with _stop_signals() as signals:
        options = {"log": _WsgiLog(log), "log_format": "", "debug": False, "url_length_limit": 8_192}
        options |= {"keepalive": KEEPALIVE_SECONDS, "socket_timeout": SOCKET_SECONDS}
        door = eventlet.spawn(wsgi.server, listener, wsgi_app, custom_pool=pool, protocol=_Protocol, **options)
        stopper = eventlet.spawn(_stop, signals, listener, pool, announce, drain_seconds)
        try:
            door.wait()
        finally:
            stopper.kill()
            listener.stop()
            for connection in list(pool.coroutines_running):  # those that outstayed the drain
                connection.kill()
            door.kill()


def _stop(signals: Any, listener: Any, pool: Any, announce: Callable[[], None], seconds: float) -> None:
    while signals.recv(1)[0] not in STOP_SIGNALS:
        pass  # other signals' numbers come this way too
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
    listener.stop()
    try:
        with eventlet.Timeout(seconds, False):
            eventlet.spawn(announce).wait()
            while not _quiet(listener):
                eventlet.sleep(0.02)
        for server in _servers:
            for sock in list(server.eio.sockets.values()):
                sock.cut("shutdown", status=GOING_AWAY)
    finally:
        listener.drained.send()  # whatever went wrong: the process is to end
    with eventlet.Timeout(CLOSING_SECONDS, False):
        while pool.running() or any(server.eio.sockets for server in _servers):  # disconnect handlers run
            eventlet.sleep(0.02)
    for connection in list(pool.coroutines_running):
        connection.kill()


def _quiet(listener: Any) -> bool:
    """Say whether no request or socket handler runs and every frame has been handed to the kernel."""
    requests = any(connection.conn_state[2] == wsgi.STATE_REQUEST for connection in listener.connections)
    return not requests and all(
        not server.running and all(sock.flushed for sock in list(server.eio.sockets.values())) for server in _servers
    )


def run_off_hub(function: Callable[..., Any], *args: Any) -> Any:
    """Run what computes for long without letting go (argon2) in a real thread, in turn; its errors are raised here.

    The threads keep their priority: one that gave way could be put aside while it holds the interpreter's lock, and the hub
    with it.
    """
    with turn_off_hub():
        return eventlet.tpool.execute(function, *args)


@contextlib.contextmanager
def turn_off_hub() -> Iterator[None]:
    """Wait for a turn, of which there are as many as cores but one: that one is the hub's. Within a turn it is no other one.

    Twenty people who sign in at once thus wait for each other, and nobody else for them.
    """
    if getattr(_turn, "mine", False):
        yield
        return
    with _turns:
        _turn.mine = True
        try:
            yield
        finally:
            _turn.mine = False


def hang_up(sio: Any, sid: str) -> None:
    """Close a connected socket's connection as a broken network would: clients then come back by themselves."""
    eio_sid = sio.manager.eio_sid_from_sid(sid, "/")
    sock = sio.eio.sockets.get(eio_sid) if eio_sid else None
    if sock is not None:
        sock.cut("hung_up", status=GOING_AWAY)
