"""/debriefs: a peer worker would like to talk about what was hard."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import debriefs as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.queries.debriefs import get_debrief, list_debriefs
from server.schemas.debriefs import (
    AskDebriefSchema,
    DebriefAnswerSchema,
    DebriefArgsSchema,
    DebriefsSchema,
    dump_debrief,
)

blp = Blueprint("debriefs", __name__, url_prefix="/api/v1/debriefs", description="Debriefs after what was hard")

Answer = dict[str, Any]


@blp.get("")
@blp.signed_in
@blp.arguments(DebriefArgsSchema, location="query")
@blp.response(200, DebriefsSchema)
def debriefs(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("debrief.list", actor, Facts())
        page = list_debriefs(session, actor, **args)
        return {"items": [dump_debrief(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(AskDebriefSchema)
@blp.response(201, DebriefAnswerSchema)
def ask(data: dict[str, Any]) -> Answer:
    limits().spend("debrief.person", identify().person_id)
    with acting() as (session, actor):
        return {"debrief": dump_debrief(actions.ask_for_debrief(session, actor, **data, now=clock.now()))}


@blp.get("/<uuid:debrief_id>")
@blp.signed_in
@blp.response(200, DebriefAnswerSchema)
def read(debrief_id: UUID) -> Answer:
    with looking() as (session, actor):
        return {"debrief": dump_debrief(get_debrief(session, actor, str(debrief_id)))}


@blp.post("/<uuid:debrief_id>/take")
@blp.signed_in
@blp.response(200, DebriefAnswerSchema)
def take(debrief_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"debrief": dump_debrief(actions.take_debrief(session, actor, str(debrief_id), now=clock.now()))}


@blp.post("/<uuid:debrief_id>/done")
@blp.signed_in
@blp.response(200, DebriefAnswerSchema)
def done(debrief_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"debrief": dump_debrief(actions.finish_debrief(session, actor, str(debrief_id), now=clock.now()))}


@blp.post("/<uuid:debrief_id>/withdraw")
@blp.signed_in
@blp.response(200, DebriefAnswerSchema)
def withdraw(debrief_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"debrief": dump_debrief(actions.withdraw_debrief(session, actor, str(debrief_id), now=clock.now()))}
