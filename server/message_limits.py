"""How much one person may send, and how much one conversation takes: the same at both doors.

Invariant: a send that was taken before is answered with its first result, never with a refusal: a phone that retries must
learn what became of its message. Only what a conversation took counts against it: nobody who is not in it can fill it up.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session

from models.errors import TooMany
from models.people import Person
from server.actions.messages import Sent
from server.queries.conversations import get_place
from server.queries.messages import find_sent

PERSON, CONVERSATION = "message.person", "message.conversation"
Looking = Callable[[], AbstractContextManager[tuple[Session, Person]]]


class Limits(Protocol):
    def spend(self, name: str, *who: str) -> None: ...
    def count(self, name: str, *who: str) -> None: ...
    def refuse_if_spent(self, name: str, *who: str) -> None: ...


def refuse_flood(limits: Limits, looking: Looking, *, author_id: str, conversation_id: str, client_id: str) -> None:
    """Raise TooMany before a send that is new is worked on. `looking` opens a read with the author loaded in it."""
    try:
        limits.spend(PERSON, author_id)
        limits.refuse_if_spent(CONVERSATION, conversation_id)
    except TooMany:
        with looking() as (session, actor):
            get_place(session, actor, conversation_id)  # who may not know of it is not told that it is busy
            if find_sent(session, author_id, client_id) is None:
                raise


def count_sent(limits: Limits, sent: Sent) -> None:
    """Call once it is committed."""
    if sent.is_new:
        limits.count(CONVERSATION, sent.message.conversation_id)
