"""Keeping the search index: messages that were delivered or edited get their terms a little later, many at a time.

Apart from sending, so that a send costs no more for it. What was not done when a process died is still marked as not done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import structlog
from sqlalchemy import Integer, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from models.errors import Unavailable
from models.messages import NOT_INDEXED, Message, MessageState
from models.prepared import Prepared
from models.search import SearchTerm
from models.session import reading, transaction
from server.queries.search import terms_of

log = structlog.get_logger("hearthside.search")

BATCH = 50
PAUSE_S = 2.0
AT_A_TIME = 2_000  # letters, in about half a millisecond

_messages, _terms = cast("Table", Message.__table__), cast("Table", SearchTerm.__table__)
DUE = Prepared(
    select(Message)
    .where(NOT_INDEXED, Message.state == MessageState.VISIBLE)
    .order_by(Message.id)
    .limit(bindparam("most", type_=Integer))
)
# Holds the row until the terms are committed, so that an edit in between cannot be taken for indexed.
MARK = Prepared(
    update(_messages)
    .where(
        _messages.c.id == bindparam("message"),
        _messages.c.revision == bindparam("read_revision"),
        _messages.c.state == MessageState.VISIBLE,
    )
    .values(indexed=True)
    .returning(_messages.c.revision)
)
FORGET = Prepared(delete(_terms).where(_terms.c.message_id == bindparam("message")))
ADD = Prepared(insert(_terms))


def index_due(sleep: Callable[[float], Any]) -> int:
    """Index one batch; returns how many messages it was. Yields now and then, and never while it writes."""
    with reading() as session:
        messages = [row[0] for row in DUE.rows(session, most=BATCH)]
    rows: dict[tuple[str, int], list[dict[str, Any]]] = {}
    read = 0
    for message in messages:
        text = f"{message.body} {message.content_warning or ''}"
        terms = dict.fromkeys(terms_of(message.conversation_id, text))
        place = {"conversation_id": message.conversation_id, "message_id": message.id}
        rows[message.id, message.revision] = [{**place, "term": term} for term in terms]
        read += len(text)
        if read > AT_A_TIME:
            read = 0
            sleep(0)
    if rows:
        with transaction() as session:
            _replace(session, rows)
    return len(messages)


def _replace(session: Session, rows: Mapping[tuple[str, int], Sequence[dict[str, Any]]]) -> None:
    """Write the terms of those messages that still are what was read: any other is looked at again."""
    fresh: list[dict[str, Any]] = []
    for (message_id, revision), terms in sorted(rows.items()):  # by id: two processes take them in the same order
        if MARK.row(session, message=message_id, read_revision=revision) is not None:
            FORGET.run(session, message=message_id)
            fresh += terms
    if fresh:
        ADD.run_many(session, fresh)


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
