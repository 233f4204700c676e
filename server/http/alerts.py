"""/crisis/alerts: a carer asks for somebody now; whoever is on duty answers. /crisis/follow-ups: what is owed afterwards."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import TooMany
from models.policy import Facts, authorise
from models.session import again_after_race
from server.actions import alerts as actions
from server.actions.follow_ups import answer_follow_up
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.alerts import find_open_alert, get_alert, list_alerts
from server.queries.follow_ups import list_follow_ups
from server.queries.shared_time import shared_time
from server.schemas.alerts import (
    AlertAnswerSchema,
    AlertArgsSchema,
    AlertsSchema,
    AnswerFollowUpSchema,
    FollowUpAnswerSchema,
    FollowUpArgsSchema,
    FollowUpsSchema,
    OpenAlertSchema,
    ResolveAlertSchema,
    dump_alert,
    dump_follow_up,
)

blp = Blueprint("alerts", __name__, url_prefix="/api/v1/crisis", description="Crisis alerts")


def _now(session: Session) -> datetime:
    """The time by which alerts are due, whatever this machine's clock says."""
    return shared_time(session, now=clock.now(), wall=clock.wall())


@blp.post("/alerts")
@blp.signed_in
@blp.arguments(OpenAlertSchema)
@blp.response(201, AlertAnswerSchema)
@blp.alt_response(200, schema=AlertAnswerSchema, description="The carer has an open alert already: that one")
def open_alert(data: dict[str, Any]) -> Response:
    def ask() -> Response:
        with acting() as (session, actor):
            opened = actions.open_alert(session, actor, **data, now=_now(session))
            return reply({"alert": dump_alert(opened.view)}, 201 if opened.is_new else 200)

    return _asked_very_often() or again_after_race(ask)


def _asked_very_often() -> Response | None:
    """What is open, to somebody who asks over and over. Nobody is ever refused for asking."""
    try:
        limits().spend("alert.person", identify().person_id)
    except TooMany:
        with looking() as (session, actor):
            open_already = find_open_alert(session, actor, at=_now(session))
            return reply({"alert": dump_alert(open_already)}) if open_already is not None else None
    return None


@blp.get("/alerts")
@blp.signed_in
@blp.arguments(AlertArgsSchema, location="query")
@blp.response(200, AlertsSchema)
def alerts(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        authorise("alert.list", actor, Facts())
        page = list_alerts(session, actor, **args, at=_now(session))
        return reply({"items": [dump_alert(view) for view in page.items], "next_cursor": page.next_cursor})


@blp.get("/alerts/<uuid:alert_id>")
@blp.signed_in
@blp.response(200, AlertAnswerSchema)
def alert(alert_id: UUID) -> Response:
    with looking() as (session, actor):
        return reply({"alert": dump_alert(get_alert(session, actor, str(alert_id), at=_now(session)))})


@blp.post("/alerts/<uuid:alert_id>/acknowledge")
@blp.signed_in
@blp.response(200, AlertAnswerSchema)
def acknowledge(alert_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply({"alert": dump_alert(actions.acknowledge_alert(session, actor, str(alert_id), now=_now(session)))})


@blp.post("/alerts/<uuid:alert_id>/decline")
@blp.signed_in
@blp.response(200, AlertAnswerSchema)
def decline(alert_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply({"alert": dump_alert(actions.decline_alert(session, actor, str(alert_id), now=_now(session)))})


@blp.post("/alerts/<uuid:alert_id>/contact")
@blp.signed_in
@blp.response(200, AlertAnswerSchema)
def contact(alert_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply({"alert": dump_alert(actions.begin_contact(session, actor, str(alert_id), now=_now(session)))})


@blp.post("/alerts/<uuid:alert_id>/resolve")
@blp.signed_in
@blp.arguments(ResolveAlertSchema)
@blp.response(200, AlertAnswerSchema)
def resolve(data: dict[str, Any], alert_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply({"alert": dump_alert(actions.resolve_alert(session, actor, str(alert_id), **data, now=_now(session)))})


@blp.post("/alerts/<uuid:alert_id>/cancel")
@blp.signed_in
@blp.response(200, AlertAnswerSchema)
def cancel(alert_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply({"alert": dump_alert(actions.cancel_alert(session, actor, str(alert_id), now=_now(session)))})


@blp.get("/follow-ups")
@blp.signed_in
@blp.arguments(FollowUpArgsSchema, location="query")
@blp.response(200, FollowUpsSchema)
def follow_ups(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("follow_up.list", actor, Facts())
        page = list_follow_ups(session, actor, **args)
        return {"items": [dump_follow_up(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/follow-ups/<uuid:follow_up_id>/answer")
@blp.signed_in
@blp.arguments(AnswerFollowUpSchema)
@blp.response(200, FollowUpAnswerSchema)
def answer(data: dict[str, Any], follow_up_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        view = answer_follow_up(session, actor, str(follow_up_id), **data, now=_now(session))
        return {"follow_up": dump_follow_up(view)}
