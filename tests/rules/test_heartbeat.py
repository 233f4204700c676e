"""Pings: everybody in turn, nobody twice, and whoever does not answer is looked at."""

import pytest

from realtime import heartbeat
from realtime.heartbeat import Heartbeat


class Sock:
    """What Heartbeat asks of a socket; `answers=False` is one that is closing."""

    def __init__(self, sid, *, wanted=True):
        self.sid, self.wanted = sid, wanted
        self.pinged = self.checked = 0

    def ping(self):
        self.pinged += 1
        return self.wanted

    def check_ping_timeout(self):
        self.checked += 1


@pytest.fixture
def now(monkeypatch):
    """`now(seconds)`: so long after the beginning."""
    at = [0.0]
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: at[0])
    return lambda seconds: at.__setitem__(0, seconds)


@pytest.fixture
def sockets():
    return {name: Sock(name) for name in ("a", "b")}


@pytest.fixture
def beats(sockets, now):
    return Heartbeat(sockets, interval=25, timeout=20)


def test_a_socket_is_pinged_once_its_interval_is_over(beats, sockets, now):
    beats.schedule("a")
    now(10)
    beats.schedule("b")
    for seconds, pinged in ((24, (0, 0)), (25, (1, 0)), (34, (1, 0)), (35, (1, 1)), (70, (1, 1))):
        now(seconds)
        beats.beat()
        assert (sockets["a"].pinged, sockets["b"].pinged) == pinged, seconds


def test_a_socket_is_looked_at_once_it_had_its_time_to_answer(beats, sockets, now):
    beats.schedule("a")
    for seconds, checked in ((25, 0), (44, 0), (45, 1), (90, 1)):
        now(seconds)
        beats.beat()
        assert sockets["a"].checked == checked, seconds


def test_one_that_is_gone_is_passed_over(beats, sockets, now):
    beats.schedule("a")
    beats.schedule("b")
    gone = sockets.pop("a")
    now(25)
    beats.beat()
    assert (gone.pinged, sockets["b"].pinged) == (0, 1)


def test_one_that_is_closing_is_not_looked_at_again(beats, sockets, now):
    sockets["a"].wanted = False
    beats.schedule("a")
    for seconds in (25, 45):
        now(seconds)
        beats.beat()
    assert sockets["a"].checked == 0


def test_it_goes_on_until_it_is_told_to_stop_whatever_happens(beats, sockets, now):
    def broken():
        raise RuntimeError("a mistake of ours")

    sockets["a"].ping = broken
    beats.schedule("a")
    beats.schedule("b")
    now(25)
    waits = []

    def stopped(seconds):
        waits.append(seconds)
        return len(waits) > 3

    beats.run_until(stopped)
    assert waits == [0.5] * 4
    assert sockets["b"].pinged == 1
