"""Keeps what this process knows for the crisis page fresh, beside all requests."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import Unavailable
from models.session import reading
from server.queries.crisis_memory import remember, remember_pieces

log = structlog.get_logger("hearthside.crisis")

EVERY_S = 10.0  # three may fail before what is known counts as stale


def refresh() -> bool:
    """Read anew what the crisis page says. False when the database is away: what was known stays known."""
    now = clock.now()  # before reading: what is read is at least as new as that
    try:
        with reading() as session:
            remember(session, now)
        with reading() as session:
            _refresh_pieces(session, now)
    except Unavailable:
        return False
    return True


def _refresh_pieces(session: Session, now: datetime) -> None:
    try:
        remember_pieces(session, now)
    except SQLAlchemyError:
        log.exception("crisis page goes on with the pieces it knew")


def watch_forever(sleep: Callable[[float], Any]) -> None:
    """The background loop of every serving process; `sleep(seconds)` must let the rest of the process go on."""
    there = True
    while True:
        try:
            found = refresh()
            if found is not there:
                log.warning(
                    "crisis page is up to date again" if found else "database away; the crisis page says what it knew"
                )
            there = found
        except Exception:
            log.exception("crisis page not refreshed")
        sleep(EVERY_S * random.uniform(0.8, 1.1))  # noqa: S311 - processes should not march in step
