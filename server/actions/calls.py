"""Calling people on their devices about an alert: a push that quiet hours do not hold back, with nothing in it but ids."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.jobs import JobKind, enqueue
from models.notifications import PushSubscription

LASTS = timedelta(minutes=10)  # a call that comes later than this is about something else by then


def call_people(
    session: Session,
    people: Iterable[str],
    alert_id: str,
    *,
    now: datetime,
    lasts: timedelta = LASTS,
    urgent: bool = True,
) -> None:
    """Added to this transaction, so that no page is noted and not sent. `lasts`: how long it is worth delivering."""
    reachable = select(PushSubscription.person_id).where(PushSubscription.person_id.in_(list(people))).distinct()
    for person_id in session.scalars(reachable.order_by(PushSubscription.person_id)):
        payload = {"data": {"alert_id": alert_id}, "topic": alert_id, "urgent": urgent, "ttl": int(lasts.total_seconds())}
        enqueue(session, JobKind.PUSH, subject_id=person_id, payload=payload, now=now)
