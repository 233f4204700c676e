"""Fan-out: one frame, written straight to every socket that is ready, and nothing lost, doubled or out of order for it."""

import json
import socket

import eventlet
import pytest

from realtime.frames import text_frame
from tests.realtime.test_transport import Site, session_id, start, until  # noqa: F401 - a fixture among them

SIZES = (10, 200, 70_000, 40, 9_000, 130, 30_000)


@pytest.fixture
def site(start):  # noqa: F811
    return start()


def slow_socket():
    """Options of a client whose kernel takes little before it must be read."""
    return {"sockopt": ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096),)}


def narrow(site: Site):
    """Let the kernel take little for each client on the server's side too."""
    for sock in site.sio.eio.sockets.values():
        sock.ws.socket.fd.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)


def events(ws, count):
    """The next `count` events a client reads: (name, number)."""
    found = []
    while len(found) < count:
        text = ws.recv()
        if text.startswith("42"):
            name, data = json.loads(text[2:])
            found.append((name, data["number"]))
    return found


def say(site: Site, count: int, *, to: str | None = None, every: int = 5):
    """Broadcast numbered texts of mixed sizes, with one for `to` alone after every few; what each kind of reader is due."""
    room, alone = [], []
    for number in range(count):
        site.sio.emit("all", {"number": number, "text": "x" * SIZES[number % len(SIZES)]}, namespace="/")
        room.append(("all", number))
        alone.append(("all", number))
        if to is not None and number % every == 0:
            site.sio.emit("one", {"number": number}, to=to, namespace="/")
            alone.append(("one", number))
        if number % 3 == 0:
            eventlet.sleep(0)
    return room, alone


def test_fast_and_slow_readers_get_everything_in_one_order(site):
    first = site.connect()
    chosen = session_id(site)
    fast = [site.connect() for _ in range(4)]
    slow = [site.connect(**slow_socket()) for _ in range(4)]
    narrow(site)
    readers = [eventlet.spawn(events, ws, 120) for ws in fast]
    room, alone = say(site, 120, to=chosen)
    # Not one of the slow has read a byte yet: their frames were cut in the middle and wait in queues.
    queues = [sock.queue.qsize() for sock in site.sio.eio.sockets.values()]
    assert sum(size > 50 for size in queues) >= 4
    assert [reader.wait() for reader in readers] == [room] * 4
    assert [events(ws, 120) for ws in slow] == [room] * 4
    assert events(first, len(alone)) == alone


def test_order_holds_when_a_slow_reader_catches_up_in_between(site):
    ws = site.connect(**slow_socket())
    narrow(site)
    room, _ = say(site, 40)
    seen = events(ws, 25)
    more = [("all", number) for number in range(40, 60)]
    for _, number in more:
        site.sio.emit("all", {"number": number, "text": "y" * 5_000}, namespace="/")
        seen += events(ws, 1)
    assert seen + events(ws, 60 - len(seen)) == room + more


def test_an_answer_to_a_ping_does_not_land_inside_a_frame_half_written(site):
    ws = site.connect(**slow_socket())
    narrow(site)
    (sock,) = site.sio.eio.sockets.values()
    site.sio.emit("all", {"number": 0, "text": "z" * 200_000}, namespace="/")
    assert sock.mid_frame
    # As the reader does when a ping comes, at the very moment before the writer takes up the rest.
    sock.ws._handle_control_frame(9, b"are you there")
    site.sio.emit("all", {"number": 1}, namespace="/")
    frames = [ws.recv_data(control_frame=True) for _ in range(3)]
    assert [opcode for opcode, _ in frames] == [1, 10, 1]
    assert len(frames[0][1]) > 200_000
    assert frames[1][1] == b"are you there"
    until(lambda: not sock.mid_frame)


def test_a_ready_socket_is_written_to_at_once_without_its_queue(site):
    ws = site.connect()
    (sock,) = site.sio.eio.sockets.values()
    until(lambda: sock.queue.qsize() == 0)
    site.sio.emit("all", {"number": 1}, namespace="/")
    assert sock.queue.qsize() == 0
    assert events(ws, 1) == [("all", 1)]


def test_a_polling_client_in_the_same_room_gets_the_same(site):
    sid = site.connect_polling()
    ws = site.connect()
    room, _ = say(site, 12)
    assert events(ws, 12) == room
    polled = []
    while len(polled) < 12:
        for text in site.poll(sid).text.split("\x1e"):
            if text.startswith("42"):
                name, data = json.loads(text[2:])
                polled.append((name, data["number"]))
    assert polled == room


def test_a_client_that_vanished_holds_up_nobody(site):
    gone, stays = site.connect(), site.connect()
    gone.sock.close()
    room, _ = say(site, 30)
    assert events(stays, 30) == room
    until(lambda: len(site.sio.eio.sockets) == 1)


def test_one_who_is_skipped_gets_nothing(site):
    first = site.connect()
    skipped = session_id(site)
    second = site.connect()
    site.sio.emit("all", {"number": 1}, skip_sid=skipped, namespace="/")
    site.sio.emit("all", {"number": 2}, namespace="/")
    assert events(second, 2) == [("all", 1), ("all", 2)]
    assert events(first, 1) == [("all", 2)]


class NotLookedInto(dict):
    """A room of others."""

    def __contains__(self, _sid):
        raise AssertionError("somebody was looked for in a room they never entered")


def test_who_leaves_is_in_no_room_any_more_and_the_others_stay(site):
    leaves = site.connect()
    leaving = session_id(site)
    stays = site.connect()
    manager = site.sio.manager
    for sid in list(manager.rooms["/"][None]):
        site.sio.enter_room(sid, "circle", namespace="/")
    site.sio.enter_room(leaving, "alone", namespace="/")
    site.sio.enter_room(leaving, "left before", namespace="/")
    site.sio.leave_room(leaving, "left before", namespace="/")
    manager.rooms["/"]["others"] = NotLookedInto()
    leaves.close()
    until(lambda: len(site.sio.eio.sockets) == 1)
    others = manager.rooms["/"].pop("others")
    assert others == {}
    assert all(leaving not in room for room in manager.rooms["/"].values())
    assert not {leaving, "alone", "left before"} & set(manager.rooms["/"])
    assert not manager.is_connected(leaving, "/")
    site.sio.emit("all", {"number": 1}, room="circle", namespace="/")
    assert events(stays, 1) == [("all", 1)]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_its_length_as_the_protocol_wants(size):
    frame = text_frame("x" * size)
    head = 2 if size < 126 else 4 if size < 65_536 else 10
    assert (frame[0], len(frame)) == (0x81, head + size)
    assert frame[1] == min(size, 126 if size < 65_536 else 127)
