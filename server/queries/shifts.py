"""What was said at the end of shifts, for whoever comes next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Forbidden
from models.people import Person
from models.policy import Facts, allows, authorise
from models.shifts import ShiftRecord
from server.queries.rota import on_duty

NOTES_SHOWN = timedelta(hours=48)
SOON = timedelta(minutes=30)
MOST_NOTES = 20


def handover_notes(session: Session, actor: Person, *, now: datetime) -> Sequence[ShiftRecord]:
    """Notes of the last two days, newest first: for who is on, or about to be, and for those who plan the rota.

    Raises Forbidden for everybody else: they may be about people in need.
    """
    authorise("rota.read", actor, Facts())
    there = {one.person_id for at in (now, now + SOON) for one in on_duty(session, at=at)}
    if actor.id not in there and not allows("rota.edit", actor, Facts()):
        raise Forbidden
    return session.scalars(
        select(ShiftRecord)
        .where(ShiftRecord.handover_note.is_not(None), ShiftRecord.ended_at > now - NOTES_SHOWN)
        .order_by(ShiftRecord.ended_at.desc(), ShiftRecord.id)
        .limit(MOST_NOTES)
    ).all()
