"""/walls: whom one must not meet one-to-one, and a consumer's consent that lifts it."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import walls as actions
from server.http.door import Blueprint, acting, looking
from server.queries.walls import list_walls
from server.schemas.groups import PageArgsSchema
from server.schemas.walls import ConsentSchema, DeclareWallSchema, WallAnswerSchema, WallsSchema, dump_wall

blp = Blueprint("walls", __name__, url_prefix="/api/v1/walls", description="Walls between people who must not meet")


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, WallsSchema)
def walls(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("wall.list", actor, Facts())
        page = list_walls(session, actor, **args)
        return {"items": [dump_wall(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(DeclareWallSchema)
@blp.response(201, WallAnswerSchema)
def declare(data: dict[str, Any]) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"wall": dump_wall(actions.declare_wall(session, actor, **data, now=clock.now()))}


@blp.delete("/<uuid:wall_id>")
@blp.signed_in
@blp.response(204)
def withdraw(wall_id: UUID) -> None:
    with acting() as (session, actor):
        actions.withdraw_wall(session, actor, str(wall_id), now=clock.now())


@blp.post("/<uuid:wall_id>/consent")
@blp.signed_in
@blp.arguments(ConsentSchema)
@blp.response(200, WallAnswerSchema)
def record_consent(data: dict[str, Any], wall_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"wall": dump_wall(actions.record_consent(session, actor, str(wall_id), **data, now=clock.now()))}


@blp.delete("/<uuid:wall_id>/consent")
@blp.signed_in
@blp.response(200, WallAnswerSchema)
def withdraw_consent(wall_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"wall": dump_wall(actions.withdraw_consent(session, actor, str(wall_id), now=clock.now()))}
