"""Conversations a person belongs to, and the place a message would go to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.alerts import Alert
from models.base import Id
from models.contacts import Contact
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.errors import NotFound
from models.flags import STRETCH_RULE
from models.groups import Group
from models.messages import Message, MessageState
from models.people import Person
from models.policy import PRIVATE, Facts, allows
from models.prepared import Prepared
from models.roles import ROLE_LABELS, Role
from models.streams import Stream, lock_stream
from models.visits import Visit, VisitState
from moderation.screening import ServiceRules
from server.queries.begun import NOT_BEGUN
from server.queries.paging import Page, as_id, as_text, decode_cursor, encode_cursor
from server.queries.reading_hours import Reading, readings
from server.queries.screening_rules import IN_FORCE, rules_in_force

# Conversation ids are UUIDs and stream ids are text; PostgreSQL wants to be told, SQLite does not mind.
CONVERSATION_STREAM = cast(Conversation.id, String)
ROLE_LABEL: ColumnElement[str] = case(
    {role.value: label for role, label in ROLE_LABELS.items()}, value=cast(Person.role, String)
)
NOBODY_YET = "Conversation"  # a crisis contact between two who take it; says nothing to who looks over a shoulder
# A group's name; between two people who the other is, and in which role.
TITLE = func.coalesce(
    Group.name,
    Person.display_name + " (" + ROLE_LABEL + ")",
    case((Conversation.kind == ConversationKind.CRISIS, NOBODY_YET), else_=""),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A conversation as one person stands to it."""

    conversation: Conversation
    head_seq: int
    group: Group | None
    membership: Membership | None
    rules: ServiceRules  # by which what is written here is screened

    @property
    def facts(self) -> Facts:
        return Facts(group=self.group, conversation=self.conversation, membership=self.membership)

    @property
    def from_seq(self) -> int:
        """From which event on this person may read; what came before is as good as not there."""
        return self.membership.from_seq if self.membership is not None else 0

    def shows(self, seq: int | None) -> bool:
        """Whether what has this place in the conversation may be seen; without a place it depends on whose it is."""
        return seq is None or seq >= self.from_seq


# Written once, as every send begins with it.
PLACE = (
    select(Conversation, Stream.head_seq, Group, Membership, IN_FORCE.label("rules"))
    .join(Stream, Stream.id == CONVERSATION_STREAM)
    .outerjoin(Group, Group.conversation_id == Conversation.id)
    .outerjoin(
        Membership,
        and_(Membership.conversation_id == Conversation.id, Membership.person_id == bindparam("actor_id")),
    )
    .where(Conversation.id == bindparam("conversation_id"))
)
SEEN_PLACE = Prepared(PLACE)


def get_place(session: Session, actor: Person, conversation_id: str) -> Place:
    """The conversation, if the actor may read it.

    Raises NotFound both when there is none and when this person may not know of it.
    """
    row = session.execute(PLACE, {"conversation_id": conversation_id, "actor_id": actor.id}).one_or_none()
    return _place(session, row, actor)


def see_place(session: Session, actor: Person, conversation_id: str, *, lock: bool = False) -> Place:
    """As `get_place`, of snapshots: for who changes neither group nor membership through them.

    `lock` keeps other writers to the conversation out until the transaction ends.
    """
    if lock:
        lock_stream(session, conversation_id)
    return _place(session, SEEN_PLACE.row(session, conversation_id=conversation_id, actor_id=actor.id), actor)


def _place(session: Session, row: Sequence[Any] | None, actor: Person) -> Place:
    if row is None:
        raise NotFound
    rules = rules_in_force(session, row[4])
    place = Place(conversation=row[0], head_seq=row[1], group=row[2], membership=row[3], rules=rules)
    if not allows("conversation.read", actor, place.facts):
        raise NotFound
    return place


def active_members(session: Session, conversation_id: str, ids: Collection[str]) -> set[str]:
    """Those of these people who belong to the conversation now."""
    return set(
        session.scalars(
            select(Membership.person_id).where(
                Membership.conversation_id == conversation_id,
                Membership.person_id.in_(list(ids)),
                Membership.state == MemberState.MEMBER,
            )
        )
    )


MOST_UNREAD = 300  # counted in one conversation: past it a client pages the history anyway, and nobody counts


@dataclass(frozen=True, kw_only=True)
class PersonShown:
    """Somebody as others see them."""

    id: str
    display_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class ConversationRow:
    """One line of a person's list. `unread_count`: what others said and can be seen, after where the actor has read
    to, of the last MOST_UNREAD events.
    """

    id: str
    kind: ConversationKind
    title: str
    other: Person | None  # between two: whom one talks with
    head_seq: int
    read_seq: int
    unread_count: int
    muted: bool
    can_post: bool
    photos: bool  # whether those may be sent here too
    opens_at: datetime | None  # of a group that is closed just now
    ended_at: datetime | None
    from_seq: int  # from which event on the actor may read
    visitor: PersonShown | None  # who is there for a while as a third
    reading: Reading | None = None  # to a carer: when their worker reads
    read_only_until: datetime | None = None  # the actor was put into reading only

    @property
    def open_now(self) -> bool:
        return self.opens_at is None

    @property
    def reporting_rule(self) -> str | None:
        """Between two: what of it moderators see if one of them reports it."""
        return STRETCH_RULE if self.kind in PRIVATE else None


