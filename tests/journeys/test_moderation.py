"""From a held or reported message to the decision, as everybody concerned sees it, live."""

import pytest

from tests.factories.clients import Refused
from tests.factories.messages import HOSTILE, PLAIN, RISKY
from tests.factories.review import case_about, decide_about


@pytest.fixture
def made(room):
    return room("carer1", "carer2", "worker1")


@pytest.fixture
def stream(made):
    return made.conversation_id


def kinds(phone, stream, count):
    """(kind, message id) of the room's events that arrived: `count` of them, and no more that is on its way."""
    phone.wait_for(lambda: len(phone.seqs_of(stream)) >= count, f"{count} events")
    phone.sync()
    events = [event for event in phone.events if event["stream_id"] == stream]
    return [(event["kind"], event["data"].get("message_id") or event["data"]["message"]["id"]) for event in events]


def report(phone, message, reason="abuse"):
    return phone.post(f"/messages/{message['id']}/report", reason=reason)["report_id"]


def test_a_released_message_takes_its_place_after_what_was_said_meanwhile(phone, stream):
    author, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    held = author.send(stream, HOSTILE)["message"]
    said = [other.send(stream, f"Meanwhile {n}.")["message"] for n in range(3)]
    decide_about(moderator, held["id"], "approve")
    said.append(other.send(stream, "Afterwards.")["message"])
    order = [message["id"] for message in [*said[:3], held, said[3]]]
    for one in (author, other):
        one.wait_for(lambda one=one: len(one.messages(stream)) == 5, "five messages")
        assert [message["id"] for message in one.messages(stream)] == order
        assert [message["id"] for message in one.history(stream)] == order
        seqs = one.seqs_of(stream)
        assert seqs == list(range(seqs[0], seqs[0] + 5))


def test_a_held_message_is_in_its_authors_history_only(phone, stream):
    author, other = phone("carer1"), phone("carer2")
    held = author.send(stream, HOSTILE)["message"]
    path = f"/conversations/{stream}/messages"
    assert [(message["id"], message["body"], message["seq"]) for message in author.get(path)["held"]] == [
        (held["id"], HOSTILE, None)
    ]
    assert author.get(path)["items"] == other.get(path)["items"] == other.get(path)["held"] == []
    for refused in (lambda: report(other, held), lambda: other.send(stream, PLAIN, reply_to=held["id"])):
        with pytest.raises(Refused) as error:
            refused()
        assert error.value.code in {"not_found", "invalid"}


def test_a_held_message_that_is_removed_was_never_there_for_anybody_else(phone, stream):
    author, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    held = author.send(stream, HOSTILE)["message"]
    decide_about(moderator, held["id"], "remove")
    notice = author.wait_event("notice.message")
    assert (notice["data"]["message_id"], notice["data"]["outcome"]) == (held["id"], "removed")
    after = other.send(stream, PLAIN)["message"]
    assert kinds(other, stream, 1) == kinds(author, stream, 1) == [("message.created", after["id"])]
    assert [message["id"] for message in other.history(stream)] == [after["id"]]


def test_a_group_that_looks_first_delivers_in_the_order_of_release(phone, room):
    stream = room("carer1", "carer2", "worker1", moderation="before").conversation_id
    author, other, moderator, worker = phone("carer1"), phone("carer2"), phone("moderator1"), phone("worker1")
    waiting = [author.send(stream, f"Carer's {n}.")["message"] for n in range(3)]
    assert {message["state"] for message in waiting} == {"held"}
    staff = worker.send(stream, "Hello, we read everything first here.")["message"]
    assert staff["state"] == "visible"
    for n in (2, 0, 1):
        decide_about(moderator, waiting[n]["id"], "approve")
    order = [staff["id"], waiting[2]["id"], waiting[0]["id"], waiting[1]["id"]]
    other.wait_for(lambda: len(other.messages(stream)) == 4, "four messages")
    assert [message["id"] for message in other.messages(stream)] == order


def test_hiding_and_restoring_takes_the_text_away_and_gives_it_back(phone, stream):
    author, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    message = author.send(stream, PLAIN)["message"]
    report(other, message)
    decide_about(moderator, message["id"], "hide")
    hidden = other.wait_event("message.updated")["data"]["message"]
    assert (hidden["state"], hidden["body"]) == ("hidden", "")
    assert [(shown["state"], shown["body"]) for shown in author.history(stream)] == [("hidden", "")]
    decide_about(moderator, message["id"], "restore")
    back = other.wait_event("message.updated", lambda data: data["message"]["state"] == "visible")["data"]["message"]
    assert back["body"] == PLAIN
    author.wait_event("notice.message", lambda data: data["outcome"] == "restored")
    outcomes = [event["data"]["outcome"] for event in author.events if event["kind"] == "notice.message"]
    assert outcomes == ["hidden", "restored"]


