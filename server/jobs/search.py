"""Keeping the search index: messages that were delivered or edited get their terms a little later, many at a time.

Apart from sending, so that a send costs no more for it. What was not done when a process died is still marked as not done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import structlog
from sqlalchemy import Integer, Table, bindparam, delete, insert, select, update

from models.errors import Unavailable
from models.messages import NOT_INDEXED, Message, MessageState
from models.prepared import Prepared
from models.search import SearchTerm
from models.session import reading, transaction
from server.queries.search import terms_of

log = structlog.get_logger("hearthside.search")

BATCH = 200
ROWS_AT_A_TIME = 500  # in one transaction, and up to one message's more: it keeps every other writer waiting
PAUSE_S = 2.0
AT_A_TIME = 2_000  # letters, in about half a millisecond

_messages, _terms = cast("Table", Message.__table__), cast("Table", SearchTerm.__table__)
DUE = Prepared(
    select(Message.id, Message.conversation_id, Message.revision, Message.body, Message.content_warning)
    .where(NOT_INDEXED, Message.state == MessageState.VISIBLE)
    .order_by(Message.id)
    .limit(bindparam("most", type_=Integer))
)
# Holds the rows until the terms are committed, so that an edit in between cannot be taken for indexed. In the order in
# which everybody locks several.
LOCK = Prepared(
    select(Message.id, Message.revision)
    .where(Message.id.in_(bindparam("ids")), NOT_INDEXED, Message.state == MessageState.VISIBLE)
    .order_by(Message.conversation_id, Message.id)
    .with_for_update(key_share=True)
)
MARK = Prepared(update(_messages).where(_messages.c.id.in_(bindparam("ids"))).values(indexed=True))
# Of a message that was never edited as well: the index may be made anew (docs/adr-013-search.md).
FORGET = Prepared(delete(_terms).where(_terms.c.message_id.in_(bindparam("ids"))))
ADD = Prepared(insert(_terms))


def index_due(sleep: Callable[[float], Any]) -> int:
    """Index one batch; returns how many messages it was. Yields now and then, and never while it writes."""
    with reading() as session:
        due = DUE.rows(session, most=BATCH)
    read: dict[tuple[str, int], list[dict[str, Any]]] = {}  # by message and revision
    letters = rows = 0
    for message_id, conversation_id, revision, body, content_warning in due:
        text = f"{body} {content_warning or ''}"
        terms = dict.fromkeys(terms_of(conversation_id, text))
        read[message_id, revision] = [
            {"conversation_id": conversation_id, "term": term, "message_id": message_id} for term in terms
        ]
        letters += len(text)
        rows += len(terms)
        if rows >= ROWS_AT_A_TIME:
            _replace(read)
            read, rows = {}, 0
        if letters > AT_A_TIME or not read:
            letters = 0
            sleep(0)
    if read:
        _replace(read)
    return len(due)


def _replace(read: Mapping[tuple[str, int], Sequence[dict[str, Any]]]) -> None:
    """Write the terms of those messages that still are what was read: any other is looked at again."""
    with transaction() as session:
        same = [key for key in LOCK.rows(session, ids=[message_id for message_id, _ in read]) if key in read]
        if not same:
            return
        ids = [message_id for message_id, _ in same]
        MARK.run(session, ids=ids)
        FORGET.run(session, ids=ids)
        rows: list[dict[str, Any]] = []
        for key in same:
            rows += read[key]
        if rows:
            ADD.run_many(session, rows)


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
