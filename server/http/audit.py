"""/audit: who did what to which thing."""

from typing import Any

from models.policy import Facts, authorise
from server.http.door import Blueprint, looking
from server.queries.audit import list_audit
from server.schemas.audit import AuditArgsSchema, AuditSchema

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
