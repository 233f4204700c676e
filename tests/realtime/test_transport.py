import contextlib
import errno
import gc
import itertools
import json
import logging
import math
import signal
import socket
import struct
import subprocess
import sys
import time
import weakref
from pathlib import Path

import eventlet
import flask
import flask_socketio
import pytest
import requests
import socketio
import websocket
from eventlet import patcher

from realtime import transport
from realtime.json_codec import JsonCodec

SECONDS = 5  # the patience of every wait; none of them takes that long unless it fails
LOCAL = "127.0.0.1"


def until(condition):
    """Wait for something the server does on its own account."""
    with eventlet.Timeout(SECONDS, TimeoutError("the condition did not come about")):
        while not condition():
            eventlet.sleep(0.005)


class Site:
    """A small hardened server on a free port, with what its handlers were called with."""

    def __init__(self, **limits):
        self.calls = []
        self.dialled = contextlib.ExitStack()
        self.gate = eventlet.Event()
        self.app = flask.Flask("site")
        self.socketio = flask_socketio.SocketIO(
            self.app,
            async_mode="eventlet",
            client_manager=transport.FanOut(),
            json=JsonCodec(),
            cors_allowed_origins="*",
        )
        self.sio = self.socketio.server
        transport.harden(self.sio, **limits)
        self._add_handlers()
        self.listener = transport.make_listener(LOCAL, 0)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://{LOCAL}:{self.port}"
        self.greenlet = eventlet.spawn(transport.serve, self.listener, self.app, on_drain=lambda: None)

    def stop(self):
        self.greenlet.kill()
        for session in list(self.sio.eio.sockets.values()):
            session.close(abort=True)
        self.sio.shutdown()
        self.dialled.close()

    def _add_handlers(self):
        self.app.add_url_rule("/hello", view_func=self._hello, methods=["GET", "POST"])
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("echo", self._echo)
        self.socketio.on_event("boom", self._boom)
        self.socketio.on_event("connect_error", lambda *args: self.calls.append(("connect_error", *args)))
        self.socketio.on_event("*", lambda event, *args: self.calls.append((event, *args)))

    def _hello(self):
        return f"hello {len(flask.request.get_data())}"

    def _connect(self, auth=None):
        auth = auth or {}
        self.calls.append(("connect", auth))
        if auth.get("wait"):
            self.gate.wait()
        if auth.get("fail"):
            raise RuntimeError("our own mistake")
        return auth.get("token") != "wrong"

    def _disconnect(self, reason):
        self.calls.append(("disconnect", reason))
        if self.fail_on_disconnect:
            raise RuntimeError("our own mistake")

    def _echo(self, *args):
        self.calls.append(("echo", *args))
        return {"ok": True, "said": args[0] if args else None}

    def _boom(self, *_):
        raise RuntimeError("our own mistake")

    fail_on_disconnect = False

    def open(self, **options):
        """Open an engine session over a websocket, without a Socket.IO CONNECT."""
        address = f"ws://{LOCAL}:{self.port}/socket.io/?EIO=4&transport=websocket"
        ws = self.dial_websocket(address, **options)
        assert ws.recv().startswith("0{")
        return ws

    def open_upgrade(self, sid):
        address = f"ws://{LOCAL}:{self.port}/socket.io/?EIO=4&transport=websocket&sid={sid}"
        return self.dial_websocket(address)

    def dial_websocket(self, address, **options):
        ws = websocket.create_connection(address, timeout=SECONDS, **options)
        self.dialled.callback(ws.shutdown)
        return ws

    def connect(self, **options):
        ws = self.open(**options)
        ws.send("40")
        assert ws.recv().startswith("40{")
        return ws

    def poll(self, sid=None, body=None, **query):
        """Send one long-polling request."""
        query = {"EIO": "4", "transport": "polling"} | ({"sid": sid} if sid else {}) | query
        method = "GET" if body is None else "POST"
        return requests.request(method, f"{self.url}/socket.io/", params=query, data=body, timeout=SECONDS)

    def open_polling(self):
        return json.loads(self.poll().text[1:])["sid"]

    def connect_polling(self):
        sid = self.open_polling()
        assert self.poll(sid, "40").text == "OK"
        assert self.poll(sid).text.startswith("40{")
        return sid

    def dial(self, data=b""):
        raw = socket.create_connection((LOCAL, self.port), timeout=SECONDS)
        self.dialled.callback(raw.close)
        raw.sendall(data)
        return raw

    def is_forgotten(self):
        """Say whether nothing is left of any client."""
        return not (self.sio.eio.sockets or self.sio.manager.rooms or self.sio.environ or self.sio.manager.pending_connect)

    def called(self, name):
        return [call for call in self.calls if call[0] == name]


@pytest.fixture(scope="module", autouse=True)
def _frozen():
    """Every server that starts freezes what is there out of the collector's sight. Thawed after each test, the whole suite's
    objects would be looked through with every start, which takes longer than the tests; so they are thawed once.
    """
    yield
    gc.unfreeze()
    gc.collect()  # what a test left behind unclosed is still reported
    gc.freeze()


