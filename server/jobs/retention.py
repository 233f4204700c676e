"""The retention schedule: once a day, what is older than it may be goes, a page at a time.

Invariants: one such job waits or runs at any time; what is in an open case stays until it closes; a sweep that was broken
off goes on the next time, because every page is done as a whole or not at all.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from models.clock import clock
from models.jobs import JobKind
from models.session import fold_log, reading, transaction
from server.jobs.engine import Claimed, Work
from server.jobs.recurring import ensure_job, make_recurring
from server.jobs.sweeps import SWEEPS

EVERY = timedelta(days=1)

log = structlog.get_logger("hearthside.retention")


def make_retention(*, pause: Callable[[], object]) -> Work:
    """`pause()` lets the rest of the process go on."""

    def retention(claimed: Claimed) -> timedelta:
        sweep_all(pause=pause, renew=lambda session: claimed.renew(session, now=clock.now()))
        return EVERY

    return make_recurring(JobKind.RETENTION, retention, every=EVERY)


def sweep_all(*, pause: Callable[[], object], renew: Callable[[Session], None] = lambda _session: None) -> Mapping[str, int]:
    """Do every sweep to its end; how much each took. `renew` is called in every page's transaction."""
    taken = {}
    for sweep in SWEEPS:
        taken[sweep.name] = 0
        after: str | None = None
        while True:
            with transaction() as session:
                renew(session)
                count, after = sweep.take(session, clock.now(), after)
            taken[sweep.name] += count
            pause()
            if after is None:
                break
    fold_log()
    log.info("retention done", **taken)
    return taken


def count_due() -> Mapping[str, int]:
    """How much each sweep would take now; changes nothing."""
    with reading() as session:
        return {sweep.name: sweep.count(session, clock.now()) for sweep in SWEEPS}


def ensure_retention_job(session: Session, now: datetime) -> None:
    ensure_job(session, JobKind.RETENTION, now=now)
