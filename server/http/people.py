"""/me and the code of conduct."""

from typing import Any

from models.clock import clock
from models.code_of_conduct import CodeOfConduct, StarterCode
from models.people import Person
from models.session import reading
from server.actions.people import accept_code
from server.http.door import Blueprint, acting, looking
from server.queries.code_of_conduct import current_code
from server.schemas.people import AcceptanceSchema, CodeOfConductSchema, PersonSchema

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="Oneself, and what everybody agrees to")


@blp.get("/me")
@blp.signed_in
@blp.response(200, PersonSchema)
def me() -> Person:
    with looking(set_up=False) as (_session, actor):
        return actor


@blp.get("/code-of-conduct")
@blp.response(200, CodeOfConductSchema)
def code() -> CodeOfConduct | StarterCode:
    with reading() as session:
        return current_code(session)


@blp.post("/me/acceptances")
@blp.signed_in
@blp.arguments(AcceptanceSchema)
@blp.response(200, PersonSchema)
def accept(data: dict[str, Any]) -> Person:
    with acting(set_up=False) as (session, actor):
        return accept_code(session, actor, version=data["version"], now=clock.now())