def test_a_removal_reaches_everybody_and_can_be_put_right(phone, stream):
    author, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    message = author.send(stream, PLAIN)["message"]
    report(other, message)
    case = decide_about(moderator, message["id"], "remove")
    for one in (author, other):
        gone = one.wait_event("message.removed")
        assert gone["data"] == {"message_id": message["id"], "reason": "moderated"}
    moderator.post(f"/review/cases/{case['id']}/decide", decision="restore", note="A mistake.", version=case["version"])
    back = other.wait_event("message.updated")["data"]["message"]
    assert (back["state"], back["body"], back["seq"]) == ("visible", PLAIN, message["seq"])
    assert kinds(author, stream, 3) == [
        ("message.created", message["id"]),
        ("message.removed", message["id"]),
        ("message.updated", message["id"]),
    ]


@pytest.mark.parametrize(("decision", "outcome"), [("dismiss", "no_action"), ("remove", "action_taken")])
def test_each_reporter_is_told_once_and_nobody_learns_who_they_are(phone, stream, decision, outcome):
    author, moderator = phone("carer1"), phone("moderator1")
    reporters = [phone("carer2"), phone("worker1")]
    message = author.send(stream, PLAIN)["message"]
    reports = [report(one, message) for one in reporters]
    assert [report(one, message) for one in reporters] == reports
    assert case_about(moderator, message["id"])["reports"] == 2
    decide_about(moderator, message["id"], decision)
    for one, report_id in zip(reporters, reports, strict=True):
        told = one.wait_event("notice.report", lambda data: data["message_id"] == message["id"])
        assert told["data"] == {"report_id": report_id, "message_id": message["id"], "outcome": outcome}
        assert [event["kind"] for event in one.events].count("notice.report") == 1
    author.sync()
    for one in reporters:
        assert one.person["id"] not in str([event for event in author.events if event["stream_id"] != stream])
        assert one.person["id"] not in str(moderator.events)


def test_the_desk_sees_a_case_live_from_its_opening_to_its_end(phone, stream):
    author, moderator, supervisor = phone("carer1"), phone("moderator1"), phone("supervisor")
    message = author.send(stream, RISKY)["message"]
    report(phone("carer2"), message, "risk_to_self")
    decide_about(moderator, message["id"], "dismiss")

    def mine(data):
        return data["case"]["target"]["message_id"] == message["id"]

    for one in (moderator, supervisor):
        one.wait_event("case.closed", mine)
        seen = [event for event in one.events if event["kind"].startswith("case.") and mine(event["data"])]
        assert [event["kind"] for event in seen] == ["case.opened", "case.changed", "case.changed", "case.closed"]
        assert {event["stream_id"] for event in seen} == {"desk:review"}
        assert seen[-1]["data"]["case"]["queue"] == "safety"


def test_nobody_decides_about_their_own_message_or_report(phone, made, stream):
    moderator = phone("moderator1")
    made.admit(moderator)
    message = moderator.send(stream, "A word from me.")["message"]
    report(phone("carer2"), message)
    case = case_about(moderator, message["id"])
    assert moderator.call("case:claim", case_id=case["id"])["error"]["code"] == "forbidden"
    with pytest.raises(Refused) as error:
        decide_about(moderator, message["id"], "dismiss")
    assert error.value.code == "forbidden"
    assert decide_about(phone("moderator2"), message["id"], "dismiss")["state"] == "closed"


def test_a_decision_on_a_stale_version_changes_nothing(phone, stream):
    author, moderator = phone("carer1"), phone("moderator1")
    message = author.send(stream, PLAIN)["message"]
    report(phone("carer2"), message)
    case = case_about(moderator, message["id"])
    report(phone("worker1"), message)
    with pytest.raises(Refused) as error:
        moderator.post(f"/review/cases/{case['id']}/decide", decision="remove", note="Too late.", version=case["version"])
    assert (error.value.status, error.value.code) == (409, "stale_version")
    assert [shown["state"] for shown in author.history(stream)] == ["visible"]
