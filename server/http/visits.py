"""/visits and /conversations/{id}/visits: a supervisor comes into a one-to-one, both agreeing."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from models.session import again_after_race
from server.actions import visits as actions
from server.http.door import Blueprint, acting, looking
from server.queries.visits import list_supervisors, list_visits
from server.schemas.groups import PageArgsSchema
from server.schemas.visits import (
    AgreeVisitSchema,
    AskVisitSchema,
    SupervisorsSchema,
    VisitAnswerSchema,
    VisitArgsSchema,
    VisitsSchema,
    dump_visit,
)

blp = Blueprint("visits", __name__, url_prefix="/api/v1", description="Supervisors' visits to one-to-ones")

Answer = dict[str, Any]


@blp.get("/visits")
@blp.signed_in
@blp.arguments(VisitArgsSchema, location="query")
@blp.response(200, VisitsSchema)
def visits(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("visit.list", actor, Facts())
        page = list_visits(session, actor, **args)
        return {"items": [dump_visit(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.get("/supervisors")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SupervisorsSchema)
def supervisors(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("visit.supervisors", actor, Facts())
        page = list_supervisors(session, **args)
        return {"items": page.items, "next_cursor": page.next_cursor}


@blp.post("/conversations/<uuid:private_id>/visits")
@blp.signed_in
@blp.arguments(AskVisitSchema)
@blp.response(201, VisitAnswerSchema)
def ask(data: dict[str, Any], private_id: UUID) -> Answer:
    def asked() -> Answer:
        with acting() as (session, actor):
            view = actions.ask_for_visit(session, actor, str(private_id), **data, now=clock.now())
            return {"visit": dump_visit(view)}

    return again_after_race(asked)


@blp.post("/visits/<uuid:visit_id>/agree")
@blp.signed_in
@blp.arguments(AgreeVisitSchema)
@blp.response(200, VisitAnswerSchema)
def agree(data: dict[str, Any], visit_id: UUID) -> Answer:
    with acting() as (session, actor):
        view = actions.agree_to_visit(session, actor, str(visit_id), **data, now=clock.now())
        return {"visit": dump_visit(view)}


@blp.post("/visits/<uuid:visit_id>/begin")
@blp.signed_in
@blp.response(200, VisitAnswerSchema)
def begin(visit_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"visit": dump_visit(actions.begin_visit(session, actor, str(visit_id), now=clock.now()))}


@blp.post("/visits/<uuid:visit_id>/end")
@blp.signed_in
@blp.response(200, VisitAnswerSchema)
def end(visit_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"visit": dump_visit(actions.end_visit(session, actor, str(visit_id), now=clock.now()))}
