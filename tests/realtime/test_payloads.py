"""Wrong payloads on every event: the right code in the ack, no traceback in the log, nobody else disturbed."""

from uuid import uuid4

import pytest

ID = str(uuid4())
SEND = {"conversation_id": ID, "client_id": "c1", "body": "Hello."}
GOOD = {
    "message:send": SEND,
    "read:mark": {"conversation_id": ID, "seq": 1},
    "sync": {"streams": {}},
    "case:claim": {"case_id": ID},
    "alert:acknowledge": {"alert_id": ID},
    "token:renew": {"token": "a.b.c"},
}


@pytest.fixture
def calm(server, phone, room):
    """A room of bystanders who can still talk when the test is over, and a log without tracebacks."""
    made = room("carer2", "carer3")
    speaker, listener = phone("carer2"), phone("carer3")
    start = len(server.log_text())
    yield
    sent = speaker.send(made.conversation_id, "Still here?")
    assert listener.wait_event("message.created")["data"]["message"]["id"] == sent["message"]["id"]
    assert (speaker.closed, listener.closed) == (0, 0)
    logged = server.log_text()[start:]
    assert "Traceback" not in logged, logged
    assert "handler failed" not in logged, logged


def refused(ack) -> tuple[str, int]:
    assert ack["ok"] is False, ack
    assert ack["error"]["user_message"]
    return ack["error"]["code"], ack["error"]["status"]


@pytest.mark.parametrize("event", GOOD)
def test_what_is_not_one_object_is_invalid(calm, phone, event):
    carer = phone("carer1")
    for payloads in ([], [None], [[]], [["a"]], ["text"], [7], [True], [{}, {}], [GOOD[event], 1], [[[[[]]]]]):
        assert refused(carer.call_with(event, *payloads)) == ("invalid", 422), payloads
    assert carer.closed == 0


@pytest.mark.parametrize("event", GOOD)
def test_an_unknown_field_is_invalid_and_named(calm, phone, event):
    ack = phone("carer1").call_with(event, {**GOOD[event], "surprise": 1})
    assert refused(ack) == ("invalid", 422)
    assert "surprise" in ack["error"]["errors"]


@pytest.mark.parametrize(
    ("event", "field"), [(event, field) for event, data in GOOD.items() for field in data], ids="-".join
)
def test_a_field_left_out_or_of_another_type_is_invalid_and_named(calm, phone, event, field):
    carer = phone("carer1")
    rest = {name: value for name, value in GOOD[event].items() if name != field}
    for wrong in (rest, *({**rest, field: value} for value in (None, True, 1.5, [], [1], "", -1))):
        ack = carer.call_with(event, wrong)
        assert refused(ack) == ("invalid", 422), wrong
        assert field in ack["error"]["errors"], wrong


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": "   "},
        {"body": "x" * 4001},
        {"body": "nul \x00"},
        {"body": "turned \u202e round"},
        {"client_id": "x" * 65},
        {"client_id": "two words"},
        {"client_id": "line\n"},
        {"conversation_id": "not-an-id"},
        {"conversation_id": ID.replace("-", "")},
        {"reply_to": "not-an-id"},
        {"content_warning": "two\nlines"},
        {"content_warning": "x" * 101},
        {"acknowledged_advice": "yes"},
        {"acknowledged_advice": 1},
    ],
    ids=str,
)
def test_a_message_that_cannot_be_meant_is_invalid(calm, phone, wrong):
    ack = phone("carer1").call_with("message:send", {**SEND, **wrong})
    assert refused(ack) == ("invalid", 422)
    assert list(ack["error"]["errors"]) == list(wrong)


@pytest.mark.parametrize("seq", ["1", 2**53, 2**64 - 1, -1])
def test_a_position_that_cannot_be_meant_is_invalid(calm, phone, seq):
    carer = phone("carer1")
    assert refused(carer.call("read:mark", conversation_id=ID, seq=seq)) == ("invalid", 422)
    assert refused(carer.call("sync", streams={ID: seq})) == ("invalid", 422)


def test_conversations_of_others_and_conversations_that_never_were_look_the_same(calm, phone, room):
    theirs = room("carer2").conversation_id
    carer = phone("carer1")
    for conversation_id in (theirs, ID):
        sent = carer.call_with("message:send", {**SEND, "conversation_id": conversation_id})
        assert refused(sent) == ("not_found", 404)
        assert refused(carer.call("read:mark", conversation_id=conversation_id, seq=1)) == ("not_found", 404)
        assert conversation_id not in carer.sync({conversation_id: 0})
    assert phone("carer2", connect=False).history(theirs) == []


def test_a_reply_to_a_message_of_another_room_is_invalid(calm, phone, room):
    theirs, mine = room("carer2"), room("carer1")
    other = phone("carer2").send(theirs.conversation_id, "Said elsewhere.")["message"]
    for reply_to in (other["id"], ID):
        ack = phone("carer1").call_with(
            "message:send", {**SEND, "conversation_id": mine.conversation_id, "reply_to": reply_to}
        )
        assert refused(ack) == ("invalid", 422)
        assert "reply_to" in ack["error"]["errors"]


def test_a_case_is_refused_to_a_carer_and_unknown_to_the_desk(calm, phone):
    assert refused(phone("carer1").call("case:claim", case_id=ID)) == ("forbidden", 403)
    assert refused(phone("moderator1").call("case:claim", case_id=ID)) == ("not_found", 404)


def test_an_event_nobody_knows_is_answered_too(calm, phone):
    assert refused(phone("carer1").call("message:shout", body="Hello?")) == ("not_found", 404)


@pytest.mark.parametrize("event", GOOD)
def test_json_as_deep_as_can_be_read_is_invalid(calm, phone, event):
    carer = phone("carer1")
    for shape in ("%s", '{"streams":%s}', '{"a":{"b":%s}}'):
        carer.socket.eio.send(f'2["{event}",{shape % ("[" * 900 + "]" * 900)}]')
    assert carer.sync() is not None
    assert carer.closed == 0


def test_json_five_thousand_deep_closes_its_own_socket_only(calm, phone):
    carer = phone("carer1")
    carer.socket.eio.send('21["sync",' + "[" * 5000 + "]" * 5000 + "]")
    carer.wait_for(lambda: carer.closed, "the end of the connection")
