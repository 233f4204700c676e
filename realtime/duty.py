"""That somebody on duty has the app open, noted for every process and every member who asks whether anybody is there."""

from collections.abc import Callable
from typing import Any

import structlog

from models.clock import clock
from models.errors import Unavailable
from models.session import transaction
from realtime.delivery import Delivery
from server.actions.duty import note_presence

log = structlog.get_logger("hearthside.duty")

EVERY_S = 20.0  # well within what counts as being there


def note_duty_forever(delivery: Delivery, sleep: Callable[[float], Any]) -> None:
    while True:
        sleep(EVERY_S)
        try:
            note_duty(delivery)
        except Unavailable:
            continue  # the database is away; the next round says so again
        except Exception:
            log.exception("noting who is on duty failed; will try again")  # this loop must outlive everything


def note_duty(delivery: Delivery) -> None:
    connected = delivery.people()
    if connected:
        with transaction() as session:
            note_presence(session, connected, now=clock.now())
