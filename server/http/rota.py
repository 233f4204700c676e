"""/rota: who is on when, what is open, how it is shared, drafts and publication, one-off changes, leave, clearances."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import rota as actions
from server.actions import rota_changes as changes
from server.http.door import Blueprint, acting, looking
from server.queries.fitness import find_gaps
from server.queries.rota import people_by_id, spans_between
from server.queries.rota_report import fairness
from server.queries.rota_versions import get_version, list_versions, view_version
from server.schemas.groups import PageArgsSchema
from server.schemas.rota import (
    ClearanceArgsSchema,
    ClearanceSchema,
    GapsSchema,
    LeaveArgsSchema,
    LeaveSchema,
    RotaDraftSchema,
    RotaOverrideArgsSchema,
    RotaOverrideSchema,
    RotaRedraftSchema,
    RotaReportSchema,
    RotaSchema,
    RotaVersionArgsSchema,
    RotaVersionSchema,
    RotaVersionsSchema,
    WindowArgsSchema,
    dump_gap,
    dump_share,
    dump_span,
    dump_version,
)

blp = Blueprint("rota", __name__, url_prefix="/api/v1/rota", description="The crisis rota")

GAPS_AHEAD = timedelta(days=30)


@blp.get("")
@blp.signed_in
@blp.arguments(WindowArgsSchema, location="query")
@blp.response(200, RotaSchema)
def rota(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.read", actor, Facts())
        spans = spans_between(session, args["since"], args["until"], now=clock.now())
        people = people_by_id(session, (span.person_id for span in spans))
        return {"items": [dump_span(span, people) for span in spans], "next_cursor": None}


@blp.get("/gaps")
@blp.signed_in
@blp.response(200, GapsSchema)
def gaps() -> dict[str, Any]:
    now = clock.now()
    with looking() as (session, actor):
        authorise("rota.read", actor, Facts())
        found = find_gaps(session, actor, now, now + GAPS_AHEAD, now=now)
        people = people_by_id(session, (who for each in found for who in each.could_fill))
        return {"items": [dump_gap(each, people) for each in found], "next_cursor": None}


@blp.get("/report")
@blp.signed_in
@blp.arguments(WindowArgsSchema, location="query")
@blp.response(200, RotaReportSchema)
def report(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.edit", actor, Facts())
        shares = fairness(session, args["since"], args["until"], now=clock.now())
        return {"items": [dump_share(each) for each in shares], "next_cursor": None}


@blp.get("/shifts")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, RotaVersionsSchema)
def versions(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.edit", actor, Facts())
        page = list_versions(session, **args)
        return {"items": page.items, "next_cursor": page.next_cursor}


@blp.post("/shifts")
@blp.signed_in
@blp.arguments(RotaDraftSchema)
@blp.response(201, RotaVersionSchema)
def draft(data: dict[str, Any]) -> dict[str, Any]:
    now = clock.now()
    with acting() as (session, actor):
        view = actions.create_draft(session, actor, **data, now=now)
        return dump_version(view, actions.told_of_draft(session, view.version, now=now))


@blp.get("/shifts/<uuid:rota_id>")
@blp.signed_in
@blp.response(200, RotaVersionSchema)
def version(rota_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.edit", actor, Facts())
        view = view_version(session, get_version(session, str(rota_id)))
        return dump_version(view, actions.told_of_draft(session, view.version, now=clock.now()))


@blp.put("/shifts/<uuid:rota_id>")
@blp.signed_in
@blp.arguments(RotaRedraftSchema)
@blp.response(200, RotaVersionSchema)
def redraft(data: dict[str, Any], rota_id: UUID) -> dict[str, Any]:
    now = clock.now()
    with acting() as (session, actor):
        view = actions.replace_draft(session, actor, str(rota_id), **data, now=now)
        return dump_version(view, actions.told_of_draft(session, view.version, now=now))


@blp.post("/shifts/<uuid:rota_id>/discard")
@blp.signed_in
@blp.arguments(RotaVersionArgsSchema)
@blp.response(204)
def discard(data: dict[str, Any], rota_id: UUID) -> None:
    with acting() as (session, actor):
        actions.discard_draft(session, actor, str(rota_id), **data, now=clock.now())


@blp.post("/shifts/<uuid:rota_id>/publish")
@blp.signed_in
@blp.arguments(RotaVersionArgsSchema)
@blp.response(200, RotaVersionSchema)
def publish(data: dict[str, Any], rota_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_version(actions.publish(session, actor, str(rota_id), **data, now=clock.now()))


@blp.post("/overrides")
@blp.signed_in
@blp.arguments(RotaOverrideArgsSchema)
@blp.response(201, RotaOverrideSchema)
def override(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return changes.make_override(session, actor, **data, now=clock.now())


@blp.delete("/overrides/<uuid:override_id>")
@blp.signed_in
@blp.response(204)
def withdraw_override(override_id: UUID) -> None:
    with acting() as (session, actor):
        changes.withdraw_override(session, actor, str(override_id), now=clock.now())


@blp.post("/leave")
@blp.signed_in
@blp.arguments(LeaveArgsSchema)
@blp.response(201, LeaveSchema)
def leave(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return changes.record_leave(session, actor, **data, now=clock.now())


@blp.delete("/leave/<uuid:leave_id>")
@blp.signed_in
@blp.response(204)
def withdraw_leave(leave_id: UUID) -> None:
    with acting() as (session, actor):
        changes.withdraw_leave(session, actor, str(leave_id), now=clock.now())


@blp.post("/clearances")
@blp.signed_in
@blp.arguments(ClearanceArgsSchema)
@blp.response(201, ClearanceSchema)
def clear(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return changes.record_clearance(session, actor, **data, now=clock.now())
