"""Telling people that a training or supervision record is about to run out, while something can still be done: 30 days
ahead, and 7. Each notice is given once, however often and by however many processes this is run.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.people import Person, PersonState
from models.roles import Role
from models.rota import Clearance
from models.streams import EventKind, record_to_inboxes
from models.training import TOLD_BEFORE, TrainingNotice, notice_due
from server.queries.training import newest_running_out

MOST_TOLD = 200
MOST_RECORDS = 500  # looked at in one transaction


def check_training(session: Session, *, now: datetime) -> int:
    """Give the notices that are due; returns how many records people were told of."""
    due = newest_running_out(session, now=now, before=now + max(TOLD_BEFORE), told=TOLD_BEFORE, limit=MOST_RECORDS)
    coordinators: Sequence[str] | None = None
    for record in due:
        ahead = notice_due(record.valid_until, now)
        if ahead is None:
            continue
        coordinators = _coordinators(session) if coordinators is None else coordinators
        session.add(TrainingNotice(clearance_id=record.id, days=ahead.days, told_at=now))
        _tell(session, record, ahead.days, coordinators, now)
    return len(due)


def _tell(session: Session, record: Clearance, days: int, coordinators: Sequence[str], now: datetime) -> None:
    data = {
        "person_id": record.person_id,
        "kind": record.kind.value,
        "training": record.training,
        "valid_until": utc_text(record.valid_until),
        "days": days,
    }
    told = sorted({record.person_id, *coordinators})
    record_to_inboxes(session, told, EventKind.NOTICE_TRAINING, record.id, now=now, data=data)


def _coordinators(session: Session) -> Sequence[str]:
    query = select(Person.id).where(Person.role == Role.COORDINATOR, Person.state == PersonState.ACTIVE)
    return session.scalars(query.order_by(Person.id).limit(MOST_TOLD)).all()
