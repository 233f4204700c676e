"""Whether the engine that moves alerts on goes round, in any process."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from models.alerts import ESCALATION, EngineBeat
from models.prepared import Prepared

BEAT_EVERY = timedelta(seconds=5)
SILENT_AFTER = timedelta(seconds=60)
ALARM_AGAIN_AFTER = timedelta(minutes=5)


BEAT_AT = Prepared(select(EngineBeat.beat_at).where(EngineBeat.name == bindparam("engine")))


def last_beat(session: Session) -> datetime | None:
    """When an engine last went round, in whatever process; None before any ever did."""
    found = BEAT_AT.row(session, engine=ESCALATION)
    return found[0] if found is not None else None


def silent_for(session: Session, *, now: datetime) -> timedelta | None:
    """How long nobody has moved alerts on, where that is too long; None while somebody does, and before anybody ever did.

    A beat from the future was made by a clock that was set back since: it says that somebody was there.
    """
    beat_at = last_beat(session)
    if beat_at is None or now - beat_at < SILENT_AFTER:
        return None
    return now - beat_at


def has_beaten(session: Session) -> bool:
    return last_beat(session) is not None


def beat_is_due(session: Session, *, now: datetime) -> bool:
    beat_at = last_beat(session)
    return beat_at is None or abs(now - beat_at) >= BEAT_EVERY


def claim_alarm(session: Session, *, now: datetime) -> bool:
    """Whether this process is to sound the alarm: one of them does, and again only after a while."""
    silent = EngineBeat.beat_at <= now - SILENT_AFTER
    quiet = or_(
        EngineBeat.alarmed_at.is_(None),
        EngineBeat.alarmed_at <= now - ALARM_AGAIN_AFTER,
        EngineBeat.alarmed_at > now + ALARM_AGAIN_AFTER,  # by a clock set back since; a little later is another process
    )
    claimed = session.execute(
        update(EngineBeat).where(and_(EngineBeat.name == ESCALATION, silent, quiet)).values(alarmed_at=now)
    )
    return claimed.rowcount == 1  # type: ignore[attr-defined, no-any-return]
