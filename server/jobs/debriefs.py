"""Debrief requests that nobody has come for, looked at every minute. The rows are the truth: a restart loses nothing."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Unavailable
from models.session import reading, transaction
from server.actions.debriefs import remind_of_debrief
from server.queries.debriefs import due_debriefs

log = structlog.get_logger("hearthside.debriefs")

EVERY_S = 60.0


def watch_debriefs_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            watch_debriefs(pause=lambda: sleep(0))
        except Unavailable:
            pass  # the database is away: the next round looks again
        except Exception:
            log.exception("looking after debriefs failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)


def watch_debriefs(*, pause: Callable[[], object] = lambda: None) -> int:
    """One round, each request in a transaction of its own; how many somebody was reminded of."""
    now, done = clock.now(), 0
    with reading() as session:
        due = due_debriefs(session, now)
    for debrief_id in due:
        with transaction() as session:
            done += remind_of_debrief(session, debrief_id, now=now)
        pause()
    return done
