"""How far somebody has read, what they missed, and what they see of it."""

import pytest

from models.clock import clock
from models.groups import JoinPolicy
from models.ids import new_id
from models.people import Person
from models.review import DecisionKind
from models.roles import Role
from models.session import reading, transaction
from models.streams import REVIEW_DESK, EventKind, record_event
from server.actions.groups import join_group, leave_group
from server.actions.messages import mark_read
from server.queries.conversations import MOST_UNREAD, list_conversations
from server.queries.messages import page_history
from server.queries.streams import MOST_MISSED, missed, readable_heads
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, case_of, decide, post, report
from tests.factories.people import act, make_person
from tests.factories.races import behind
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, head_of


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def friend():
    return make_person()


@pytest.fixture
def group(carer, friend):
    return make_group(carer, friend)


def mark(person, group, seq):
    return act(mark_read, person, conversation_id=group.conversation_id, seq=seq)


def row_of(person, group):
    with reading() as session:
        page = list_conversations(session, person, limit=100, cursor=None)
    return next(row for row in page.items if row.id == group.conversation_id)


def history(person, group, *, before=None, after=None, limit=50):
    with reading() as session:
        return page_history(session, person, group.conversation_id, before=before, after=after, limit=limit)


def missed_by(person, positions):
    with reading() as session:
        return missed(session, person, positions)


def streams_of(person):
    with reading() as session:
        return set(readable_heads(session, person))


def test_reading_moves_forward_and_is_told_to_ones_other_phones(carer, friend, group):
    seq = post(friend, group).message.seq
    assert mark(carer, group, seq) == seq
    (event,) = [event for event in events_of(carer.id) if event.kind == "read.changed"]
    assert event.data == {"conversation_id": group.conversation_id, "read_seq": seq}


def test_reading_never_goes_back(carer, friend, group):
    seq = post(friend, group).message.seq
    mark(carer, group, seq)
    assert mark(carer, group, seq - 1) == seq
    assert membership_of(carer, group).read_seq == seq


def test_reading_never_goes_past_the_head(carer, group):
    assert mark(carer, group, 2**53 - 1) == head_of(group.conversation_id)


def test_a_phone_that_is_behind_does_not_turn_back_one_that_reads_at_the_same_time(carer, friend, group):
    first, second = post(friend, group).message.seq, post(friend, group).message.seq
    with transaction() as session:
        actor = session.get(Person, carer.id)
        mark_read(session, actor, conversation_id=group.conversation_id, seq=second, now=clock.now())
        session.flush()
        slow = behind(lambda: mark(carer, group, first))
    assert slow.outcome() == second
    assert membership_of(carer, group).read_seq == second


def test_nobody_marks_what_they_cannot_read(group):
    assert_refused("not_found", mark, make_person(), group, 1)


def test_unread_counts_what_others_said_and_can_be_seen(carer, friend, group):
    post(carer, group)
    seen, removed = post(friend, group).message, post(friend, group).message
    post(friend, group, HOSTILE)
    report(carer, removed)
    decide(make_person(Role.MODERATOR), case_of(removed.id), DecisionKind.REMOVE)
    assert row_of(carer, group).unread_count == 1
    mark(carer, group, seen.seq)
    assert row_of(carer, group).unread_count == 0


def test_unread_is_counted_among_the_latest_events_only(carer, friend, group):
    """However long somebody stayed away, their list costs the same."""

    def others(count):
        with transaction() as session:
            for _ in range(count):
                record_event(session, group.conversation_id, EventKind.MESSAGE_UPDATED, new_id(), now=clock.now())

    post(friend, group)
    others(MOST_UNREAD - 1)
    assert row_of(carer, group).unread_count == 1
    others(1)
    assert row_of(carer, group).unread_count == 0
    post(friend, group)
    assert row_of(carer, group).unread_count == 1


def test_a_list_names_only_conversations_one_is_in(carer, group):
    make_group()
    asked = make_group(join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, asked.id)
    left = make_group(carer)
    act(leave_group, carer, left.id)
    with reading() as session:
        page = list_conversations(session, carer, limit=100, cursor=None)
    assert [row.id for row in page.items] == [group.conversation_id]
    assert page.next_cursor is None


