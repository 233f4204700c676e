"""One-off changes to the rota, leave, and the record of who is trained and supervised."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text, whole_second
from models.errors import Conflict, Invalid, NotFound
from models.fitness import Problem
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.rota import (
    LONGEST_SHIFT,
    Clearance,
    ClearanceKind,
    Layer,
    Leave,
    OverrideKind,
    RotaOverride,
)
from models.rota_resolver import Change, Plan, join, resolve
from models.streams import EventKind, record_to_inboxes
from models.training import training_kinds
from moderation.audit import write_audit
from server.actions.push import look_again
from server.actions.rota import refuse_unfit
from server.queries.fitness import BEFORE, find_problems
from server.queries.reading_hours import conversations_of
from server.queries.rota import AROUND, load_plan, refuse_far

LONGEST_CHANGE = timedelta(days=92)
LONGEST_LEAVE = timedelta(days=366)
LONGEST_CLEARANCE = timedelta(days=5 * 366)


class NotOnShift(Conflict):
    code = "not_on_shift"
    user_message = "This person is not on at that time, so there is nothing to change."


class AwayThen(Conflict):
    code = "away_then"
    user_message = "This person is away at that time, or needed somewhere else on the rota."


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    user_message = "This was taken back already, or is over."


def make_override(
    session: Session,
    actor: Person,
    *,
    kind: OverrideKind,
    layer: Layer,
    since: datetime,
    until: datetime,
    person_id: str,
    replaced_id: str | None,
    now: datetime,
) -> RotaOverride:
    """Put somebody on, take them off, or another in their place, from `since` (or now) on.

    Raises NotOnShift, AwayThen, RotaUnfit with what stands against whoever comes, Invalid.
    """
    authorise("rota.edit", actor, Facts())
    since = from_now(since, until, now, LONGEST_SHIFT if kind is OverrideKind.ADD else LONGEST_CHANGE)
    if (kind is OverrideKind.REPLACE) is (replaced_id is None) or replaced_id == person_id:
        raise Invalid(errors={"replaced_id": ["Only replacing names somebody who is replaced, and by another."]})
    _refuse_stranger(session, person_id)
    change = Change(kind=kind, layer=layer, since=since, until=until, person_id=person_id, replaced_id=replaced_id)
    return apply_change(session, actor, change, now=now)


def apply_change(session: Session, actor: Person, change: Change, *, now: datetime) -> RotaOverride:
    """Write a change down once it would do what it says and nothing stands against it. Authorised by whoever calls."""
    refuse_change(session, change, now=now)
    row = RotaOverride(
        id=new_id(),
        kind=change.kind,
        layer=change.layer,
        since=change.since,
        until=change.until,
        person_id=change.person_id,
        replaced_id=change.replaced_id,
        made_by=actor.id,
        made_at=now,
    )
    session.add(row)
    _tell(session, row, now)
    _audit(session, actor, "rota.changed", "rota_override", row.id, now, kind=row.kind.value)
    session.flush()  # what follows in the same transaction resolves with it
    return row


def refuse_change(session: Session, change: Change, *, now: datetime) -> None:
    """Raises NotOnShift, AwayThen or RotaUnfit where a change would not do what it says, or something stands against it."""
    plan = load_plan(session, change.since - BEFORE, change.until + BEFORE + AROUND, now=None)
    goes = change.person_id if change.kind is OverrideKind.REMOVE else change.replaced_id
    if goes is not None and not _on(plan, change, goes):
        raise NotOnShift
    if change.kind is not OverrideKind.REMOVE:
        changed = Plan(schedules=plan.schedules, changes=[*plan.changes, change], absences=plan.absences)
        if _missing(plan, changed, change):
            raise AwayThen
        refuse_unfit(_new_problems(session, plan, changed, change, now))


def withdraw_override(session: Session, actor: Person, override_id: str, *, now: datetime) -> None:
    """From now on as if it had not been made; what passed under it, did. Raises NotFound, AlreadyWithdrawn."""
    authorise("rota.edit", actor, Facts())
    row = session.get(RotaOverride, override_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None or row.until <= now:
        raise AlreadyWithdrawn
    if row.since < now:
        row.until = whole_second(now)
    else:
        row.withdrawn_at, row.withdrawn_by = now, actor.id
    _tell(session, row, now)
    _audit(session, actor, "rota.change_withdrawn", "rota_override", row.id, now)


def record_leave(
    session: Session, actor: Person, *, person_id: str, since: datetime, until: datetime, now: datetime
) -> Leave:
    """They are on no shift from `since` (or now) on. What that leaves open is in the gap report."""
    authorise("rota.edit", actor, Facts())
    since = from_now(since, until, now, LONGEST_LEAVE)
    _refuse_stranger(session, person_id)
    leave = Leave(id=new_id(), person_id=person_id, since=since, until=until, made_by=actor.id, made_at=now)
    session.add(leave)
    _tell_of_leave(session, leave, now)
    _audit(session, actor, "rota.leave_recorded", "leave", leave.id, now)
    return leave


def withdraw_leave(session: Session, actor: Person, leave_id: str, *, now: datetime) -> None:
    """From now on they may be on again. Raises NotFound, AlreadyWithdrawn."""
    authorise("rota.edit", actor, Facts())
    leave = session.get(Leave, leave_id, with_for_update=True)
    if leave is None:
        raise NotFound
    if leave.withdrawn_at is not None or leave.until <= now:
        raise AlreadyWithdrawn
    if leave.since < now:
        leave.until = whole_second(now)
    else:
        leave.withdrawn_at, leave.withdrawn_by = now, actor.id
    _tell_of_leave(session, leave, now)
    _audit(session, actor, "rota.leave_withdrawn", "leave", leave.id, now)


def record_clearance(
    session: Session,
    actor: Person,
    *,
    person_id: str,
    kind: ClearanceKind,
    valid_until: datetime,
    now: datetime,
    training: str | None = None,
) -> Clearance:
    """Training or supervision in date until then; a time that has passed takes an earlier record back.

    `training`: which one; None: the usual one. Raises Invalid for one there is not, and where it is about supervision.
    """
    authorise("rota.clear", actor, Facts(about=person_id))
    if training is not None and (kind is not ClearanceKind.TRAINING or training not in {k.code for k in training_kinds()}):
        raise Invalid(errors={"training": ["There is no such training here."]})
    _refuse_stranger(session, person_id)
    if valid_until > now + LONGEST_CLEARANCE:
        raise Invalid(errors={"valid_until": ["Too far ahead."]})
    row = Clearance(
        id=new_id(),
        person_id=person_id,
        kind=kind,
        training=training,
        valid_until=valid_until,
        recorded_by=actor.id,
        recorded_at=now,
    )
    session.add(row)
    named = {} if training is None else {"training": training}
    _audit(session, actor, "rota.clearance_recorded", "person", person_id, now, kind=kind.value, **named)
    return row


def _new_problems(session: Session, plan: Plan, changed: Plan, change: Change, now: datetime) -> list[Problem]:
    """What stands against whoever comes, also in shifts of theirs that follow, unless it did before."""
    window = {"since": change.since, "until": change.until + BEFORE}
    before = find_problems(session, plan, **window, now=now, people=[change.person_id])
    after = find_problems(session, changed, **window, now=now, people=[change.person_id])
    return [one for one in after if one.since < change.until or one not in before]


def _on(plan: Plan, change: Change, person_id: str) -> bool:
    """Whether they are on in this layer at any time of the change, leave or not: one who is away is replaced, too."""
    before = Plan(schedules=plan.schedules, changes=plan.changes)
    return any(
        (span.layer, span.person_id) == (change.layer, person_id) for span in resolve(before, change.since, change.until)
    )


def _missing(plan: Plan, changed: Plan, change: Change) -> bool:
    """Whether whoever comes would not be on for all that they come for."""

    def hours(of: Plan, person_id: str) -> timedelta:
        theirs = join(
            (span.since, span.until)
            for span in resolve(of, change.since, change.until)
            if (span.layer, span.person_id) == (change.layer, person_id)
        )
        return sum((until - since for since, until in theirs), timedelta())

    if change.kind is OverrideKind.ADD:
        return hours(changed, change.person_id) < change.until - change.since
    before = Plan(schedules=plan.schedules, changes=plan.changes)
    return hours(changed, change.person_id) < hours(before, change.replaced_id or "")


def from_now(since: datetime, until: datetime, now: datetime, longest: timedelta) -> datetime:
    """What has passed is not changed any more. Raises Invalid for a stretch that is over, backwards or too long."""
    since = max(since, whole_second(now))
    refuse_far("until", until, now)
    if until <= max(since, now):
        raise Invalid(errors={"until": ["The end must come after the start, and after now."]})
    if until - since > longest:
        raise Invalid(errors={"until": ["That is too long at once."]})
    return since


def _refuse_stranger(session: Session, person_id: str) -> None:
    there = select(Person.id).where(Person.id == person_id, Person.state != PersonState.ERASED)
    if session.scalar(there) is None:
        raise Invalid(errors={"person_id": ["Nobody here has this id."]})


def _tell(session: Session, row: RotaOverride, now: datetime) -> None:
    data = {
        "change": row.kind.value,
        "layer": row.layer.value,
        "since": utc_text(row.since),
        "until": utc_text(row.until),
        "withdrawn": row.withdrawn_at is not None,
    }
    told = [who for who in (row.person_id, row.replaced_id) if who is not None]
    record_to_inboxes(session, told, EventKind.SHIFT_CHANGED, row.id, now=now, data=data)


def _tell_of_leave(session: Session, leave: Leave, now: datetime) -> None:
    data = {
        "since": utc_text(leave.since),
        "until": utc_text(leave.until),
        "withdrawn": leave.withdrawn_at is not None,
    }
    record_to_inboxes(session, [leave.person_id], EventKind.SHIFT_LEAVE, leave.id, now=now, data=data)
    # What carers wrote to them waits for the end of their leave, which may be another now.
    look_again(session, leave.person_id, conversations_of(session, leave.person_id), now=now)


def _audit(session: Session, actor: Person, action: str, kind_of: str, subject_id: str, now: datetime, **data: str) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind=kind_of, subject_id=subject_id, now=now, data=data)
