"""/rota/calendar: feeds of the rota for calendars, which sign in by nothing but their address."""

import hashlib
from typing import Any
from uuid import UUID

from flask import Response, request

from models.clock import clock
from models.policy import Facts, authorise
from models.session import reading
from server.actions import calendar as actions
from server.http.door import Blueprint, acting, looking, settings
from server.queries.calendar import own_feeds, read_feed
from server.schemas.calendar import FeedArgsSchema, FeedsSchema, NewFeedSchema, dump_calendar

blp = Blueprint("calendar", __name__, url_prefix="/api/v1/rota/calendar", description="Feeds of the rota for calendars")


@blp.get("")
@blp.signed_in
@blp.response(200, FeedsSchema)
def feeds() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.read", actor, Facts())
        return {"items": own_feeds(session, actor), "next_cursor": None}


@blp.post("")
@blp.signed_in
@blp.arguments(FeedArgsSchema)
@blp.response(201, NewFeedSchema)
def create(data: dict[str, Any]) -> dict[str, Any]:
    with acting() as (session, actor):
        made = actions.create_feed(session, actor, **data, now=clock.now())
        feed = made.feed
        url = f"{settings().public_url.rstrip('/')}{blp.url_prefix}/{made.token}.ics"
        return {"id": feed.id, "scope": feed.scope, "created_at": feed.created_at, "url": url}


@blp.delete("/<uuid:feed_id>")
@blp.signed_in
@blp.response(204)
def revoke(feed_id: UUID) -> None:
    with acting() as (session, actor):
        actions.revoke_feed(session, actor, str(feed_id), now=clock.now())


@blp.get("/<string:token>.ics")
@blp.response(200, {"type": "string"}, content_type="text/calendar")
@blp.alt_response(304, description="Nothing has changed.")
def feed(token: str) -> Response:
    with reading() as session:
        body = dump_calendar(read_feed(session, token, now=clock.now()))
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.set_etag(hashlib.sha256(body).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"  # asked again each time, answered briefly
    response.make_conditional(request)
    return response
