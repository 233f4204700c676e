"""What this process knows for the crisis page, so that no request opens the database and the page outlives it.

Invariants: `remember` replaces everything at once; what was not read during the last 30 seconds is stale, and then nobody
is said to be on duty. With the half minute a phone may keep an answer, no such claim is ever older than a minute.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from models.crisis import base_directory
from models.helplines import Directory
from server.queries.availability import NOBODY, Availability, look_up_availability
from server.queries.crisis_pieces import CrisisPiece, crisis_pieces
from server.queries.helplines import read_current_directory

FRESH_FOR = timedelta(seconds=30)
AHEAD = timedelta(seconds=5)  # a clock that was put back further makes what was read of no known age


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """One and the same object for as long as nothing in it changes: what was made of it can be kept by it."""

    directory: Directory
    availability: Availability
    pieces: tuple[CrisisPiece, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """`read_at` None: the database was never read, and the directory is the file's."""

    facts: Facts
    read_at: datetime | None
    stale: bool


class _Process:
    facts: Facts | None = None
    read_at: datetime | None = None


def known(now: datetime) -> Known:
    """Always something, at once."""
    facts, read_at = _Process.facts, _Process.read_at
    if facts is None or read_at is None:
        return Known(facts=_as_installed(), read_at=None, stale=True)
    return Known(facts=facts, read_at=read_at, stale=not -AHEAD <= now - read_at <= FRESH_FOR)


def remember(session: Session, now: datetime) -> None:
    """Read whom to call and who is there anew. What was known stays known when this raises."""
    directory, availability = read_current_directory(session), look_up_availability(session, now)
    last = _Process.facts
    if last is None or (last.directory, last.availability) != (directory, availability):
        _Process.facts = Facts(directory=directory, availability=availability, pieces=last.pieces if last else ())
    _Process.read_at = now


def remember_pieces(session: Session, now: datetime) -> None:
    """What the library says to do, read by itself: nothing in it may keep the numbers from being up to date."""
    pieces, last = crisis_pieces(session, now.date()), _Process.facts
    if last is not None and last.pieces != pieces:
        _Process.facts = replace(last, pieces=pieces)


def forget() -> None:
    """As a process that has just started, whose database was never there."""
    _Process.facts = _Process.read_at = None


@cache
def _as_installed() -> Facts:
    return Facts(directory=base_directory(), availability=NOBODY)
