"""Whether somebody of the service can be reached in a crisis now, and if not, when next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.roles import Role


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
    """Who is on duty `at`. There is no rota yet, so it is the truth that nobody is, and that no time is known.

    The one place that says so: `server/queries/crisis_memory.py` keeps the answer for every process, for at most 30 seconds.
    """
    return NOBODY
