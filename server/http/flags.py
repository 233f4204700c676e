"""Reports from members, what came of them, and setting aside what was reported in bad faith."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from models.review import TargetKind
from server.actions import flags as actions
from server.actions.set_asides import Outcome, Undone, reinstate_reports, set_aside_reports
from server.http.door import Blueprint, acting, identify, in_their_language, limits, looking
from server.queries.flags import list_own_reports
from server.schemas.flags import (
    OwnReportsSchema,
    ReinstatedSchema,
    ReinstateSchema,
    ReportedSchema,
    ReportInWordsSchema,
    ReportSchema,
    ReportStretchSchema,
    SetAsideDoneSchema,
    SetAsideSchema,
    dump_own_report,
    dump_reported,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("flags", __name__, url_prefix="/api/v1", description="Reports from members")


@blp.post("/messages/<uuid:message_id>/report")
@blp.signed_in
@blp.arguments(ReportSchema)
@blp.response(202, ReportedSchema)
def report_message(data: dict[str, Any], message_id: UUID) -> dict[str, Any]:
    limits().spend("report.person", identify().person_id)
    with acting() as (session, actor):
        made = actions.report_message(session, actor, str(message_id), **data, now=clock.now())
        return in_their_language(dump_reported(made.id, TargetKind.MESSAGE))


@blp.post("/people/<uuid:person_id>/report")
@blp.signed_in
@blp.arguments(ReportInWordsSchema)
@blp.response(202, ReportedSchema)
def report_person(data: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    limits().spend("report.person", identify().person_id)
    with acting() as (session, actor):
        made = actions.report_person(session, actor, str(person_id), **data, now=clock.now())
        return in_their_language(dump_reported(made.id, TargetKind.PERSON))


@blp.post("/conversations/<uuid:conversation_id>/report")
@blp.signed_in
@blp.arguments(ReportStretchSchema)
@blp.response(202, ReportedSchema)
def report_conversation(data: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    limits().spend("report.person", identify().person_id)
    with acting() as (session, actor):
        made = actions.report_conversation(session, actor, str(conversation_id), **data, now=clock.now())
        return in_their_language(dump_reported(made.id, TargetKind.CONVERSATION))


@blp.get("/me/reports")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, OwnReportsSchema)
def own_reports(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("report.list", actor, Facts())
        page = list_own_reports(session, actor, **args)
        return {"items": [dump_own_report(own) for own in page.items], "next_cursor": page.next_cursor}


@blp.post("/review/reports/<uuid:report_id>/set-aside")
@blp.signed_in
@blp.arguments(SetAsideSchema)
@blp.response(200, SetAsideDoneSchema)
def set_aside(data: dict[str, Any], report_id: UUID) -> Outcome:
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        return set_aside_reports(session, actor, str(report_id), **data, now=clock.now())


@blp.post("/review/reports/<uuid:report_id>/reinstate")
@blp.signed_in
@blp.arguments(ReinstateSchema)
@blp.response(200, ReinstatedSchema)
def reinstate(data: dict[str, Any], report_id: UUID) -> Undone:
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        return reinstate_reports(session, actor, str(report_id), **data, now=clock.now())
