"""Limits at the Socket.IO door: the same counters as over HTTP, and how many sockets one may hold."""

from datetime import timedelta

import pytest
import socketio.exceptions

from models.clock import clock
from realtime.door import LimitOpenings
from server.limits import RateLimits
from tests.factories.api import Caller
from tests.factories.clients import Phone
from tests.factories.groups import make_group
from tests.factories.people import make_person, make_tokens
from tests.factories.server import running_server
from tests.factories.sockets import Wire


@pytest.fixture
def limits(app):
    return app.extensions["limits"]


@pytest.fixture
def door(app, wire, limits):
    return wire.answer_events(app, limits)


@pytest.fixture
def carer(app):
    return make_person()


def message(group, client_id, **more):
    return {"conversation_id": group.conversation_id, "client_id": client_id, "body": "Good evening.", **more}


def refused(ack) -> dict:
    assert ack["ok"] is False, ack
    assert ack["error"]["status"] == 429
    assert ack["error"]["user_message"]
    assert ack["error"]["retry_after"] >= 1
    return ack["error"]


def test_a_message_spends_the_same_limit_through_either_door(app, door, carer):
    group = make_group(carer)
    sid, phone = door.open(carer, "s1"), Caller(app, carer)
    first = door.say(sid, "message:send", message(group, "c0"))["message"]
    for number in range(1, 60):
        if number % 2:
            assert door.say(sid, "message:send", message(group, f"c{number}"))["ok"]
        else:
            sent = phone.post(f"/conversations/{group.conversation_id}/messages", client_id=f"c{number}", body="Hello.")
            assert sent.status_code == 201
    assert refused(door.say(sid, "message:send", message(group, "c60")))["code"] == "too_many_requests"
    again = door.say(sid, "message:send", message(group, "c0"))
    assert again["message"]["id"] == first["id"]
    clock.move(timedelta(minutes=1))
    assert door.say(sid, "message:send", message(group, "c60"))["ok"]


def test_a_full_conversation_refuses_what_is_new_and_says_nothing_to_strangers(door, limits, carer):
    group = make_group(carer)
    sid, stranger = door.open(carer, "s1"), door.open(make_person(), "s2")
    first = door.say(sid, "message:send", message(group, "c0"))["message"]
    for _ in range(299):
        limits.count("message.conversation", group.conversation_id)
    refused(door.say(sid, "message:send", message(group, "c1")))
    assert door.say(sid, "message:send", message(group, "c0"))["message"]["id"] == first["id"]
    assert door.say(stranger, "message:send", message(group, "c1"))["error"]["code"] == "not_found"


@pytest.mark.parametrize("event", ["sync", "no:such:event", "case:claim"])
def test_events_count_like_requests_whatever_they_are(app, door, carer, event):
    sid, phone = door.open(carer, "s1"), Caller(app, carer)
    for _ in range(300):
        door.say(sid, event, {"surprise": 1})
        phone.get("/me")
    refused(door.say(sid, event, {"surprise": 1}))
    assert phone.get("/me").status_code == 429


def connect(door, app, person, sid, **more):
    door.knock(sid, make_tokens(app, person).access_token, **more)


def refusal_of(door, *args, **more) -> dict:
    with pytest.raises(socketio.exceptions.ConnectionRefusedError) as caught:
        connect(door, *args, **more)
    return caught.value.error_args["data"]


def test_a_person_who_connects_without_end_is_refused_for_a_while(app, door, carer):
    for number in range(60):
        connect(door, app, carer, f"s{number}")
        door.delivery.disconnect(f"s{number}")
    assert refusal_of(door, app, carer, "late")["code"] == "too_many_requests"
    connect(door, app, make_person(), "other")
    clock.move(timedelta(minutes=1))
    connect(door, app, carer, "later")


