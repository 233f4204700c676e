"""Sanctions, and how somebody stands: the desk's side and the person's own."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.people import Person
from models.policy import Facts, authorise
from server.actions import sanctions as actions
from server.http.door import Blueprint, acting, looking, reply
from server.queries.sanctions import list_own_sanctions
from server.queries.standing import standing_of
from server.schemas.groups import PageArgsSchema
from server.schemas.sanctions import (
    ImposeSchema,
    LiftSchema,
    OwnSanctionsSchema,
    OwnStandingSchema,
    SanctionAnswerSchema,
    StandingSchema,
    as_asked,
    dump_own_sanction,
    dump_own_standing,
    dump_sanction,
    dump_standing,
)

blp = Blueprint("sanctions", __name__, url_prefix="/api/v1", description="Sanctions in the groups")


@blp.post("/review/sanctions")
@blp.signed_in
@blp.arguments(ImposeSchema)
@blp.response(201, SanctionAnswerSchema)
def impose(data: dict[str, Any]) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        sanction = actions.impose_sanction(session, actor, data["person_id"], as_asked(data), now=now)
        person = session.get_one(Person, sanction.person_id)
        return reply({"sanction": dump_sanction(sanction, person, actor, now)}, 201)


@blp.post("/review/sanctions/<uuid:sanction_id>/lift")
@blp.signed_in
@blp.arguments(LiftSchema)
@blp.response(200, SanctionAnswerSchema)
def lift(data: dict[str, Any], sanction_id: UUID) -> Response:
    now = clock.now()
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        sanction = actions.lift_sanction(session, actor, str(sanction_id), **data, now=now)
        person, imposer = (session.get_one(Person, who) for who in (sanction.person_id, sanction.imposed_by))
        return reply({"sanction": dump_sanction(sanction, person, imposer, now)})


@blp.get("/people/<uuid:person_id>/standing")
@blp.signed_in
@blp.response(200, StandingSchema)
def standing(person_id: UUID) -> Response:
    now = clock.now()
    # Not a mere read: that somebody of the service looked a person up is recorded before it is shown.
    with acting() as (session, actor):
        return reply(dump_standing(actions.open_standing(session, actor, str(person_id), now=now), now))


@blp.get("/me/standing")
@blp.signed_in
@blp.response(200, OwnStandingSchema)
def own_standing() -> Response:
    now = clock.now()
    with looking() as (session, actor):
        authorise("sanction.own", actor, Facts())
        return reply(dump_own_standing(standing_of(session, actor.id, at=now, own=True), now))


@blp.get("/me/sanctions")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, OwnSanctionsSchema)
def own_sanctions(args: dict[str, Any]) -> Response:
    now = clock.now()
    with looking() as (session, actor):
        authorise("sanction.own", actor, Facts())
        page = list_own_sanctions(session, actor, **args)
        items = [dump_own_sanction(each, actor.timezone, now) for each in page.items]
        return reply({"items": items, "next_cursor": page.next_cursor})
