"""/healthz: the process answers. /readyz: it can do its work: database reachable and migrated; `alerts`: "silent" when
no process has moved crisis alerts on for a minute.
"""

from typing import Any

import structlog
from flask import Blueprint

from models.clock import clock
from models.errors import Unavailable
from models.migrations import at_head
from models.session import current_engine, ping, reading
from server.queries.engine_beat import silent_for

blp = Blueprint("health", __name__)
log = structlog.get_logger("hearthside.health")


@blp.get("/healthz")
def healthz() -> dict[str, Any]:
    return {"status": "ok"}


@blp.get("/readyz")
def readyz() -> dict[str, Any]:
    ping()
    if not at_head(current_engine()):
        log.warning("database is not migrated")
        raise Unavailable(retry_after=5)
    with reading() as session:
        silent = silent_for(session, now=clock.now()) is not None
    # Still ready: taking this process away would not help anybody. But somebody must look.
    return {"status": "ready", **({"alerts": "silent"} if silent else {})}
