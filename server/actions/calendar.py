"""Making and revoking feeds of the rota. Whoever has a feed's address reads it, so it is told once and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.ids import new_digest, new_id
from models.people import Person
from models.policy import Facts, authorise
from models.shifts import CalendarFeed, FeedScope
from moderation.audit import write_audit
from server.queries.calendar import own_feeds, token_index

MOST_FEEDS = 10


class FeedsFull(Conflict):
    code = "calendar_feeds_full"
    user_message = "You have as many calendar links as one person can have. Please take one back first."


@dataclass(frozen=True, kw_only=True)
class NewFeed:
    feed: CalendarFeed
    token: str


def create_feed(session: Session, actor: Person, *, scope: FeedScope, now: datetime) -> NewFeed:
    authorise("rota.read", actor, Facts())
    if len(own_feeds(session, actor)) >= MOST_FEEDS:
        raise FeedsFull
    token = new_digest()
    feed = CalendarFeed(id=new_id(), person_id=actor.id, scope=scope, token_index=token_index(token), created_at=now)
    session.add(feed)
    _audit(session, actor, "calendar.created", feed, now)
    return NewFeed(feed=feed, token=token)


def revoke_feed(session: Session, actor: Person, feed_id: str, *, now: datetime) -> None:
    """At once. Raises NotFound for another's."""
    feed = session.get(CalendarFeed, feed_id, with_for_update=True)
    if feed is None or feed.person_id != actor.id or feed.revoked_at is not None:
        raise NotFound
    feed.revoked_at = now
    _audit(session, actor, "calendar.revoked", feed, now)


def _audit(session: Session, actor: Person, action: str, feed: CalendarFeed, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="calendar_feed", subject_id=feed.id, now=now)
