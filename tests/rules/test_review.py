"""How cases and messages move under review: every pair of states, claims over time, stale versions."""

from datetime import UTC, datetime, timedelta

import pytest

from models.messages import Message, MessageState
from models.review import Case, CaseState, DecisionKind, ReportReason
from moderation.review import (
    CASE_MOVES,
    CLAIM_LASTS,
    MESSAGE_MOVES,
    QUEUE_OF_LABEL,
    TARGETS,
    URGENCY_OF_REASON,
    claim,
    holder,
    release,
    settle,
)
from moderation.screening import Label
from tests.factories.refusals import assert_refused

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)

OPEN, CLAIMED, CLOSED = CaseState.OPEN, CaseState.CLAIMED, CaseState.CLOSED
VISIBLE, HELD, HIDDEN = MessageState.VISIBLE, MessageState.HELD, MessageState.HIDDEN
REMOVED, DELETED = MessageState.REMOVED, MessageState.DELETED
APPROVE, HIDE, REMOVE = DecisionKind.APPROVE, DecisionKind.HIDE, DecisionKind.REMOVE
RESTORE, DISMISS, UPHOLD = DecisionKind.RESTORE, DecisionKind.DISMISS, DecisionKind.UPHOLD


def make_case(state=OPEN, *, by=None, until=None):
    return Case(state=state, claimed_by=by, claim_until=until, version=7)


def claimed_by(moderator, *, at=NOW):
    case = make_case()
    claim(case, moderator, now=at)
    return case


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (OPEN, OPEN, False),  # nothing happened
        (OPEN, CLAIMED, True),
        (OPEN, CLOSED, True),  # decided without a claim
        (CLAIMED, OPEN, True),  # laid back
        (CLAIMED, CLAIMED, True),  # kept, or taken over once it ran out
        (CLAIMED, CLOSED, True),
        (CLOSED, OPEN, False),  # a decided case never opens again: new flags make a new one
        (CLOSED, CLAIMED, False),
        (CLOSED, CLOSED, False),
    ],
)
def test_a_case_moves_only_along_the_table(before, after, allowed):
    assert (after in CASE_MOVES[before]) is allowed


@pytest.mark.parametrize(
    ("decision", "before", "after"),
    [
        (APPROVE, HELD, VISIBLE),  # released into the room
        (APPROVE, VISIBLE, VISIBLE),  # looked at, and fine
        (APPROVE, HIDDEN, None),  # what was hidden is restored, not approved
        (APPROVE, REMOVED, None),
        (APPROVE, DELETED, None),
        (HIDE, VISIBLE, HIDDEN),  # out of sight while it is looked into
        (HIDE, HELD, None),  # nobody sees it yet
        (HIDE, HIDDEN, None),
        (HIDE, REMOVED, None),
        (HIDE, DELETED, None),
        (REMOVE, HELD, REMOVED),
        (REMOVE, VISIBLE, REMOVED),
        (REMOVE, HIDDEN, REMOVED),
        (REMOVE, REMOVED, None),
        (REMOVE, DELETED, None),  # its author was faster
        (RESTORE, HIDDEN, VISIBLE),
        (RESTORE, REMOVED, VISIBLE),  # a removal put right
        (RESTORE, HELD, None),
        (RESTORE, VISIBLE, None),
        (RESTORE, DELETED, None),  # what its author took back stays away
        (DISMISS, VISIBLE, VISIBLE),
        (DISMISS, REMOVED, REMOVED),
        (DISMISS, DELETED, DELETED),
        (DISMISS, HELD, None),  # somebody waits for an answer: approve or remove
        (DISMISS, HIDDEN, None),  # nor may it stay hidden for ever
        *((UPHOLD, state, None) for state in MessageState),  # of a message it is said what becomes of it
    ],
)
def test_a_message_moves_only_along_the_table(decision, before, after):
    assert MESSAGE_MOVES.get((decision, before)) is after
    case, message = make_case(), Message(state=before)
    if after is None:
        assert_refused("decision_not_possible", settle, case, message, decision, "ann", version=7, now=NOW)
        assert (case.state, case.version) == (OPEN, 7)
    else:
        assert settle(case, message, decision, "ann", version=7, now=NOW) is after


def test_the_tables_name_every_pair():
    assert set(CASE_MOVES) == set(CaseState)
    assert len(DecisionKind) * len(MessageState) == 30  # as many as the rows above


@pytest.mark.parametrize(
    ("decision", "fits"),
    [(UPHOLD, True), (DISMISS, True), (APPROVE, False), (HIDE, False), (REMOVE, False), (RESTORE, False)],
)
def test_a_case_without_a_message_is_upheld_or_dismissed(decision, fits):
    case = make_case()
    if fits:
        assert settle(case, None, decision, "ann", version=7, now=NOW) is None
        assert case.state is CLOSED
    else:
        assert_refused("decision_not_possible", settle, case, None, decision, "ann", version=7, now=NOW)
        assert case.state is OPEN


def test_a_decided_case_without_a_message_stays_decided():
    assert_refused("decision_not_possible", settle, make_case(CLOSED), None, RESTORE, "ann", version=7, now=NOW)


