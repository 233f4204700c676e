"""Messages a person may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, literal_column, select
from sqlalchemy.orm import Session, joinedload

from models.conversations import Conversation, ConversationKind
from models.errors import NotFound
from models.messages import Message, MessageRevision, Reaction
from models.people import Person
from models.policy import allows
from models.prepared import Prepared
from models.roles import Role
from models.snapshots import leading_to
from models.streams import Stream
from server.queries.conversations import CONVERSATION_STREAM, Place, get_place, see_place
from server.queries.crisis import Support, where_to_turn
from server.queries.paging import LARGEST_SEQ
from server.queries.reading_hours import Reading, hours_in, reading_for
from server.queries.resource_cards import shelf_for

WITH_AUTHOR = joinedload(Message.author)
MOST_HELD = 50
MOST_REVISIONS = 100


@dataclass(frozen=True, kw_only=True)
class History:
    items: Sequence[Message]
    held: Sequence[Message]
    more: bool
    reading: Reading | None = None  # with the newest page, to a carer in a one-to-one: when it is read
    turn_to: Support | None = None  # where to turn now, if that is later
    mine: Mapping[str, set[str]] = field(default_factory=dict)  # the reader's reactions, by message


def _with_author(*where: ColumnElement[bool]) -> Select[Message, Person]:
    return select(Message, Person).join(Person, Person.id == Message.author_id).where(*where)


def _snapshots(session: Session, rows: Iterable[Sequence[Any]]) -> list[Message]:
    found = list(rows)
    shelf = shelf_for(session, [message for message, _ in found])
    return [leading_to(message, author=author, **shelf) for message, author in found]


NEWEST_FIRST = Prepared(
    _with_author(
        Message.conversation_id == bindparam("conversation"),
        Message.seq > bindparam("after"),
        Message.seq < bindparam("before"),
    )
    .order_by(Message.seq.desc())
    .limit(bindparam("most", type_=Integer))
)
OLDEST_FIRST = Prepared(
    _with_author(
        Message.conversation_id == bindparam("conversation"),
        Message.seq > bindparam("after"),
        Message.seq < bindparam("before"),
    )
    .order_by(Message.seq)
    .limit(bindparam("most", type_=Integer))
)
HELD = Prepared(
    _with_author(
        Message.conversation_id.in_(bindparam("conversations")),
        Message.author_id == bindparam("author"),
        Message.state == literal_column("'held'"),  # word for word what the index says
    )
    .order_by(Message.id)
    .limit(MOST_HELD)
)
LATEST = Prepared(
    # By way of the conversations: SQLite would else look at every message of theirs.
    select(Message, Person)
    .select_from(Conversation)
    .join(Stream, Stream.id == CONVERSATION_STREAM)
    .join(
        Message,
        and_(Message.conversation_id == Conversation.id, Message.seq > Stream.head_seq - bindparam("back", type_=Integer)),
    )
    .join(Person, Person.id == Message.author_id)
    .where(Conversation.id.in_(bindparam("conversations")))
    .order_by(Message.conversation_id, Message.seq)
)
BY_ID = Prepared(_with_author(Message.id.in_(bindparam("ids"))))
OWN_REACTIONS = Prepared(
    select(Reaction.message_id, Reaction.name).where(
        Reaction.person_id == bindparam("person"), Reaction.message_id.in_(bindparam("messages"))
    )
)


def page_history(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    before: int | None,
    after: int | None,
    limit: int,
    now: datetime | None = None,
) -> History:
    """A page by `seq`, of snapshots: newest first (before `before` if given), or oldest first when `after` is given.

    The newest page also carries the actor's own messages that are still held.
    """
    place = see_place(session, actor, conversation_id)
    page = {
        "conversation": conversation_id,
        "before": LARGEST_SEQ if before is None else before,
        "after": max(after or 0, place.from_seq - 1),
        "most": limit + 1,
    }
    rows = (NEWEST_FIRST if after is None else OLDEST_FIRST).rows(session, **page)
    items = _snapshots(session, rows)
    newest = before is None and after is None
    reading = _reading(session, actor, place, now) if newest and now is not None else None
    return History(
        reading=reading,
        turn_to=where_to_turn(actor, now=now) if reading is not None and not reading.open_now and now is not None else None,
        mine=own_reactions(session, actor.id, items[:limit]),
        items=items[:limit],
        held=own_held(session, actor, [conversation_id]) if newest else (),
        more=len(items) > limit,
    )


def _reading(session: Session, actor: Person, place: Place, now: datetime) -> Reading | None:
    conversation = place.conversation
    if conversation.kind is not ConversationKind.ONE_TO_ONE or conversation.ended_at is not None:
        return None
    return reading_for(actor, hours_in(session, conversation.id, now), now) if actor.role is Role.CARER else None


def latest_messages(session: Session, conversation_ids: Collection[str], back: int) -> list[Message]:
    """Snapshots of what the last `back` events of each conversation are about, oldest first."""
    return _snapshots(session, LATEST.rows(session, conversations=list(conversation_ids), back=back))


def own_held(session: Session, actor: Person, conversation_ids: Collection[str]) -> Sequence[Message]:
    """Snapshots of the actor's own messages there that still wait, oldest first, at most 50."""
    return _snapshots(session, HELD.rows(session, conversations=list(conversation_ids), author=actor.id))


