"""Streams: one durable ordered log per audience (a conversation, a person's inbox, a desk).

Invariant: a `seq` is taken inside the transaction under the stream row's lock, so in one stream the order of seqs is the
order of commits and there are no gaps. An event names its subject by id; what it says is looked up when it is sent or
replayed, so a message removed since is never replayed with its text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ForeignKey, Integer, String, Table, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import BY_KEY, Base, Id, UtcDateTime
from models.prepared import Prepared, keeps_writers_out

REVIEW_DESK = "desk:review"
CRISIS_DESK = "desk:crisis"


class EventKind(StrEnum):
    MESSAGE_CREATED = "message.created"
    MESSAGE_UPDATED = "message.updated"
    MESSAGE_REMOVED = "message.removed"
    REACTION_CHANGED = "reaction.changed"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"
    READ_CHANGED = "read.changed"
    MUTE_CHANGED = "mute.changed"  # own inbox: so that another phone of theirs falls silent too
    NOTIFICATIONS_CHANGED = "notifications.changed"  # own inbox: their other devices ask what holds now
    CASE_OPENED = "case.opened"
    CASE_CHANGED = "case.changed"
    CASE_CLOSED = "case.closed"
    NOTICE_MESSAGE = "notice.message"  # to an author: what became of their message
    NOTICE_CASE = "notice.case"  # to supervisors, and to moderators whose case it was: a case waits for them, or came back
    NOTICE_REPORT = "notice.report"  # to a reporter: what came of their report
    NOTICE_SANCTION = "notice.sanction"  # to a person: what was imposed on them in the groups, or that it is over
    NOTICE_APPEAL = "notice.appeal"  # to a person and the review desk: where an appeal stands
    NOTICE_MEMBERSHIP = "notice.membership"  # to a person: they joined or left a conversation
    # To the carer and the worker of a contact: what became of it.
    CONTACT_REQUESTED = "contact.requested"
    CONTACT_AGREED = "contact.agreed"
    CONTACT_ACCEPTED = "contact.accepted"
    CONTACT_DECLINED = "contact.declined"
    CONTACT_WITHDRAWN = "contact.withdrawn"
    CONTACT_EXPIRED = "contact.expired"
    CONTACT_ENDED = "contact.ended"
    CONTACT_BEGINNING = "contact.beginning"  # one of the two, or by now both, agreed to what the contact is
    CONTACT_ENDING = "contact.ending"  # a day for its end was proposed, changed or taken back
    CONTACT_TRANSFER = "contact.transfer"  # to the carer and the two workers: what became of a transfer
    CONTACT_WAITING = "contact.waiting"  # to a carer: they joined or left the waiting list, or were brought forward
    CONTACT_PAUSED = "contact.paused"  # to a carer who waits: the worker takes nobody new for now, or does again
    NOTICE_AVAILABILITY = "notice.availability"  # own inbox: their other devices ask what holds now
    NOTICE_ACCOUNT = "notice.account"  # to a person: what the service did to their account
    NOTICE_HANDOVER = "notice.handover"  # to a carer: their worker's role changed; somebody they may ask instead
    NOTICE_ACCESS = "notice.access"  # to a member: that staff could read a private conversation of theirs
    NOTICE_SECURITY = "notice.security"  # to a person: what was done to what they sign in with
    NOTICE_FACILITATION = "notice.facilitation"  # to coordinators: a group has lost one who facilitated it
    # To the carer, to everybody who was paged, and to the crisis desk: where an alert stands now.
    ALERT_PAGING = "alert.paging"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_IN_CONTACT = "alert.in_contact"
    ALERT_UNANSWERED = "alert.unanswered"
    ALERT_RESOLVED = "alert.resolved"
    ALERT_CANCELLED = "alert.cancelled"
    ALERT_PAGED = "alert.paged"  # to a person on duty: they are called
    ALERT_DECLINED = "alert.declined"  # to whoever said no, on all their phones, and to the desk
    ALERT_STILL_OPEN = "alert.still_open"  # to who took it and the desk: it was never closed
    NOTICE_FOLLOW_UP = "notice.follow_up"  # what is owed after an alert is due, or was answered
    NOTICE_CONCERN = (
        "notice.concern"  # to who is on duty: somewhere a carer's words tell of a risk, and their worker is away
    )
    NOTICE_CRISIS_OFFER = "notice.crisis_offer"  # to that carer: somebody is there now, if they would like to talk
    NOTICE_CRISIS_QUESTION = "notice.crisis_question"  # to a writer: whose crisis it is, asked of them alone
    NOTICE_SUPPORT = "notice.support"  # to a writer: a case about their words was decided; who listens
    # To who scheduled it, if they still may: what follows up a decided case is due. Where they are gone, to the desk.
    NOTICE_CASE_FOLLOW_UP = "notice.case_follow_up"
    NOTICE_DEBRIEF = "notice.debrief"  # to a worker and whoever could talk with them: where a debrief request stands
    NOTICE_DESK = (
        "notice.desk"  # to somebody at the review desk, or their supervisors: it was a lot, or nobody else is there
    )
    NOTICE_SUPERVISION = "notice.supervision"  # to a worker and their supervisor: a session, or something shared
    NOTICE_ENGINE = "notice.engine"  # to supervisors: alerts may not move on
    NOTICE_AUDIT = "notice.audit"  # to coordinators: the audit trail is not what was written
    # To those on the rota whom it concerns, and for what stands against a shift to coordinators and supervisors.
    SHIFT_PUBLISHED = "shift.published"
    SHIFT_CHANGED = "shift.changed"
    SHIFT_LEAVE = "shift.leave"
    SHIFT_SWAP = "shift.swap"
    SHIFT_UNFIT = "shift.unfit"
    NOTICE_PROFILE = "notice.profile"  # a worker's profile waits (to coordinators), or was agreed or sent back (to them)
    NOTICE_TRAINING = "notice.training"  # to a worker and coordinators: a training or supervision record is about to run out
    # To the carer and the worker of a one-to-one, and to professionals whom it was opened to: what became of a note.
    NOTE_WRITTEN = "note.written"
    NOTE_CHANGED = "note.changed"
    NOTE_SHARED = "note.shared"
    NOTE_UNSHARED = "note.unshared"
    NOTE_TAKEN_BACK = "note.taken_back"
    NOTE_READ = "note.read"  # to the carer: somebody of the team was shown a note about them
    # To all three whom a supervisor's visit to a one-to-one concerns.
    VISIT_ASKED = "visit.asked"
    VISIT_AGREED = "visit.agreed"
    VISIT_BEGAN = "visit.began"
    VISIT_ENDED = "visit.ended"
    SESSION_ENDED = "session.ended"


class Stream(Base):
    __tablename__ = "stream"
    __table_args__ = BY_KEY

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    head_seq: Mapped[int] = mapped_column(default=0)
    # When the head last moved: lets a process ask in one query which streams moved of late.
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Event(Base):
    __tablename__ = "event"
    __table_args__ = BY_KEY

    stream_id: Mapped[str] = mapped_column(String(64), ForeignKey("stream.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(Id)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StreamOrderError(AssertionError):
    """A transaction touched conversations in an order in which two transactions could lock each other out."""


@dataclass(frozen=True, kw_only=True)
class Deferred:
    """An event for an inbox or a desk, appended when its transaction ends."""

    stream_id: str
    kind: EventKind
    subject_id: str
    at: datetime
    data: Mapping[str, Any]


def open_stream(session: Session, stream_id: str, *, now: datetime) -> None:
    session.execute(insert(Stream).values(id=stream_id, head_seq=0, moved_at=now))


LOCK = Prepared(select(Stream.id).where(Stream.id == bindparam("stream")).with_for_update())


def lock_stream(session: Session, stream_id: str) -> None:
    """Keep other writers to this stream out until the transaction ends.

    What may have changed while this waited is read afterwards, in a query of its own: PostgreSQL shows a query that waited
    for a row that row as it is now, but rows joined to it as they were when the query began.
    """
    if not keeps_writers_out(session):
        LOCK.run(session, stream=stream_id)


def record_event(
    session: Session,
    conversation_id: str,
    kind: EventKind,
    subject_id: str,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Append to a conversation's stream and return the event's seq; delivery hears of it after the commit.

    A transaction that touches several conversations does so in the order of their ids, which is what keeps two of them
    from waiting for each other. Raises StreamOrderError where an action forgets.
    """
    if conversation_id < session.info.setdefault("last_conversation", conversation_id):
        raise StreamOrderError(conversation_id)
    session.info["last_conversation"] = conversation_id
    return _append(session, conversation_id, kind, subject_id, now, data or {})


