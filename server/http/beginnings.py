"""What a one-to-one contact is and is not: shown to both, agreed to by both, written by the service."""

from typing import Any
from uuid import UUID

from models.beginnings import BeginningText
from models.clock import clock
from models.policy import Facts, authorise
from server.actions import beginnings as actions
from server.http.door import Blueprint, acting, looking
from server.queries.beginnings import Text, current_text, get_beginning, get_text
from server.schemas.beginnings import (
    AgreeToBeginningSchema,
    BeginningArgsSchema,
    BeginningSchema,
    BeginningTextSchema,
    WriteBeginningSchema,
    dump_beginning,
)

blp = Blueprint("beginnings", __name__, url_prefix="/api/v1", description="How one-to-one contacts begin")


@blp.get("/contact-requests/<uuid:contact_id>/beginning")
@blp.signed_in
@blp.response(200, BeginningSchema)
def beginning(contact_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        return dump_beginning(get_beginning(session, actor, str(contact_id), now=clock.now()))


@blp.post("/contact-requests/<uuid:contact_id>/beginning")
@blp.signed_in
@blp.arguments(AgreeToBeginningSchema)
@blp.response(200, BeginningSchema)
def agree(data: dict[str, Any], contact_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_beginning(actions.agree_to_beginning(session, actor, str(contact_id), **data, now=clock.now()))


@blp.get("/contact-beginning")
@blp.signed_in
@blp.arguments(BeginningArgsSchema, location="query")
@blp.response(200, BeginningTextSchema)
def text(args: dict[str, Any]) -> Text:
    with looking() as (session, actor):
        authorise("beginning.read", actor, Facts())
        return current_text(session) if args["version"] is None else get_text(session, args["version"])


@blp.put("/contact-beginning")
@blp.signed_in
@blp.arguments(WriteBeginningSchema)
@blp.response(200, BeginningTextSchema)
def write(data: dict[str, Any]) -> BeginningText:
    with acting() as (session, actor):
        return actions.write_beginning(session, actor, **data, now=clock.now())