@pytest.fixture
def start():
    """Start servers; end them after the test and put the process back as it was."""
    sites = []
    threshold = gc.get_threshold()

    def start_site(**limits):
        sites.append(Site(**limits))
        return sites[-1]

    yield start_site
    for site in sites:
        site.stop()
    gc.set_threshold(*threshold)


@pytest.fixture
def site(start):
    return start()


@pytest.fixture
def quiet(caplog, capfd):
    """Hold that the test leaves no traceback, in any logger or on the standard streams."""
    caplog.set_level(logging.DEBUG, logger="hearthside")
    yield caplog
    assert not [record for record in caplog.records if record.exc_info]
    captured = capfd.readouterr()
    assert "Traceback" not in caplog.text + captured.out + captured.err


def refusals(caplog):
    return [record.reason for record in caplog.records if record.getMessage().startswith("packet refused")]


def session_id(site):
    """The Socket.IO id of the one client that is connected."""
    (sid,) = site.sio.manager.rooms["/"][None]
    return sid


def closing_code(ws):
    """Read on until the server closes, then hang up too; the close frame's code."""
    opcode = None
    while opcode != websocket.ABNF.OPCODE_CLOSE:
        opcode, data = ws.recv_data(control_frame=True)
    ws.shutdown()
    return struct.unpack("!H", data[:2])[0]


def is_closed(raw):
    try:
        return raw.recv(4096) == b""
    except ConnectionError:
        return True


def says_hello(ws, word="hello"):
    ws.send(f'421["echo","{word}"]')
    return ws.recv() == f'431[{{"ok":true,"said":"{word}"}}]'


def masked(payload, opcode, *, final=True, mask=b"\x01\x02\x03\x04"):
    """Build one frame as a client sends it."""
    first = opcode | (0x80 if final else 0)
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    body = bytes(byte ^ key for byte, key in zip(payload, itertools.cycle(mask), strict=False))
    return head + mask + body


# --- the normal path


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]])
def test_a_client_talks_and_listens_over_every_transport(site, quiet, transports):
    client, heard = socketio.Client(), []
    client.on("news", heard.append)
    client.connect(site.url, transports=transports, auth={"token": "t"}, wait_timeout=SECONDS)
    until(lambda: client.transport() == transports[-1])
    assert client.call("echo", {"a": "ä"}, timeout=SECONDS) == {"ok": True, "said": {"a": "ä"}}
    site.sio.emit("news", {"n": 1})
    until(lambda: heard == [{"n": 1}])
    client.disconnect()
    until(site.is_forgotten)
    assert site.called("connect") == [("connect", {"token": "t"})]
    assert len(site.called("disconnect")) == 1
    assert refusals(quiet) == []


def test_a_polling_client_may_send_what_it_saved_up_in_one_post(site, quiet):
    sid = site.connect_polling()
    body = "\x1e".join(f'42["echo",{number}]' for number in range(40))
    assert site.poll(sid, body).text == "OK"
    until(lambda: site.called("echo") == [("echo", number) for number in range(40)])


def test_a_closed_connection_needs_no_full_garbage_collection(site):
    ws = site.connect()
    assert says_hello(ws)
    (session,), (environ,) = site.sio.eio.sockets.values(), site.sio.environ.values()
    assert "werkzeug.request" not in environ  # which refers back to environ
    parts = [weakref.ref(session.ws), weakref.ref(environ["eventlet.input"])]
    del session, environ
    gc.collect()  # what lives now is old: only a full collection would look at it again
    gc.disable()
    try:
        ws.close()
        until(site.is_forgotten)
        until(lambda: gc.collect(0) >= 0 and [part() for part in parts] == [None, None])
    finally:
        gc.enable()


# --- websocket frames


