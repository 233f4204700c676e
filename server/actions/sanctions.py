"""Imposing and ending sanctions. Each is told to the person in plain words, and each step is in the audit trail.

None is imposed in silence, and none by itself: a person of the service decides, within what `moderation/sanctions.py` lets
their role decide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.clock import utc_text
from models.errors import NotFound
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.review import Decision, DecisionKind
from models.sanctions import Sanction, SanctionEnding, SanctionReason
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from moderation.sanctions import SanctionBeyondRole, SanctionNotHere, SanctionOver, Wish, may_end, plan
from server.actions.sanction_places import bring_in_line
from server.queries.sanctions import find_standing_of_case, get_sanction, get_sanctioned_group, lock_concerned
from server.queries.standing import PersonStanding, standing_of

# What a sanction may come with: a decision that found something wrong and is no interim.
WITH = frozenset({DecisionKind.REMOVE, DecisionKind.UPHOLD})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A sanction as somebody of the service asks for it; `words` are to the person."""

    wish: Wish
    reason: SanctionReason
    words: str


def impose_sanction(session: Session, actor: Person, person_id: str, asked: Asked, *, now: datetime) -> Sanction:
    """On its own, without a case.

    Raises NotFound, Forbidden (oneself; staff, for a moderator), SanctionBeyondRole, Invalid.
    """
    person = _lock(session, actor, person_id)
    sanction = note_sanction(session, actor, person, asked, decision=None, now=now)
    bring_in_line(session, person, sanction, now=now)
    return sanction


def hold_for_sanction(
    session: Session, actor: Person, person_id: str, asked: Asked | None, decision: DecisionKind
) -> Person | None:
    """Whom a decision sanctions, or frees of what came with an earlier one, locked before anything else as everywhere.

    None where it does neither.
    """
    if asked is not None:
        return _lock(session, actor, person_id)
    if decision is not DecisionKind.RESTORE:
        return None
    try:
        return lock_concerned(session, person_id)
    except NotFound:  # they left
        return None


@contextmanager
def sanctioning(
    session: Session,
    actor: Person,
    person: Person | None,
    asked: Asked | None,
    decision: Decision,
    *,
    beside: str | None,
    now: datetime,
) -> Iterator[None]:
    """Impose what goes with a decision, or lift what went with one that is put right, around what the decision itself
    changes, which is in the conversation `beside`: in the order of the conversations' ids.
    """
    session.flush()  # the sanction refers to the decision
    sanction = None
    if person is not None and asked is not None:
        sanction = note_sanction(session, actor, person, asked, decision=decision, now=now)
    elif person is not None:
        sanction = _lift_with(session, actor, decision, now)
    if person is None or sanction is None:
        yield
        return
    bring_in_line(session, person, sanction, now=now, up_to=beside or "")
    yield
    bring_in_line(session, person, sanction, now=now, beyond=beside or "")


def _lift_with(session: Session, actor: Person, decision: Decision, now: datetime) -> Sanction | None:
    """What still limits because of the case that is put right, if the actor may lift that."""
    sanction = find_standing_of_case(session, decision.case_id, at=now)
    if sanction is None or not may_end(sanction, actor.role):
        return None
    note_ending(session, sanction, SanctionEnding.LIFTED, by=actor.id, note=None, now=now)
    return sanction


def note_sanction(
    session: Session, actor: Person, person: Person, asked: Asked, *, decision: Decision | None, now: datetime
) -> Sanction:
    """Write it down and tell the person. The caller holds them, and brings their places in line."""
    wish = asked.wish
    until = check_sanction(session, actor, asked, decision.decision if decision is not None else None, now=now)
    sanction = Sanction(
        id=new_id(),
        person_id=person.id,
        kind=wish.kind,
        conversation_id=wish.conversation_id,
        decision_id=decision.id if decision is not None else None,
        reason=asked.reason,
        words=asked.words,
        imposed_by=actor.id,
        imposed_as=actor.role,
        imposed_at=now,
        until=until,
    )
    session.add(sanction)
    _note(session, actor.id, sanction, "imposed", now)
    return sanction


