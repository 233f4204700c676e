"""The people desk: who is welcomed, turned away, paused and let back in, and what that does at once."""

import pytest
from sqlalchemy import select

from models.accounts import AccountChange
from models.auth import EndReason, SignIn
from models.clock import clock
from models.jobs import Job, JobKind
from models.people import Person, PersonState
from models.review import CaseState
from models.roles import Role
from models.session import reading, transaction
from server.actions.accounts import (
    approve_account,
    decline_account,
    reinstate_account,
    sign_out_everywhere,
    suspend_account,
)
from server.actions.role_changes import change_role
from server.queries.people import get_actor
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, claim, post
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of

REASON = "Until we have spoken on the phone."


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def carer():
    return make_person()


def in_state(state, person=None, **changes):
    person = person or make_person()
    with transaction() as session:
        found = session.get(Person, person.id)
        found.state = state
        for name, value in changes.items():
            setattr(found, name, value)
    return person


def state_of(person):
    with reading() as session:
        return session.get(Person, person.id).state


def told(person):
    return [event.data["what"] for event in events_of(person.id) if event.kind == "notice.account"]


def end_reasons(person):
    with reading() as session:
        return session.scalars(select(SignIn.end_reason).where(SignIn.person_id == person.id)).all()


def mails():
    with reading() as session:
        return session.scalars(select(Job).where(Job.kind == JobKind.MAIL)).all()


def approve(by, person, *, mail=False):
    return act(approve_account, by, person.id, mail=mail)


def decline(by, person):
    return act(decline_account, by, person.id, reason=REASON)


def suspend(by, person):
    return act(suspend_account, by, person.id, reason=REASON)


def reinstate(by, person):
    return act(reinstate_account, by, person.id, reason=REASON)


MOVES = {"approve": approve, "decline": decline, "suspend": suspend, "reinstate": reinstate}
ACTIVE, PENDING, SUSPENDED, ERASED = PersonState.ACTIVE, PersonState.PENDING, PersonState.SUSPENDED, PersonState.ERASED


@pytest.mark.parametrize(
    ("state", "move", "after"),
    [
        (PENDING, "approve", ACTIVE),
        (PENDING, "decline", SUSPENDED),
        (PENDING, "suspend", None),
        (PENDING, "reinstate", None),
        (ACTIVE, "approve", None),
        (ACTIVE, "decline", None),
        (ACTIVE, "suspend", SUSPENDED),
        (ACTIVE, "reinstate", None),
        (SUSPENDED, "approve", None),
        (SUSPENDED, "decline", None),
        (SUSPENDED, "suspend", None),
        (SUSPENDED, "reinstate", ACTIVE),
    ],
)
def test_an_account_moves_only_as_the_table_says(coordinator, state, move, after):
    person = in_state(state)
    if after is None:
        assert_refused("account_change_not_possible", MOVES[move], coordinator, person)
        assert told(person) == []
    else:
        MOVES[move](coordinator, person)
        assert told(person)
    assert state_of(person) is (after or state)


@pytest.mark.parametrize("move", MOVES)
def test_an_erased_account_is_not_there(coordinator, move):
    assert_refused("not_found", MOVES[move], coordinator, in_state(ERASED))


def test_what_was_done_and_why_is_kept_encrypted_and_the_trail_has_no_words(coordinator, carer):
    suspend(coordinator, carer)
    reinstate(coordinator, carer)
    with reading() as session:
        kept = session.scalars(select(AccountChange).order_by(AccountChange.id)).all()
        stored = session.connection().exec_driver_sql("SELECT reason FROM account_change").scalars().all()
    assert [(change.kind.value, change.reason, change.by) for change in kept] == [
        ("suspended", REASON, coordinator.id),
        ("reinstated", REASON, coordinator.id),
    ]
    assert not any(REASON.encode() in bytes(value) for value in stored)
    assert audited(carer.id)[-2:] == ["person.suspended", "person.reinstated"]
    assert told(carer) == ["suspended", "reinstated"]


def test_suspending_ends_every_sign_in_and_its_event_says_why(coordinator, carer):
    sign_ins = {make_sign_in(carer).id, make_sign_in(carer).id}
    suspend(coordinator, carer)
    assert set(end_reasons(carer)) == {EndReason.SUSPENDED}
    ended = [event for event in events_of(carer.id) if event.kind == "session.ended"]
    assert {event.subject_id for event in ended} == sign_ins
    assert {event.data["reason"] for event in ended} == {"suspended"}


