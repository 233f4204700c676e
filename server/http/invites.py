"""/invites: how staff, and carers by referral, come in."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import invites as actions
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.invites import list_invites
from server.schemas.groups import PageArgsSchema
from server.schemas.invites import InviteFieldsSchema, InviteSchema, InvitesSchema, MadeInviteSchema

blp = Blueprint("invites", __name__, url_prefix="/api/v1/invites", description="Invites and referrals")


@blp.post("")
@blp.signed_in
@blp.arguments(InviteFieldsSchema)
@blp.response(201, MadeInviteSchema)
def create(data: dict[str, Any]) -> Response:
    limits().spend("invite.person", identify().person_id)
    with acting() as (session, actor):
        made = actions.create_invite(session, actor, **data, now=clock.now())
        return reply({**InviteSchema().dump(made.invite), "code": made.code}, 201)


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, InvitesSchema)
def invites(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("invite.list", actor, Facts())
        page = list_invites(session, actor, **args)
    return {"items": page.items, "next_cursor": page.next_cursor}


@blp.delete("/<uuid:invite_id>")
@blp.signed_in
@blp.response(204)
def revoke(invite_id: UUID) -> None:
    with acting() as (session, actor):
        authorise("invite.list", actor, Facts())
        actions.revoke_invite(session, actor, str(invite_id), now=clock.now())
