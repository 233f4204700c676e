"""/audit: who did what to which thing."""

from typing import Any

from models.clock import clock
from models.policy import Facts, authorise
from server.http.door import Blueprint, looking
from server.queries.audit import list_audit
from server.queries.audit_check import AuditStanding, audit_standing
from server.schemas.audit import AuditArgsSchema, AuditSchema, AuditStandingSchema

blp = Blueprint("audit", __name__, url_prefix="/api/v1/audit", description="The audit trail")


@blp.get("")
@blp.signed_in
@blp.arguments(AuditArgsSchema, location="query")
@blp.response(200, AuditSchema)
def audit(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("audit.read", actor, Facts())
        page = list_audit(session, **args)
    return {"items": page.items, "next_cursor": page.next_cursor}


@blp.get("/check")
@blp.signed_in
@blp.response(200, AuditStandingSchema)
def check() -> AuditStanding:
    """Whether the trail holds, as the service found when it last went through all of it."""
    with looking() as (session, actor):
        return audit_standing(session, actor, now=clock.now())