def test_compression_is_declined(site):
    ws = site.connect(header=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"])
    assert "sec-websocket-extensions" not in ws.getheaders()
    assert says_hello(ws)


def test_drafts_of_the_websocket_protocol_are_declined(site, quiet):
    raw = site.dial(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Key1: 1 2\r\nSec-WebSocket-Key2: 1 2\r\n\r\n12345678"
    )
    assert raw.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_a_client_is_told_how_much_it_may_send_at_once(site):
    assert json.loads(site.poll().text[1:])["maxPayload"] == transport.MAX_FRAME


def test_the_largest_message_is_let_in_whole_or_in_fragments(site, quiet):
    ws = site.connect()
    text = f'42["echo","{"x" * (transport.MAX_FRAME - 13)}"]'.encode()
    assert len(text) == transport.MAX_FRAME
    ws.sock.sendall(masked(text, 1))
    ws.sock.sendall(masked(text[:30_000], 1, final=False) + masked(b"", 9) + masked(text[30_000:], 0))
    until(lambda: len(site.called("echo")) == 2)
    assert refusals(quiet) == []


@pytest.mark.parametrize("size", [transport.MAX_FRAME + 1, 900_000, 20_000_000])
def test_a_larger_message_closes_its_socket_with_1009_and_no_other(site, quiet, size):
    other, ws = site.connect(), site.connect()
    with contextlib.suppress(ConnectionError):
        ws.sock.sendall(struct.pack("!BBQ", 0x81, 0xFF, size) + bytes(4) + b"x" * min(size, 900_000))
    assert closing_code(ws) == 1009
    assert says_hello(other)
    assert refusals(quiet) == ["websocket_1009"]
    assert not site.called("echo")[1:]


def test_a_client_in_the_middle_of_sending_learns_why_it_is_closed(site, quiet):
    raw = site.open().sock
    raw.sendall(struct.pack("!BBQ", 0x81, 0xFF, 900_000) + bytes(4))
    assert raw.recv(4096)[2:4] == struct.pack("!H", 1009)
    for _ in range(40):
        raw.sendall(bytes(4096))  # a reset would make this fail, and some systems then throw away the reason
        eventlet.sleep(0.005)


def test_a_message_too_large_in_total_closes_with_1009_however_it_is_cut(site, quiet):
    ws = site.connect()
    ws.sock.sendall(masked(b'42["echo","', 1, final=False))
    for _ in range(3):
        ws.sock.sendall(masked(b"x" * 30_000, 0, final=False))
    assert closing_code(ws) == 1009
    assert refusals(quiet) == ["websocket_1009"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (masked(b'42["echo","\xff"]', 1), 1007),
        (masked(b'42["echo","\xed\xa0\x80"]', 1), 1007),
        (struct.pack("!BB", 0x81, 1) + b"3", 1002),  # without a mask
        (masked(b"3", 3), 1002),  # an opcode that does not exist
        (masked(b"3", 0x41), 1002),  # a reserved bit, as if compressed
        (masked(b"3", 0), 1002),  # the continuation of nothing
        (masked(b"x" * 126, 9), 1002),  # a ping too long
        (masked(b"\x00\x01", 8), 1002),  # a close code that does not exist
    ],
)
def test_a_broken_frame_closes_its_socket(site, quiet, frame, code):
    other, ws = site.connect(), site.connect()
    ws.sock.sendall(frame)
    assert closing_code(ws) == code
    assert refusals(quiet) == [f"websocket_{code}"]
    assert says_hello(other)


def test_a_client_that_floods_does_not_keep_the_hub():
    near, far = socket.socketpair()
    with near, far:
        near.sendall(masked(b"", 9) * 2_000)  # all there already
        reader = eventlet.spawn(transport._WebSocket(far, {}).wait)
        seen = []
        other = eventlet.spawn(lambda: [(seen.append(reader.dead), eventlet.sleep(0)) for _ in range(100)])
        other.wait()
        assert len(seen) == 100
        assert not reader.dead  # so it let go, time and again, before it had read everything
        reader.kill()


# --- packets

HUGE = "9" * 60
MALFORMED = [
    ("", "engine_packet"),
    ("x", "engine_packet"),
    ("9", "engine_packet"),
    ("²", "engine_packet"),
    ("0{}", "engine_packet"),  # OPEN, PING and NOOP are a server's to send
    ("2", "engine_packet"),
    ("6", "engine_packet"),
    ("3" + "[" * 5000, "engine_packet"),
    ("bNDI=", "engine_packet"),
    ("5", "engine_packet"),  # UPGRADE outside of an upgrade
    ("2probe", "engine_packet"),
    ("4", "packet_type"),
    ("4{}", "packet_type"),
    ("4[2]", "packet_type"),
    ("4x", "packet_type"),
    ("4²", "packet_type"),
    ("47", "packet_type"),
    ('44{"message":"no"}', "packet_type"),  # CONNECT_ERROR
    ('451-["echo",{"_placeholder":true,"num":0}]', "packet_type"),  # BINARY_EVENT, its attachment never sent
    ('451-["echo",{"_placeholder":true,"num":-7}]', "packet_type"),
    (f'45{HUGE}-["echo"]', "packet_type"),
    ('461-1[{"_placeholder":true,"num":0}]', "packet_type"),  # BINARY_ACK
    ("42", "payload"),
    ("42{", "undecodable"),
    ('42["echo",NaN]', "undecodable"),
    ('42["echo","\\ud800"]', "undecodable"),
    ("42" + "[" * 5000, "undecodable"),
    ('42["echo",' + "[" * 5000 + "]" * 5000 + "]", "undecodable"),
    (f'42["echo",1{"0" * 5000}]', "undecodable"),
    ("42{}", "payload"),
    ('42"echo"', "payload"),
    ("42null", "payload"),
    ("42[]", "payload"),
    ("42[1]", "payload"),
    ('42[["echo"]]', "payload"),
    ('42[{"_placeholder":true,"num":0}]', "payload"),
    (f'42{HUGE}["echo"]', "ack_id"),
    (f'42{HUGE}{HUGE}["echo"]', "undecodable"),
    ('423-["echo"]', "attachments"),
    ('42/other,["echo"]', "namespace"),
    ("41/other,", "namespace"),
    ("41{}", "payload"),
    ("415", "ack_id"),
    ("43[]", "ack_id"),
    ("430[]", "ack_id"),  # where the library keeps its own counter
    ("437[]", "ack_id"),  # an answer to nothing
    ("431", "payload"),
    ("431{}", "payload"),
    ("43/other,1[]", "namespace"),
    ("40", "second_connect"),
    ("40{}", "second_connect"),
    ("40/,", "second_connect"),
    ("40[]", "payload"),
    ('40"token"', "payload"),
    ("407{}", "ack_id"),
]


