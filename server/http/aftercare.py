"""/review: what is owed after decided cases. /me/support-offers: what somebody was offered after such a decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from models.review import Case
from server.actions import aftercare as actions
from server.http.door import Blueprint, acting, looking, reply
from server.queries.aftercare import list_loose_ends, list_support
from server.queries.review import view_cases
from server.schemas.aftercare import (
    DeclineFollowUpSchema,
    FinishFollowUpSchema,
    ScheduleFollowUpSchema,
    SupportOffersSchema,
    dump_offer,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.review import CaseSchema, CasesSchema, dump_case

blp = Blueprint("aftercare", __name__, url_prefix="/api/v1", description="What is owed after a case was decided")


@blp.get("/review/loose-ends")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, CasesSchema)
def loose_ends(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        page = list_loose_ends(session, actor, **args, at=clock.now())
        return reply({"items": [dump_case(view) for view in page.items], "next_cursor": page.next_cursor})


@blp.post("/review/cases/<uuid:case_id>/follow-up")
@blp.signed_in
@blp.arguments(ScheduleFollowUpSchema)
@blp.response(200, CaseSchema)
def schedule(data: dict[str, Any], case_id: UUID) -> Response:
    return _change(actions.schedule_follow_up, case_id, data)


@blp.post("/review/cases/<uuid:case_id>/follow-up/decline")
@blp.signed_in
@blp.arguments(DeclineFollowUpSchema)
@blp.response(200, CaseSchema)
def decline(data: dict[str, Any], case_id: UUID) -> Response:
    return _change(actions.decline_follow_up, case_id, data)


@blp.post("/review/cases/<uuid:case_id>/follow-up/done")
@blp.signed_in
@blp.arguments(FinishFollowUpSchema)
@blp.response(200, CaseSchema)
def done(data: dict[str, Any], case_id: UUID) -> Response:
    return _change(actions.finish_follow_up, case_id, data)


def _change(action: Callable[..., Case], case_id: UUID, data: dict[str, Any]) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        case = action(session, actor, str(case_id), **data, now=now)
        return reply(dump_case(view_cases(session, [case], at=now)[0]))


@blp.get("/me/support-offers")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SupportOffersSchema)
def support_offers(args: dict[str, Any]) -> Response:
    now = clock.now()
    with looking() as (session, actor):
        page = list_support(session, actor, **args)
        return reply({"items": [dump_offer(each, actor, now=now) for each in page.items], "next_cursor": page.next_cursor})
