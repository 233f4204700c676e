"""Feeds of the rota for the calendars of phones: whose they are, and what is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.rota_resolver import Span
from models.shifts import CalendarFeed, FeedScope
from server.queries.rota import people_by_id, spans_between

BACK, AHEAD = timedelta(days=14), timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class FeedView:
    feed: CalendarFeed
    spans: Sequence[Span]
    people: Mapping[str, Person]


def token_index(token: str) -> str:
    return current_keyring().blind_index(f"calendar:{token}")


def read_feed(session: Session, token: str, *, now: datetime) -> FeedView:
    """What a feed shows today. Raises NotFound once it is revoked, or its owner may not see the rota any more."""
    row = session.execute(
        select(CalendarFeed, Person)
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(CalendarFeed.token_index == token_index(token), CalendarFeed.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    feed, owner = row.CalendarFeed, row.Person
    if owner.state is not PersonState.ACTIVE or not allows("rota.read", owner, Facts()):
        raise NotFound
    # By whole days, so that it stays the same until something changes, or the day does.
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = [
        span
        for span in spans_between(session, today - BACK, today + AHEAD, now=now)
        if feed.scope is FeedScope.ROTA or span.person_id == owner.id
    ]
    return FeedView(feed=feed, spans=spans, people=people_by_id(session, (span.person_id for span in spans)))


def own_feeds(session: Session, actor: Person) -> Sequence[CalendarFeed]:
    """Those not revoked, newest first."""
    return session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id.desc())
    ).all()
