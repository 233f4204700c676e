"""The engine that moves alerts on says that it lives; who finds it silent calls the supervisors."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alerts import ESCALATION, EngineBeat
from models.people import Person, PersonState
from models.roles import Role
from models.rota import Layer
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.calls import LASTS
from server.actions.push import enqueue_push
from server.queries.engine_beat import claim_alarm, has_beaten
from server.queries.rota import on_duty


def beat(session: Session, *, now: datetime) -> None:
    found = session.get(EngineBeat, ESCALATION, with_for_update=True)
    if found is None:
        session.add(EngineBeat(name=ESCALATION, beat_at=now))
    else:
        found.beat_at, found.alarmed_at = now, None


def begin_watch(session: Session, *, now: datetime) -> None:
    """No engine was ever seen: from now on one has a minute to show itself."""
    if not has_beaten(session):
        session.add(EngineBeat(name=ESCALATION, beat_at=now))


def sound_alarm(session: Session, *, silent: timedelta, now: datetime) -> bool:
    """Call the supervisors: people may ask for help and nobody be paged. False when another process just did."""
    if not claim_alarm(session, now=now):
        return False
    for person_id in _supervisors(session, now):
        data = {"engine": ESCALATION, "silent_seconds": int(silent.total_seconds())}
        record_to_inboxes(session, [person_id], EventKind.NOTICE_ENGINE, person_id, now=now, data=data)
        enqueue_push(session, person_id=person_id, data={"kind": "engine"}, ttl=LASTS, urgent=True, now=now)
        write_audit(
            session,
            actor_id=None,
            action="engine.silent",
            subject_kind="person",
            subject_id=person_id,
            now=now,
            data=data,
        )
    return True


def _supervisors(session: Session, now: datetime) -> list[str]:
    """Those on duty; where nobody is, all of them."""
    on = [duty.person_id for duty in on_duty(session, at=now) if duty.layer is Layer.SUPERVISOR]
    if on:
        return on
    query = select(Person.id).where(Person.role == Role.SUPERVISOR, Person.state == PersonState.ACTIVE)
    return list(session.scalars(query.order_by(Person.id)))
