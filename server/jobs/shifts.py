"""The rota looked at every minute: who is about to be on, and whether they still may."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Conflict, Unavailable
from models.session import transaction
from server.actions.shift_checks import check_shifts

log = structlog.get_logger("hearthside.shifts")

EVERY_S = 60.0


def check_shifts_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            with transaction() as session:
                checked = check_shifts(session, now=clock.now())
            if checked:
                log.info("shifts checked", count=checked)
        except (Conflict, Unavailable):
            pass  # another process was there first, or the database is away: the next round looks again
        except Exception:
            log.exception("checking shifts failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)