@pytest.mark.parametrize(("packet", "reason"), MALFORMED)
def test_a_malformed_packet_closes_its_websocket_quietly(site, quiet, packet, reason):
    other, ws = site.connect(), site.connect()
    ws.send(packet)
    assert closing_code(ws) == 1008
    assert refusals(quiet) == [reason]
    until(lambda: len(site.sio.eio.sockets) == 1)
    assert says_hello(other)
    assert len(site.called("echo")) == 1
    assert len(site.called("connect")) == 2
    assert len(site.called("disconnect")) == 1


@pytest.mark.parametrize(("packet", "reason"), MALFORMED)
def test_a_malformed_packet_closes_its_polling_session_quietly(site, quiet, packet, reason):
    other, sid = site.connect(), site.connect_polling()
    assert site.poll(sid, packet.encode()).status_code == 400
    assert site.poll(sid).status_code == 400  # there is no such session any more
    assert refusals(quiet) == [reason]
    assert says_hello(other)
    assert len(site.called("echo")) == 1
    assert len(site.called("disconnect")) == 1


@pytest.mark.parametrize("body", [b"42[\xff]", b"\x1e".join([b"3"] * 300)])
def test_a_malformed_post_closes_its_session_quietly(site, quiet, body):
    sid = site.connect_polling()
    assert site.poll(sid, body).status_code == 400
    assert site.poll(sid).status_code == 400
    assert len(refusals(quiet)) == 1


def test_a_post_too_long_closes_its_session(site, quiet):
    sid = site.connect_polling()
    assert site.poll(sid, b'42["echo","' + b"x" * transport.MAX_FRAME + b'"]').status_code == 400
    assert site.poll(sid).status_code == 400
    assert refusals(quiet) == ["post_too_long"]
    assert not site.called("echo")


def test_a_post_that_ends_early_is_not_half_believed(site, quiet):
    sid = site.connect_polling()
    raw = site.dial(
        f'POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nContent-Length: 50\r\n\r\n42["echo",1]'.encode()
    )
    raw.shutdown(socket.SHUT_WR)
    assert raw.recv(4096).startswith(b"HTTP/1.1 400 ")
    assert refusals(quiet) == ["post_malformed"]
    assert not site.called("echo")


def test_binary_messages_are_refused(site, quiet):
    ws = site.connect()
    ws.send_binary(b"abc")
    assert closing_code(ws) == 1008
    assert refusals(quiet) == ["binary"]


def test_deep_json_is_refused_whichever_codec_reads_it(site, quiet, monkeypatch):
    ws = site.connect()
    monkeypatch.setattr(site.sio.packet_class, "json", json)
    ws.send('42["echo",' + "[" * 5000 + "]" * 5000 + "]")
    assert closing_code(ws) == 1008
    assert refusals(quiet) == ["undecodable"]


RESERVED = [
    "connect",
    "disconnect",
    "connect_error",
    "disconnecting",
    "newListener",
    "removeListener",
    "*",
    "__disconnect_final",
]


@pytest.mark.parametrize("namespace", ["", "/,", "/other,"])
@pytest.mark.parametrize("name", RESERVED)
def test_a_reserved_event_name_never_reaches_a_handler(site, quiet, name, namespace):
    ws = site.connect()
    before = list(site.calls)
    ws.send(f'42{namespace}1["{name}",{{"token":"t"}}]')
    assert closing_code(ws) == 1008
    assert refusals(quiet) == ["namespace" if namespace == "/other," else "event_name"]
    until(site.is_forgotten)
    assert [call for call in site.calls if call not in before] == site.called("disconnect")
    assert len(site.called("disconnect")) == 1
    assert site.called("disconnect")[0][1] != {"token": "t"}


def test_a_refusal_is_logged_without_what_was_said(site, quiet):
    ws = site.connect()
    ws.send('42["my secret"')
    assert closing_code(ws) == 1008
    assert "secret" not in quiet.text


def test_connecting_to_another_namespace_is_answered_with_an_error(site, quiet):
    ws = site.open()
    ws.send('40/other,{"token":"t"}')
    assert ws.recv() == '44/other,{"message":"Invalid namespace"}'
    assert site.calls == []
    ws.send("40")
    assert ws.recv().startswith("40{")


def test_an_ack_that_was_asked_for_arrives_once(site, quiet):
    ws, answers = site.connect(), []
    site.sio.emit("question", to=session_id(site), callback=answers.append)
    assert ws.recv() == '421["question"]'
    ws.send('431["yes"]')
    until(lambda: answers == ["yes"])
    ws.send('431["again"]')
    assert closing_code(ws) == 1008
    assert answers == ["yes"]


