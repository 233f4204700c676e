"""Sanctions and appeals as those concerned see them, live: at both doors, on open sockets, and by whoever was away."""

from uuid import uuid4

import pytest

from tests.factories.clients import Refused
from tests.factories.doors import DOORS, refusal
from tests.factories.messages import PLAIN, RISKY
from tests.factories.review import decide_about

WORDS = "You wrote to somebody here that they are worth nothing."
CODES = {"read_only": "read_only", "removal": "removed_from_group", "suspension": "suspended_from_groups"}


@pytest.fixture
def made(room):
    return room("carer1", "carer2", "worker1")


def impose(desk, person, kind, made):
    named = {} if kind == "suspension" else {"conversation_id": made.conversation_id}
    facts = {"kind": kind, "days": 1, "reason": "abuse", "words": WORDS, **named}
    return desk.post("/review/sanctions", person_id=person.person["id"], **facts)["sanction"]


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("body", [PLAIN, RISKY], ids=["plain", "risky"])
def test_who_is_sanctioned_is_refused_in_the_same_words_at_both_doors(phone, made, kind, body):
    carer, desk = phone("carer1"), phone("moderator1")
    sanction = impose(desk, carer, kind, made)
    told = [refusal(door.send, carer, made.conversation_id, client_id=uuid4().hex, body=body) for door in DOORS]
    assert told[0] == told[1]
    assert (told[0]["code"], told[0]["status"]) == (CODES[kind], 403)
    assert (told[0]["until"], told[0]["decision_id"]) == (sanction["until"], sanction["decision_id"])
    assert ("support" in told[0]) is (body == RISKY)
    opened = [case for case in desk.get("/review/cases?limit=100")["items"] if case["target"]["kind"] == "person"]
    assert len([case for case in opened if case["target"]["author"]["id"] == carer.person["id"]]) == (body == RISKY)
    desk.post(f"/review/sanctions/{sanction['id']}/lift", reason="It was a trial.")
    carer.wait_for(lambda: _can_send(carer, made.conversation_id), "writing again")


def _can_send(carer, stream):
    try:
        carer.send(stream, PLAIN)
    except (Refused, AssertionError):
        return False
    return True


@pytest.mark.parametrize("kind", ["removal", "suspension"])
def test_an_open_socket_hears_nothing_more_of_the_group_from_that_event_on(phone, made, kind):
    carer, other, desk = phone("carer1"), phone("carer2"), phone("moderator1")
    stream = made.conversation_id
    other.send(stream, "Before.")
    carer.wait_event("message.created")
    sanction = impose(desk, carer, kind, made)
    assert other.wait_event("member.left")["data"]["person"]["id"] == carer.person["id"]
    notice = carer.wait_event("notice.sanction")
    assert (notice["data"]["kind"], notice["data"]["change"]) == (kind, "imposed")
    assert notice["data"]["user_message"]
    heard = len(carer.messages(stream))
    said = other.send(stream, "Said while they are away.")["message"]
    other.wait_event("message.created", lambda data: data["message"]["id"] == said["id"])
    carer.sync()
    assert len(carer.messages(stream)) == heard
    desk.post(f"/review/sanctions/{sanction['id']}/lift", reason="It was a trial.")
    carer.wait_event("member.joined", lambda data: data["person"]["id"] == carer.person["id"])
    carer.send(stream, "Here again.")


def test_what_an_appeal_gives_back_is_seen_by_who_was_there_and_by_who_was_away(phone, made):
    author, other, first, second = phone("carer1"), phone("carer2"), phone("moderator1"), phone("moderator2")
    stream = made.conversation_id
    away = phone("worker1", connect=False)
    message = author.send(stream, PLAIN)["message"]
    other.post(f"/messages/{message['id']}/report", reason="abuse")
    decide_about(first, message["id"], "remove")
    other.wait_event("message.removed", lambda data: data["message_id"] == message["id"])
    decision_id = author.wait_event("notice.message")["data"]["decision_id"]
    head = away.post("/sync", streams={})["streams"][stream]["head_seq"]
    appeal = author.post(f"/decisions/{decision_id}/appeal", words="It was a song.")["appeal"]
    waiting = second.wait_event("notice.appeal", lambda data: data["appeal_id"] == appeal["id"])
    assert (waiting["stream_id"], waiting["data"]["state"]) == ("desk:review", "open")
    answer = {"outcome": "overturned", "note": "A song.", "words": "You were quoting.", "version": 1}
    second.post(f"/review/appeals/{appeal['id']}/decide", **answer)
    back = other.wait_event("message.updated", lambda data: data["message"]["id"] == message["id"])["data"]["message"]
    assert (back["state"], back["body"]) == ("visible", PLAIN)
    missed = away.post("/sync", streams={stream: head})["streams"][stream]["events"]
    (shown,) = [event["data"]["message"] for event in missed if event["kind"] == "message.updated"]
    assert (shown["id"], shown["body"], shown["state"]) == (message["id"], PLAIN, "visible")
    assert [each["id"] for each in away.history(stream)] == [message["id"]]
    author.wait_event("notice.appeal", lambda data: data["state"] == "overturned")


def test_who_only_reads_is_not_shown_as_writing(phone, made):
    carer, desk = phone("carer1"), phone("moderator1")
    typing = {"conversation_id": made.conversation_id, "typing": True}
    assert carer.call("typing:set", **typing)["ok"]
    sanction = impose(desk, carer, "read_only", made)
    assert carer.call("typing:set", **{**typing, "typing": False})["error"]["code"] == "read_only"
    desk.post(f"/review/sanctions/{sanction['id']}/lift", reason="It was a trial.")
    assert carer.call("typing:set", **{**typing, "typing": False})["ok"]
