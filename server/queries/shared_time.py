"""The clock all processes share, where there is one: hosts whose own clocks disagree must not disagree about who is late."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def shared_time(session: Session, *, now: datetime, wall: datetime) -> datetime:
    """`now` by PostgreSQL's clock instead of this machine's, which says `wall`. On SQLite there is one machine: `now`."""
    if session.get_bind().dialect.name != "postgresql":
        return now
    database: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now + (database - wall)