def test_an_address_that_connects_without_end_is_refused_whatever_it_shows(app, door):
    for _ in range(600):
        with pytest.raises(socketio.exceptions.ConnectionRefusedError):
            door.knock("s", "made up", address="203.0.113.9")
    assert refusal_of(door, app, make_person(), "late", address="203.0.113.9")["code"] == "too_many_requests"
    connect(door, app, make_person(), "elsewhere", address="203.0.113.10")


def test_the_eleventh_socket_of_a_person_puts_out_the_oldest_only(app, door, carer):
    other = door.open(make_person(), "other")
    for number in range(13):
        door.open(carer, f"s{number}")
    assert door.hung_up == ["s0", "s1", "s2"]
    assert door.say("s12", "sync", {"streams": {}})["ok"]
    assert door.say(other, "sync", {"streams": {}})["ok"]
    for gone in ("s0", "s1", "s2"):
        door.delivery.disconnect(gone)
    door.delivery.disconnect("s5")
    door.open(carer, "s13")
    assert door.hung_up == ["s0", "s1", "s2"]  # there was room again


def test_an_address_holds_only_so_many_sockets_and_a_newcomer_is_told_when_to_come_back(app, limits):
    door = Wire(most_of_address=3).answer_events(app, limits)
    for number in range(3):
        connect(door, app, make_person(), f"s{number}")
    late = refusal_of(door, app, make_person(), "late")
    assert (late["code"], late["status"]) == ("too_many_sockets", 429)
    assert late["retry_after"] > 0
    connect(door, app, make_person(), "elsewhere", address="203.0.113.9")
    door.delivery.disconnect("s1")
    connect(door, app, make_person(), "next")


def test_sessions_beneath_sockets_are_limited_before_one_is_made(app):
    begun = []

    def inner(environ, start_response):
        begun.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return []

    def ask(path="/socket.io/", query="EIO=4&transport=polling", address="203.0.113.9"):
        statuses = []
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": address, "REQUEST_METHOD": "GET"}
        body = list(front(environ, lambda status, headers: statuses.append((status, dict(headers)))))
        return statuses[0][0][:3], statuses[0][1], b"".join(body)

    front = LimitOpenings(inner, RateLimits())
    assert [ask()[0] for _ in range(600)] == ["200"] * 600
    status, headers, body = ask()
    assert (status, headers["Content-Type"]) == ("429", "application/problem+json")
    assert int(headers["Retry-After"]) > 0
    assert b"too_many_requests" in body
    assert len(begun) == 600
    assert ask(query="EIO=4&transport=polling&sid=abc")[0] == "200"  # one that is open goes on
    assert ask(path="/api/v1/me")[0] == "200"
    assert ask(address="203.0.113.10")[0] == "200"


def test_a_real_client_is_told_to_wait_and_loses_only_its_oldest_socket(new_demo, tmp_path):
    with running_server(new_demo(), tmp_path, limit_factor=1) as server:
        phones = [Phone(server.url, "carer1").sign_in()]
        answer = {key: getattr(phones[0], key) for key in ("person", "access_token", "refresh_token")}
        phones += [Phone(server.url, "carer1").take(answer) for _ in range(10)]
        for phone in phones:
            phone.connect()
        phones[0].wait_for(lambda: phones[0].closed, "the end of the oldest connection")
        assert not phones[0].ended
        newest = phones[-1]
        parents = newest.conversation("Parents")
        acks = [
            newest.call("message:send", conversation_id=parents, client_id=f"c{n}", body=f"Good evening {'a' * n}.")
            for n in range(61)
        ]
        assert [ack["ok"] for ack in acks] == [True] * 60 + [False]
        assert refused(acks[-1])["code"] == "too_many_requests"
        again = newest.call("message:send", conversation_id=parents, client_id="c0", body="Good evening .")
        assert again["message"]["id"] == acks[0]["message"]["id"]
        assert [phone.closed for phone in phones[1:]] == [0] * 10
        for phone in phones[1:]:
            phone.disconnect()
