"""/crisis/concerns: that a carer's words told of a risk while their worker was not there, and offering to talk."""

from typing import Any
from uuid import UUID

from models.clock import clock
from server.actions.concerns import offer_contact
from server.http.door import Blueprint, acting, looking
from server.queries.concerns import list_concerns
from server.schemas.concerns import ConcernAnswerSchema, ConcernsSchema, dump_concern
from server.schemas.groups import PageArgsSchema

blp = Blueprint("concerns", __name__, url_prefix="/api/v1/crisis/concerns", description="Risk at an hour nobody reads")


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ConcernsSchema)
def concerns(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        page = list_concerns(session, actor, **args, now=clock.now())
        return {"items": [dump_concern(each, actor.id) for each in page.items], "next_cursor": page.next_cursor}


@blp.post("/<uuid:concern_id>/offer")
@blp.signed_in
@blp.response(200, ConcernAnswerSchema)
def offer(concern_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"concern": dump_concern(offer_contact(session, actor, str(concern_id), now=clock.now()), actor.id)}