def load_messages(session: Session, ids: Iterable[str]) -> dict[str, Message]:
    """Snapshots of messages by id, with their authors, in one query."""
    wanted = list(set(ids))
    found = _snapshots(session, BY_ID.rows(session, ids=wanted)) if wanted else ()
    return {message.id: message for message in found}


SENT = Prepared(_with_author(Message.author_id == bindparam("author_id"), Message.client_id == bindparam("client_id")))


def find_sent(session: Session, author_id: str, client_id: str) -> Message | None:
    """A snapshot of what this author sent under this client id before, if anything."""
    row = SENT.row(session, author_id=author_id, client_id=client_id)
    return _snapshots(session, [row])[0] if row is not None else None


def lock_message(session: Session, message_id: str) -> Message:
    """The message, kept from other changes until the transaction ends. Raises NotFound.

    Replies to it are not kept out (`key_share`): whoever sends one holds the stream that a decision on it asks for next.
    """
    message = session.scalars(
        select(Message).options(WITH_AUTHOR).where(Message.id == message_id).with_for_update(of=Message, key_share=True)
    ).one_or_none()
    if message is None:
        raise NotFound
    return message


def lock_seen_message(session: Session, actor: Person, message_id: str) -> tuple[Message, Place]:
    """A message the actor can see in a conversation of theirs, or could before it was hidden; else NotFound.

    What never reached the room was seen by its author alone.
    """
    message = lock_message(session, message_id)
    place = get_place(session, actor, message.conversation_id)
    if not allows("conversation.read", actor, place.facts):
        raise NotFound
    if message.seq is None and message.author_id != actor.id:
        raise NotFound
    if not place.shows(message.seq):
        raise NotFound
    return message, place


def revisions_of(session: Session, message_id: str) -> Sequence[MessageRevision]:
    """What a message said before each of its edits, oldest first; at most the 100 newest."""
    newest = session.scalars(
        select(MessageRevision)
        .where(MessageRevision.message_id == message_id)
        .order_by(MessageRevision.revision.desc())
        .limit(MOST_REVISIONS)
    ).all()
    return newest[::-1]


def own_reactions(session: Session, person_id: str, messages: Iterable[Message]) -> dict[str, set[str]]:
    """Names of this person's reactions to these messages; asks only where there are any at all."""
    ids = [message.id for message in messages if message.reactions]
    mine: dict[str, set[str]] = {}
    for message_id, name in OWN_REACTIONS.rows(session, person=person_id, messages=ids) if ids else ():
        mine.setdefault(message_id, set()).add(name.value)
    return mine
