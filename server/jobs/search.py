"""Keeping the search index: messages that were delivered or edited get their terms a little later, many at a time.

Apart from sending, so that a send costs no more for it. What was not done when a process died is still marked as not done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from models.errors import Unavailable
from models.messages import Message, MessageState
from models.prepared import Prepared
from models.search import SearchTerm
from models.session import reading, transaction
from server.queries.search import terms_of

log = structlog.get_logger("hearthside.search")

BATCH = 50
PAUSE_S = 2.0
UNHELD = {"synchronize_session": False}  # this session holds no message

DUE = Prepared(
    select(Message)
    .where(Message.indexed.is_(False), Message.state == MessageState.VISIBLE)
    .order_by(Message.id)
    .limit(BATCH)
)


def index_due(sleep: Callable[[float], Any]) -> int:
    """Index one batch; returns how many messages it was. Yields between messages, and never while it writes."""
    with reading() as session:
        messages = [row[0] for row in DUE.rows(session)]
    terms: dict[str, Sequence[bytes]] = {}
    for message in messages:
        words = f"{message.body} {message.content_warning or ''}"
        terms[message.id] = list(dict.fromkeys(terms_of(message.conversation_id, words)))
        sleep(0)
    if messages:
        with transaction() as session:
            _replace(session, messages, terms)
    return len(messages)


def _replace(session: Session, messages: Sequence[Any], terms: Mapping[str, Sequence[bytes]]) -> None:
    """Write the terms of those messages that still are what was read: any other is looked at again.

    In a few statements for all of them, without their entities: indexing goes on beside everything that is sent.
    """
    read = {message.id: message for message in messages}
    locked = (
        select(Message.id, Message.revision, Message.state)
        .where(Message.id.in_(read))
        .order_by(Message.id)
        .with_for_update(key_share=True)
    )
    same = [
        read[message_id]
        for message_id, revision, state in session.execute(locked)
        if revision == read[message_id].revision and state is MessageState.VISIBLE
    ]
    ids = [message.id for message in same]
    rows = [
        {"conversation_id": message.conversation_id, "message_id": message.id, "term": term}
        for message in same
        for term in terms[message.id]
    ]
    session.execute(delete(SearchTerm).where(SearchTerm.message_id.in_(ids)), execution_options=UNHELD)
    if rows:
        session.connection().execute(insert(SearchTerm), rows)
    session.execute(update(Message).where(Message.id.in_(ids)).values(indexed=True), execution_options=UNHELD)


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
