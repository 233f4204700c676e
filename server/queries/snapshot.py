"""Everything a phone needs to begin with, as it all was at one moment, and where to go on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.messages import Message
from models.people import Person
from server.queries.conversations import ConversationRow, list_conversations
from server.queries.messages import latest_messages, own_held, own_reactions
from server.queries.paging import Page
from server.queries.streams import readable_heads


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """`streams`: the head of each stream; events after it are what has happened since. `messages`: the newest of each
    conversation on the page, oldest first, their own held ones among `held`.
    """

    streams: Mapping[str, int]
    conversations: Page[ConversationRow]
    messages: Mapping[str, Sequence[Message]]
    held: Sequence[Message]
    mine: Mapping[str, set[str]]


def take_snapshot(
    session: Session, actor: Person, *, messages: int, limit: int, cursor: str | None, now: datetime | None = None
) -> Snapshot:
    """`session` reads one consistent view, so heads, list and messages belong together; six queries however many, and
    two more for when a carer's workers read (with `now`).

    `messages` is how far back from a conversation's head to look; joins and edits count there too.
    """
    page = list_conversations(session, actor, limit=limit, cursor=cursor, now=now)
    ids = [row.id for row in page.items]
    found = latest_messages(session, ids, messages) if ids and messages else []
    by_conversation: dict[str, list[Message]] = {each: [] for each in ids}
    from_seqs = {row.id: row.from_seq for row in page.items}
    found = [message for message in found if (message.seq or 0) >= from_seqs[message.conversation_id]]
    for message in found:
        by_conversation[message.conversation_id].append(message)
    return Snapshot(
        streams=readable_heads(session, actor),
        conversations=page,
        messages=by_conversation,
        held=own_held(session, actor, ids),
        mine=own_reactions(session, actor.id, found),
    )