def test_the_list_pages_through_every_conversation_once_by_title(carer):
    for name in ("Willow", "Aspen", "Rowan"):
        make_group(carer, name=name)
    titles, cursor = [], None
    while True:
        with reading() as session:
            page = list_conversations(session, carer, limit=1, cursor=cursor)
        titles += [row.title for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert titles == ["Aspen", "Rowan", "Willow"]


def test_history_pages_back_from_the_newest_and_on_from_the_oldest(carer, group):
    seqs = [post(carer, group).message.seq for _ in range(5)]
    newest = history(carer, group, limit=2)
    assert ([m.seq for m in newest.items], newest.more) == (seqs[:2:-1], True)
    older = history(carer, group, before=seqs[3], limit=50)
    assert ([m.seq for m in older.items], older.more) == (seqs[2::-1], False)
    onward = history(carer, group, after=seqs[1], limit=2)
    assert ([m.seq for m in onward.items], onward.more) == (seqs[2:4], True)


def test_only_the_author_finds_a_held_message_and_only_on_the_newest_page(carer, friend, group):
    held = post(carer, group, HOSTILE).message
    assert [message.id for message in history(carer, group).held] == [held.id]
    assert history(carer, group, before=100).held == ()
    assert list(history(friend, group).held) == []
    assert held.id not in {message.id for message in history(friend, group).items}


def test_everybody_reads_their_inbox_and_their_conversations(carer, group):
    assert streams_of(carer) == {carer.id, group.conversation_id}


@pytest.mark.parametrize("role", Role)
def test_the_desk_is_read_by_its_roles_only(role):
    reads = role in {Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR}
    assert (REVIEW_DESK in streams_of(make_person(role))) is reads


def test_who_left_reads_the_conversation_no_more(carer, group):
    act(leave_group, carer, group.id)
    assert streams_of(carer) == {carer.id}
    assert group.conversation_id not in missed_by(carer, {group.conversation_id: 0})


def test_what_came_after_a_position_is_given_in_order(carer, group):
    head = head_of(group.conversation_id)
    sent = [post(carer, group).message for _ in range(3)]
    answer = missed_by(carer, {group.conversation_id: head})[group.conversation_id]
    assert [(event.seq, event.subject_id) for event in answer.events] == [(m.seq, m.id) for m in sent]
    assert (answer.head_seq, answer.limited) == (head + 3, False)


def test_a_stream_without_a_position_is_answered_with_its_head(carer, group):
    post(carer, group)
    answer = missed_by(carer, {})[group.conversation_id]
    assert (list(answer.events), answer.head_seq, answer.limited) == ([], head_of(group.conversation_id), False)


def test_other_peoples_streams_are_left_out_as_if_they_were_not_there(carer, friend, group):
    other = make_group(friend)
    asked = {friend.id: 0, other.conversation_id: 0, REVIEW_DESK: 0, new_id(): 0, "nonsense": 0}
    assert set(missed_by(carer, asked)) == {carer.id, group.conversation_id}


def test_a_position_in_the_future_starts_over(carer, group):
    answer = missed_by(carer, {group.conversation_id: 1000})[group.conversation_id]
    assert (answer.limited, list(answer.events)) == (True, [])


@pytest.mark.parametrize(("behind_by", "limited"), [(MOST_MISSED, False), (MOST_MISSED + 1, True)])
def test_too_much_missed_is_not_sent_one_by_one(carer, group, behind_by, limited):
    with transaction() as session:
        for _ in range(MOST_MISSED + 5):
            record_event(session, group.conversation_id, EventKind.MEMBER_LEFT, carer.id, now=clock.now())
    position = head_of(group.conversation_id) - behind_by
    answer = missed_by(carer, {group.conversation_id: position})[group.conversation_id]
    assert (answer.limited, len(answer.events)) == (limited, 0 if limited else behind_by)