# --- sessions that do not come about


def test_a_websocket_that_never_connects_is_closed(start, quiet):
    site = start(connect_timeout=0.2)
    connected, ws = site.connect(), site.open()
    assert closing_code(ws) == 1008
    until(lambda: len(site.sio.eio.sockets) == 1)
    assert says_hello(connected)


def test_a_polling_session_that_never_connects_is_closed(start, quiet):
    site = start(connect_timeout=0.2)
    sid = site.open_polling()
    assert site.poll(sid).text == ""  # waits until the server ends it
    assert site.poll(sid).status_code == 400
    until(site.is_forgotten)


def test_a_refused_connect_does_not_count(start, quiet):
    site = start(connect_timeout=0.2)
    ws = site.open()
    for _ in range(3):
        ws.send('40{"token":"wrong"}')
        assert ws.recv().startswith("44{")
    assert closing_code(ws) == 1008
    until(site.is_forgotten)


@pytest.mark.parametrize("who", ["server", "client"])
def test_a_client_that_was_disconnected_may_not_linger(start, quiet, who):
    site = start(connect_timeout=0.1)
    ws = site.connect()
    (session,) = site.sio.eio.sockets.values()
    until(lambda: session.deadline is None)  # the time that it had for connecting is over
    if who == "server":
        site.sio.disconnect(session_id(site))
        assert ws.recv() == "41"
    else:
        ws.send("41")
    assert closing_code(ws) == 1008
    until(site.is_forgotten)
    assert len(site.called("disconnect")) == 1


def test_a_client_that_was_disconnected_may_return(start, quiet):
    site = start(connect_timeout=0.1)
    ws = site.connect()
    (session,) = site.sio.eio.sockets.values()
    site.sio.disconnect(session_id(site))
    assert ws.recv() == "41"
    ws.send("40")
    assert ws.recv().startswith("40{")
    until(lambda: session.deadline is None)
    assert says_hello(ws)


@pytest.mark.parametrize("over", ["websocket", "polling"])
def test_a_session_that_ends_while_it_connects_leaves_no_ghost(start, quiet, over):
    site = start(connect_timeout=0.2)
    if over == "websocket":
        site.open().send('40{"wait":true}')
    else:
        sid = site.open_polling()
        eventlet.spawn(site.poll, sid, '40{"wait":true}')
    until(lambda: any(message.startswith("connection cut") for message in quiet.messages))
    site.gate.send()
    until(site.is_forgotten)
    assert len(site.called("disconnect")) == 1


def test_a_second_upgrade_of_a_session_is_refused(site, quiet):
    sid = site.connect_polling()
    first = site.open_upgrade(sid)
    first.send("2probe")
    assert first.recv() == "3probe"
    with pytest.raises(websocket.WebSocketBadStatusException):
        site.open_upgrade(sid)
    first.send("5")
    assert first.recv() == "6"
    assert says_hello(first)


def test_an_upgrade_that_is_given_up_leaves_the_session_on_polling(site, quiet):
    sid = site.connect_polling()
    ws = site.open_upgrade(sid)
    ws.send("2probe")
    assert ws.recv() == "3probe"
    ws.close()
    until(lambda: not site.sio.eio.sockets[sid].upgrading)
    assert site.poll(sid, '42["echo",1]').text == "OK"
    until(lambda: site.called("echo"))


def test_an_upgrade_that_breaks_leaves_the_session_on_polling(site, quiet):
    class Broken:
        wait = staticmethod(lambda: "2probe")

        def send(self, _):
            raise BrokenPipeError

    session = site.sio.eio.sockets[site.connect_polling()]
    assert session._websocket_handler(Broken()) == []
    assert (session.upgrading, session.ws) == (False, None)


def test_a_connection_without_a_request_is_closed(site, quiet, monkeypatch):
    monkeypatch.setattr(transport, "HEAD_SECONDS", 0.2)
    assert is_closed(site.dial())


def test_a_request_head_that_trickles_in_is_closed(site, quiet, monkeypatch):
    monkeypatch.setattr(transport, "HEAD_SECONDS", 0.3)
    raw = site.dial(b"GET /hello HTTP/1.1\r\nHost: h\r\nX: ")
    raw.settimeout(0.05)
    with eventlet.Timeout(SECONDS), contextlib.suppress(ConnectionError):
        while True:
            try:
                assert raw.recv(1) == b""
                break
            except TimeoutError:
                raw.sendall(b"x")


def test_the_deadline_ends_with_the_head(site, quiet, monkeypatch):
    monkeypatch.setattr(transport, "HEAD_SECONDS", 0.1)
    ws = site.connect()
    ws.settimeout(0.3)
    with pytest.raises(websocket.WebSocketTimeoutException):
        ws.recv()
    ws.settimeout(SECONDS)
    assert says_hello(ws)


