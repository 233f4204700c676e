"""/groups: find, read, make, join, leave, and who belongs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from models.clock import clock
from models.conversations import Membership
from models.policy import allows, authorise
from server.actions import groups as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.queries import groups as queries
from server.queries.groups import GroupView
from server.schemas.groups import (
    AdmitSchema,
    GroupChangeSchema,
    GroupFieldsSchema,
    GroupSchema,
    GroupsSchema,
    JoinedSchema,
    MemberSchema,
    MembersSchema,
    PageArgsSchema,
    dump_group,
)

blp = Blueprint("groups", __name__, url_prefix="/api/v1/groups", description="Moderated groups")


def _shown(session: Session, views: Sequence[GroupView]) -> list[dict[str, Any]]:
    now = queries.groups_now(session, views, now=clock.now())
    return [dump_group(view, stands) for view, stands in zip(views, now, strict=True)]


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, GroupsSchema)
def list_groups(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        page = queries.list_groups(session, actor, **args)
        return {"items": _shown(session, page.items), "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(GroupFieldsSchema)
@blp.response(201, GroupSchema)
def create_group(data: dict[str, Any]) -> dict[str, Any]:
    with acting() as (session, actor):
        return _shown(session, [actions.create_group(session, actor, **data, now=clock.now())])[0]


@blp.get("/<uuid:group_id>")
@blp.signed_in
@blp.response(200, GroupSchema)
def read_group(group_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        return _shown(session, [queries.get_group(session, actor, str(group_id))])[0]


@blp.patch("/<uuid:group_id>")
@blp.signed_in
@blp.arguments(GroupChangeSchema)
@blp.response(200, GroupSchema)
def update_group(data: dict[str, Any], group_id: UUID) -> dict[str, Any]:
    version = data.pop("version")
    with acting() as (session, actor):
        view = actions.update_group(session, actor, str(group_id), version=version, changes=data, now=clock.now())
        return _shown(session, [view])[0]


@blp.post("/<uuid:group_id>/join")
@blp.signed_in
@blp.response(200, JoinedSchema)
def join(group_id: UUID) -> Membership:
    limits().spend("group_join.person", identify().person_id)
    most = actions.MOST_GROUPS * current_app.extensions["settings"].rate_limit_factor
    with acting() as (session, actor):
        return actions.join_group(session, actor, str(group_id), now=clock.now(), most=most)


@blp.post("/<uuid:group_id>/leave")
@blp.signed_in
@blp.response(204)
def leave(group_id: UUID) -> None:
    with acting() as (session, actor):
        actions.leave_group(session, actor, str(group_id), now=clock.now())


@blp.get("/<uuid:group_id>/members")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, MembersSchema)
def members(args: dict[str, Any], group_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        view = queries.get_group(session, actor, str(group_id))
        authorise("group.members", actor, view.facts)
        everyone = allows("group.admit", actor, view.facts)
        page = queries.list_members(session, view, everyone=everyone, **args)
        items = [
            {"person": person, "state": membership.state, "standing": membership.standing}
            for membership, person in page.items
        ]
        return {"items": items, "next_cursor": page.next_cursor}


@blp.put("/<uuid:group_id>/members/<uuid:person_id>")
@blp.signed_in
@blp.arguments(AdmitSchema)
@blp.response(200, MemberSchema)
def put_member(data: dict[str, Any], group_id: UUID, person_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        membership, person = actions.put_member(session, actor, str(group_id), str(person_id), **data, now=clock.now())
        return {"person": person, "state": membership.state, "standing": membership.standing}
