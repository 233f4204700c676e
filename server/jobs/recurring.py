"""Jobs that come back: one of a kind waits or runs at any time, however many processes start, die or run it at once."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import clock
from models.jobs import MOST_ATTEMPTS, Job, JobKind, JobState, enqueue
from models.session import transaction
from models.streams import REVIEW_DESK, lock_stream
from server.jobs.engine import Claimed, LeaseLostError, Work


def make_recurring(kind: JobKind, work: Callable[[Claimed], timedelta], *, every: timedelta) -> Work:
    """`work` says after how long it is to be done again; `every` when it was given up."""

    def recurring(claimed: Claimed) -> None:
        try:
            pause = work(claimed)
        except LeaseLostError:
            raise
        except Exception:
            if claimed.attempts >= MOST_ATTEMPTS:
                _queue_next(kind, every)  # giving up this time must not be giving up for good
            raise
        _queue_next(kind, pause)

    return recurring


def ensure_job(session: Session, kind: JobKind, *, now: datetime) -> None:
    """Queue the first one at start-up, unless one waits or runs already. Two processes that start at once make one."""
    _ensure(session, kind, [JobState.WAITING, JobState.RUNNING], now=now, due_at=now)


def _queue_next(kind: JobKind, pause: timedelta) -> None:
    now = clock.now()
    with transaction() as session:
        _ensure(session, kind, [JobState.WAITING], now=now, due_at=now + pause)  # the one that runs is this one


def _ensure(session: Session, kind: JobKind, states: Sequence[JobState], *, now: datetime, due_at: datetime) -> None:
    lock_stream(session, REVIEW_DESK)  # a row that is always there: whoever comes second sees the other's job
    present = select(Job.id).where(Job.kind == kind, Job.state.in_(states)).limit(1)
    if session.scalars(present).first() is None:
        enqueue(session, kind, now=now, due_at=due_at)
