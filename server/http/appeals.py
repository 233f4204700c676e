"""Appeals: the person's side and the desk's."""

from typing import Any
from uuid import UUID

from flask import Response

from models.appeals import AppealState
from models.clock import clock
from models.policy import Facts, authorise
from server.actions import appeals as actions
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.appeals import list_appeals, list_own_appeals, view_appeal
from server.schemas.appeals import (
    AppealAnswerSchema,
    AppealDetailSchema,
    AppealsArgsSchema,
    AppealsSchema,
    DecideAppealSchema,
    DecidedAppealSchema,
    MakeAppealSchema,
    OwnAppealsSchema,
    dump_appeal,
    dump_appeal_detail,
    dump_own_appeal,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("appeals", __name__, url_prefix="/api/v1", description="Appeals against what moderators decided")


@blp.post("/decisions/<uuid:decision_id>/appeal")
@blp.signed_in
@blp.arguments(MakeAppealSchema)
@blp.response(201, AppealAnswerSchema)
def make(data: dict[str, Any], decision_id: UUID) -> Response:
    """`decision_id`: of a decision about one's message, or what a sanction says it is appealed as."""
    limits().spend("appeal.person", identify().person_id)
    with acting() as (session, actor):
        appeal = actions.make_appeal(session, actor, str(decision_id), **data, now=clock.now())
        return reply({"appeal": dump_own_appeal(appeal)}, 201)


@blp.get("/me/appeals")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, OwnAppealsSchema)
def own(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        authorise("appeal.own", actor, Facts())
        page = list_own_appeals(session, actor, **args)
        return reply({"items": [dump_own_appeal(each) for each in page.items], "next_cursor": page.next_cursor})


@blp.post("/me/appeals/<uuid:appeal_id>/withdraw")
@blp.signed_in
@blp.response(200, AppealAnswerSchema)
def withdraw(appeal_id: UUID) -> Response:
    with acting() as (session, actor):
        appeal = actions.withdraw_appeal(session, actor, str(appeal_id), now=clock.now())
        return reply({"appeal": dump_own_appeal(appeal)})


@blp.get("/review/appeals")
@blp.signed_in
@blp.arguments(AppealsArgsSchema, location="query")
@blp.response(200, AppealsSchema)
def appeals(args: dict[str, Any]) -> Response:
    """The oldest first."""
    with looking() as (session, actor):
        authorise("appeal.list", actor, Facts())
        page = list_appeals(session, **args)
        return reply({"items": [dump_appeal(view) for view in page.items], "next_cursor": page.next_cursor})


@blp.get("/review/appeals/<uuid:appeal_id>")
@blp.signed_in
@blp.response(200, AppealDetailSchema)
def appeal(appeal_id: UUID) -> Response:
    now = clock.now()
    # Not a mere read: that somebody of the service looked at a person's words is recorded before they are shown.
    with acting() as (session, actor):
        authorise("appeal.list", actor, Facts())
        return reply(dump_appeal_detail(actions.open_appeal(session, actor, str(appeal_id), now=now)))


@blp.post("/review/appeals/<uuid:appeal_id>/decide")
@blp.signed_in
@blp.arguments(DecideAppealSchema)
@blp.response(200, DecidedAppealSchema)
def decide(data: dict[str, Any], appeal_id: UUID) -> Response:
    data["outcome"] = AppealState(data["outcome"])
    with acting() as (session, actor):
        authorise("appeal.list", actor, Facts())
        decided = actions.decide_appeal(session, actor, str(appeal_id), **data, now=clock.now())
        session.flush()  # it is read back with whom it concerns
        return reply({"appeal": dump_appeal(view_appeal(session, decided.id))})
