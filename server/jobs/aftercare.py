"""Follow-ups of decided cases whose time has come, looked at every minute. A restart loses nothing."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Unavailable
from models.session import reading, transaction
from server.actions.aftercare import bring_up
from server.queries.aftercare import due_follow_ups

log = structlog.get_logger("hearthside.aftercare")

EVERY_S = 60.0
PAGE = 100


def bring_up_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            bring_up_due(pause=lambda: sleep(0))
        except Unavailable:
            pass  # the database is away: the next round looks again
        except Exception:
            log.exception("bringing up follow-ups failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)


def bring_up_due(*, pause: Callable[[], object] = lambda: None) -> int:
    """One round, each case in a transaction of its own; how many came due."""
    now, done = clock.now(), 0
    with reading() as session:
        due = due_follow_ups(session, now=now, limit=PAGE)
    for case_id in due:
        with transaction() as session:
            done += bring_up(session, case_id, now=now)
        pause()
    return done
