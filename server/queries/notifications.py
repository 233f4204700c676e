"""What people want of notifications, and who is to be mailed that there is something new."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from models.auth import IDLE_LASTS, SignIn
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.messages import Message, MessageState
from models.notifications import NotificationSettings, PushSubscription
from models.people import Person, PersonState
from models.quiet_hours import may_call_at
from models.streams import Event
from server.queries.reading_hours import Hours, hours_of

AWAY_FOR = timedelta(hours=6)  # unread, and not here, for so long
ONE_A_DAY = timedelta(days=1)
# Minutes after midnight on the person's own clock: outside, a mail may wake somebody, or be read by whom it wakes.
NIGHT_FROM, NIGHT_UNTIL = 20 * 60, 9 * 60
# Mail goes out about once an hour: of a window that is shorter somebody would never be mailed within it.
JUST_OPENED = timedelta(hours=1)


# Id, zone, quiet from and until, and when they were last mailed.
People = Select[str, str, int | None, int | None, datetime | None]


def settings_of(session: Session, person_id: str) -> NotificationSettings:
    """What a person chose; what holds for everybody, not stored, when they chose nothing."""
    found = session.get(NotificationSettings, person_id)
    return found or NotificationSettings(person_id=person_id, email_digest=True)


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody whom mail about what is new may reach. `missed`: there is something, and it waits long enough."""

    person_id: str
    timezone: str
    quiet_from: int | None
    quiet_until: int | None
    missed: bool
    # The same in one-to-ones, of a worker who has named contact windows: then only there, and else nowhere.
    missed_from_carers: bool = False
    hours: Hours | None = None

    def to_be_mailed(self, now: datetime) -> bool:
        """Also a decent hour where they are, and none of those they want to be quiet; or one of their contact windows."""
        if self.missed_from_carers and self.hours is not None and self.hours.open_from(now - JUST_OPENED) <= now:
            return True
        quiet = may_call_at(self.quiet_from, self.quiet_until, self.timezone, now) > now
        return self.missed and not quiet and may_call_at(NIGHT_FROM, NIGHT_UNTIL, self.timezone, now) == now


def find_away(session: Session, *, push: bool, limit: int, now: datetime, after: str | None = None) -> Sequence[Away]:
    """Who was not here of late, wants mail, and is owed one, in the order of their ids; `after` is where to go on.

    `push`: this service calls phones; without, having one subscribed is no reason against mail.
    """
    people = _away(push=push, now=now).order_by(Person.id).limit(limit)
    if after is not None:
        people = people.where(Person.id > after)
    return _with_missed(session, people, now)


def look_again(session: Session, person_ids: Collection[str], *, push: bool, now: datetime) -> Sequence[Away]:
    """Those of them of whom that is so now."""
    return _with_missed(session, _away(push=push, now=now).where(Person.id.in_(list(person_ids))), now)


def _away(*, push: bool, now: datetime) -> People:
    chosen = NotificationSettings
    last_here = select(func.max(SignIn.refreshed_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    here_at = func.coalesce(last_here, Person.created_at)
    told_before = and_(chosen.digest_sent_at < here_at, chosen.digest_sent_at <= now - ONE_A_DAY)
    query = (
        select(Person.id, Person.timezone, chosen.quiet_from, chosen.quiet_until, chosen.digest_sent_at)
        .outerjoin(chosen, chosen.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Person.email_verified_at.is_not(None),
            or_(chosen.person_id.is_(None), chosen.email_digest.is_(True)),
            or_(chosen.digest_sent_at.is_(None), told_before),
            here_at <= now - AWAY_FOR,
        )
    )
    return query.where(~_has_phone(now)) if push else query


def _has_phone(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        PushSubscription.person_id == Person.id,
        SignIn.id == PushSubscription.sign_in_id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
        SignIn.refreshed_at > now - IDLE_LASTS,
    )


def _with_missed(session: Session, people: People, now: datetime) -> Sequence[Away]:
    # A page of people first: then however many messages there are, only their first and last unread ones are looked for.
    page = people.subquery("page")
    unread = (
        select(Event.created_at)  # when it reached the room: a message that was held was written long before
        .select_from(Message)
        .join(Event, and_(Event.stream_id == cast(Message.conversation_id, String), Event.seq == Message.seq))
        .where(
            Message.conversation_id == Membership.conversation_id,
            Message.seq > Membership.read_seq,
            Message.state == MessageState.VISIBLE,
            Message.author_id != Membership.person_id,
        )
        .correlate(Membership)
        .limit(1)
    )
    oldest = unread.order_by(Message.seq).scalar_subquery()
    newest = unread.order_by(Message.seq.desc()).scalar_subquery()
    between_two = Conversation.kind == ConversationKind.ONE_TO_ONE
    missed = exists().where(
        Membership.person_id == page.c.id,
        Conversation.id == Membership.conversation_id,
        Membership.state == MemberState.MEMBER,
        Membership.muted.is_(False),
        oldest <= now - AWAY_FOR,
        # What they were told of and left unread all the same is no reason to tell them again.
        or_(page.c.digest_sent_at.is_(None), newest > page.c.digest_sent_at),
    )
    rows = session.execute(
        select(
            page.c.id,
            page.c.timezone,
            page.c.quiet_from,
            page.c.quiet_until,
            missed.where(~between_two).label("elsewhere"),
            missed.where(between_two).label("between_two"),
        ).order_by(page.c.id)
    ).all()
    hours = hours_of(session, [row[0] for row in rows if row[5]], now - JUST_OPENED)
    return [_away_as_found(row, hours.get(row[0])) for row in rows]


def _away_as_found(row: Sequence[Any], hours: Hours | None) -> Away:
    person_id, timezone, quiet_from, quiet_until, elsewhere, between_two = row
    return Away(
        person_id=person_id,
        timezone=timezone,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        missed=bool(elsewhere or (between_two and hours is None)),
        missed_from_carers=bool(between_two and hours is not None),
        hours=hours,
    )
