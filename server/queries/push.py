"""Who is to be told that something new is there, and on which devices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from models.auth import IDLE_LASTS, SignIn
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.jobs import Job, JobKind, JobState
from models.messages import Message, MessageState
from models.notifications import NotificationSettings, PushSubscription
from models.people import Person, PersonState
from models.quiet_hours import may_call_at
from server.queries.reading_hours import hours_in


@dataclass(frozen=True, kw_only=True)
class Untold:
    """A person with messages of others in a conversation, up to `last_seq`, of which no device of theirs was told."""

    conversation_id: str
    person_id: str
    read_seq: int
    notified_seq: int
    last_seq: int


def find_untold(
    session: Session, conversation_ids: Collection[str], *, limit: int, after: Untold | None = None
) -> Sequence[Untold]:
    """Who is to be told of these conversations: who belongs, has not muted it, and has a device that takes pushes.

    In a fixed order, in which `after` is where to go on.
    """
    known = case((Membership.read_seq > Membership.notified_seq, Membership.read_seq), else_=Membership.notified_seq)
    last = (
        select(func.max(Message.seq))
        .where(
            Message.conversation_id == Membership.conversation_id,
            Message.seq > known,
            Message.state == MessageState.VISIBLE,
            Message.author_id != Membership.person_id,
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    query = (
        select(Membership.conversation_id, Membership.person_id, Membership.read_seq, Membership.notified_seq, last)
        .where(
            Membership.conversation_id.in_(list(conversation_ids)),
            Membership.state == MemberState.MEMBER,
            Membership.muted.is_(False),
            exists().where(PushSubscription.person_id == Membership.person_id),
            last.is_not(None),
        )
        .order_by(Membership.conversation_id, Membership.person_id)
        .limit(limit)
    )
    if after is not None:
        beyond = and_(Membership.conversation_id == after.conversation_id, Membership.person_id > after.person_id)
        query = query.where(or_(Membership.conversation_id > after.conversation_id, beyond))
    return [
        Untold(conversation_id=row[0], person_id=row[1], read_seq=row[2], notified_seq=row[3], last_seq=row[4])
        for row in session.execute(query)
    ]


def when_to_tell(session: Session, person_id: str, conversation_id: str, *, now: datetime) -> datetime | None:
    """From when on this person may be told of this conversation; None when there is nothing to tell them any more.

    Of a one-to-one a worker is told within their contact windows and at no other time: those take the place of quiet hours.
    """
    unread = exists().where(
        Message.conversation_id == Membership.conversation_id,
        Message.seq > Membership.read_seq,
        Message.state == MessageState.VISIBLE,
        Message.author_id != Membership.person_id,
    )
    row = session.execute(
        select(Person.timezone, NotificationSettings.quiet_from, NotificationSettings.quiet_until, Conversation.kind)
        .join(Membership, Membership.person_id == Person.id)
        .join(Conversation, Conversation.id == Membership.conversation_id)
        .outerjoin(NotificationSettings, NotificationSettings.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.state == PersonState.ACTIVE,
            Membership.conversation_id == conversation_id,
            Membership.state == MemberState.MEMBER,
            Membership.muted.is_(False),
            unread,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.kind is ConversationKind.ONE_TO_ONE:
        hours = hours_in(session, conversation_id, now).get(person_id)
        if hours is not None:
            return hours.open_from(now)
    return may_call_at(row.quiet_from, row.quiet_until, row.timezone, now)


def live_subscriptions(session: Session, person_id: str, *, now: datetime) -> Sequence[PushSubscription]:
    """The devices on which this person, whose account is in use, is signed in."""
    return session.scalars(
        select(PushSubscription)
        .join(SignIn, SignIn.id == PushSubscription.sign_in_id)
        .join(Person, Person.id == PushSubscription.person_id)
        .where(
            PushSubscription.person_id == person_id,
            SignIn.person_id == person_id,
            Person.state == PersonState.ACTIVE,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.refreshed_at > now - IDLE_LASTS,
        )
        .order_by(PushSubscription.id)
    ).all()


def last_told_at(session: Session, pair: str) -> datetime | None:
    """When devices were last told of it; `pair` is what the jobs are about."""
    return session.scalar(
        select(func.max(Job.finished_at)).where(Job.subject_id == pair, Job.kind == JobKind.PUSH, Job.state == JobState.DONE)
    )
