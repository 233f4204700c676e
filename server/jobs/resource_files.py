"""Taking away files of the library that no version names any more, or that none ever did."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import delete, select

from models.clock import clock
from models.errors import Unavailable
from models.resource_files import UNUSED_LASTS, ResourceFile
from models.resources import ResourceVersion
from models.session import reading, transaction
from server.file_store import delete_pieces
from server.storage import Storage

log = structlog.get_logger("hearthside.resource_files")

BATCH = 50
PAUSE_S = 3_600.0


def sweep_files(storage: Storage, *, now: datetime) -> int:
    """Delete one batch of files and their rows; returns how many. The row goes last: it says there may be pieces."""
    named_by = ResourceVersion.file_id
    named = select(named_by).where(named_by == ResourceFile.id).exists()
    unused = select(ResourceFile).where(~named, ResourceFile.created_at < now - UNUSED_LASTS)
    with reading() as session:
        files = session.scalars(unused.order_by(ResourceFile.id).limit(BATCH)).all()
    for file in files:
        with transaction() as session:
            row = session.scalars(select(ResourceFile).where(ResourceFile.id == file.id).with_for_update()).one_or_none()
            # Asked once the row is ours, and not with it: whoever held it may have named it meanwhile.
            if row is None or session.scalars(select(named_by).where(named_by == file.id).limit(1)).first() is not None:
                continue
            row.key, row.stored = "", False
        delete_pieces(storage, file)
        with transaction() as session:
            session.execute(delete(ResourceFile).where(ResourceFile.id == file.id))
    return len(files)


def sweep_files_forever(storage: Storage, sleep: Callable[[float], Any]) -> None:
    """The background loop; `sleep(seconds)` must let the rest of the process go on."""
    while True:
        sleep(PAUSE_S * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step
        try:
            while sweep_files(storage, now=clock.now()) == BATCH:
                sleep(0)
        except Unavailable:
            log.warning("files of the library are not swept now")
        except Exception:
            log.exception("files of the library are not swept now")
