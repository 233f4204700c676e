"""Looking at covered cases, and what somebody at the review desk has looked at: for them and for supervisors."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import exposure as actions
from server.http.door import Blueprint, acting, looking, reply
from server.queries.exposure import blur_of, count_own, list_figures
from server.schemas.exposure import (
    CounterSchema,
    DeskPreferencesSchema,
    ModeratorsFiguresSchema,
    RevealSchema,
    dump_counter,
    dump_figures,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.review import CaseDetailSchema, dump_case_detail

blp = Blueprint("exposure", __name__, url_prefix="/api/v1", description="What the review desk asks of those who read there")

Answer = dict[str, Any]


@blp.post("/review/cases/<uuid:case_id>/reveal")
@blp.signed_in
@blp.arguments(RevealSchema)
@blp.response(200, CaseDetailSchema)
def reveal(data: Answer, case_id: UUID) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        detail = actions.reveal_case(session, actor, str(case_id), **data, now=now)
        return reply(dump_case_detail(detail, actor, at=now))


@blp.get("/review/me/exposure")
@blp.signed_in
@blp.response(200, CounterSchema)
def own() -> Answer:
    with looking() as (session, actor):
        authorise("exposure.own", actor, Facts())
        return dump_counter(count_own(session, actor, now=clock.now()))


@blp.get("/review/moderators/exposure")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ModeratorsFiguresSchema)
def moderators(args: Answer) -> Answer:
    with looking() as (session, actor):
        authorise("exposure.list", actor, Facts())
        page = list_figures(session, **args, now=clock.now())
        return {"items": [dump_figures(each) for each in page.items], "next_cursor": page.next_cursor}


@blp.get("/me/desk-preferences")
@blp.signed_in
@blp.response(200, DeskPreferencesSchema)
def preferences() -> Answer:
    with looking() as (session, actor):
        authorise("exposure.own", actor, Facts())
        return {"blur": blur_of(session, actor.id)}


@blp.patch("/me/desk-preferences")
@blp.signed_in
@blp.arguments(DeskPreferencesSchema)
@blp.response(200, DeskPreferencesSchema)
def change_preferences(data: Answer) -> Answer:
    with acting() as (session, actor):
        return {"blur": actions.change_blur(session, actor, **data)}
