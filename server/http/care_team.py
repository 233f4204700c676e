"""/me/care-team: the professionals a carer knows here, among whom they choose when they share a note."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import care_team as actions
from server.actions.invites import InviteInvalid
from server.http.door import Blueprint, acting, address, limits, looking
from server.queries.care_team import list_care_team
from server.schemas.notes import CareLinkSchema, CareTeamSchema, NameProfessionalSchema, dump_link

blp = Blueprint("care_team", __name__, url_prefix="/api/v1", description="Professionals a carer knows here")


@blp.get("/me/care-team")
@blp.signed_in
@blp.response(200, CareTeamSchema)
def care_team() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("care_team.edit", actor, Facts())
        found = list_care_team(session, actor.id)
        return {"items": [dump_link(link, person) for link, person in found], "next_cursor": None}


@blp.post("/me/care-team")
@blp.signed_in
@blp.arguments(NameProfessionalSchema)
@blp.response(201, CareLinkSchema)
def name(data: dict[str, Any]) -> dict[str, Any]:
    limits().refuse_if_spent("invite_code.address", address())
    try:
        with acting() as (session, actor):
            return dump_link(*actions.name_professional(session, actor, **data, now=clock.now()))
    except InviteInvalid:
        limits().count("invite_code.address", address())
        raise


@blp.delete("/me/care-team/<uuid:professional_id>")
@blp.signed_in
@blp.response(204)
def unname(professional_id: UUID) -> None:
    with acting() as (session, actor):
        actions.unname_professional(session, actor, str(professional_id), now=clock.now())
