"""/me/check-ins: how a peer worker is."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from models.wellbeing import SCALES
from server.actions import wellbeing as actions
from server.http.door import Blueprint, acting, looking
from server.queries.wellbeing import list_check_ins
from server.schemas.groups import PageArgsSchema
from server.schemas.wellbeing import (
    CheckInAnswerSchema,
    CheckInArgsSchema,
    CheckInShareSchema,
    CheckInsSchema,
    dump_check_in,
)

blp = Blueprint("wellbeing", __name__, url_prefix="/api/v1/me/check-ins", description="How a peer worker is")

Answer = dict[str, Any]


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, CheckInsSchema)
def check_ins(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("check_in.keep", actor, Facts())
        page = list_check_ins(session, actor, **args)
        items = [dump_check_in(each) for each in page.items]
        return {"scales": SCALES, "items": items, "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(CheckInArgsSchema)
@blp.response(201, CheckInAnswerSchema)
def check_in(data: dict[str, Any]) -> Answer:
    with acting() as (session, actor):
        return {"check_in": dump_check_in(actions.check_in(session, actor, **data, now=clock.now()))}


@blp.put("/<uuid:check_in_id>/sharing")
@blp.signed_in
@blp.arguments(CheckInShareSchema)
@blp.response(200, CheckInAnswerSchema)
def share(data: dict[str, Any], check_in_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"check_in": dump_check_in(actions.share_check_in(session, actor, str(check_in_id), **data))}


@blp.delete("/<uuid:check_in_id>")
@blp.signed_in
@blp.response(204)
def delete(check_in_id: UUID) -> None:
    with acting() as (session, actor):
        actions.delete_check_in(session, actor, str(check_in_id))
