"""Sanctions that are over by the clock, looked for every half minute: the person is told and has their places back.

Nothing waits for this: from `until` on nobody is refused any more, and who joins again is let in at once.
"""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Unavailable
from models.session import reading, transaction
from server.actions.sanctions import expire_sanction
from server.queries.sanctions import due_sanctions

log = structlog.get_logger("hearthside.sanctions")

EVERY_S = 30.0
PAGE = 100


def end_sanctions_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            end_sanctions(pause=lambda: sleep(0))
        except Unavailable:
            pass  # the database is away: the next round looks again
        except Exception:
            log.exception("ending sanctions failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)


def end_sanctions(*, pause: Callable[[], object] = lambda: None) -> int:
    """One round, each in a transaction of its own; how many ended."""
    now, done = clock.now(), 0
    with reading() as session:
        due = due_sanctions(session, now, limit=PAGE)
    for sanction_id in due:
        with transaction() as session:
            done += expire_sanction(session, sanction_id, now=now)
        pause()
    return done
