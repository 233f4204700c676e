"""Whether somebody of the service can be reached in a crisis now, and if not, when next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.alerts import TAKEN, Alert
from models.people import Person
from models.roles import Role
from models.rota import Layer
from models.rota_resolver import resolve
from server.queries.duty import workers_within_reach
from server.queries.fitness import load_records
from server.queries.rota import load_plan, on_duty

LOOKED_AHEAD = timedelta(days=14)
MOST_AT_ONCE = 2  # crisis contacts of one worker: whoever has as many is not free for another
FIRST_ASKED = frozenset({Layer.PRIMARY, Layer.BACKUP})  # a supervisor stands behind them, and is not who answers


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    display_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Availability:
    """`staffed_now` only if somebody of `on_duty` is rostered, eligible and reachable at the moment it was looked up."""

    staffed_now: bool = False
    on_duty: Sequence[OnDuty] = ()
    next_staffed_at: datetime | None = None


NOBODY = Availability()


def look_up_availability(session: Session, at: datetime) -> Availability:
    """Who is on duty `at`, in training and supervision, within reach, and free for another; else when somebody begins.

    The one place that says so: `server/queries/crisis_memory.py` keeps the answer for every process, for at most 30 seconds.
    """
    there = _free(session, at)
    if not there:
        return Availability(next_staffed_at=_next_start(session, at))
    return Availability(
        staffed_now=True,
        on_duty=tuple(OnDuty(display_name=person.display_name, role=person.role) for person in there),
    )


def _free(session: Session, at: datetime) -> Sequence[Person]:
    """In the order of asking."""
    on = [duty for duty in on_duty(session, at=at) if duty.layer in FIRST_ASKED]
    if not on:
        return ()
    people = workers_within_reach(session, at=at, on=on)
    records = load_records(session, [person.id for person in people], now=at)
    busy = _busy(session, records)
    return [person for person in people if records[person.id].cleared(at) and person.id not in busy]


def _busy(session: Session, people: Collection[str]) -> set[str]:
    query = (
        select(Alert.taken_by)
        .where(Alert.taken_by.in_(people), Alert.state.in_(TAKEN))
        .group_by(Alert.taken_by)
        .having(func.count() >= MOST_AT_ONCE)
    )
    return {person_id for person_id in session.scalars(query) if person_id is not None}


def _next_start(session: Session, at: datetime) -> datetime | None:
    spans = resolve(load_plan(session, at, at + LOOKED_AHEAD, now=at), at, at + LOOKED_AHEAD)
    return min((span.since for span in spans if span.layer in FIRST_ASKED and span.since > at), default=None)
