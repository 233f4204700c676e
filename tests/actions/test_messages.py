"""Sending a message: once, in one place of one order, in the writer's role."""

from uuid import uuid4

import pytest

from models.clock import clock
from models.groups import JoinPolicy, ModerationMode
from models.messages import MessageState
from models.people import Person
from models.roles import Role
from models.session import transaction
from models.streams import lock_stream
from server.actions.groups import join_group, leave_group
from server.actions.messages import post_message
from tests.factories.groups import make_group, membership_of, put_out
from tests.factories.messages import HOSTILE, PLAIN, RUDE, message_now, post
from tests.factories.people import act, make_person
from tests.factories.races import behind, race
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, head_of, kinds_of


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer)


def created(group):
    return [event.subject_id for event in events_of(group.conversation_id) if event.kind == "message.created"]


def test_a_message_gets_the_next_place_in_its_conversation(carer, group):
    head = head_of(group.conversation_id)
    first, second = post(carer, group).message, post(carer, group).message
    assert (first.seq, second.seq) == (head + 1, head + 2)
    assert created(group) == [first.id, second.id]


def test_a_message_is_kept_as_it_was_written(carer, group):
    sent = post(carer, group, "Grüße 🍵", content_warning="Hospital")
    kept = message_now(sent.message.id)
    assert (kept.body, kept.content_warning, kept.state) == ("Grüße 🍵", "Hospital", MessageState.VISIBLE)


def test_a_message_carries_the_role_its_author_had(group):
    worker = make_person(Role.CARER_PEER_WORKER)
    circle = make_group(worker)
    assert message_now(post(worker, circle).message.id).author_role is Role.CARER_PEER_WORKER


def test_an_event_names_the_message_and_never_its_words(carer, group):
    post(carer, group, PLAIN)
    assert all(PLAIN not in str(event.data) for event in events_of(group.conversation_id))


def test_the_same_client_id_again_gives_the_first_result_and_changes_nothing(carer, group):
    first = post(carer, group, client_id="c1")
    head = head_of(group.conversation_id)
    again = post(carer, group, client_id="c1")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.message.id == first.message.id
    assert head_of(group.conversation_id) == head
    assert membership_of(carer, group).delivered_count == 1


@pytest.mark.parametrize("other", [{"body": "Other words"}, {"content_warning": "Hospital"}])
def test_other_words_under_a_used_client_id_are_refused(carer, group, other):
    post(carer, group, client_id="c1")
    assert_refused("idempotency_conflict", post, carer, group, **{"body": PLAIN, "client_id": "c1", **other})
    assert len(created(group)) == 1


def test_another_reply_under_a_used_client_id_is_refused(carer, group):
    parent = post(carer, group).message
    post(carer, group, client_id="c1")
    assert_refused("idempotency_conflict", post, carer, group, client_id="c1", reply_to=parent.id)


def test_another_conversation_under_a_used_client_id_is_refused(carer, group):
    other = make_group(carer)
    post(carer, group, client_id="c1")
    assert_refused("idempotency_conflict", post, carer, other, client_id="c1")


def test_two_people_may_use_the_same_client_id(carer):
    friend = make_person()
    group = make_group(carer, friend)
    assert post(carer, group, client_id="c1").message.id != post(friend, group, client_id="c1").message.id


def test_the_same_client_id_from_several_phones_at_once_makes_one_message(carer, group):
    sent = race(*[lambda: post(carer, group, client_id="c1")] * 6)
    assert len({one.message.id for one in sent}) == 1
    assert sorted(one.is_new for one in sent) == [False] * 5 + [True]
    assert len(created(group)) == 1


def test_messages_of_several_people_at_once_all_get_their_place(carer):
    people = [make_person() for _ in range(6)]
    group = make_group(*people)
    head = head_of(group.conversation_id)
    seqs = race(*[lambda person=person: post(person, group).message.seq for person in people])
    assert sorted(seqs) == list(range(head + 1, head + 7))


