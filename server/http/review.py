"""The review desk."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from models.review import CaseState, Queue
from server.actions import review as actions
from server.http.door import Blueprint, acting, looking, reply
from server.queries.review import list_cases, view_cases
from server.schemas.review import (
    CaseDetailSchema,
    CasesArgsSchema,
    CaseSchema,
    CasesSchema,
    DecideSchema,
    dump_case_detail,
    dump_case_for,
)
from server.schemas.sanctions import as_asked

blp = Blueprint("review", __name__, url_prefix="/api/v1", description="The review desk")


@blp.get("/review/cases")
@blp.signed_in
@blp.arguments(CasesArgsSchema, location="query")
@blp.response(200, CasesSchema)
def cases(args: dict[str, Any]) -> Response:
    now = clock.now()
    with looking() as (session, actor):
        authorise("review.read", actor, Facts())
        page = list_cases(
            session,
            actor,
            state=CaseState(args["state"]) if args["state"] else None,
            queue=Queue(args["queue"]) if args["queue"] else None,
            skipped=args["skipped"] == "true",
            limit=args["limit"],
            cursor=args["cursor"],
            at=now,
        )
        items = [dump_case_for(view, actor, at=now) for view in page.items]
        return reply({"items": items, "next_cursor": page.next_cursor})


@blp.get("/review/cases/<uuid:case_id>")
@blp.signed_in
@blp.response(200, CaseDetailSchema)
def case(case_id: UUID) -> Response:
    now = clock.now()
    # Not a mere read: that somebody of the service looked at a person's words is recorded before they are shown.
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        return reply(dump_case_detail(actions.open_case(session, actor, str(case_id), now=now), actor, at=now))


@blp.post("/review/cases/<uuid:case_id>/claim")
@blp.signed_in
@blp.response(200, CaseSchema)
def claim(case_id: UUID) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        claimed = actions.claim_case(session, actor, str(case_id), now=now)
        return reply(dump_case_for(view_cases(session, [claimed], at=now)[0], actor, at=now))


@blp.post("/review/cases/<uuid:case_id>/release")
@blp.signed_in
@blp.response(200, CaseSchema)
def release(case_id: UUID) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        released = actions.release_case(session, actor, str(case_id), now=now)
        return reply(dump_case_for(view_cases(session, [released], at=now)[0], actor, at=now))


@blp.post("/review/cases/<uuid:case_id>/decide")
@blp.signed_in
@blp.arguments(DecideSchema)
@blp.response(200, CaseSchema)
def decide(data: dict[str, Any], case_id: UUID) -> Response:
    now = clock.now()
    sanction = data.pop("sanction")
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        decided = actions.decide_case(
            session, actor, str(case_id), **data, sanction=as_asked(sanction) if sanction else None, now=now
        )
        return reply(dump_case_for(view_cases(session, [decided], at=now)[0], actor, at=now))
