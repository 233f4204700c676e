"""Being at the desk: said by who is there, prolonged by their work, ended by them or by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.desk_duty import LONGEST, DeskDuty, prolonged
from models.errors import Invalid
from models.people import Person
from models.phrases import Phrase
from models.policy import authorise
from moderation.audit import write_audit
from server.queries.desk_duty import AtDesk, facts_of


def begin_desk_duty(session: Session, actor: Person, *, until: datetime, now: datetime) -> AtDesk:
    """Say that one is there, or until when else. Raises Forbidden, and Invalid for a time that is past or too far off."""
    authorise("desk_duty.say", actor, facts_of(session, actor))
    if not now < until <= now + LONGEST:
        hours = int(LONGEST.total_seconds() // 3600)
        raise Invalid(errors={"until": [Phrase("This must be within the next {hours} hours.", hours=hours)]})
    duty = _held(session, actor)
    since = duty.since if duty is not None and duty.lasts(now) else now
    if duty is None:
        duty = DeskDuty(person_id=actor.id)
        session.add(duty)
    duty.since, duty.said_at, duty.until = since, now, until
    _audit(session, actor, "desk_duty.said", now, until=utc_text(until))
    return AtDesk(person=actor, since=since, until=until)


def end_desk_duty(session: Session, actor: Person, *, now: datetime) -> None:
    """No more from now on. Harmless for who is not there."""
    authorise("desk_duty.say", actor, facts_of(session, actor))
    duty = _held(session, actor)
    if duty is not None and duty.lasts(now):
        duty.until = now
        _audit(session, actor, "desk_duty.ended", now)


def keep_at_desk(session: Session, actor: Person, *, now: datetime) -> None:
    """Who works at the desk is there: what they said is prolonged if it would soon end, and nothing begins by itself."""
    duty = session.get(DeskDuty, actor.id)
    if duty is not None:
        duty.until = prolonged(duty, now)


def _held(session: Session, actor: Person) -> DeskDuty | None:
    """Kept from their other devices with the person, as there may be no row to lock yet."""
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update(key_share=True))
    return session.get(DeskDuty, actor.id, populate_existing=True)


def _audit(session: Session, actor: Person, action: str, now: datetime, **data: Any) -> None:
    write_audit(
        session, actor_id=actor.id, action=action, subject_kind="person", subject_id=actor.id, now=now, data=data or None
    )
