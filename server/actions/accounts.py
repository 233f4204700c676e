"""The people desk: welcoming, declining, suspending and reinstating accounts, and ending all of somebody's sign-ins."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.accounts import AccountChange, AccountChangeKind, LastCoordinator, state_after
from models.auth import EndReason
from models.errors import Suspended
from models.ids import new_id
from models.jobs import JobKind, enqueue
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation import review
from moderation.audit import write_audit
from server.actions.auth import end_sign_in
from server.actions.notes import withdraw_notes_of
from server.actions.visits import end_visits_around
from server.queries.accounts import lock_accounts, lock_claimed_cases, lock_sign_ins, was_declined

# Others may see the phone: neither the service nor what it is for is named.
WELCOME_SUBJECT = "Your account is ready"
WELCOME_TEXT = "Hello,\n\nyour account is ready. You can sign in now.\n"


def approve_account(session: Session, actor: Person, person_id: str, *, mail: bool, now: datetime) -> Person:
    """Welcome somebody who signed up and waits; `mail` also writes to their address, if they have proven it is theirs."""
    person = lock_for_change(session, actor, person_id, "person.approve")[person_id]
    _move(session, actor, person, AccountChangeKind.APPROVED, None, now)
    if mail and person.email_verified_at is not None:
        words = {"to": person.email, "subject": WELCOME_SUBJECT, "text": WELCOME_TEXT}
        enqueue(session, JobKind.MAIL, now=now, subject_id=person.id, payload=words)
    return person


def decline_account(session: Session, actor: Person, person_id: str, *, reason: str, now: datetime) -> Person:
    """Turn somebody who waits away. They can still sign in to read why, to take their data, and to erase it."""
    person = lock_for_change(session, actor, person_id, "person.approve")[person_id]
    _move(session, actor, person, AccountChangeKind.DECLINED, reason, now)
    end_every_sign_in(session, person, reason=EndReason.SUSPENDED, by=actor, now=now)
    return person


def suspend_account(session: Session, actor: Person, person_id: str, *, reason: str, now: datetime) -> Person:
    """Pause an account: its sockets are cut everywhere, cases in its hands go back to the desk, visits around it end, and no
    note it is part of is open to the team any more.

    Raises LastCoordinator, AccountChangeNotPossible.
    """
    people = lock_for_change(session, actor, person_id, "person.suspend")
    person = people[person_id]
    refuse_last_coordinator(people, person)
    _move(session, actor, person, AccountChangeKind.SUSPENDED, reason, now)
    release_cases(session, actor, person, now=now)
    end_visits_around(session, person_id, now=now)
    withdraw_notes_of(session, person_id, by=actor.id, now=now)
    end_every_sign_in(session, person, reason=EndReason.SUSPENDED, by=actor, now=now)
    return person


def reinstate_account(session: Session, actor: Person, person_id: str, *, reason: str, now: datetime) -> Person:
    """Let a suspended account go on. One that was declined is let in by whoever may welcome."""
    person = lock_for_change(session, actor, person_id, "person.suspend")[person_id]
    if was_declined(session, person_id):
        authorise("person.approve", actor, Facts(about=person_id))
    _move(session, actor, person, AccountChangeKind.REINSTATED, reason, now)
    return person


def sign_out_everywhere(session: Session, actor: Person, person_id: str, *, now: datetime) -> None:
    """End all of a person's sign-ins, as when their phone is in wrong hands. Doing it again is harmless."""
    person = lock_for_change(session, actor, person_id, "person.sign_out")[person_id]
    end_every_sign_in(session, person, reason=EndReason.REVOKED_BY_SERVICE, by=actor, now=now)
    _audit(session, actor, "person.signed_out", person, now)


def lock_for_change(
    session: Session, actor: Person, person_id: str, permission: str, *, others: Iterable[str] = ()
) -> Mapping[str, Person]:
    """The person, `others` and every coordinator, locked. Raises Forbidden, and only then NotFound."""
    facts = Facts(about=person_id)
    authorise(permission, actor, facts)
    people = lock_accounts(session, [actor.id, person_id, *others])
    # By the role and state the actor has now: another may have changed them meanwhile.
    authorise(permission, actor, facts)
    if actor.state is not PersonState.ACTIVE:
        raise Suspended
    return people


def refuse_last_coordinator(people: Mapping[str, Person], person: Person) -> None:
    """Raises LastCoordinator unless an active one other than this person is left. `people` holds all of them, locked."""
    left = [one for one in people.values() if one.role is Role.COORDINATOR and one.state is PersonState.ACTIVE]
    if left == [person]:
        raise LastCoordinator


def release_cases(session: Session, actor: Person, person: Person, *, now: datetime) -> None:
    """Lay the cases in this person's hands back for others."""
    for case in lock_claimed_cases(session, person.id):
        review.release(case, person.id, now=now)
        write_audit(session, actor_id=actor.id, action="case.released", subject_kind="case", subject_id=case.id, now=now)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def end_every_sign_in(session: Session, person: Person, *, reason: EndReason, by: Person, now: datetime) -> None:
    """End them all; the events in the person's inbox cut their sockets wherever they are."""
    for sign_in in lock_sign_ins(session, person.id):
        end_sign_in(session, sign_in, reason=reason, by=by.id, now=now)


def record_account_change(
    session: Session,
    actor: Person,
    person: Person,
    kind: AccountChangeKind,
    reason: str | None,
    *,
    now: datetime,
    role: Role | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Keep what was done and why for the person to read, tell them, and put it into the audit trail without the words."""
    change = AccountChange(id=new_id(), person_id=person.id, kind=kind, role=role, by=actor.id, reason=reason, at=now)
    session.add(change)
    record_to_inboxes(session, [person.id], EventKind.NOTICE_ACCOUNT, change.id, now=now, data={"what": kind.value})
    _audit(session, actor, f"person.{kind.value}", person, now, {"change_id": change.id, **(data or {})})


def _move(
    session: Session, actor: Person, person: Person, kind: AccountChangeKind, reason: str | None, now: datetime
) -> None:
    person.state = state_after(person.state, kind)
    record_account_change(session, actor, person, kind, reason, now=now)


def _audit(
    session: Session, actor: Person, action: str, person: Person, now: datetime, data: Mapping[str, Any] | None = None
) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="person", subject_id=person.id, now=now, data=data)
