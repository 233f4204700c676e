"""Taking the words out of a message. What stays is that there was one: the room's order has no hole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from models.messages import Message, MessageRevision, MessageState, Reaction
from models.review import Case, TargetKind
from models.search import SearchTerm
from models.streams import REVIEW_DESK, EventKind, record_event, record_to_desk
from server.actions.photos import wipe_photos
from server.queries.privacy import open_case_of_message
from server.queries.stretches import lock_open_cases, shown_messages

SEEN = frozenset({MessageState.VISIBLE, MessageState.HIDDEN})


def wipe_text(session: Session, message: Message) -> None:
    """Nothing of what it said, said before an edit, showed, was found by or was answered with is left."""
    message.body, message.content_warning, message.sent_digest = "", None, None
    message.photos_text = message.resource_text = None
    message.advice, message.mentions, message.reactions = [], [], {}
    for table in (MessageRevision, Reaction, SearchTerm):
        session.execute(delete(table).where(table.message_id == message.id))
    wipe_photos(session, message.id)


def lay_tombstones(session: Session, ids: Sequence[str], *, reason: str, now: datetime) -> None:
    """Make each of these messages a tombstone, and tell the rooms that had seen it; `reason` is a code.

    A message in an open case, or in a stretch that one shows, keeps its text for the moderators of that case alone, and
    loses it when that closes. Doing it again changes nothing.
    """
    messages = session.scalars(
        select(Message)
        .where(Message.id.in_(ids))
        .order_by(Message.conversation_id, Message.id)  # everybody who locks several does it in this order
        .with_for_update(of=Message, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    cases = lock_open_cases(session, ids)  # under the messages' locks: whoever reports one of them waits for it
    for message in messages:
        keeping = cases.get(message.id, ())
        if not keeping:
            wipe_text(session, message)
        if message.state is MessageState.DELETED:
            continue
        for case in keeping:
            case.version += 1  # a decision taken on the old state of things is stale
            record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
        seen, message.state = message.state in SEEN, MessageState.DELETED
        if seen and message.seq is not None:
            record_event(
                session, message.conversation_id, EventKind.MESSAGE_REMOVED, message.id, now=now, data={"reason": reason}
            )


def let_texts_go(session: Session, case: Case) -> None:
    """Of what was taken back while this case kept it, wipe what no other open case keeps. It has just been closed, and the
    caller holds the messages.
    """
    session.flush()  # that it is closed is asked below
    for message in session.scalars(_kept_by(case).where(~open_case_of_message())).all():
        wipe_text(session, message)


def lock_kept(session: Session, case: Case) -> None:
    """What was taken back and kept for a case about a conversation, before the case itself is locked."""
    if case.target_kind is TargetKind.CONVERSATION:
        session.execute(_kept_by(case).with_for_update(of=Message, key_share=True)).all()


def _kept_by(case: Case) -> Select[Message]:
    """Messages of this case whose author took them back. About a person there are none."""
    query = select(Message).where(Message.state == MessageState.DELETED).order_by(Message.conversation_id, Message.id)
    if case.target_kind is TargetKind.CONVERSATION:
        return query.where(Message.conversation_id == case.conversation_id, shown_messages(case.id))
    return query.where(Message.id == case.message_id)
