"""Taking away pictures that no message carries any more, or never did."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, delete, or_, select

from models.clock import clock
from models.errors import Unavailable
from models.photos import UNSENT_LASTS, VARIANTS, Photo
from models.session import reading, transaction
from server.storage import Storage

log = structlog.get_logger("hearthside.photos")

BATCH = 50
PAUSE_S = 600.0


def sweep(storage: Storage, *, now: datetime) -> int:
    """Delete one batch of files and their rows; returns how many. The row goes last: it says there may be files."""
    due = or_(Photo.wiped.is_(True), and_(Photo.message_id.is_(None), Photo.created_at < now - UNSENT_LASTS))
    with reading() as session:
        photos = session.scalars(select(Photo).where(due).order_by(Photo.id).limit(BATCH)).all()
    for photo in photos:
        with transaction() as session:
            row = session.scalars(select(Photo).where(Photo.id == photo.id, due).with_for_update()).one_or_none()
            if row is None:
                continue  # a message carries it now
            row.key, row.wiped = "", True
        for variant in VARIANTS:
            storage.delete(photo.path(variant))
        with transaction() as session:
            session.execute(delete(Photo).where(Photo.id == photo.id))
    return len(photos)


def sweep_forever(storage: Storage, sleep: Callable[[float], Any]) -> None:
    """The background loop; `sleep(seconds)` must let the rest of the process go on."""
    while True:
        sleep(PAUSE_S * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step
        try:
            while sweep(storage, now=clock.now()) == BATCH:
                sleep(0)
        except Unavailable:
            log.warning("photos are not swept now")
        except Exception:
            log.exception("photos are not swept now")
