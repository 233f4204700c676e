"""Searching messages: only what the person may see, at the moment they may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.crypto import current_keyring
from models.errors import Invalid
from models.messages import Message, MessageState
from models.people import Person
from models.search import MOST_TERMS, SearchTerm
from moderation.words import stems_of
from server.queries.conversations import get_place
from server.queries.messages import load_messages, own_reactions
from server.queries.paging import as_id, decode_cursor, encode_cursor

MOST_WORDS = 8
MOST_CONVERSATIONS = 200
MOST_ROUNDS = 10  # looks for one page: what was found may all be out of sight


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what was found, newest first; `mine` are the reader's reactions, by message."""

    items: Sequence[Message]
    next_cursor: str | None
    mine: Mapping[str, set[str]]


def terms_of(conversation_id: str, text: str, *, most: int = MOST_TERMS) -> list[bytes]:
    """What stands in the index for this text in this conversation."""
    return current_keyring().term_digests(conversation_id, stems_of(text, most=most))


def search_messages(
    session: Session, actor: Person, *, text: str, conversation_id: str | None, limit: int, cursor: str | None
) -> Found:
    """Messages with all of these words in one of the actor's conversations, or in the one named.

    Raises NotFound for a conversation the actor may not read, Invalid for a text without a word to search for.
    """
    stems = stems_of(text, most=MOST_WORDS)
    if not stems:
        raise Invalid(errors={"q": ["Please give a word to search for that is not only a very common one."]})
    if conversation_id is not None:
        from_seqs = {conversation_id: get_place(session, actor, conversation_id).from_seq}
    else:
        rows = session.execute(
            select(Membership.conversation_id, Membership.from_seq)
            .where(Membership.person_id == actor.id, Membership.state == MemberState.MEMBER)
            .order_by(Membership.since.desc())
            .limit(MOST_CONVERSATIONS)
        )
        from_seqs = {row[0]: row[1] for row in rows}
    places = list(from_seqs)
    after = decode_cursor(cursor, as_id)
    before = after[0] if after else None
    items: list[Message] = []
    for _ in range(MOST_ROUNDS):
        ids = _newest(session, places, stems, before=before, limit=limit + 1)
        messages = load_messages(session, ids)
        items += [messages[each] for each in ids if _shows(messages.get(each), stems, from_seqs)]
        before = ids[-1] if len(ids) > limit else None
        if before is None or len(items) > limit:
            break
    page = items[:limit]
    # After a page that could not be filled it goes on where this look ended.
    goes_on = page[-1].id if len(items) > limit else before
    return Found(
        items=page,
        next_cursor=encode_cursor(goes_on) if goes_on is not None else None,
        mine=own_reactions(session, actor.id, page),
    )


def _newest(session: Session, places: Sequence[str], stems: Sequence[str], *, before: str | None, limit: int) -> list[str]:
    """Ids of messages whose terms include all the stems, newest first: ids are sortable by time."""
    if not places:
        return []
    keyring = current_keyring()
    here = or_(
        *(
            and_(SearchTerm.conversation_id == place, SearchTerm.term.in_(keyring.term_digests(place, stems)))
            for place in places
        )
    )
    query = select(SearchTerm.message_id).where(here).group_by(SearchTerm.message_id).having(func.count() == len(stems))
    if before is not None:
        query = query.where(SearchTerm.message_id < before)
    return list(session.scalars(query.order_by(SearchTerm.message_id.desc()).limit(limit)))


def _shows(message: Message | None, stems: Sequence[str], from_seqs: Mapping[str, int]) -> bool:
    """Whether it can be seen now and says so now: it may have been hidden, or edited since it was indexed.

    `from_seqs`: from where on the reader may read each conversation.
    """
    if message is None or message.state is not MessageState.VISIBLE:
        return False
    if (message.seq or 0) < from_seqs[message.conversation_id]:
        return False
    return message.indexed or set(stems) <= set(stems_of(f"{message.body} {message.content_warning or ''}", most=MOST_TERMS))