def record_to_inboxes(
    session: Session,
    people: Iterable[str],
    kind: EventKind,
    subject_id: str,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """The same event into several people's own streams, when the transaction ends."""
    _defer(session, people, kind, subject_id, now, data)


def record_to_desk(
    session: Session,
    desk: str,
    kind: EventKind,
    subject_id: str,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """An event onto a desk, when the transaction ends."""
    _defer(session, [desk], kind, subject_id, now, data)


def _defer(
    session: Session,
    stream_ids: Iterable[str],
    kind: EventKind,
    subject_id: str,
    now: datetime,
    data: Mapping[str, Any] | None,
) -> None:
    waiting: list[Deferred] = session.info.setdefault("deferred", [])
    waiting.extend(
        Deferred(stream_id=stream_id, kind=kind, subject_id=subject_id, at=now, data=data or {}) for stream_id in stream_ids
    )


def append_deferred(session: Session) -> None:
    """Append what waits for the end of the transaction: inboxes by id, then desks.

    Last, because everybody's changes pass through the same few desks: their rows are locked as shortly as can be, and
    always after everything else, so that no two transactions wait for each other.
    """
    waiting: Sequence[Deferred] = session.info.pop("deferred", ())
    if not waiting:
        return
    for event in sorted(waiting, key=lambda event: (event.stream_id.startswith("desk:"), event.stream_id)):
        _append(session, event.stream_id, event.kind, event.subject_id, event.at, event.data)


# On the tables rather than the classes: every change in the service ends with these two.
_streams = cast("Table", Stream.__table__)
ADVANCE = Prepared(
    update(_streams)
    .where(_streams.c.id == bindparam("stream"))
    .values(head_seq=_streams.c.head_seq + 1, moved_at=bindparam("moved_at"))
    .returning(_streams.c.head_seq)
)
ADD = Prepared(insert(cast("Table", Event.__table__)))


def _append(
    session: Session, stream_id: str, kind: EventKind, subject_id: str, at: datetime, data: Mapping[str, Any]
) -> int:
    advanced = ADVANCE.row(session, stream=stream_id, moved_at=at)
    if advanced is None:
        raise LookupError(stream_id)
    seq: int = advanced[0]
    ADD.run(session, stream_id=stream_id, seq=seq, kind=kind.value, subject_id=subject_id, data=dict(data), created_at=at)
    session.info.setdefault("recorded", []).append((stream_id, seq))
    return seq


def keep_at_hand(session: Session, stream_id: str, seq: int, subject: Any) -> None:
    """What the event just recorded is about, as it was written: whoever tells of it need not read it back."""
    session.info.setdefault("at_hand", {})[stream_id, seq] = subject


AFTER = Prepared(
    select(Event)
    .where(Event.stream_id == bindparam("stream"), Event.seq > bindparam("seq"))
    .order_by(Event.seq)
    .limit(bindparam("most", type_=Integer))
)
HEADS = Prepared(select(Stream.id, Stream.head_seq).where(Stream.id.in_(bindparam("streams"))))


def events_after(session: Session, stream_id: str, seq: int, *, limit: int) -> Sequence[Event]:
    """Snapshots of them, in order."""
    return [row[0] for row in AFTER.rows(session, stream=stream_id, seq=seq, most=limit)]


def heads(session: Session, stream_ids: Iterable[str]) -> dict[str, int]:
    """Head seq of each stream that exists."""
    return dict(HEADS.rows(session, streams=list(stream_ids)))


MOVED = Prepared(select(Stream.id, Stream.head_seq).where(Stream.moved_at >= bindparam("since")))


def moved_since(session: Session, since: datetime) -> dict[str, int]:
    """Heads of the streams that moved at or after `since`, by the writers' clocks."""
    return dict(MOVED.rows(session, since=since))