def test_messages_of_one_person_at_once_are_all_counted(carer, group):
    race(*[lambda: post(carer, group) for _ in range(6)])
    assert membership_of(carer, group).delivered_count == 6


def test_a_reply_names_a_message_of_the_same_conversation(carer, group):
    parent = post(carer, group).message
    assert post(carer, group, reply_to=parent.id).message.reply_to == parent.id


def test_a_reply_to_a_message_elsewhere_is_refused(carer, group):
    elsewhere = post(carer, make_group(carer)).message
    error = assert_refused("invalid", post, carer, group, reply_to=elsewhere.id)
    assert list(error.extras()["errors"]) == ["reply_to"]


def test_a_reply_to_nothing_is_refused(carer, group):
    assert_refused("invalid", post, carer, group, reply_to=str(uuid4()))


def test_a_reply_to_a_held_message_is_refused(carer, group):
    held = post(carer, group, HOSTILE).message
    assert_refused("invalid", post, carer, group, reply_to=held.id)


def test_a_stranger_does_not_learn_of_the_conversation(group):
    assert_refused("not_found", post, make_person(), group)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR])
def test_staff_who_do_not_belong_cannot_speak_in_it(role, group):
    assert_refused("not_found", post, make_person(role), group)


def test_who_only_asked_to_join_cannot_speak(carer):
    group = make_group(join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, group.id)
    assert_refused("not_found", post, carer, group)


def test_who_left_cannot_speak(carer, group):
    act(leave_group, carer, group.id)
    assert_refused("not_found", post, carer, group)


def test_who_was_removed_cannot_even_repeat_a_send(carer, group):
    post(carer, group, client_id="c1")
    put_out(group, carer)
    assert_refused("not_found", post, carer, group, client_id="c1")


def test_a_send_that_waits_behind_ones_removal_is_refused(carer, group):
    with transaction() as session:
        actor = session.get(Person, carer.id)
        leave_group(session, actor, group.id, now=clock.now())
        session.flush()
        waiting = behind(lambda: post(carer, group))
    assert waiting.outcome() == "not_found"
    assert kinds_of(group.conversation_id)[-1] == "member.left"


def test_a_removal_that_waits_behind_a_send_comes_after_it(carer, group):
    with transaction() as session:
        actor = session.get(Person, carer.id)
        post_message(session, actor, conversation_id=group.conversation_id, client_id="c1", body=PLAIN, now=clock.now())
        session.flush()
        waiting = behind(lambda: act(leave_group, carer, group.id))
    assert waiting.outcome() is None
    assert kinds_of(group.conversation_id)[-2:] == ["message.created", "member.left"]


def test_a_send_and_a_leave_of_one_person_do_not_lock_each_other_out(carer, group):
    """The send holds the room and then counts on the membership, which the leave has changed and waits for the room."""
    with transaction() as session:
        lock_stream(session, group.conversation_id)
        leaving = behind(lambda: act(leave_group, carer, group.id))
        actor = session.get(Person, carer.id)
        post_message(session, actor, conversation_id=group.conversation_id, client_id="c1", body=PLAIN, now=clock.now())
        session.flush()
    assert leaving.outcome() is None
    assert kinds_of(group.conversation_id)[-2:] == ["message.created", "member.left"]


def test_advice_and_refusals_leave_no_trace_in_the_room(carer, group):
    head = head_of(group.conversation_id)
    assert_refused("advice_given", post, carer, group, RUDE)
    assert_refused("invalid", post, carer, group, reply_to=str(uuid4()))
    assert head_of(group.conversation_id) == head


def test_a_newcomer_is_counted_by_what_reached_the_room(carer):
    group = make_group(carer, moderation=ModerationMode.AFTER)
    post(carer, group)
    post(carer, group, HOSTILE)
    assert membership_of(carer, group).delivered_count == 1
