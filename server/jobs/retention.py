"""The retention schedule: once a day, what is older than it may be goes, a page at a time.

Invariants: one such job waits or runs at any time; what is in an open case stays until it closes; a sweep that was broken
off goes on the next time, because every page is done as a whole or not at all.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import clock
from models.jobs import MOST_ATTEMPTS, Job, JobKind, JobState, enqueue
from models.session import fold_log, reading, transaction
from models.streams import REVIEW_DESK, lock_stream
from server.jobs.engine import Claimed, LeaseLostError, Work
from server.jobs.sweeps import SWEEPS

EVERY = timedelta(days=1)

log = structlog.get_logger("hearthside.retention")


def make_retention(*, pause: Callable[[], object]) -> Work:
    """`pause()` lets the rest of the process go on."""

    def retention(claimed: Claimed) -> None:
        try:
            sweep_all(pause=pause, renew=lambda session: claimed.renew(session, now=clock.now()))
        except LeaseLostError:
            raise
        except Exception:
            if claimed.attempts >= MOST_ATTEMPTS:
                _queue_next()  # giving up today must not be giving up for good
            raise
        _queue_next()

    return retention


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
    """Queue the first one at start-up, unless one waits or runs already. Two processes that start at once make one."""
    _ensure(session, [JobState.WAITING, JobState.RUNNING], now=now, due_at=now)


def _queue_next() -> None:
    now = clock.now()
    with transaction() as session:
        _ensure(session, [JobState.WAITING], now=now, due_at=now + EVERY)  # the one that runs is this one


def _ensure(session: Session, states: list[JobState], *, now: datetime, due_at: datetime) -> None:
    lock_stream(session, REVIEW_DESK)  # a row that is always there: whoever comes second sees the other's job
    present = select(Job.id).where(Job.kind == JobKind.RETENTION, Job.state.in_(states)).limit(1)
    if session.scalars(present).first() is None:
        enqueue(session, JobKind.RETENTION, now=now, due_at=due_at)
