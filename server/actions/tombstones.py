"""Taking the words out of a message. What stays is that there was one: the room's order has no hole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.messages import Message, MessageRevision, MessageState, Reaction
from models.review import Case, CaseState
from models.search import SearchTerm
from models.streams import REVIEW_DESK, EventKind, record_event, record_to_desk
from server.actions.photos import wipe_photos

SEEN = frozenset({MessageState.VISIBLE, MessageState.HIDDEN})


def wipe_text(session: Session, message: Message) -> None:
    """Nothing of what it said, said before an edit, showed, was found by or was answered with is left."""
    message.body, message.content_warning, message.sent_digest, message.photos_text = "", None, None, None
    message.advice, message.mentions, message.reactions = [], [], {}
    for table in (MessageRevision, Reaction, SearchTerm):
        session.execute(delete(table).where(table.message_id == message.id))
    wipe_photos(session, message.id)


def lay_tombstones(session: Session, ids: Sequence[str], *, reason: str, now: datetime) -> None:
    """Make each of these messages a tombstone, and tell the rooms that had seen it; `reason` is a code.

    A message in an open case keeps its text for the moderators of that case alone, and loses it when that closes. Doing it
    again changes nothing.
    """
    messages = session.scalars(
        select(Message)
        .where(Message.id.in_(ids))
        .order_by(Message.conversation_id, Message.id)  # everybody who locks several does it in this order
        .with_for_update(of=Message, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    cases = _lock_open_cases(session, ids)  # under the messages' locks: whoever reports one of them waits for it
    for message in messages:
        case = cases.get(message.id)
        if case is None:
            wipe_text(session, message)
        if message.state is MessageState.DELETED:
            continue
        if case is not None:
            case.version += 1  # a decision taken on the old state of things is stale
            record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
        seen, message.state = message.state in SEEN, MessageState.DELETED
        if seen and message.seq is not None:
            record_event(
                session, message.conversation_id, EventKind.MESSAGE_REMOVED, message.id, now=now, data={"reason": reason}
            )


def _lock_open_cases(session: Session, ids: Sequence[str]) -> dict[str, Case]:
    cases = session.scalars(
        select(Case)
        .where(Case.message_id.in_(ids), Case.state != CaseState.CLOSED)
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {case.message_id: case for case in cases if case.message_id is not None}
