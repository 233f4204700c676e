"""/library: what those who write it have to do, beside the pieces themselves."""

from datetime import timedelta
from typing import Any

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from models.resources import Resource, ResourceVersion
from server.http.door import Blueprint, looking, reply
from server.queries.resources import list_due, list_in_the_making
from server.schemas.groups import PageArgsSchema
from server.schemas.resources import DueArgsSchema, DuesSchema, MakingsSchema, dump_line, dump_summary

blp = Blueprint("library", __name__, url_prefix="/api/v1/library", description="The library")


@blp.get("/due")
@blp.signed_in
@blp.arguments(DueArgsSchema, location="query")
@blp.response(200, DuesSchema)
def due(args: dict[str, Any]) -> Response:
    """What has to be read again within so many days, the longest due first."""
    today = clock.now().date()
    by = today + timedelta(days=args.pop("days"))
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        page = list_due(session, by=by, **args, today=today)
        return reply({"items": [dump_summary(shown) for shown in page.items], "next_cursor": page.next_cursor})


@blp.get("/drafts")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, MakingsSchema)
def drafts(args: dict[str, Any]) -> Response:
    """What is being written, or waits for a reader."""
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        page = list_in_the_making(session, **args)
        return reply({"items": [making(*each) for each in page.items], "next_cursor": page.next_cursor})


def making(found: Resource, version: ResourceVersion) -> dict[str, Any]:
    return {"slug": found.slug, "kind": version.kind.value, **dump_line(version)}
