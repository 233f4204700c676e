"""A planned end of a one-to-one conversation."""

from typing import Any
from uuid import UUID

from models.clock import clock
from server.actions import endings as actions
from server.http.door import Blueprint, acting
from server.schemas.contacts import ContactAnswerSchema, PlanEndingSchema, dump_contact

blp = Blueprint("endings", __name__, url_prefix="/api/v1", description="Planned ends of one-to-one contacts")


@blp.put("/conversations/<uuid:conversation_id>/ending")
@blp.signed_in
@blp.arguments(PlanEndingSchema)
@blp.response(200, ContactAnswerSchema)
def plan(data: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"contact": dump_contact(actions.plan_ending(session, actor, str(conversation_id), **data, now=clock.now()))}


@blp.delete("/conversations/<uuid:conversation_id>/ending")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def take_back(conversation_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"contact": dump_contact(actions.take_back_ending(session, actor, str(conversation_id), now=clock.now()))}
