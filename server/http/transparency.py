"""/reports/moderation: what the service tells of its moderation, as JSON and as a page."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from models.clock import clock
from moderation.screening import RULES_VERSION
from server.http.door import Blueprint, looking, settings
from server.queries.transparency import ModerationMonth, moderation_report
from server.queries.transparency_page import CSP, render_report
from server.schemas.reports import ReportArgsSchema
from server.schemas.transparency import ModerationReportSchema, dump_moderation_month

blp = Blueprint("transparency", __name__, url_prefix="/api/v1/reports", description="The transparency report")


@blp.get("/moderation")
@blp.signed_in
@blp.arguments(ReportArgsSchema, location="query")
@blp.response(200, ModerationReportSchema)
def moderation(args: dict[str, Any]) -> dict[str, Any]:
    items = [dump_moderation_month(month) for month in _months(args)]
    return {"rules_version": RULES_VERSION, "items": items, "next_cursor": None}


@blp.get("/moderation.html")
@blp.signed_in
@blp.arguments(ReportArgsSchema, location="query")
@blp.response(200, {"type": "string"}, content_type="text/html; charset=utf-8", description="The same for people")
def page(args: dict[str, Any]) -> Response:
    body = render_report(_months(args), version=RULES_VERSION)
    return Response(body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})


def _months(args: dict[str, Any]) -> Sequence[ModerationMonth]:
    with looking() as (session, actor):
        zone = settings().service_timezone
        return moderation_report(session, actor, first=args["since"], last=args["until"], zone=zone, now=clock.now())
