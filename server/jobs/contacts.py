"""What comes due by itself in one-to-one contacts, looked at every minute. The rows are the truth: a restart loses nothing.

Each is done in a transaction of its own, whatever became of the one before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import DomainError, Unavailable
from models.session import reading, transaction
from server.actions.contacts import expire_request
from server.actions.endings import end_due
from server.actions.transfers import move_due_transfer
from server.actions.waiting import offer_next
from server.queries.contacts import due_endings, due_requests
from server.queries.transfers import due_transfers
from server.queries.waiting import workers_with_room

log = structlog.get_logger("hearthside.contacts")

EVERY_S = 60.0

Find = Callable[[Session, datetime], Sequence[str]]
Do = Callable[..., bool]


def watch_contacts_forever(sleep: Callable[[float], Any], *, lasts: timedelta) -> None:
    while True:
        try:
            watch_contacts(lasts=lasts, pause=lambda: sleep(0))
        except Unavailable:
            pass  # the database is away: the next round looks again
        except Exception:
            log.exception("looking after contacts failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)


def watch_contacts(*, lasts: timedelta, pause: Callable[[], object] = lambda: None) -> int:
    """One round; how many things were done. `lasts`: how long whoever is asked next has to answer."""
    rounds: Sequence[tuple[str, Find, Do]] = (
        ("expired", due_requests, expire_request),
        ("ended", due_endings, end_due),
        ("transfers", due_transfers, move_due_transfer),
        ("offered", workers_with_room, partial(offer_next, lasts=lasts)),
    )
    return sum(_round(name, find, do, pause) for name, find, do in rounds)


def _round(name: str, find: Find, do: Do, pause: Callable[[], object]) -> int:
    now, done = clock.now(), 0
    with reading() as session:
        due = find(session, now)
    for each in due:
        try:
            with transaction() as session:
                done += do(session, each, now=now)
        except Unavailable:
            raise
        except DomainError as refusal:
            log.info("not done", what=name, code=refusal.code)  # somebody was there first
        except Exception:
            # One that cannot be done must not keep the others from their turn.
            log.exception("one of them failed; the others go on", what=name)
        pause()
    if done:
        log.info("contacts looked after", what=name, count=done)
    return done
