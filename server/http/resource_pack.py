"""/library: the pack a phone keeps for when there is no network, and what is suggested to a person."""

from typing import Any

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.http.door import Blueprint, looking
from server.http.resources import conditional
from server.queries.crisis_memory import known
from server.queries.preferences import stated_audiences
from server.queries.resource_pack import pack_for, suggested_for
from server.schemas.resource_pack import ForMeArgsSchema, ForMeSchema, PackArgsSchema, PackSchema, dump_help, dump_pack
from server.schemas.resources import dump_summary

blp = Blueprint("resource_pack", __name__, url_prefix="/api/v1/library", description="The library at hand")


@blp.get("/pack")
@blp.signed_in
@blp.arguments(PackArgsSchema, location="query")
@blp.response(200, PackSchema)
@blp.alt_response(304, description="What you have is still right")
def pack(args: dict[str, Any]) -> Response:
    """What to keep for when there is no network: whom to call, what to do in a crisis, first steps, then one's bookmarks.

    Under 200 KB. With `since` only what changed.
    """
    now = clock.now()
    with looking() as (session, actor):
        authorise("resource.read", actor, Facts())
        packed, more = pack_for(session, actor, language=args["language"], today=now.date())
        numbers = dump_help(known(now).facts.directory, actor.region)
        return conditional(dump_pack(packed, numbers, more_bookmarks=more, since=args["since"]))


@blp.get("/for-me")
@blp.signed_in
@blp.arguments(ForMeArgsSchema, location="query")
@blp.response(200, ForMeSchema)
@blp.alt_response(304, description="What you have is still right")
def for_me(args: dict[str, Any]) -> Response:
    """Pieces for who they said they are and where they live. Nothing they wrote, read or searched for counts."""
    with looking() as (session, actor):
        authorise("resource.read", actor, Facts())
        audiences = stated_audiences(session, actor, args["audience"])
        today = clock.now().date()
        items = suggested_for(session, region=actor.region, audiences=audiences, limit=args["limit"], today=today)
        because = {"audience": [each.value for each in audiences], "region": actor.region}
        return conditional({"items": [dump_summary(shown) for shown in items], "because": because})