def check_sanction(
    session: Session, actor: Person, asked: Asked | None, decision: DecisionKind | None, *, now: datetime
) -> datetime | None:
    """Until when it would last. Raises what stands against one that is asked for: as `plan`, SanctionNotHere, NotFound."""
    if asked is None:
        return None
    if decision is not None and decision not in WITH:
        raise SanctionNotHere
    until = plan(asked.wish, actor.role, now=now)
    if asked.wish.conversation_id is not None:
        get_sanctioned_group(session, asked.wish.conversation_id)
    return until


def lift_sanction(session: Session, actor: Person, sanction_id: str, *, reason: str, now: datetime) -> Sanction:
    """End one before its time; `reason` is for the desk. Raises NotFound, Forbidden, SanctionBeyondRole, SanctionOver."""
    found = get_sanction(session, sanction_id)
    person = lock_concerned(session, found.person_id)
    authorise("sanction.lift", actor, Facts(about=person.id, about_role=person.role))
    sanction = get_sanction(session, sanction_id)
    if not sanction.limits(now):
        raise SanctionOver
    if not may_end(sanction, actor.role):
        raise SanctionBeyondRole
    note_ending(session, sanction, SanctionEnding.LIFTED, by=actor.id, note=reason, now=now)
    bring_in_line(session, person, sanction, now=now)
    return sanction


def note_ending(
    session: Session, sanction: Sanction, how: SanctionEnding, *, by: str | None, note: str | None, now: datetime
) -> None:
    """Write down that it is over and tell the person. The caller holds them, and brings their places in line.

    Also of one that ran out before it was overturned: it then counts for nothing.
    """
    sanction.ended_at = sanction.ended_at or now
    sanction.ending, sanction.ended_by, sanction.ending_note = how, by, note
    _note(session, by, sanction, how.value, now)


def expire_sanction(session: Session, sanction_id: str, *, now: datetime) -> bool:
    """What is over by the clock: tell the person and give back what it took. False where there was nothing to do."""
    found = session.get(Sanction, sanction_id)
    if found is None:
        return False
    try:
        person = lock_concerned(session, found.person_id)
    except NotFound:  # they left: nobody to tell, and no place to give back
        found.ended_at, found.ending = now, SanctionEnding.EXPIRED
        return True
    sanction = get_sanction(session, sanction_id)
    if sanction.ended_at is not None or sanction.until is None or sanction.until > now:
        return False
    note_ending(session, sanction, SanctionEnding.EXPIRED, by=None, note=None, now=now)
    bring_in_line(session, person, sanction, now=now)
    return True


def open_standing(session: Session, actor: Person, person_id: str, *, now: datetime) -> PersonStanding:
    """How somebody stands, for the desk; that it was looked up is in the audit trail. Raises NotFound, Forbidden."""
    authorise("standing.read", actor, Facts(about=person_id))
    standing = standing_of(session, person_id, at=now)
    write_audit(session, actor_id=actor.id, action="standing.read", subject_kind="person", subject_id=person_id, now=now)
    return standing


def _lock(session: Session, actor: Person, person_id: str) -> Person:
    person = lock_concerned(session, person_id)
    authorise("sanction.impose", actor, Facts(about=person.id, about_role=person.role))
    return person


def _note(session: Session, by: str | None, sanction: Sanction, change: str, now: datetime) -> None:
    """Into the record, and into the person's inbox: ids and codes, never the words."""
    data = {
        "sanction_id": sanction.id,
        "decision_id": sanction.appealed_as,
        "kind": sanction.kind.value,
        "conversation_id": sanction.conversation_id,
        "until": utc_text(sanction.until) if sanction.until is not None else None,
    }
    write_audit(
        session,
        actor_id=by,
        action=f"sanction.{change}",
        subject_kind="person",
        subject_id=sanction.person_id,
        now=now,
        data={**data, "reason": sanction.reason.value},
    )
    record_to_inboxes(
        session,
        [sanction.person_id],
        EventKind.NOTICE_SANCTION,
        sanction.id,
        now=now,
        data={**data, "change": change},
    )
