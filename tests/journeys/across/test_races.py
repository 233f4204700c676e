"""Two transactions at once, one waiting for the other: the second must decide by what the first left behind."""

import eventlet
import pytest
from sqlalchemy import select, text

from models.auth import EndReason, SignIn
from models.conversations import MemberState, Standing
from models.errors import DomainError
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from server.actions.accounts import suspend_account
from server.actions.auth import sign_in
from server.actions.groups import join_group, put_member
from server.actions.messages import mark_read, post_message
from server.actions.role_changes import change_role
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import PLAIN, post
from tests.factories.people import act, make_person
from tests.factories.streams import events_of, kinds_of
from tests.factories.waiting import ask_until


def somebody_waits():
    with reading() as session:
        return session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def at_once(first, then):
    """Start `then` while `first` has been done and not committed; commit once `then` waits for it. What `then` gave."""

    def outcome():
        try:
            return then()
        except DomainError as error:
            return error.code

    with transaction() as session:
        first(session)
        session.flush()
        task = eventlet.spawn(outcome)
        ask_until(somebody_waits, bool, within=3)
    return task.wait()


def doing(action, actor, *args, **facts):
    """The action as `at_once` wants it: in a session that is open already."""
    now = make_person().created_at
    return lambda session: action(session, session.get(Person, actor.id), *args, **facts, now=now)


@pytest.fixture
def carer(app):
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer, make_person())


def test_who_is_put_out_while_their_message_waits_is_refused(carer, group):
    coordinator = make_person(Role.COORDINATOR)
    removing = doing(put_member, coordinator, group.id, carer.id, state="removed", standing=None)
    assert at_once(removing, lambda: post(carer, group)) == "not_found"
    assert "message.created" not in kinds_of(group.conversation_id)


def test_two_messages_of_one_author_at_once_are_both_counted(carer, group):
    writing = doing(post_message, carer, conversation_id=group.conversation_id, client_id="first", body=PLAIN)
    at_once(writing, lambda: post(carer, group))
    assert kinds_of(group.conversation_id)[-2:] == ["message.created", "message.created"]
    assert membership_of(carer, group).delivered_count == 2


def test_the_same_client_id_at_once_is_one_message(carer, group):
    facts = {"conversation_id": group.conversation_id, "client_id": "same", "body": PLAIN}
    sent = at_once(doing(post_message, carer, **facts), lambda: act(post_message, carer, **facts))
    assert sent.is_new is False
    assert kinds_of(group.conversation_id).count("message.created") == 1


def test_a_mark_that_waited_does_not_take_back_what_another_device_read(carer, group):
    for _ in range(5):
        post(carer, group)
    further = doing(mark_read, carer, conversation_id=group.conversation_id, seq=6)
    assert at_once(further, lambda: act(mark_read, carer, conversation_id=group.conversation_id, seq=3)) == 6
    assert membership_of(carer, group).read_seq == 6
    marks = [event.data["read_seq"] for event in events_of(carer.id) if event.kind == "read.changed"]
    assert marks == [6]


def test_who_joins_while_their_role_changes_joins_by_the_role_they_then_have(group):
    coordinator, worker = make_person(Role.COORDINATOR), make_person(Role.CARER_PEER_WORKER)
    facts = {"current_role": Role.CARER_PEER_WORKER, "reason": "Agreed.", "handovers": {}}
    changing = doing(change_role, coordinator, worker.id, role=Role.CONSUMER_PEER_WORKER, **facts)
    assert at_once(changing, lambda: act(join_group, worker, group.id)) == "forbidden"
    assert membership_of(worker, group) is None


def test_who_is_named_facilitator_while_their_role_changes_is_refused(group):
    coordinator, worker = make_person(Role.COORDINATOR), make_person(Role.CARER_PEER_WORKER)
    facts = {"current_role": Role.CARER_PEER_WORKER, "reason": "Agreed.", "handovers": {}}
    changing = doing(change_role, coordinator, worker.id, role=Role.MODERATOR, **facts)
    naming = {"state": "member", "standing": Standing.FACILITATOR}
    outcome = at_once(changing, lambda: act(put_member, make_person(Role.COORDINATOR), group.id, worker.id, **naming))
    assert outcome == "standing_not_for_role"


def test_a_role_that_changes_while_its_holder_joins_takes_that_place_away_too(group):
    coordinator, worker = make_person(Role.COORDINATOR), make_person(Role.CARER_PEER_WORKER)
    facts = {"current_role": Role.CARER_PEER_WORKER, "reason": "Agreed.", "handovers": {}}
    joining = doing(join_group, worker, group.id)
    at_once(joining, lambda: act(change_role, coordinator, worker.id, role=Role.CONSUMER_PEER_WORKER, **facts))
    assert membership_of(worker, group).state is MemberState.LEFT
    assert kinds_of(group.conversation_id)[-2:] == ["member.joined", "member.left"]


def test_a_sign_in_that_begins_while_its_person_is_suspended_is_ended_too(carer):
    beginning = doing(lambda session, person, *, now: sign_in(session, person, device_name=None, now=now), carer)
    at_once(beginning, lambda: act(suspend_account, make_person(Role.COORDINATOR), carer.id, reason="Until we spoke."))
    with reading() as session:
        assert session.scalars(select(SignIn.end_reason)).all() == [EndReason.SUSPENDED]
