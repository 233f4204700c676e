"""Forged tokens at the socket door, each kind at connecting and at renewing: the same code as over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
import socketio.exceptions

from models.ids import new_id
from tests.factories.api import Caller
from tests.factories.people import make_person, make_sign_in
from tests.http.test_hostile_tokens import INVALID, long_ago, made


@pytest.fixture
def door(app, wire):
    return wire.answer_events(app, app.extensions["limits"])


@pytest.fixture
def carer(app):
    return Caller(app, make_person())


def of_an_ended_session(carer):
    token = made(carer)
    carer.post("/auth/logout")
    return token


# kind -> (how it is made, the code of the refusal)
FORGED = {
    **{kind: (make, "token_invalid") for kind, make in INVALID.items()},
    "run out": (long_ago, "token_expired"),
    "run out this second": (lambda carer: made(carer, exp=datetime.now(UTC) - timedelta(seconds=1)), "token_expired"),
    "of an ended session": (of_an_ended_session, "session_ended"),
    "session of another person": (lambda carer: made(carer, sid=make_sign_in(make_person()).id), "session_ended"),
    "session that never was": (lambda carer: made(carer, sid=new_id()), "session_ended"),
    "person who is not there": (lambda carer: made(carer, sub=new_id()), "session_ended"),
}
# Renewing compares before it asks the database: a token that names anybody or anything else is simply not this socket's.
RENEWING = dict.fromkeys(("session of another person", "session that never was", "person who is not there"), "token_invalid")


def test_a_good_token_opens_and_renews(app, door, carer):
    door.knock("s1", made(carer))
    assert door.say("s1", "token:renew", {"token": made(carer)}) == {"ok": True}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_opens_no_socket(door, carer, kind):
    make, code = FORGED[kind]
    with pytest.raises(socketio.exceptions.ConnectionRefusedError) as refused:
        door.knock("s1", make(carer))
    problem = refused.value.error_args["data"]
    assert (problem["code"], problem["status"]) == (code, 401)
    assert door.delivery.connected("s1") is None


@pytest.mark.parametrize("kind", FORGED)
def test_nor_does_it_renew_one(door, carer, kind):
    make, code = FORGED[kind]
    door.knock("s1", made(carer))
    until = door.delivery.connected("s1").token_until
    error = door.say("s1", "token:renew", {"token": make(carer)})["error"]
    assert (error["code"], error["status"]) == (RENEWING.get(kind, code), 401)
    assert door.delivery.connected("s1").token_until == until


@pytest.mark.parametrize("kind", FORGED)
def test_nor_is_it_looked_at_over_http(app, carer, kind):
    make, code = FORGED[kind]
    stranger = Caller(app)
    stranger.headers = {"Authorization": f"Bearer {make(carer)}"}
    answer = stranger.get("/me")
    assert (answer.status_code, answer.get_json()["code"]) == (401, code)
