"""/waiting-list: a carer's place on it, and the list as coordinators see it."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import waiting as actions
from server.http.door import Blueprint, acting, identify, limits, looking, settings
from server.queries.waiting import list_waiting
from server.schemas.groups import PageArgsSchema
from server.schemas.waiting import (
    AssignSchema,
    BringForwardSchema,
    JoinWaitingSchema,
    PlaceAnswerSchema,
    WaitingAnswerSchema,
    WaitingListSchema,
    dump_place,
    dump_waiting,
)

blp = Blueprint("waiting", __name__, url_prefix="/api/v1/waiting-list", description="Waiting for a worker")

Answer = dict[str, Any]


@blp.post("")
@blp.signed_in
@blp.arguments(JoinWaitingSchema)
@blp.response(201, PlaceAnswerSchema)
@blp.alt_response(200, schema=PlaceAnswerSchema, description="They wait already, where they waited")
def join(data: dict[str, Any]) -> tuple[Answer, int]:
    limits().spend("contact_request.person", identify().person_id)
    with acting() as (session, actor):
        joined = actions.join_waiting_list(session, actor, **data, now=clock.now())
        return {"waiting": dump_place(joined.view)}, 201 if joined.is_new else 200


@blp.get("/mine")
@blp.signed_in
@blp.response(200, PlaceAnswerSchema)
def mine() -> Answer:
    """404 for a carer who does not wait."""
    with looking() as (session, actor):
        return {"waiting": dump_place(actions.own_place(session, actor))}


@blp.delete("/mine")
@blp.signed_in
@blp.response(204)
def leave() -> None:
    with acting() as (session, actor):
        actions.leave_waiting_list(session, actor, now=clock.now())


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, WaitingListSchema)
def waiting_list(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("waiting.list", actor, Facts())
        page = list_waiting(session, **args)
        return {"items": [dump_waiting(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/<uuid:waiting_id>/bring-forward")
@blp.signed_in
@blp.arguments(BringForwardSchema)
@blp.response(200, WaitingAnswerSchema)
def bring_forward(data: dict[str, Any], waiting_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"waiting": dump_waiting(actions.bring_forward(session, actor, str(waiting_id), **data, now=clock.now()))}


@blp.post("/<uuid:waiting_id>/assign")
@blp.signed_in
@blp.arguments(AssignSchema)
@blp.response(200, WaitingAnswerSchema)
def assign(data: dict[str, Any], waiting_id: UUID) -> Answer:
    lasts = settings().contact_requests_last
    with acting() as (session, actor):
        view = actions.assign_worker(session, actor, str(waiting_id), **data, lasts=lasts, now=clock.now())
        return {"waiting": dump_waiting(view)}
