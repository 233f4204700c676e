"""What somebody says at the start and at the end of a shift of theirs."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.debriefs import DebriefSource, DebriefState, DebriefWish
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.rota import Layer
from models.rota_resolver import Span
from models.shifts import Debrief, ShiftRecord
from moderation.audit import write_audit
from server.actions.debriefs import settle_debrief, want_debrief
from server.actions.rota_changes import NotOnShift
from server.queries.rota import shift_at

EARLY = timedelta(minutes=30)  # how long before its start a shift may be begun
LATE = timedelta(hours=12)  # how long after its end a shift may still be closed


def start_shift(session: Session, actor: Person, *, layer: Layer, now: datetime) -> ShiftRecord:
    """I am here. Saying so twice is harmless. Raises NotOnShift."""
    authorise("rota.take", actor, Facts())
    shift = shift_at(session, layer, actor.id, now) or shift_at(session, layer, actor.id, now + EARLY)
    if shift is None:
        raise NotOnShift
    record = _record_of(session, shift)
    if record.started_at is None:
        record.started_at = now
        _audit(session, actor, "shift.started", record, now)
    return record


def end_shift(
    session: Session, actor: Person, *, layer: Layer, debrief: Debrief, handover_note: str | None, now: datetime
) -> ShiftRecord:
    """I am done; what whoever comes next should know; and whether I would like to talk about it.

    A shift may be closed before its end, and for hours after. Saying so again says it anew. Raises NotOnShift.
    """
    authorise("rota.take", actor, Facts())
    record = _running(session, actor, layer, now)
    record.ended_at, record.debrief, record.handover_note = now, debrief, handover_note
    session.flush()  # a request for a debrief refers to it
    if debrief is Debrief.NO:
        source, to = DebriefSource.SHIFT, DebriefState.WITHDRAWN
        settle_debrief(session, source=source, source_id=record.id, to=to, now=now)
    else:
        wish = DebriefWish(debrief.value)
        want_debrief(session, actor.id, source=DebriefSource.SHIFT, source_id=record.id, wish=wish, now=now)
    _audit(session, actor, "shift.ended", record, now)
    return record


def _running(session: Session, actor: Person, layer: Layer, now: datetime) -> ShiftRecord:
    shift = shift_at(session, layer, actor.id, now)
    if shift is not None:
        return _record_of(session, shift)
    last = session.scalars(
        select(ShiftRecord)
        .where(ShiftRecord.person_id == actor.id, ShiftRecord.layer == layer, ShiftRecord.until > now - LATE)
        .where(ShiftRecord.since <= now)
        .order_by(ShiftRecord.since.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        raise NotOnShift
    return last


def _record_of(session: Session, shift: Span) -> ShiftRecord:
    theirs = (ShiftRecord.person_id == shift.person_id, ShiftRecord.layer == shift.layer)
    found = session.scalars(
        select(ShiftRecord).where(*theirs, ShiftRecord.since == shift.since).with_for_update()
    ).one_or_none()
    if found is None:
        found = ShiftRecord(id=new_id(), person_id=shift.person_id, layer=shift.layer, since=shift.since, until=shift.until)
        session.add(found)
    return found


def _audit(session: Session, actor: Person, action: str, record: ShiftRecord, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="shift", subject_id=record.id, now=now)
