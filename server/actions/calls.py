"""Calling people on their devices about an alert: a push that quiet hours do not hold back, with nothing in it but ids."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from server.actions.push import enqueue_push

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
    """Added to this transaction, so that no page is noted and not sent; the next about the same takes its place.

    `lasts`: how long it is worth delivering. Where `urgent` is not set it still is not held back, but wakes nobody.
    """
    for person_id in people:
        data = {"kind": "alert", "alert_id": alert_id}
        enqueue_push(session, person_id=person_id, data=data, ttl=lasts, topic=alert_id, urgent=urgent, now=now)
