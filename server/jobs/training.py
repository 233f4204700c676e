"""Training and supervision records looked at, so that nobody learns only when one has run out."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Conflict, Unavailable
from models.session import transaction
from server.actions.training_checks import check_training

log = structlog.get_logger("hearthside.training")

EVERY_S = 3600.0  # a notice is of days ahead, and given once: an hour later is early enough


def check_training_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            with transaction() as session:
                told = check_training(session, now=clock.now())
            if told:
                log.info("training about to run out", count=told)
        except (Conflict, Unavailable):
            pass  # another process was there first, or the database is away: the next round looks again
        except Exception:
            log.exception("checking training failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)
