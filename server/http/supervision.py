"""/supervision: who supervises whom, sessions, and what workers share with their supervisor."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import supervision as actions
from server.http.door import Blueprint, acting, looking
from server.queries.diary import list_shared_entries
from server.queries.supervision import get_session, list_sessions, supervised_by, supervisor_of
from server.queries.wellbeing import list_shared_check_ins
from server.schemas.diary import SharedEntriesSchema, dump_shared_entry
from server.schemas.groups import PageArgsSchema
from server.schemas.supervision import (
    AssignSupervisorSchema,
    HoldSessionSchema,
    PlanSessionSchema,
    SessionAnswerSchema,
    SessionArgsSchema,
    SessionsSchema,
    SupervisionSchema,
    SupervisorSchema,
    dump_session,
)
from server.schemas.wellbeing import SharedCheckInsSchema, dump_shared_check_in

blp = Blueprint("supervision", __name__, url_prefix="/api/v1", description="Supervision of peer workers")

Answer = dict[str, Any]


@blp.get("/supervision")
@blp.signed_in
@blp.response(200, SupervisionSchema)
def supervision() -> Answer:
    with looking() as (session, actor):
        authorise("supervision.own", actor, Facts())
        return {"supervisor": supervisor_of(session, actor.id), "supervised": supervised_by(session, actor.id)}


@blp.get("/people/<uuid:person_id>/supervisor")
@blp.signed_in
@blp.response(200, SupervisorSchema)
def supervisor(person_id: UUID) -> Answer:
    with looking() as (session, actor):
        authorise("supervision.assign", actor, Facts(about=str(person_id)))
        return {"supervisor": supervisor_of(session, str(person_id))}


@blp.put("/people/<uuid:person_id>/supervisor")
@blp.signed_in
@blp.arguments(AssignSupervisorSchema)
@blp.response(200, SupervisorSchema)
def assign(data: dict[str, Any], person_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"supervisor": actions.assign_supervisor(session, actor, str(person_id), **data, now=clock.now())}


@blp.get("/supervision/sessions")
@blp.signed_in
@blp.arguments(SessionArgsSchema, location="query")
@blp.response(200, SessionsSchema)
def sessions(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("supervision.own", actor, Facts())
        page = list_sessions(session, actor, **args)
        return {"items": [dump_session(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/supervision/sessions")
@blp.signed_in
@blp.arguments(PlanSessionSchema)
@blp.response(201, SessionAnswerSchema)
def plan(data: dict[str, Any]) -> Answer:
    with acting() as (session, actor):
        return {"session": dump_session(actions.plan_session(session, actor, **data, now=clock.now()))}


@blp.get("/supervision/sessions/<uuid:session_id>")
@blp.signed_in
@blp.response(200, SessionAnswerSchema)
def read(session_id: UUID) -> Answer:
    with looking() as (session, actor):
        return {"session": dump_session(get_session(session, actor, str(session_id)))}


@blp.post("/supervision/sessions/<uuid:session_id>/hold")
@blp.signed_in
@blp.arguments(HoldSessionSchema)
@blp.response(200, SessionAnswerSchema)
def hold(data: dict[str, Any], session_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"session": dump_session(actions.hold_session(session, actor, str(session_id), **data, now=clock.now()))}


@blp.post("/supervision/sessions/<uuid:session_id>/cancel")
@blp.signed_in
@blp.response(200, SessionAnswerSchema)
def cancel(session_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"session": dump_session(actions.cancel_session(session, actor, str(session_id), now=clock.now()))}


@blp.get("/supervision/diary")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SharedEntriesSchema)
def shared_entries(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("diary.shared", actor, Facts())
        page = list_shared_entries(session, actor, **args)
        return {"items": [dump_shared_entry(each) for each in page.items], "next_cursor": page.next_cursor}


@blp.get("/supervision/check-ins")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SharedCheckInsSchema)
def shared_check_ins(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("check_in.shared", actor, Facts())
        page = list_shared_check_ins(session, actor, **args)
        return {"items": [dump_shared_check_in(each) for each in page.items], "next_cursor": page.next_cursor}
