"""Somebody loses the network and comes back: they get exactly what they missed, in order, as it stands now."""

import pytest

from tests.factories.messages import HOSTILE
from tests.factories.review import decide_about

MOST_MISSED = 300


@pytest.fixture
def made(room):
    return room("carer1", "carer2")


@pytest.fixture
def stream(made):
    return made.conversation_id


def away_while(carer, happens):
    """What comes in when the person is back after something happened."""
    carer.lose_network()
    known = len(carer.events)
    happens()
    return known


def arrived(carer, stream, known, count):
    carer.wait_for(
        lambda: len([event for event in carer.events[known:] if event["stream_id"] == stream]) >= count,
        f"{count} events",
    )
    carer.sync()  # its answer comes after everything that was on its way
    return [event for event in carer.events[known:] if event["stream_id"] == stream]


def test_a_reconnecting_client_gets_exactly_what_it_missed(phone, stream):
    carer, other = phone("carer1"), phone("carer2")
    carer.send(stream, "Before.")
    carer.wait_event("message.created")
    missed = []
    known = away_while(carer, lambda: missed.extend(other.send(stream, f"Missed {n}.")["message"] for n in range(5)))
    carer.connect()
    got = arrived(carer, stream, known, 5)
    assert [event["data"]["message"]["id"] for event in got] == [message["id"] for message in missed]
    assert [event["data"]["message"]["body"] for event in got] == [f"Missed {n}." for n in range(5)]
    assert carer.seqs_of(stream) == list(range(carer.seqs_of(stream)[0], got[-1]["seq"] + 1))


def test_what_comes_after_a_reconnect_follows_what_was_missed(phone, stream):
    carer, other = phone("carer1"), phone("carer2")
    known = away_while(carer, lambda: other.send(stream, "Missed."))
    carer.connect()
    other.send(stream, "Fresh.")
    bodies = [event["data"]["message"]["body"] for event in arrived(carer, stream, known, 2)]
    assert bodies == ["Missed.", "Fresh."]


def test_nothing_is_sent_again_to_a_client_that_missed_nothing(phone, stream):
    carer = phone("carer1")
    carer.send(stream, "Mine.")
    carer.wait_event("message.created")
    known = away_while(carer, lambda: None)
    carer.connect()
    assert arrived(carer, stream, known, 0) == []


def test_sync_gives_the_same_events_as_a_reconnect(phone, stream):
    carer, other = phone("carer1"), phone("carer2")
    stood = carer.heads[stream]
    for n in range(3):
        other.send(stream, f"Message {n}.")
    carer.wait_for(lambda: len(carer.messages(stream)) == 3, "three messages")
    answer = carer.sync({stream: stood})[stream]
    live = [event for event in carer.events if event["stream_id"] == stream]
    assert answer["events"] == live
    assert (answer["head_seq"], answer["limited"]) == (live[-1]["seq"], False)
    over_http = carer.post("/sync", streams={stream: stood})["streams"][stream]
    assert over_http == answer


def test_a_stream_left_out_of_a_sync_is_answered_with_its_head(phone, stream):
    carer = phone("carer1")
    answer = carer.sync({})
    assert answer[stream] == {"events": [], "head_seq": carer.heads[stream], "limited": False}
    assert carer.person["id"] in answer


@pytest.mark.parametrize("too_many", [False, True])
def test_past_three_hundred_missed_the_history_pages_complete_the_picture(phone, stream, too_many):
    carer, other = phone("carer1"), phone("carer2")
    stood = carer.seqs[stream]
    count = MOST_MISSED + too_many
    sent = []
    known = away_while(carer, lambda: sent.extend(other.send(stream, f"No {n}.")["message"] for n in range(count)))
    carer.connect()
    got = arrived(carer, stream, known, 0 if too_many else count)
    answer = carer.sync({stream: stood})[stream]
    assert (answer["limited"], answer["head_seq"]) == (too_many, stood + count)
    assert carer.heads[stream] == stood + count
    if too_many:
        assert got == answer["events"] == []
    else:
        assert [event["data"]["message"]["id"] for event in got] == [message["id"] for message in sent]
    pages = carer.history(stream, after=stood)
    assert [message["id"] for message in pages] == [message["id"] for message in sent]
    assert pages[-1]["seq"] == answer["head_seq"]


def test_a_position_from_a_future_that_never_was_is_answered_as_limited(phone, stream):
    carer = phone("carer1")
    assert carer.sync({stream: 10_000})[stream] == {"events": [], "head_seq": carer.heads[stream], "limited": True}
    known = away_while(carer, lambda: None)
    carer.connect(streams={stream: 10_000})
    assert arrived(carer, stream, known, 0) == []


@pytest.mark.parametrize("decision", ["hide", "remove"])
def test_what_was_hidden_or_removed_meanwhile_is_never_replayed_with_its_text(phone, stream, decision):
    carer, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    stood = carer.seqs[stream]

    def a_message_comes_and_goes():
        message = other.send(stream, "These words go away again.")["message"]
        carer.post(f"/messages/{message['id']}/report", reason="abuse")
        decide_about(moderator, message["id"], decision)

    known = away_while(carer, a_message_comes_and_goes)
    carer.connect()
    created, gone = arrived(carer, stream, known, 2)
    assert created["kind"] == "message.created"
    assert created["data"]["message"]["body"] == ""
    assert gone["kind"] == {"hide": "message.updated", "remove": "message.removed"}[decision]
    everything = [created, gone, carer.sync({stream: stood}), carer.history(stream), other.history(stream)]
    assert "These words go away again." not in str(everything)


def test_a_held_message_is_missed_by_nobody_until_it_is_released(phone, stream):
    carer, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    stood = carer.seqs[stream]
    held = []
    known = away_while(carer, lambda: held.append(other.send(stream, HOSTILE)["message"]))
    carer.connect()
    assert arrived(carer, stream, known, 0) == []
    assert carer.sync({stream: stood})[stream]["head_seq"] == stood
    decide_about(moderator, held[0]["id"], "approve")
    released = arrived(carer, stream, known, 1)
    assert [event["data"]["message"]["id"] for event in released] == [held[0]["id"]]
    assert released[0]["data"]["message"]["body"] == HOSTILE


def test_the_inbox_and_the_desk_are_caught_up_with_too(phone, stream):
    carer, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    other_known = away_while(other, lambda: None)
    message = carer.send(stream, "Something to look at.")["message"]
    desk_known = away_while(moderator, lambda: None)
    other.post(f"/messages/{message['id']}/report", reason="spam")
    decide_about(phone("moderator2", connect=False), message["id"], "dismiss")
    moderator.connect()
    other.connect()
    kinds = [event["kind"] for event in arrived(moderator, "desk:review", desk_known, 3)]
    assert kinds == ["case.opened", "case.changed", "case.closed"]
    told = arrived(other, other.person["id"], other_known, 1)
    assert [(event["kind"], event["data"]["outcome"]) for event in told] == [("notice.report", "no_action")]