def test_every_label_and_reason_has_a_queue_and_every_queue_a_target():
    assert {label.value for label in Label} | {reason.value for reason in ReportReason} <= set(QUEUE_OF_LABEL)
    assert set(QUEUE_OF_LABEL.values()) == set(TARGETS)
    assert set(URGENCY_OF_REASON) == set(ReportReason)


def test_a_claim_lasts_ten_minutes():
    case = claimed_by("ann")
    assert timedelta(minutes=10) == CLAIM_LASTS
    assert holder(case, at=NOW + CLAIM_LASTS - TICK) == "ann"
    assert holder(case, at=NOW + CLAIM_LASTS) is None


def test_another_cannot_claim_while_the_claim_lasts():
    assert_refused("case_claimed", claim, claimed_by("ann"), "ben", now=NOW + CLAIM_LASTS - TICK)


def test_another_can_claim_once_it_ran_out():
    case = claimed_by("ann")
    claim(case, "ben", now=NOW + CLAIM_LASTS)
    assert holder(case, at=NOW + CLAIM_LASTS) == "ben"


def test_claiming_again_keeps_the_case_longer():
    case = claimed_by("ann")
    claim(case, "ann", now=NOW + timedelta(minutes=9))
    assert holder(case, at=NOW + timedelta(minutes=18)) == "ann"


@pytest.mark.parametrize("move", [claim, release])
def test_a_closed_case_is_neither_claimed_nor_released(move):
    assert_refused("case_closed", move, make_case(CLOSED), "ann", now=NOW)


def test_a_released_case_is_free_for_anybody():
    case = claimed_by("ann")
    release(case, "ann", now=NOW)
    assert (case.state, case.claimed_by, case.claim_until) == (OPEN, None, None)
    claim(case, "ben", now=NOW)


def test_anothers_claim_cannot_be_released():
    assert_refused("case_claimed", release, claimed_by("ann"), "ben", now=NOW)


def test_a_claim_that_ran_out_can_be_released_by_anybody():
    case = claimed_by("ann")
    release(case, "ben", now=NOW + CLAIM_LASTS)
    assert case.state is OPEN


def test_releasing_twice_changes_nothing_more():
    case = claimed_by("ann")
    release(case, "ann", now=NOW)
    version = case.version
    release(case, "ann", now=NOW)
    assert case.version == version


@pytest.mark.parametrize("move", [claim, release])
def test_every_move_raises_the_version(move):
    case = claimed_by("ann")
    before = case.version
    move(case, "ann", now=NOW)
    assert case.version == before + 1


@pytest.mark.parametrize("decision", [APPROVE, HIDE, REMOVE, DISMISS])
def test_every_decision_raises_the_version(decision):
    case = make_case()
    settle(case, Message(state=VISIBLE), decision, "ann", version=7, now=NOW)
    assert case.version == 8


@pytest.mark.parametrize("version", [6, 8])
def test_a_decision_on_another_version_is_stale_and_says_the_present_one(version):
    error = assert_refused(
        "stale_version", settle, make_case(), Message(state=HELD), APPROVE, "ann", version=version, now=NOW
    )
    assert error.extras() == {"version": 7}


def test_a_case_in_anothers_hands_cannot_be_decided():
    case = claimed_by("ann")
    facts = {"version": case.version, "now": NOW}
    assert_refused("case_claimed", settle, case, Message(state=HELD), APPROVE, "ben", **facts)


def test_a_case_whose_claim_ran_out_can_be_decided_by_another():
    case = claimed_by("ann")
    settle(case, Message(state=HELD), APPROVE, "ben", version=case.version, now=NOW + CLAIM_LASTS)
    assert case.state is CLOSED


@pytest.mark.parametrize("decision", [APPROVE, REMOVE, DISMISS])
def test_a_decision_closes_the_case_and_lays_it_out_of_hand(decision):
    case = claimed_by("ann")
    settle(case, Message(state=VISIBLE), decision, "ann", version=case.version, now=NOW)
    assert (case.state, case.closed_at) == (CLOSED, NOW)
    assert holder(case, at=NOW) is None


def test_hiding_keeps_the_case_open_in_the_deciders_hands():
    case = make_case()
    settle(case, Message(state=VISIBLE), HIDE, "ann", version=7, now=NOW)
    assert (case.state, holder(case, at=NOW)) == (CLAIMED, "ann")


@pytest.mark.parametrize("decision", [APPROVE, HIDE, REMOVE, DISMISS])
def test_a_closed_case_is_not_decided_again(decision):
    assert_refused("case_closed", settle, make_case(CLOSED), Message(state=VISIBLE), decision, "ann", version=7, now=NOW)


def test_a_removal_can_be_put_right_by_another_at_once():
    case = claimed_by("ann")
    settle(case, Message(state=VISIBLE), REMOVE, "ann", version=case.version, now=NOW)
    after = settle(case, Message(state=REMOVED), RESTORE, "ben", version=case.version, now=NOW)
    assert (after, case.state) == (VISIBLE, CLOSED)
