"""Coming through the Socket.IO door: who is let in, who is not and why, and what a socket is told first."""

import secrets

import pytest

from tests.factories.clients import Phone, Refused
from tests.factories.database import change_row
from tests.factories.tokens import expiring, recut, sign_in_of


def refusal(phone: Phone, auth: object) -> str:
    """The code with which the server refuses this socket."""
    with pytest.raises(Refused) as refused:
        phone.open(auth)
    assert set(refused.value.problem) >= {"code", "status", "user_message"}
    return str(refused.value.code)


@pytest.fixture
def carer(phone):
    return phone("carer1", connect=False)


@pytest.mark.parametrize("auth", [None, {}, {"token": None}, {"token": 5}, {"token": ["a"]}, {"token": {"a": 1}}])
def test_a_socket_without_a_token_is_refused(carer, auth):
    assert refusal(carer, auth) == "sign_in_required"


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "é" * 50, "x" * 10_000])
def test_a_token_that_cannot_be_read_is_refused(carer, token):
    assert refusal(carer, {"token": token}) == "token_invalid"


def test_a_refresh_token_opens_no_socket(carer):
    assert refusal(carer, {"token": carer.refresh_token}) == "token_invalid"


def test_a_token_signed_with_another_key_is_refused(carer):
    forged = recut(carer.access_token, key=secrets.token_urlsafe(48))
    assert refusal(carer, {"token": forged}) == "token_invalid"


def test_a_token_that_nobody_signed_is_refused(carer):
    assert refusal(carer, {"token": recut(carer.access_token, key=None, algorithm="none")}) == "token_invalid"


@pytest.mark.parametrize("claims", [{"sid": None}, {"sid": 7}, {"aud": "others"}, {"iss": "others"}, {"type": "refresh"}])
def test_a_token_with_other_claims_is_refused(carer, claims):
    assert refusal(carer, {"token": recut(carer.access_token, **claims)}) == "token_invalid"


def test_an_expired_token_is_refused_as_expired(carer):
    assert refusal(carer, {"token": expiring(carer.access_token, seconds=-1)}) == "token_expired"


def test_a_token_of_an_ended_session_is_refused(phone):
    carer = phone("carer1", connect=False, own_sign_in=True)
    carer.post("/auth/logout")
    assert refusal(carer, {"token": carer.access_token}) == "session_ended"


def test_a_token_naming_somebody_elses_session_is_refused(phone, carer):
    other = phone("carer2", connect=False)
    mixed = recut(carer.access_token, sid=sign_in_of(other.access_token))
    assert refusal(carer, {"token": mixed}) == "session_ended"


@pytest.mark.parametrize(
    "streams",
    [
        None,
        "",
        "all",
        0,
        7,
        [],
        ["a"],
        {"a": "1"},
        {"a": -1},
        {"a": 1.5},
        {"a": True},
        {"a": None},
        {"a": 2**53},
        {"": 1},
        {"x" * 65: 1},
        {f"s{number}": 0 for number in range(501)},
    ],
)
def test_positions_that_cannot_be_meant_are_refused(carer, streams):
    assert refusal(carer, {"token": carer.access_token, "streams": streams}) == "invalid"


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_a_socket_is_told_where_its_streams_stand(phone, room, transports):
    made = room("carer1")
    carer = phone("carer1", connect=False).connect(transports=transports)
    assert carer.heads[made.conversation_id] == 1  # their own joining
    assert carer.person["id"] in carer.heads
    assert "desk:review" not in carer.heads


@pytest.mark.parametrize(("name", "hears"), [("moderator1", True), ("supervisor", True), ("worker1", False)])
def test_the_review_desk_is_told_to_those_who_work_there(phone, name, hears):
    assert ("desk:review" in phone(name).heads) is hears


def test_a_socket_is_told_nothing_of_conversations_of_others(phone, room):
    made = room("carer2")
    carer = phone("carer1", connect=False).connect(streams={made.conversation_id: 0})
    assert made.conversation_id not in carer.heads
    phone("carer2").send(made.conversation_id, "Only for the two of us.")
    assert made.conversation_id not in carer.sync({made.conversation_id: 0})
    assert carer.seqs_of(made.conversation_id) == []


def test_long_polling_carries_sends_acks_and_events(phone, room):
    made = room("carer1", "carer2")
    poller = phone("carer1", connect=False).connect(transports=("polling",))
    other = phone("carer2")
    ack = poller.send(made.conversation_id, "Sent by polling.")
    answer = other.send(made.conversation_id, "Sent by websocket.")
    for one in (poller, other):
        one.wait_for(lambda one=one: len(one.messages(made.conversation_id)) == 2, "both messages")
        ids = [message["id"] for message in one.messages(made.conversation_id)]
        assert ids == [ack["message"]["id"], answer["message"]["id"]]


def test_two_sockets_of_one_person_both_hear_everything(phone, room):
    made = room("carer1", "carer2")
    first, second = phone("carer1"), phone("carer1")
    sent = first.send(made.conversation_id, "On both of my devices.")
    for one in (first, second):
        event = one.wait_event("message.created")
        assert event["data"]["message"]["id"] == sent["message"]["id"]
        assert "client_id" not in event["data"]["message"]


def test_who_has_not_agreed_to_the_code_of_conduct_of_now_is_refused_until_they_do(server):
    carer = Phone(server.url, "newcomer")
    version = carer.get("/code-of-conduct")["version"]
    carer.take(
        carer.post(
            "/auth/register",
            email=f"{secrets.token_hex(8)}@example.org",
            password=secrets.token_urlsafe(12),
            display_name="Newcomer",
            timezone="Europe/Berlin",
            region="DE",
            accepted_code_version=version,
        )
    )
    carer.connect()
    change_row(server.database_url, "person", carer.person["id"], accepted_code_version=version - 1)
    assert carer.call("sync", streams={})["error"]["code"] == "acceptance_required"
    carer.disconnect()
    assert refusal(carer, {"token": carer.access_token}) == "acceptance_required"
    carer.post("/me/acceptances", version=version)
    assert carer.connect().sync() is not None
    carer.disconnect()