# From where the actor has read to, or where the last MOST_UNREAD events begin: whoever stayed away for a year must not have
# that year counted each time. A query within the query, because SQLite would else look at a conversation's every message.
UNREAD = (
    select(func.count())
    .where(
        Message.conversation_id == Membership.conversation_id,
        Message.seq
        > case(
            (Membership.read_seq > Stream.head_seq - MOST_UNREAD, Membership.read_seq), else_=Stream.head_seq - MOST_UNREAD
        ),
        Message.state == MessageState.VISIBLE,
        Message.author_id != bindparam("actor"),
    )
    .correlate(Membership, Stream)
    .scalar_subquery()
)
THE_OTHER = func.coalesce(
    case((Contact.carer_id == bindparam("actor"), Contact.worker_id), else_=Contact.carer_id),
    case((Alert.carer_id == bindparam("actor"), Alert.taken_by), else_=Alert.carer_id),
)
VISITOR = aliased(Person)
MINE = (
    select(Conversation, Stream.head_seq, Group, Membership, Person, TITLE, UNREAD, NOT_BEGUN.label("not_begun"))
    .add_columns(VISITOR.id, VISITOR.display_name, VISITOR.role)
    .join(Membership, Membership.conversation_id == Conversation.id)
    .join(Stream, Stream.id == CONVERSATION_STREAM)
    .outerjoin(Group, Group.conversation_id == Conversation.id)
    .outerjoin(Contact, Contact.conversation_id == Conversation.id)
    .outerjoin(Alert, Alert.conversation_id == Conversation.id)
    .outerjoin(Person, Person.id == THE_OTHER)
    .outerjoin(Visit, and_(Visit.conversation_id == Conversation.id, Visit.state == VisitState.GOING_ON))
    .outerjoin(VISITOR, VISITOR.id == Visit.supervisor_id)
    .where(Membership.person_id == bindparam("actor"), Membership.state == MemberState.MEMBER)
    .order_by(TITLE, Conversation.id)
    .limit(bindparam("most", type_=Integer))
)
FIRST_PAGE = Prepared(MINE)
TITLE_BEFORE = bindparam("title", type_=String)
NEXT_PAGE = Prepared(
    MINE.where(or_(TITLE_BEFORE < TITLE, and_(TITLE_BEFORE == TITLE, bindparam("after", type_=Id) < Conversation.id)))
)


def list_conversations(
    session: Session, actor: Person, *, limit: int, cursor: str | None, now: datetime | None = None
) -> Page[ConversationRow]:
    """The actor's conversations with unread counts, by title; one query however many there are.

    With `now`, also when a carer's workers read: two more where there are any.
    """
    after = decode_cursor(cursor, as_text, as_id)
    if after is None:
        found = FIRST_PAGE.rows(session, actor=actor.id, most=limit + 1)
    else:
        found = NEXT_PAGE.rows(session, actor=actor.id, most=limit + 1, title=after[0], after=after[1])
    rows = found[:limit]
    reading = _readings(session, actor, rows, now) if now is not None else {}
    opens = {row[0].id: row[2].opens_at(now) for row in rows if row[2] is not None} if now is not None else {}
    items = [
        ConversationRow(
            id=conversation.id,
            kind=conversation.kind,
            title=title,
            other=other,
            head_seq=head_seq,
            read_seq=membership.read_seq,
            unread_count=unread,
            muted=membership.muted,
            can_post=not not_begun
            and opens.get(conversation.id) is None
            and not (now is not None and membership.read_only(now))
            and allows("message.post", actor, Facts(group=group, conversation=conversation, membership=membership)),
            photos=allows("message.photo", actor, Facts(group=group, conversation=conversation, membership=membership)),
            opens_at=opens.get(conversation.id),
            ended_at=conversation.ended_at,
            reading=reading.get(conversation.id),
            from_seq=membership.from_seq,
            read_only_until=membership.read_only_until if now is not None and membership.read_only(now) else None,
            visitor=PersonShown(id=visitor[0], display_name=visitor[1], role=visitor[2]) if visitor[0] is not None else None,
        )
        for conversation, head_seq, group, membership, other, title, unread, not_begun, *visitor in rows
    ]
    more = len(found) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].title, items[-1].id) if more else None)


def _readings(session: Session, actor: Person, rows: Sequence[Any], now: datetime) -> Mapping[str, Reading]:
    """Of the one-to-ones among them that go on."""
    workers = {
        conversation.id: other.id
        for conversation, _head, _group, _membership, other, *_ in rows
        if conversation.kind is ConversationKind.ONE_TO_ONE and conversation.ended_at is None and other is not None
    }
    return readings(session, actor, workers, now)
