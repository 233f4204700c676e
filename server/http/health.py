"""/healthz: the process answers. /readyz: it can do its work: database reachable and migrated."""

from typing import Any

import structlog
from flask import Blueprint

from models.errors import Unavailable
from models.migrations import at_head
from models.session import current_engine, ping

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
    return {"status": "ready"}
