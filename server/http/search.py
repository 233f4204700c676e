"""/search: finding messages again, in one conversation or in all of one's own."""

from typing import Any
from uuid import UUID

from flask import Response, current_app

from models.errors import NotFound
from server.http.door import Blueprint, looking, reply
from server.queries.search import search_messages
from server.schemas.search import SearchArgsSchema, SearchSchema, dump_found

blp = Blueprint("search", __name__, url_prefix="/api/v1", description="Finding messages again")


@blp.get("/search")
@blp.signed_in
@blp.arguments(SearchArgsSchema, location="query")
@blp.response(200, SearchSchema)
def search(args: dict[str, Any]) -> Response:
    return _search(args, None)


@blp.get("/conversations/<uuid:conversation_id>/search")
@blp.signed_in
@blp.arguments(SearchArgsSchema, location="query")
@blp.response(200, SearchSchema)
def search_in(args: dict[str, Any], conversation_id: UUID) -> Response:
    return _search(args, str(conversation_id))


def _search(args: dict[str, Any], conversation_id: str | None) -> Response:
    text = args.pop("q")
    with looking() as (session, actor):
        if not current_app.extensions["settings"].search:
            raise NotFound
        found = search_messages(session, actor, text=text, conversation_id=conversation_id, **args)
        return reply(dump_found(found, actor.id))
