"""A live socket outlives its token only by giving a fresh one in time."""

from datetime import timedelta

import pytest

from models.clock import clock
from realtime.delivery import RENEW_AHEAD_S, RENEW_GRACE_S
from tests.factories.people import make_person
from tests.factories.sockets import TOKEN_LASTS_S


@pytest.fixture
def sid(app, wire):
    return wire.open(make_person(), "phone")


def heard(wire, sid, name):
    return [data for called, data in wire.got[sid] if called == name]


def later(seconds):
    clock.move(timedelta(seconds=seconds))


def test_a_socket_is_left_alone_while_its_token_is_fresh(wire, sid):
    later(TOKEN_LASTS_S - RENEW_AHEAD_S - 5)
    wire.delivery.check_tokens()
    assert heard(wire, sid, "token:expiring") == []


def test_it_is_asked_once_before_its_token_runs_out(wire, sid):
    later(TOKEN_LASTS_S - RENEW_AHEAD_S + 5)
    wire.delivery.check_tokens()
    wire.delivery.check_tokens()
    (asked,) = heard(wire, sid, "token:expiring")
    assert 0 < asked["within_seconds"] <= RENEW_AHEAD_S + RENEW_GRACE_S


def test_it_is_told_and_put_out_when_it_gave_no_fresh_one(wire, sid):
    later(TOKEN_LASTS_S + RENEW_GRACE_S - 5)
    wire.delivery.check_tokens()
    assert wire.cut == []
    later(10)
    wire.delivery.check_tokens()
    assert heard(wire, sid, "session:ended") == [{"reason": "token_expired"}]
    assert wire.cut == [sid]
    assert wire.delivery.connected(sid) is None


def test_one_that_gave_a_fresh_one_stays_and_is_asked_again_in_time(wire, sid):
    later(TOKEN_LASTS_S - 10)
    wire.delivery.check_tokens()
    connected = wire.delivery.connected(sid)
    connected.token_until += TOKEN_LASTS_S
    connected.asked_to_renew = False
    later(RENEW_GRACE_S + 20)
    wire.delivery.check_tokens()
    assert wire.cut == []
    later(TOKEN_LASTS_S - RENEW_AHEAD_S)
    wire.delivery.check_tokens()
    assert len(heard(wire, sid, "token:expiring")) == 2