def test_a_connection_may_rest_between_requests(site, quiet, monkeypatch):
    monkeypatch.setattr(transport, "HEAD_SECONDS", 0.1)
    request = b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"
    raw = site.dial(request)
    assert raw.recv(4096).endswith(b"hello 0")
    raw.settimeout(0.3)
    with pytest.raises(TimeoutError):
        raw.recv(1)
    raw.settimeout(SECONDS)
    raw.sendall(request)
    assert raw.recv(4096).endswith(b"hello 0")


# --- those who do not read


def test_a_slow_reader_is_cut_off_and_disturbs_no_one(start, quiet):
    site = start(queue_bound=50)
    site.connect(sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    (session,) = site.sio.eio.sockets.values()
    quick, heard = site.connect(), []

    def read():
        while len(heard) < 400:
            heard.append(json.loads(quick.recv()[2:])[1][0])

    reader = eventlet.spawn(read)
    filler, longest, slowest = "x" * 20_000, 0, 0.0
    for number in range(400):
        begun = time.perf_counter()
        site.sio.emit("news", [number, filler])
        slowest = max(slowest, time.perf_counter() - begun)
        longest = max(longest, sum(packet is not None for packet in session.queue.queue))
        until(lambda sent=number: len(heard) > sent - 40)
    reader.wait()
    assert heard == list(range(400))
    assert longest <= 50
    assert slowest < 0.2
    until(lambda: len(site.called("disconnect")) == 1)
    until(lambda: list(site.sio.eio.sockets.values()) != [] and session.sid not in site.sio.eio.sockets)
    assert "connection cut reason=slow_reader" in quiet.messages
    assert says_hello(quick)


def test_a_polling_client_that_does_not_poll_is_cut_off(start, quiet):
    site = start(queue_bound=50)
    sid = site.connect_polling()
    for number in range(60):
        site.sio.emit("news", number)
    until(site.is_forgotten)
    assert site.poll(sid).status_code == 400
    assert len(site.called("disconnect")) == 1


def test_a_client_that_does_not_answer_pings_is_closed_by_a_greenlet_of_its_own(site, quiet):
    site.connect()
    (session,) = site.sio.eio.sockets.values()
    session.last_ping = 1.0
    site.sio.emit("news", 1)
    assert not site.called("disconnect")  # not inside the emit
    until(site.is_forgotten)
    assert site.called("disconnect") == [("disconnect", "ping timeout")]


def test_hanging_up_is_not_a_disconnect_for_good(site, quiet):
    ws = site.connect()
    transport.hang_up(site.sio, session_id(site))
    transport.hang_up(site.sio, "nobody")
    assert closing_code(ws) == 1001  # and no Socket.IO DISCONNECT before it
    until(site.is_forgotten)
    assert len(site.called("disconnect")) == 1


# --- our own mistakes


def failures(caplog):
    return [record for record in caplog.records if record.exc_info]


def test_a_failing_handler_is_logged_once_and_the_connection_lives(site, caplog, capfd):
    ws = site.connect()
    ws.send('427["boom",1]')
    until(lambda: failures(caplog))
    assert says_hello(ws)
    assert len(failures(caplog)) == 1
    assert failures(caplog)[0].getMessage() == "handler failed event=boom"
    assert "Traceback" not in capfd.readouterr().err


def test_a_failing_connect_handler_is_a_connect_error_and_leaves_no_ghost(site, caplog):
    ws = site.open()
    ws.send('40{"fail":true}')
    assert ws.recv().startswith("44{")
    assert not site.sio.manager.rooms
    assert len(failures(caplog)) == 1
    ws.send("40")
    assert ws.recv().startswith("40{")


def test_a_failing_disconnect_handler_leaves_no_ghost(site, caplog):
    site.fail_on_disconnect = True
    site.connect().close()
    until(site.is_forgotten)
    assert len(failures(caplog)) == 1


def test_a_failing_wsgi_application_is_logged_and_not_shown(site, caplog, monkeypatch):
    def fail(environ, start_response):
        raise RuntimeError("our own mistake")

    monkeypatch.setattr(site.app, "wsgi_app", fail)
    answer = requests.get(site.url, timeout=SECONDS)
    assert (answer.status_code, answer.content) == (500, b"")
    assert [record.getMessage() for record in failures(caplog)] == ["request failed"]


# --- HTTP

HEAD = b"POST /hello HTTP/1.1\r\nHost: h\r\n"
BAD_REQUESTS = {
    "garbage": b"\x00\xff\x80garbage\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "blank": b"\r\n\r\n",
    "no version": b"GET /hello\r\n\r\n",
    "bad version": b"GET /hello HTTP/9.9\r\n\r\n",
    "long target": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "long header": HEAD + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "large head": HEAD + b"".join(b"X%d: %s\r\n" % (n, b"a" * 4000) for n in range(40)) + b"\r\n",
    "many headers": HEAD + b"".join(b"X%d: a\r\n" % n for n in range(500)) + b"\r\n",
    "broken header": HEAD + b"no colon here\r\n: empty\r\n\r\n",
    "negative length": HEAD + b"Content-Length: -5\r\n\r\n",
    "odd length": HEAD + b"Content-Length: 1_0\r\n\r\n",
    "endless length": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "large body": HEAD + b"Content-Length: 99999999\r\n\r\n",
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunked and length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "short body": HEAD + b"Content-Length: 50\r\n\r\nabc",
    "short poll": b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc",
    "bad key": b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nConnection: upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "half a head": b"GET /hello HT",
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
@pytest.mark.parametrize("manner", ["half-close", "reset"])
def test_a_bad_request_is_turned_away_without_a_word_in_the_log(site, quiet, name, manner):
    raw = site.dial()
    with contextlib.suppress(ConnectionError):
        raw.sendall(BAD_REQUESTS[name])
        if manner == "reset":
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.close()
        else:
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65_536):
                pass
    until(lambda: not site.listener.connections)
    assert requests.get(f"{site.url}/hello", timeout=SECONDS).text == "hello 0"
    assert quiet.messages == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("chunked", 411), ("two lengths", 400), ("odd length", 400), ("large body", 413), ("broken header", 400)],
)
def test_a_body_without_an_honest_length_is_turned_away(site, quiet, name, status):
    answer = site.dial(BAD_REQUESTS[name]).recv(4096)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close" in answer.lower()


