"""/me/load and /loads: what workers carry, so that somebody notices when it is too much."""

from typing import Any

from models.clock import clock
from server.http.door import Blueprint, looking
from server.queries.loads import list_loads, own_load
from server.schemas.groups import PageArgsSchema
from server.schemas.loads import LoadSchema, LoadsSchema, dump_load

blp = Blueprint("loads", __name__, url_prefix="/api/v1", description="What workers carry")


@blp.get("/me/load")
@blp.signed_in
@blp.response(200, LoadSchema)
def load() -> dict[str, Any]:
    with looking() as (session, actor):
        return dump_load(own_load(session, actor, now=clock.now()))


@blp.get("/loads")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, LoadsSchema)
def loads(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        page = list_loads(session, actor, **args, now=clock.now())
        return {"items": [dump_load(each) for each in page.items], "next_cursor": page.next_cursor}
