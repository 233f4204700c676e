"""Visits looked at every few seconds: who stayed to the end of their time goes, whether or not anybody looks."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Conflict, Unavailable
from models.session import reading, transaction
from server.actions.visits import end_due_visit
from server.queries.visits import due_visits

log = structlog.get_logger("hearthside.visits")

EVERY_S = 2.0
PAGE = 100


def end_due_visits() -> int:
    """End what is over, each in a transaction of its own; returns how many."""
    now = clock.now()
    with reading() as session:
        ids = due_visits(session, at=now, limit=PAGE)
    ended = 0
    for visit_id in ids:
        with transaction() as session:
            ended += end_due_visit(session, visit_id, now=now)
    return ended


def end_visits_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            if ended := end_due_visits():
                log.info("visits ended", count=ended)
        except (Conflict, Unavailable):
            pass  # another process was there first, or the database is away: the next round looks again
        except Exception:
            log.exception("ending visits failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)
