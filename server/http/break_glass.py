"""/break-glass: staff's way into a private conversation, and /me/access-log: who took it."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import break_glass as actions
from server.http.door import Blueprint, acting, looking, reply
from server.queries.break_glass import list_access_log, list_accesses
from server.schemas.break_glass import (
    AccessArgsSchema,
    AccessesSchema,
    AccessLogSchema,
    AccessSchema,
    AskAccessSchema,
    PrivatePageSchema,
    dump_access,
    dump_log_entry,
    dump_private_page,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import HistoryArgsSchema

blp = Blueprint("break_glass", __name__, url_prefix="/api/v1", description="Access of staff to private conversations")


@blp.post("/conversations/<uuid:private_id>/break-glass")
@blp.signed_in
@blp.arguments(AskAccessSchema)
@blp.response(201, AccessSchema)
def ask(data: dict[str, Any], private_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_access(actions.ask_for_access(session, actor, str(private_id), **data, now=clock.now()))


@blp.get("/break-glass")
@blp.signed_in
@blp.arguments(AccessArgsSchema, location="query")
@blp.response(200, AccessesSchema)
def accesses(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("break_glass.list", actor, Facts())
        page = list_accesses(session, actor, **args, at=clock.now())
        return {"items": [dump_access(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/break-glass/<uuid:access_id>/grant")
@blp.signed_in
@blp.response(200, AccessSchema)
def grant(access_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_access(actions.grant_access(session, actor, str(access_id), now=clock.now()))


@blp.post("/break-glass/<uuid:access_id>/refuse")
@blp.signed_in
@blp.response(200, AccessSchema)
def refuse(access_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_access(actions.refuse_access(session, actor, str(access_id), now=clock.now()))


@blp.post("/break-glass/<uuid:access_id>/end")
@blp.signed_in
@blp.response(200, AccessSchema)
def end(access_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_access(actions.end_access(session, actor, str(access_id), now=clock.now()))


@blp.get("/break-glass/<uuid:access_id>/messages")
@blp.signed_in
@blp.arguments(HistoryArgsSchema, location="query")
@blp.response(200, PrivatePageSchema)
def messages(args: dict[str, Any], access_id: UUID) -> Response:
    # Not a mere read: that it was looked at is committed before this answer leaves.
    with acting() as (session, actor):
        return reply(dump_private_page(actions.read_private(session, actor, str(access_id), **args, now=clock.now())))


@blp.get("/me/access-log")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, AccessLogSchema)
def access_log(args: dict[str, Any]) -> dict[str, Any]:
    with looking(set_up=False) as (session, actor):
        page = list_access_log(session, actor, **args, at=clock.now())
        return {"items": [dump_log_entry(view) for view in page.items], "next_cursor": page.next_cursor}
