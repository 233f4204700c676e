"""The engine: claims due jobs one at a time, runs them, retries with growing pauses, gives up with a word in the log.

Invariant: a job belongs to whoever's lease is on its row. A lease that ran out is claimed again, so a process that was
killed loses nobody's work; whoever lost a lease changes nothing any more.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import Unavailable
from models.ids import new_id
from models.jobs import FIRST_RETRY, LEASE, MOST_ATTEMPTS, Job, JobKind, JobState
from models.prepared import Prepared
from models.session import reading, transaction

log = structlog.get_logger("hearthside.jobs")

POLL_S = 1.0
POLL_AWAY_S = 5.0


DUE = and_(
    or_(
        and_(Job.state == JobState.WAITING, Job.due_at <= bindparam("now")),
        and_(Job.state == JobState.RUNNING, Job.lease_until <= bindparam("now")),
    ),
    Job.kind.in_(bindparam("kinds")),
)
LOOK = Prepared(select(Job.id).where(DUE).order_by(Job.due_at).limit(1))
TAKE = select(Job).where(DUE).order_by(Job.due_at).limit(1).with_for_update(skip_locked=True)


class LeaseLostError(Exception):
    """Another process has this job now: whatever this one had in mind, it must not do."""


class NotYetError(Exception):
    """The work could not be done, and trying again sooner than `at_least` would be of no use."""

    def __init__(self, at_least: timedelta) -> None:
        super().__init__()
        self.at_least = at_least


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A job in hand."""

    id: str
    lease_id: str
    kind: JobKind
    subject_id: str | None
    payload: Mapping[str, Any]
    attempts: int

    def renew(self, session: Session, *, now: datetime) -> None:
        """Keep the job in hand, in the transaction that does a piece of it. Raises LeaseLostError, undoing the piece."""
        kept = session.execute(
            update(Job)
            .where(Job.id == self.id, Job.lease_id == self.lease_id, Job.state == JobState.RUNNING)
            .values(lease_until=now + LEASE)
        )
        if kept.rowcount != 1:  # type: ignore[attr-defined]
            raise LeaseLostError(self.id)


Work = Callable[[Claimed], None]


class Engine:
    """Runs jobs by the kinds it knows; a kind it does not know is left for a process that does."""

    def __init__(self, works: Mapping[JobKind, Work], *, sleep: Callable[[float], Any]) -> None:
        """`sleep(seconds)` must let the rest of the process go on."""
        self._works = works
        self._sleep = sleep

    def run_forever(self) -> None:
        """The background loop. It outlives everything but the process."""
        while True:
            pause = POLL_S
            try:
                while self.run_one():
                    self._sleep(0)
            except Unavailable:
                log.warning("database away; jobs wait")
                pause = POLL_AWAY_S
            except Exception:
                log.exception("jobs stopped for a moment")
                pause = POLL_AWAY_S
            self._sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step

    def run_due(self, *, most: int = 1000) -> int:
        """Run what is due now, for a command or a test; returns how many jobs were tried."""
        return next((done for done in range(most) if not self.run_one()), most)

    def run_one(self) -> bool:
        """Claim and run the job that has been due longest; False when none is due."""
        claimed = claim(self._works, now=clock.now())
        if claimed is None:
            return False
        try:
            self._works[claimed.kind](claimed)
        except LeaseLostError:
            log.warning("lease lost", job=claimed.id, kind=claimed.kind.value)
        except Exception as error:  # noqa: BLE001 - whatever a job died of, it is tried again
            # Its name only: what an error says may hold what people wrote.
            log.warning(
                "job failed", job=claimed.id, kind=claimed.kind.value, error=type(error).__name__, attempt=claimed.attempts
            )
            at_least = error.at_least if isinstance(error, NotYetError) else timedelta(0)
            _put_off(claimed, type(error).__name__, at_least=at_least, now=clock.now())
        else:
            _finish(claimed, now=clock.now())
        return True


def claim(kinds: Mapping[JobKind, Any], *, now: datetime) -> Claimed | None:
    """Take the job that has been due longest. A job whose holder went silent counts as due."""
    while True:
        found, claimed = _take(kinds, now=now)
        if claimed is not None or not found:
            return claimed


def _take(kinds: Mapping[JobKind, Any], *, now: datetime) -> tuple[bool, Claimed | None]:
    """Whether a job was due, and that job unless it was given up: its last holder went silent too."""
    asked = {"now": now, "kinds": list(kinds)}
    with reading() as session:  # most looks find nothing, and a look must not wait for whoever writes
        if LOOK.row(session, **asked) is None:
            return False, None
    with transaction() as session:
        job = session.scalars(TAKE, asked).one_or_none()
        if job is None:
            return False, None
        job.state, job.lease_until, job.lease_id = JobState.RUNNING, now + LEASE, new_id()
        job.attempts += 1
        if job.attempts > MOST_ATTEMPTS:
            log.error("job given up", job=job.id, kind=job.kind.value, error="its process died each time")
            _end(job, JobState.FAILED, now)
            return True, None
        return True, Claimed(
            id=job.id,
            lease_id=job.lease_id,
            kind=job.kind,
            subject_id=job.subject_id,
            payload=orjson.loads(job.payload),
            attempts=job.attempts,
        )


def _finish(claimed: Claimed, *, now: datetime) -> None:
    with transaction() as session:
        job = _held(session, claimed)
        if job is not None:
            _end(job, JobState.DONE, now)


def _put_off(claimed: Claimed, error: str, *, at_least: timedelta, now: datetime) -> None:
    with transaction() as session:
        job = _held(session, claimed)
        if job is None:
            return
        job.error = error
        if job.attempts >= MOST_ATTEMPTS:
            log.error("job given up", job=job.id, kind=job.kind.value, error=error)
            _end(job, JobState.FAILED, now)
            return
        pause = FIRST_RETRY * 2 ** (job.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
        due_at = now + max(pause, at_least)
        job.state, job.due_at, job.lease_until, job.lease_id = JobState.WAITING, due_at, None, None


def _held(session: Session, claimed: Claimed) -> Job | None:
    """The row, if this process still holds it."""
    return session.scalars(
        select(Job)
        .where(Job.id == claimed.id, Job.lease_id == claimed.lease_id, Job.state == JobState.RUNNING)
        .with_for_update()
    ).one_or_none()


def _end(job: Job, state: JobState, now: datetime) -> None:
    job.state, job.finished_at, job.lease_until, job.lease_id = state, now, None, None
    job.payload = "{}"  # what it carried is nobody's business once it is over
