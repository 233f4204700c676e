"""A decision that can be taken back for some seconds: nobody is told of it before, and it is never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.desk import CaseDraft, PendingDecision
from models.messages import MessageState
from models.people import Person, PersonState
from models.review import CaseState, DecisionKind, HouseRule
from models.session import reading, transaction
from models.streams import REVIEW_DESK
from server.actions.tombstones import lay_tombstones
from server.actions.undo import carry_out_pending, undo_decision
from server.jobs.desk import watch_desk
from tests.factories.desk import case_now, decide_so, desk_of
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, claim, decision_of, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of, notices_to

SECONDS = timedelta(seconds=10)
WORDS = "Please say it again in other words."


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def late():
    return make_person()


@pytest.fixture
def group(author, reader, late):
    return make_group(author, reader, late)


@pytest.fixture
def message(author, group):
    return post(author, group).message


@pytest.fixture
def case(reader, message):
    report(reader, message)
    return case_of(message.id)


def remove(person, case, **more):
    return decide_so(person, case, undo_seconds=10, reason=HouseRule.HOSTILITY, words=WORDS, **more)


def draft_of(case, person):
    with reading() as session:
        return session.get(CaseDraft, (case.id, person.id))


def test_nobody_is_told_while_it_can_be_undone_but_harm_is_out_of_sight(ann, author, reader, message, case):
    told = notices_to(author), notices_to(reader)
    remove(ann, case)
    assert message_now(message.id).state is MessageState.HIDDEN
    assert (notices_to(author), notices_to(reader)) == told
    now, lying = case_now(case), desk_of(case).pending
    assert (now.state, now.claimed_by, lying.moderator_id) == (CaseState.CLAIMED, ann.id, ann.id)
    assert lying.until == lying.made_at + SECONDS
    assert kinds_of(REVIEW_DESK)[-1] == "case.changed"


def test_it_stands_once_its_time_is_over(ann, author, reader, message, case):
    remove(ann, case)
    clock.move(SECONDS - timedelta(seconds=1))
    assert watch_desk() == 0
    clock.move(timedelta(seconds=1))
    assert watch_desk() == 1
    assert message_now(message.id).state is MessageState.REMOVED
    assert case_now(case).state is CaseState.CLOSED
    taken = decision_of(case)
    assert (taken.moderator_id, taken.reason, taken.words) == (ann.id, HouseRule.HOSTILITY, WORDS)
    assert notices_to(author)[-1] == ("notice.message", "removed")
    assert notices_to(reader)[-1] == ("notice.report", "action_taken")
    assert kinds_of(message.conversation_id)[-1] == "message.removed"
    assert desk_of(case).pending is None
    assert watch_desk() == 0


def test_a_process_that_was_away_for_long_still_carries_it_out(ann, ben, message, case):
    remove(ann, case)
    clock.move(timedelta(hours=3))  # the claim has run out meanwhile, and still nobody else gets in between
    assert_refused("decision_pending", claim, ben, case)
    assert watch_desk() == 1
    assert message_now(message.id).state is MessageState.REMOVED


def test_undone_in_time_everything_is_as_before_and_the_words_are_kept(ann, author, message, case):
    told = notices_to(author)
    remove(ann, case)
    clock.move(SECONDS - timedelta(seconds=1))
    act(undo_decision, ann, case.id)
    clock.move(SECONDS)
    assert watch_desk() == 0
    assert message_now(message.id).state is MessageState.VISIBLE
    assert notices_to(author) == told
    assert (case_now(case).state, case_now(case).claimed_by) == (CaseState.CLAIMED, ann.id)
    assert (draft_of(case, ann).words, draft_of(case, ann).decision) == (WORDS, DecisionKind.REMOVE)
    assert audited(case.id)[-2:] == ["case.decision_pending", "case.undone"]


def test_once_its_time_is_over_it_cannot_be_undone(ann, case):
    remove(ann, case)
    clock.move(SECONDS)
    assert_refused("nothing_to_undo", act, undo_decision, ann, case.id)


def test_another_neither_undoes_nor_claims_nor_decides_meanwhile(ann, ben, case):
    remove(ann, case)
    assert_refused("nothing_to_undo", act, undo_decision, ben, case.id)
    assert_refused("decision_pending", claim, ben, case)
    assert_refused("decision_pending", decide_so, ben, case)
    act(undo_decision, ann, case.id)


def test_deciding_twice_meanwhile_is_refused(ann, case):
    before = case_now(case).version
    remove(ann, case)
    assert_refused("decision_pending", decide_so, ann, case, DecisionKind.DISMISS)
    assert_refused("decision_pending", decide_so, ann, case, DecisionKind.DISMISS, version=before)


def test_without_seconds_it_stands_at_once(ann, message, case):
    decide_so(ann, case)
    assert message_now(message.id).state is MessageState.REMOVED
    assert desk_of(case).pending is None


def test_a_held_message_stays_held_meanwhile_and_is_released_once(ann, author, group):
    held = post(author, group, HOSTILE).message
    head = head_of(group.conversation_id)
    decide_so(ann, case_of(held.id), DecisionKind.APPROVE, undo_seconds=5)
    assert (message_now(held.id).state, head_of(group.conversation_id)) == (MessageState.HELD, head)
    clock.move(timedelta(seconds=5))
    watch_desk()
    watch_desk()
    assert kinds_of(group.conversation_id, after=head) == ["message.created"]


def test_hiding_is_seen_at_once_and_keeps_the_case_in_hand(ann, author, message, case):
    decide_so(ann, case, DecisionKind.HIDE, undo_seconds=5)
    assert message_now(message.id).state is MessageState.HIDDEN
    clock.move(timedelta(seconds=5))
    watch_desk()
    assert message_now(message.id).state is MessageState.HIDDEN
    assert (case_now(case).state, case_now(case).claimed_by) == (CaseState.CLAIMED, ann.id)
    assert notices_to(author)[-1] == ("notice.message", "hidden")


def test_it_does_not_stand_where_more_was_reported_meanwhile(ann, late, message, case):
    """Nobody has judged what came since: the case comes back with what was written, and what may harm stays hidden."""
    decide_so(ann, case, DecisionKind.DISMISS, undo_seconds=10)
    report(late, message)
    clock.move(SECONDS)
    assert watch_desk() == 1
    assert case_now(case).state is CaseState.CLAIMED
    assert draft_of(case, ann).decision is DecisionKind.DISMISS
    assert events_of(ann.id)[-1].data["what"] == "decision_not_carried_out"
    assert audited(case.id)[-1] == "case.not_carried_out"
    with reading() as session:
        assert session.scalars(select(PendingDecision)).all() == []


def test_it_does_not_stand_where_the_author_took_the_message_back(ann, message, case):
    remove(ann, case)
    with transaction() as session:
        lay_tombstones(session, [message.id], reason="author", now=clock.now())
    clock.move(SECONDS)
    assert watch_desk() == 1
    assert message_now(message.id).state is MessageState.DELETED
    assert case_now(case).state is CaseState.CLAIMED
    decide_so(ann, case, DecisionKind.DISMISS)
    assert case_now(case).state is CaseState.CLOSED


def test_it_does_not_stand_where_its_moderator_was_suspended_meanwhile(ann, message, case):
    remove(ann, case)
    with transaction() as session:
        session.get_one(Person, ann.id).state = PersonState.SUSPENDED
    clock.move(SECONDS)
    assert watch_desk() == 1
    assert (case_now(case).state, message_now(message.id).state) == (CaseState.CLAIMED, MessageState.HIDDEN)


def test_two_processes_carry_it_out_once(ann, author, message, case):
    remove(ann, case)
    clock.move(SECONDS)
    assert sorted(race(watch_desk, watch_desk)) == [0, 1]
    assert notices_to(author).count(("notice.message", "removed")) == 1


def test_undone_or_carried_out_never_both(ann, message, case):
    remove(ann, case)
    due = clock.now() + SECONDS
    clock.move(SECONDS - timedelta(seconds=1))

    def carry_out():
        with transaction() as session:
            return carry_out_pending(session, case.id, now=due)

    undone, carried = race(lambda: act(undo_decision, ann, case.id), carry_out)
    state = message_now(message.id).state
    if carried is True:
        assert (undone, state) == ("nothing_to_undo", MessageState.REMOVED)
    else:
        assert (carried, state) == (False, MessageState.VISIBLE)
