"""/me/availability: when a worker reads what carers write, whom they take on, and the pause."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from models.clock import clock
from models.people import Person
from server.actions.openings import change_openings
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.openings import own_availability
from server.schemas.openings import AvailabilityChangeSchema, AvailabilitySchema, dump_availability

blp = Blueprint("openings", __name__, url_prefix="/api/v1/me/availability", description="When one is there for carers")


@blp.get("")
@blp.signed_in
@blp.response(200, AvailabilitySchema)
def availability() -> Response:
    with looking() as (session, actor):
        return _reply(session, actor)


@blp.put("")
@blp.signed_in
@blp.arguments(AvailabilityChangeSchema)
@blp.response(200, AvailabilitySchema)
def change(data: dict[str, Any]) -> Response:
    limits().spend("availability.person", identify().person_id)
    version = data.pop("version")
    with acting() as (session, actor):
        change_openings(session, actor, changes=data, version=version, now=clock.now())
        return _reply(session, actor)


def _reply(session: Session, actor: Person) -> Response:
    return reply(dump_availability(own_availability(session, actor, now=clock.now())))
