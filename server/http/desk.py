"""The desk: what a moderator does with a case short of deciding it, deciding many at once, and taking a decision back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.errors import Conflict, Forbidden, Invalid, NotFound
from models.policy import Facts, authorise
from models.review import Case, DecisionKind
from moderation.templates import templates
from server.actions import desk as actions
from server.actions.undo import undo_decision
from server.http.door import Blueprint, acting, looking, reply
from server.queries.desk_figures import desk_figures
from server.queries.review import view_cases
from server.schemas.desk import (
    AskOpinionSchema,
    BulkAnswersSchema,
    BulkSchema,
    DraftSchema,
    EscalateSchema,
    SkipSchema,
    TemplatesSchema,
    WriteDraftSchema,
    dump_draft,
    dump_template,
)
from server.schemas.desk_figures import DeskFiguresSchema, dump_desk_figures
from server.schemas.review import CaseSchema, dump_case_for

blp = Blueprint("desk", __name__, url_prefix="/api/v1/review", description="The review desk at work")


def _step(action: Callable[..., Case], case_id: UUID, **data: Any) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        case = action(session, actor, str(case_id), **data, now=now)
        return reply(dump_case_for(view_cases(session, [case], at=now)[0], actor, at=now))


@blp.post("/cases/<uuid:case_id>/skip")
@blp.signed_in
@blp.arguments(SkipSchema)
@blp.response(200, CaseSchema)
def skip(data: dict[str, Any], case_id: UUID) -> Response:
    return _step(actions.skip_case, case_id, **data)


@blp.post("/cases/<uuid:case_id>/second-opinion")
@blp.signed_in
@blp.arguments(AskOpinionSchema)
@blp.response(200, CaseSchema)
def second_opinion(data: dict[str, Any], case_id: UUID) -> Response:
    return _step(actions.ask_second_opinion, case_id, **data)


@blp.post("/cases/<uuid:case_id>/escalate")
@blp.signed_in
@blp.arguments(EscalateSchema)
@blp.response(200, CaseSchema)
def escalate(data: dict[str, Any], case_id: UUID) -> Response:
    return _step(actions.escalate_case, case_id, **data)


@blp.post("/cases/<uuid:case_id>/acknowledge")
@blp.signed_in
@blp.response(200, CaseSchema)
def acknowledge(case_id: UUID) -> Response:
    return _step(actions.acknowledge_case, case_id)


@blp.post("/cases/<uuid:case_id>/undo")
@blp.signed_in
@blp.response(200, CaseSchema)
def undo(case_id: UUID) -> Response:
    return _step(undo_decision, case_id)


@blp.post("/cases/bulk")
@blp.signed_in
@blp.arguments(BulkSchema)
@blp.response(200, BulkAnswersSchema)
def bulk(data: dict[str, Any]) -> Response:
    with looking() as (_session, actor):
        authorise("review.decide_any", actor, Facts())
    how = {"decision": DecisionKind(data["decision"]), "note": data["note"]}
    # Each in a transaction of its own, in one order for everybody: a bad one undoes nothing, and no two wait for each other.
    rows = sorted(data["cases"], key=lambda row: str(row["id"]))
    return reply({"items": [_decide_one(row["id"], version=row["version"], **how) for row in rows]})


def _decide_one(case_id: str, **how: Any) -> dict[str, Any]:
    try:
        with acting() as (session, actor):
            actions.decide_spam(session, actor, case_id, **how, now=clock.now())
    except (Conflict, Forbidden, Invalid, NotFound) as refusal:
        return {"id": case_id, "ok": False, "code": refusal.code}
    return {"id": case_id, "ok": True, "code": None}


@blp.get("/cases/<uuid:case_id>/draft")
@blp.signed_in
@blp.response(200, DraftSchema)
def draft(case_id: UUID) -> Response:
    with looking() as (session, actor):
        authorise("review.read", actor, Facts())
        return reply(dump_draft(actions.read_draft(session, actor, str(case_id))))


@blp.put("/cases/<uuid:case_id>/draft")
@blp.signed_in
@blp.arguments(WriteDraftSchema)
@blp.response(200, DraftSchema)
def write_draft(data: dict[str, Any], case_id: UUID) -> Response:
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        return reply(dump_draft(actions.save_draft(session, actor, str(case_id), **data, now=clock.now())))


@blp.delete("/cases/<uuid:case_id>/draft")
@blp.signed_in
@blp.response(204)
def drop_draft(case_id: UUID) -> None:
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        actions.drop_draft(session, actor, str(case_id))


@blp.get("/templates")
@blp.signed_in
@blp.response(200, TemplatesSchema)
def list_templates() -> Response:
    with looking() as (_session, actor):
        authorise("review.read", actor, Facts())
        return reply({"items": [dump_template(each) for each in templates().values()], "next_cursor": None})


@blp.get("/figures")
@blp.signed_in
@blp.response(200, DeskFiguresSchema)
def figures() -> Response:
    with looking() as (session, actor):
        authorise("report.read", actor, Facts())
        return reply(dump_desk_figures(desk_figures(session, at=clock.now())))
