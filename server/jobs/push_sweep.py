"""Finding who is to be told of new messages. Nothing of it happens on the way of a message.

Every few seconds each process asks which streams moved since it last looked, and takes on whoever belongs to them and has
unread messages of others. Looks overlap, and many processes look: who was taken on is marked in the same transaction in
which the job is made, so that it is made once.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from models.clock import clock
from models.errors import Unavailable
from models.session import reading, transaction
from models.streams import moved_since
from server.actions.push import claim_telling
from server.queries.push import Untold, find_untold
from server.schemas.fields import parse_id

log = structlog.get_logger("hearthside.push")

PAUSE_S = 4.0
FIRST_LOOK = timedelta(hours=6)  # how far back, so that what nobody looked at while all processes were down is told of
OVERLAP = timedelta(minutes=5)  # a stream moved by the clock of whoever wrote, and shows once they have committed
STREAMS = 200  # a query
PAGE = 200
CLAIMS = 10  # a transaction: other writers wait for it, and on SQLite the whole process


class PushSweep:
    """One process's looking. What it remembers only spares it work."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._heads: Mapping[str, int] = {}

    def run_forever(self, sleep: Callable[[float], Any]) -> None:
        """The background loop; `sleep(seconds)` must let the rest of the process go on."""
        while True:
            try:
                self.look(sleep)
            except Unavailable:
                log.warning("database away; pushes wait")
            except Exception:
                log.exception("pushes stopped for a moment")
            sleep(PAUSE_S * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step

    def look(self, sleep: Callable[[float], Any]) -> int:
        """Take on whoever is to be told since the last look; returns how many they were."""
        began = clock.now()
        since = (self._since or began - FIRST_LOOK) - OVERLAP
        with reading() as session:
            heads = moved_since(session, since)
        # Inboxes move as well, and no conversation has their ids.
        moved = sorted(stream for stream, head in heads.items() if head != self._heads.get(stream) and parse_id(stream))
        taken = 0
        for start in range(0, len(moved), STREAMS):
            for untold in _all_untold(moved[start : start + STREAMS]):
                taken += _claim(untold)
                sleep(0)
        self._since, self._heads = began, heads
        return taken


def _all_untold(conversation_ids: Sequence[str]) -> Iterator[Sequence[Untold]]:
    """Some at a time, so that a large group holds nobody up."""
    last = None
    while True:
        with reading() as session:
            found = find_untold(session, conversation_ids, limit=PAGE, after=last)
        for start in range(0, len(found), CLAIMS):
            yield found[start : start + CLAIMS]
        if len(found) < PAGE:
            return
        last = found[-1]


def _claim(untold: Sequence[Untold]) -> int:
    now = clock.now()
    with transaction() as session:
        return sum(claim_telling(session, each, now=now) for each in untold)
