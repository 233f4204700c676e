"""Streams: in one stream the order of seqs is the order of commits, without gaps."""

import pytest

from models.clock import clock
from models.ids import new_id
from models.session import on_commit, transaction
from models.streams import (
    REVIEW_DESK,
    EventKind,
    Stream,
    StreamOrderError,
    moved_since,
    open_stream,
    record_event,
    record_to_desk,
    record_to_inboxes,
)
from tests.factories.people import make_person
from tests.factories.races import behind, race
from tests.factories.streams import events_of, head_of, kinds_of

CREATED, UPDATED = EventKind.MESSAGE_CREATED, EventKind.MESSAGE_UPDATED


def make_stream():
    stream_id = new_id()
    with transaction() as session:
        open_stream(session, stream_id, now=clock.now())
    return stream_id


def record(stream_id, kind=CREATED):
    with transaction() as session:
        return record_event(session, stream_id, kind, new_id(), now=clock.now())


def record_and_fail(stream_id):
    with transaction() as session:
        record_event(session, stream_id, CREATED, new_id(), now=clock.now())
        raise ZeroDivisionError


def record_in_order(*stream_ids):
    with transaction() as session:
        return [record_event(session, stream_id, CREATED, new_id(), now=clock.now()) for stream_id in stream_ids]


@pytest.fixture
def heard():
    """What was announced as committed, in order."""
    announced = []
    stop = on_commit(lambda recorded, _at_hand: announced.extend(recorded))
    yield announced
    stop()


def test_seqs_count_up_from_one_without_gaps():
    stream_id = make_stream()
    assert [record(stream_id) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert [event.seq for event in events_of(stream_id)] == [1, 2, 3, 4, 5]
    assert head_of(stream_id) == 5


def test_streams_count_apart():
    one, other = make_stream(), make_stream()
    record(one)
    assert record(other) == 1


def test_what_was_rolled_back_leaves_no_gap_and_is_not_announced(heard):
    stream_id = make_stream()
    record(stream_id)
    with pytest.raises(ZeroDivisionError):
        record_and_fail(stream_id)
    assert record(stream_id) == 2
    assert heard == [(stream_id, 1), (stream_id, 2)]


def test_writers_at_once_get_seqs_without_gaps_or_twins():
    stream_id = make_stream()
    seqs = race(*[lambda: record(stream_id)] * 8)
    assert sorted(seqs) == list(range(1, 9))
    assert [event.seq for event in events_of(stream_id)] == list(range(1, 9))


def test_the_order_of_seqs_is_the_order_of_commits(heard):
    stream_id = make_stream()
    with transaction() as session:
        record_event(session, stream_id, CREATED, new_id(), now=clock.now())
        second = behind(lambda: record(stream_id, UPDATED))
    assert second.outcome() == 2
    # Word of a commit may overtake word of the one before: it is a hint, and the log is what has the order.
    assert sorted(heard) == [(stream_id, 1), (stream_id, 2)]
    assert kinds_of(stream_id) == [CREATED, UPDATED]


def test_an_event_is_announced_after_the_commit_only(heard):
    stream_id = make_stream()
    with transaction() as session:
        record_event(session, stream_id, CREATED, new_id(), now=clock.now())
        assert heard == []
    assert heard == [(stream_id, 1)]


def test_a_listener_that_fails_does_not_undo_the_change(heard):
    def fail(_recorded, _at_hand):
        raise RuntimeError("a broken listener")

    stream_id = make_stream()
    stop = on_commit(fail)
    try:
        record(stream_id)
    finally:
        stop()
    assert head_of(stream_id) == 1
    assert heard == [(stream_id, 1)]


def test_inboxes_and_desks_wait_for_the_end_of_the_transaction(heard):
    conversation, people = make_stream(), sorted([make_person().id, make_person().id])
    with transaction() as session:
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_OPENED, new_id(), now=clock.now())
        record_to_inboxes(session, reversed(people), EventKind.NOTICE_MESSAGE, new_id(), now=clock.now())
        record_event(session, conversation, CREATED, new_id(), now=clock.now())
        assert session.get(Stream, REVIEW_DESK).head_seq == 0
        assert session.get(Stream, people[0]).head_seq == 0
    assert [stream_id for stream_id, _ in heard] == [conversation, *people, REVIEW_DESK]


def test_waiting_events_keep_their_order_within_a_stream():
    person = make_person()
    with transaction() as session:
        for kind in (EventKind.NOTICE_MESSAGE, EventKind.NOTICE_REPORT, EventKind.NOTICE_MESSAGE):
            record_to_inboxes(session, [person.id], kind, new_id(), now=clock.now())
    assert kinds_of(person.id) == ["notice.message", "notice.report", "notice.message"]


def test_conversations_are_touched_in_the_order_of_their_ids():
    first, second = sorted([make_stream(), make_stream()])
    assert record_in_order(first, second, second) == [1, 1, 2]


def test_touching_them_in_another_order_is_a_bug_that_shows():
    first, second = sorted([make_stream(), make_stream()])
    with pytest.raises(StreamOrderError):
        record_in_order(second, first)
    assert (head_of(first), head_of(second)) == (0, 0)


def test_a_stream_that_moved_is_found_by_the_time_it_moved():
    moved, still = make_stream(), make_stream()
    since = clock.now()
    record(moved)
    with transaction() as session:
        found = moved_since(session, since)
    assert found == {moved: 1}
    assert still not in found
