"""The engine that moves alerts on: pages again, goes on to the next, tells that nobody came. Every process runs it.

It stands beside the queue of other background work, so that nothing slow there holds up a page. The rows are the truth: it
keeps nothing in memory that matters, and whichever process is alive does what is due. Alerts are taken one a transaction.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import Unavailable
from models.escalation import current_policy
from models.session import reading, transaction
from server.actions.engine_beat import beat, begin_watch, sound_alarm
from server.actions.escalation import look_at, put_off
from server.actions.follow_ups import put_off_follow_up, tell_follow_up
from server.queries.engine_beat import beat_is_due, has_beaten, silent_for
from server.queries.escalation import due_alerts
from server.queries.follow_ups import due_follow_ups
from server.queries.shared_time import shared_time

log = structlog.get_logger("hearthside.escalation")

POLL_S = 1.0
WATCH_S = 10.0
BATCH = 100
MOST_REFUSED = 3  # in one round, before the database counts as away
JUMP = timedelta(seconds=5)  # a clock that went this much further than the time that passed was set

Step = Callable[..., bool]


class Escalation:
    """One in each process."""

    def __init__(
        self, *, sleep: Callable[[float], Any] = time.sleep, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`sleep(seconds)` must let the rest of the process go on."""
        self._sleep = sleep
        self._monotonic = monotonic
        self._last: tuple[datetime, float] | None = None
        self._refused = 0  # steps of this round that the database refused

    def run_forever(self) -> None:
        """The background loop. It outlives everything but the process."""
        while True:
            try:
                while self.go_round():
                    self._sleep(0)
            except Unavailable:
                log.warning("database away; alerts wait")
            except Exception:
                log.exception("alerts stopped for a moment")
            self._sleep(POLL_S * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step

    def watch_forever(self) -> None:
        """The dead man's check: in a task of its own, so that it sees when the loop above hangs, here or everywhere."""
        while True:
            self._sleep(WATCH_S * random.uniform(0.8, 1.2))  # noqa: S311 - as above
            try:
                watch()
            except Unavailable:
                log.warning("database away; the engine is not watched")
            except Exception:
                log.exception("the engine is not watched for a moment")

    def go_round(self) -> int:
        """Do what is due now; returns how much of it there was."""
        with reading() as session:
            now = _time_in(session)
            beat_due = beat_is_due(session, now=now)
            alerts = due_alerts(session, current_policy(), now=now, limit=BATCH)
            follow_ups = due_follow_ups(session, now=now, limit=BATCH)
        stepped, self._refused = self._clock_stepped(now), 0
        look = partial(look_at, clock_stepped=stepped)
        done = sum(self._one(look, put_off, each) for each in alerts)
        done += sum(self._one(tell_follow_up, put_off_follow_up, each) for each in follow_ups)
        if beat_due:  # after the work: what cannot do it does not live
            with transaction() as session:
                beat(session, now=now)
        return done

    def _one(self, step: Step, put_off: Callable[..., None], subject_id: str) -> bool:
        """One step in one transaction. One that fails is put off, and holds up no other."""
        try:
            with transaction() as session:
                return step(session, subject_id, now=_time_in(session))
        except Unavailable:
            # Somebody may hold what this one needs, and then the others go on; or the database is away.
            self._refused += 1
            if self._refused >= MOST_REFUSED:
                raise
            return False
        except Exception:
            log.exception("step failed", subject=subject_id)
            with transaction() as session:
                put_off(session, subject_id, now=_time_in(session))
            return False
        finally:
            self._sleep(0)

    def _clock_stepped(self, now: datetime) -> bool:
        """Whether the clock went another way than time did since the last round."""
        passed = self._monotonic()
        last, self._last = self._last, (now, passed)
        if last is None:
            return False
        stepped = abs((now - last[0]) - timedelta(seconds=passed - last[1])) > JUMP
        if stepped:
            log.warning("the clock was set", by_seconds=round((now - last[0]).total_seconds() - (passed - last[1])))
        return stepped


def watch() -> bool:
    """Call the supervisors when no process has moved alerts on for a minute; whether it was so."""
    with reading() as session:
        now = _time_in(session)
        silent = silent_for(session, now=now)
        known = has_beaten(session)
    if not known:
        with transaction() as session:
            begin_watch(session, now=now)
    if silent is None:
        return False
    log.error("engine silent", seconds=int(silent.total_seconds()))
    with transaction() as session:
        sound_alarm(session, silent=silent, now=now)
    return True


def _time_in(session: Session) -> datetime:
    return shared_time(session, now=clock.now(), wall=clock.wall())
