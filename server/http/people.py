"""/me."""

from models.people import Person
from server.http.door import Blueprint, looking
from server.schemas.people import PersonSchema

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="Oneself")


@blp.get("/me")
@blp.signed_in
@blp.response(200, PersonSchema)
def me() -> Person:
    with looking(set_up=False) as (_session, actor):
        return actor
