"""Noting that somebody on duty has the app open."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from models.rota import DutyPresence
from server.queries.rota import on_duty


def note_presence(session: Session, connected: Iterable[str], *, now: datetime) -> None:
    """Of the people whose sockets are live, those who are on duty; nothing is kept about the others."""
    live = set(connected)
    for person_id in sorted({one.person_id for one in on_duty(session, at=now)} & live):
        found = session.get(DutyPresence, person_id)
        if found is None:
            session.add(DutyPresence(person_id=person_id, seen_at=now))
        else:
            found.seen_at = now
