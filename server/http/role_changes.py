"""/people/{id}/role: another role for a person, with what they are counted on for handed over."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.people import Person
from server.actions.role_changes import change_role
from server.http.door import Blueprint, acting
from server.schemas.accounts import AccountSchema
from server.schemas.role_changes import ChangeRoleSchema, HandoverNeededSchema

blp = Blueprint("role_changes", __name__, url_prefix="/api/v1/people", description="Changes of role, with handover")


@blp.post("/<uuid:person_id>/role")
@blp.signed_in
@blp.arguments(ChangeRoleSchema)
@blp.response(200, AccountSchema)
@blp.alt_response(
    409,
    schema=HandoverNeededSchema,
    content_type="application/problem+json",
    description="handover_needed: the conversations that must be named",
)
def change(data: dict[str, Any], person_id: UUID) -> Person:
    handovers = {handover["conversation_id"]: handover["to"] for handover in data.pop("handovers")}
    with acting() as (session, actor):
        return change_role(session, actor, str(person_id), **data, handovers=handovers, now=clock.now())