def test_somebody_suspended_may_sign_in_again_and_is_told_so_wherever_an_account_is_needed(coordinator, carer):
    suspend(coordinator, carer)
    begun = make_sign_in(carer)
    with reading() as session:
        where = (session, carer.id, begun.id)
        assert get_actor(*where, now=clock.now(), set_up=False).id == carer.id
        assert_refused("suspended", get_actor, *where, now=clock.now())


def test_cases_in_the_hands_of_somebody_suspended_go_back_to_the_desk(coordinator):
    author, moderator = make_person(), make_person(Role.MODERATOR)
    message = post(author, make_group(author), HOSTILE).message
    claim(moderator, case_of(message.id))
    suspend(coordinator, moderator)
    case = case_of(message.id)
    assert (case.state, case.claimed_by) == (CaseState.OPEN, None)
    assert audited(case.id)[-1] == "case.released"
    assert events_of("desk:review")[-1].kind == "case.changed"


@pytest.mark.parametrize("move", ["suspend", "reinstate"])
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
def test_nobody_does_it_to_themselves(role, move):
    person = make_person(role)
    make_person(Role.COORDINATOR)
    assert_refused("forbidden", MOVES[move], person, person)


def test_the_last_active_coordinator_cannot_be_suspended(coordinator):
    supervisor, another = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    suspend(supervisor, another)
    assert_refused("last_coordinator", suspend, supervisor, coordinator)
    assert state_of(coordinator) is ACTIVE


def test_two_coordinators_who_suspend_each_other_at_once_leave_one(coordinator):
    another = make_person(Role.COORDINATOR)
    race(lambda: suspend(coordinator, another), lambda: suspend(another, coordinator))
    assert {state_of(coordinator), state_of(another)} == {ACTIVE, SUSPENDED}


def test_a_coordinator_suspended_a_moment_before_does_nothing_any_more(coordinator, carer):
    """By the state they have once they hold the accounts, not by the one they came in with."""
    another = make_person(Role.COORDINATOR)
    suspend(another, coordinator)
    assert_refused("suspended", suspend, coordinator, carer)


def test_who_was_declined_is_let_in_only_by_whoever_may_welcome(coordinator):
    person, supervisor = in_state(PENDING), make_person(Role.SUPERVISOR)
    decline(coordinator, person)
    assert_refused("forbidden", reinstate, supervisor, person)
    facts = {"role": Role.CARER_PEER_WORKER, "current_role": Role.CARER, "reason": REASON, "handovers": {}}
    act(change_role, coordinator, person.id, **facts)
    assert_refused("forbidden", reinstate, supervisor, person)
    reinstate(coordinator, person)
    suspend(coordinator, person)
    reinstate(supervisor, person)
    assert state_of(person) is ACTIVE


def test_declining_ends_what_they_signed_in_with(coordinator):
    person = in_state(PENDING)
    make_sign_in(person)
    decline(coordinator, person)
    assert end_reasons(person) == [EndReason.SUSPENDED]
    assert audited(person.id)[-1] == "person.declined"


def test_a_welcome_is_mailed_in_neutral_words_where_mail_is_sent_and_the_address_was_proven(coordinator):
    approve(coordinator, in_state(PENDING), mail=False)
    approve(coordinator, in_state(PENDING, email_verified_at=None), mail=True)
    assert mails() == []
    person = in_state(PENDING)
    approve(coordinator, person, mail=True)
    (job,) = mails()
    assert person.email in job.payload
    for word in ("carer", "mental", "Hearthside", "illness"):
        assert word.lower() not in job.payload.replace(person.email, "").lower()


def test_signing_somebody_out_everywhere_leaves_their_account_as_it_is(coordinator, carer):
    make_sign_in(carer)
    act(sign_out_everywhere, coordinator, carer.id)
    act(sign_out_everywhere, coordinator, carer.id)
    assert end_reasons(carer) == [EndReason.REVOKED_BY_SERVICE]
    assert state_of(carer) is ACTIVE
    assert audited(carer.id)[-1] == "person.signed_out"
