"""/healthz: the process answers. /readyz: it can do its work: database reachable and migrated; `alerts`: "silent" when
no process has moved crisis alerts on for a minute.

Readiness also warns of what an operator should mend soon; a warning takes no process out of service.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Blueprint

from models.clock import clock
from models.crisis import unverified
from models.errors import Unavailable
from models.helplines import VERIFIED_FOR, Helpline
from models.migrations import at_head
from models.session import current_engine, ping, reading
from server.queries.audit_check import audit_is_broken
from server.queries.engine_beat import silent_for
from server.queries.helplines import read_current_directory

NOT_VERIFIED = f"Nobody verified these helplines during the last {VERIFIED_FOR.days} days. Please call them."
AUDIT_BROKEN = "The audit trail is not what was written. `flask --app wsgi audit verify` says where it breaks."

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
    # Still ready: taking this process away would not help anybody. But somebody must look.
    return {"status": "ready", **_alerts(), **_warnings()}


def _alerts() -> dict[str, Any]:
    with reading() as session:
        return {"alerts": "silent"} if silent_for(session, now=clock.now()) is not None else {}


def _warnings() -> dict[str, Any]:
    """`{"warnings": [...]}`, or nothing where there is none."""
    with reading() as session:
        lines = unverified(read_current_directory(session), clock.now().date())
        broken = audit_is_broken(session)
    warnings = [*_of_helplines(lines), *([{"code": "audit_broken", "detail": AUDIT_BROKEN}] if broken else [])]
    return {"warnings": warnings} if warnings else {}


def _of_helplines(lines: Sequence[Helpline]) -> list[dict[str, Any]]:
    if not lines:
        return []
    named = [
        {
            "id": line.id,
            "name": line.name,
            "region": line.region,
            "last_verified_on": line.last_verified_on.isoformat() if line.last_verified_on else None,
        }
        for line in lines
    ]
    return [{"code": "helplines_unverified", "detail": NOT_VERIFIED, "helplines": named}]
