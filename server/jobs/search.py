"""Keeping the search index: messages that were delivered or edited get their terms a little later, many at a time.

Apart from sending, so that a send costs no more for it. What was not done when a process died is still marked as not done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.errors import Unavailable
from models.messages import Message, MessageState
from models.search import SearchTerm
from models.session import reading, transaction
from server.queries.search import terms_of

log = structlog.get_logger("hearthside.search")

BATCH = 50
PAUSE_S = 2.0

DUE = (
    select(Message)
    .where(Message.indexed.is_(False), Message.state == MessageState.VISIBLE)
    .order_by(Message.id)
    .limit(BATCH)
)


def index_due(sleep: Callable[[float], Any]) -> int:
    """Index one batch; returns how many messages it was. Yields between messages, and never while it writes."""
    with reading() as session:
        messages = session.scalars(DUE).all()
    rows: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for message in messages:
        terms = dict.fromkeys(terms_of(message.conversation_id, f"{message.body} {message.content_warning or ''}"))
        place = {"conversation_id": message.conversation_id, "message_id": message.id}
        rows[message.id, message.revision] = [{**place, "term": term} for term in terms]
        sleep(0)
    if rows:
        with transaction() as session:
            _replace(session, rows)
    return len(messages)


def _replace(session: Session, rows: Mapping[tuple[str, int], Sequence[Mapping[str, Any]]]) -> None:
    """Write the terms of those messages that still are what was read: any other is looked at again."""
    ids = [message_id for message_id, _ in rows]
    locked = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update(key_share=True)
    for message in session.scalars(locked):
        fresh = rows.get((message.id, message.revision))
        if fresh is None or message.state is not MessageState.VISIBLE:
            continue
        session.execute(delete(SearchTerm).where(SearchTerm.message_id == message.id))
        if fresh:
            session.execute(insert(SearchTerm), fresh)
        message.indexed = True


def index_forever(sleep: Callable[[float], Any]) -> None:
    """The background loop; `sleep(seconds)` must let the rest of the process go on."""
    while True:
        try:
            while index_due(sleep) == BATCH:
                sleep(0)
        except Unavailable:
            log.warning("database away; search index waits")
        except Exception:
            log.exception("search index stopped for a moment")
        sleep(PAUSE_S * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step
