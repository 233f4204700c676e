"""Messages a person may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from models.errors import NotFound
from models.messages import Message, MessageRevision, MessageState, Reaction
from models.people import Person
from models.policy import allows
from models.prepared import Prepared
from models.snapshots import leading_to
from server.queries.conversations import Place, get_place

WITH_AUTHOR = joinedload(Message.author)
MOST_HELD = 50
MOST_REVISIONS = 100


@dataclass(frozen=True, kw_only=True)
class History:
    items: Sequence[Message]
    held: Sequence[Message]
    more: bool
    mine: Mapping[str, set[str]] = field(default_factory=dict)  # the reader's reactions, by message


def page_history(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    before: int | None,
    after: int | None,
    limit: int,
) -> History:
    """A page by `seq`: newest first (before `before` if given), or oldest first when `after` is given.

    The newest page also carries the actor's own messages that are still held.
    """
    get_place(session, actor, conversation_id)
    query = select(Message).options(WITH_AUTHOR).where(Message.conversation_id == conversation_id)
    if after is not None:
        query = query.where(Message.seq > after).order_by(Message.seq)
    else:
        query = query.where(Message.seq.is_not(None)).order_by(Message.seq.desc())
    if before is not None:
        query = query.where(Message.seq < before)
    items = session.scalars(query.limit(limit + 1)).all()
    newest = before is None and after is None
    return History(
        mine=own_reactions(session, actor.id, items[:limit]),
        items=items[:limit],
        held=own_held(session, actor, [conversation_id]) if newest else (),
        more=len(items) > limit,
    )


def own_held(session: Session, actor: Person, conversation_ids: Collection[str]) -> Sequence[Message]:
    """The actor's own messages there that still wait, oldest first, at most 50."""
    return session.scalars(
        select(Message)
        .options(WITH_AUTHOR)
        .where(
            Message.conversation_id.in_(list(conversation_ids)),
            Message.author_id == actor.id,
            Message.state == MessageState.HELD,
        )
        .order_by(Message.id)
        .limit(MOST_HELD)
    ).all()


def load_messages(session: Session, ids: Iterable[str]) -> dict[str, Message]:
    """Messages by id with their authors, in one query."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    found = session.scalars(select(Message).options(WITH_AUTHOR).where(Message.id.in_(wanted)))
    return {message.id: message for message in found}


SENT = Prepared(
    select(Message, Person)
    .join(Person, Person.id == Message.author_id)
    .where(Message.author_id == bindparam("author_id"), Message.client_id == bindparam("client_id"))
)


def find_sent(session: Session, author_id: str, client_id: str) -> Message | None:
    """A snapshot of what this author sent under this client id before, if anything."""
    row = SENT.row(session, author_id=author_id, client_id=client_id)
    return leading_to(row[0], author=row[1]) if row is not None else None


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
    """A message the actor can see in a conversation of theirs; else NotFound. Own held messages count as seen."""
    message = lock_message(session, message_id)
    place = get_place(session, actor, message.conversation_id)
    if not allows("conversation.read", actor, place.facts):
        raise NotFound
    if message.state is MessageState.HELD and message.author_id != actor.id:
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
    if ids:
        query = select(Reaction.message_id, Reaction.name).where(
            Reaction.person_id == person_id, Reaction.message_id.in_(ids)
        )
        for message_id, name in session.execute(query):
            mine.setdefault(message_id, set()).add(name.value)
    return mine