def test_a_form_with_a_file_is_let_in(site):
    # The standard library finds fault with a multipart head that has no body in it.
    answer = requests.post(f"{site.url}/hello", files={"file": b"abc"}, timeout=SECONDS)
    assert answer.status_code == 200


def test_requests_are_not_logged(site, quiet, capfd):
    requests.get(f"{site.url}/hello?q=secret", timeout=SECONDS)
    requests.get(f"{site.url}/%00secret", timeout=SECONDS)
    site.dial(b"secret\r\n\r\n").recv(4096)
    captured = capfd.readouterr()
    assert "secret" not in quiet.text + captured.err + captured.out


# --- the listener, the process


def test_a_taken_port_is_an_error():
    first = transport.make_listener(LOCAL, 0)
    with pytest.raises(OSError, match="in use"):
        transport.make_listener(LOCAL, first.getsockname()[1])
    first.sock.close()


def test_accepted_connections_do_not_wait_to_fill_a_packet():
    listener = transport.make_listener(LOCAL, 0)
    client = socket.create_connection(listener.getsockname(), timeout=SECONDS)
    accepted, _ = listener.accept()
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    for sock in (client, accepted, listener.sock):
        sock.close()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ECONNABORTED, errno.ECONNRESET])
def test_the_listener_outlives_a_bad_moment(number):
    class Troubled:
        answers = iter([OSError(number, "trouble"), OSError(number, "trouble"), ("socket", "address")])

        def accept(self):
            answer = next(self.answers)
            if isinstance(answer, OSError):
                raise answer
            return answer

    assert transport._Listener(Troubled()).accept() == ("socket", "address")


def test_serving_keeps_full_collections_off_the_busy_path(start):
    made_before = [[]]
    assert any(one is made_before for one in gc.get_objects())
    start()
    until(lambda: not any(one is made_before for one in gc.get_objects()))  # frozen, it is no longer looked at
    assert gc.get_threshold()[2] >= 1000


def test_a_long_computation_runs_in_a_thread_of_its_own():
    real = patcher.original("threading")
    assert transport.run_off_hub(lambda number: (real.get_ident(), number), 7) != (real.get_ident(), 7)
    with pytest.raises(ZeroDivisionError):
        transport.run_off_hub(lambda: 1 / 0)


@pytest.fixture
def one_turn(monkeypatch):
    monkeypatch.setattr(transport, "_turns", eventlet.semaphore.Semaphore(1))


def test_work_with_long_computations_waits_for_its_turn(one_turn):
    inside, most = [], []

    def work(number):
        with transport.turn_off_hub():
            inside.append(number)
            most.append(len(inside))
            assert transport.run_off_hub(lambda: number * 2) == number * 2  # within its turn, not after it
            eventlet.sleep(0)
            inside.remove(number)

    for worker in [eventlet.spawn(work, number) for number in range(5)]:
        worker.wait()
    assert most == [1] * 5


def test_a_turn_is_given_back_when_work_fails(one_turn):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), transport.turn_off_hub():
            transport.run_off_hub(lambda: 1 / 0)


# --- the way out

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import flask, flask_socketio
from realtime import transport
from realtime.json_codec import JsonCodec

app = flask.Flask("site")
sockets = flask_socketio.SocketIO(app, async_mode="eventlet", json=JsonCodec())
transport.harden(sockets.server)

@app.get("/slow")
def slow():
    print("slow", flush=True)
    sockets.sleep(1.4)  # longer than the server waits for connections that it has cut
    return "finished"

@sockets.on("work")
def work(seconds):
    print("work", flush=True)
    sockets.sleep(seconds)
    return "finished"

@sockets.on("disconnect")
def disconnect(reason):
    print("left", flush=True)

def on_drain():
    sockets.emit("server:draining", {"reconnect_within_ms": 100})
    print("draining", flush=True)

