"""/code-of-conduct: what everybody agrees to, in its versions; and one's own agreeing."""

from typing import Any

from models.clock import clock
from models.code_of_conduct import CodeOfConduct, StarterCode
from models.people import Person
from models.session import reading
from server.actions.code_of_conduct import write_code
from server.actions.people import accept_code
from server.http.door import Blueprint, acting, looking
from server.queries.code_of_conduct import agreement, current_code, get_code, list_acceptances, list_codes
from server.schemas.code_of_conduct import (
    AcceptanceSchema,
    AcceptancesSchema,
    CodeAgreementSchema,
    CodeArgsSchema,
    CodeOfConductSchema,
    CodeVersionsSchema,
    WriteCodeSchema,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonSchema

blp = Blueprint("code_of_conduct", __name__, url_prefix="/api/v1", description="What everybody agrees to")


@blp.get("/code-of-conduct")
@blp.arguments(CodeArgsSchema, location="query")
@blp.response(200, CodeOfConductSchema)
def code(args: dict[str, Any]) -> CodeOfConduct | StarterCode:
    with reading() as session:
        return current_code(session) if args["version"] is None else get_code(session, args["version"])


@blp.put("/code-of-conduct")
@blp.signed_in
@blp.arguments(WriteCodeSchema)
@blp.response(200, CodeOfConductSchema)
def write(data: dict[str, Any]) -> CodeOfConduct:
    with acting() as (session, actor):
        return write_code(session, actor, **data, now=clock.now())


@blp.get("/code-of-conduct/versions")
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, CodeVersionsSchema)
def versions(args: dict[str, Any]) -> dict[str, Any]:
    with reading() as session:
        page = list_codes(session, **args)
    return {"items": page.items, "next_cursor": page.next_cursor}


@blp.get("/code-of-conduct/agreement")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, CodeAgreementSchema)
def agreed(args: dict[str, Any]) -> dict[str, Any]:
    """Who agreed to the newest version, in numbers, and who did not yet, by name."""
    with looking() as (session, actor):
        found = agreement(session, actor, **args)
    return {
        "version": found.version,
        "active": found.active,
        "agreed": found.agreed,
        "items": found.awaited.items,
        "next_cursor": found.awaited.next_cursor,
    }


@blp.post("/me/acceptances")
@blp.signed_in
@blp.arguments(AcceptanceSchema)
@blp.response(200, PersonSchema)
def accept(data: dict[str, Any]) -> Person:
    with acting(set_up=False) as (session, actor):
        return accept_code(session, actor, version=data["version"], now=clock.now())


@blp.get("/me/acceptances")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, AcceptancesSchema)
def acceptances(args: dict[str, Any]) -> dict[str, Any]:
    with looking(set_up=False) as (session, actor):
        page = list_acceptances(session, actor, **args)
    return {"items": page.items, "next_cursor": page.next_cursor}
