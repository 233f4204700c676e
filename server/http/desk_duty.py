"""/review/duty: who is at the desk now."""

from typing import Any

from models.clock import clock
from server.actions import desk_duty as actions
from server.http.door import Blueprint, acting, looking
from server.queries.desk_duty import AtDesk, list_at_desk
from server.schemas.desk_duty import AtDeskSchema, AtDesksSchema, DeskDutyArgsSchema
from server.schemas.groups import PageArgsSchema

blp = Blueprint("desk_duty", __name__, url_prefix="/api/v1/review/duty", description="Who is at the desk")


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, AtDesksSchema)
def at_desk(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        page = list_at_desk(session, actor, **args, now=clock.now())
        return {"items": page.items, "next_cursor": page.next_cursor}


@blp.put("")
@blp.signed_in
@blp.arguments(DeskDutyArgsSchema)
@blp.response(200, AtDeskSchema)
def begin(data: dict[str, Any]) -> AtDesk:
    with acting() as (session, actor):
        return actions.begin_desk_duty(session, actor, **data, now=clock.now())


@blp.delete("")
@blp.signed_in
@blp.response(204)
def end() -> None:
    with acting() as (session, actor):
        actions.end_desk_duty(session, actor, now=clock.now())