listener = transport.make_listener("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
transport.serve(listener, app, on_drain=on_drain, drain_seconds=DRAIN)
print("returned", flush=True)
"""


class Process:
    def __init__(self, drain_seconds=3):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM.replace("DRAIN", str(drain_seconds))],
            cwd=Path(transport.__file__).parents[1],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.dialled = contextlib.ExitStack()
        self.port = int(self.says())
        self.url = f"http://{LOCAL}:{self.port}"
        until(lambda: requests.get(self.url, timeout=SECONDS).status_code == 404)

    connect, open, dial_websocket = Site.connect, Site.open, Site.dial_websocket

    def says(self):
        with eventlet.Timeout(SECONDS):
            return self.process.stdout.readline().strip()

    def ends(self):
        """Wait for the end; its code and what it wrote in its last moments."""
        output, errors = self.process.communicate(timeout=SECONDS)
        assert "Traceback" not in errors, errors
        return self.process.returncode, output.split()


@pytest.fixture
def launch():
    launched = []

    def launch_process(**options):
        launched.append(Process(**options))
        return launched[-1]

    yield launch_process
    for each in launched:
        each.dialled.close()
        each.process.kill()
        each.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_tells_the_clients_and_ends_with_success(launch, number):
    server = launch()
    ws = server.connect()
    server.process.send_signal(number)
    assert ws.recv() == '42["server:draining",{"reconnect_within_ms":100}]'
    assert closing_code(ws) == 1001
    assert server.ends() == (0, ["draining", "left", "returned"])
    transport.make_listener(LOCAL, server.port).sock.close()


def test_a_polling_client_hears_of_the_end_too(launch):
    server, heard = launch(), []
    client = socketio.Client(reconnection=False)
    client.on("server:draining", heard.append)
    client.connect(server.url, transports=["polling"], wait_timeout=SECONDS)
    server.process.send_signal(signal.SIGTERM)
    until(lambda: heard == [{"reconnect_within_ms": 100}])
    until(lambda: not client.connected)
    assert server.ends()[0] == 0


def test_a_request_is_finished_while_new_connections_are_refused(launch):
    server = launch()
    request = eventlet.spawn(requests.get, f"{server.url}/slow", timeout=SECONDS)
    assert server.says() == "slow"
    server.process.send_signal(signal.SIGTERM)
    assert server.says() == "draining"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOCAL, server.port), timeout=SECONDS)
    answer = request.wait()
    assert (answer.text, answer.headers["Connection"]) == ("finished", "close")
    assert server.ends()[0] == 0


def test_a_socket_handler_is_finished_and_answered(launch):
    server = launch()
    ws = server.connect()
    ws.send('421["work",0.4]')
    assert server.says() == "work"
    server.process.send_signal(signal.SIGTERM)
    assert ws.recv().startswith('42["server:draining"')
    assert ws.recv() == '431["finished"]'
    assert closing_code(ws) == 1001
    assert server.ends()[0] == 0


def test_the_end_does_not_wait_for_ever(launch):
    server = launch(drain_seconds=0.2)
    ws = server.connect()
    ws.send('421["work",60]')
    assert server.says() == "work"
    server.process.send_signal(signal.SIGTERM)
    assert server.ends() == (0, ["draining", "left", "returned"])


def test_a_second_signal_ends_at_once(launch):
    server = launch(drain_seconds=60)
    ws = server.connect()
    ws.send('421["work",60]')
    assert server.says() == "work"
    server.process.send_signal(signal.SIGTERM)
    assert server.says() == "draining"
    server.process.send_signal(signal.SIGTERM)
    assert server.ends()[0] == -signal.SIGTERM


# --- JSON


@pytest.mark.parametrize(
    "value",
    [
        {"sid": "a", "upgrades": ["websocket"], "pingTimeout": 4000},
        ["event", {"a": "ä", "b": None}],
        "Unauthorized",
        [],
    ],
)
def test_json_is_read_back_as_written(value):
    text = JsonCodec.dumps(value, separators=(",", ":"))
    assert isinstance(text, str)
    assert JsonCodec.loads(text) == JsonCodec.loads(text.encode()) == json.loads(text) == value


def test_json_keys_and_floats_are_written_as_browsers_read_them():
    assert JsonCodec.dumps({1: math.nan, "t": (1, 2)}) == '{"1":null,"t":[1,2]}'


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "-Infinity", "1e999", "1" * 400, '"\\ud800"', "\ud800", b'"\xff"', "[" * 5000, None, 5],
)
def test_what_is_not_json_is_a_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011  # the class is the whole promise
        JsonCodec.loads(text)


def test_an_integer_past_64_bits_is_a_float():
    assert JsonCodec.loads(str(2**64)) == float(2**64)


def test_a_crowd_at_the_door_lets_those_inside_go_on_in_between():
    class Crowd:
        def accept(self):
            return ("socket", "address")

    listener = transport._Listener(Crowd())
    turns = []

    def somebody_inside():
        while True:
            turns.append(len(turns))
            eventlet.sleep(0)

    task = eventlet.spawn(somebody_inside)
    for _ in range(transport.ACCEPTS_IN_A_ROW * 5):
        listener.accept()
    task.kill()
    assert len(turns) == 5
