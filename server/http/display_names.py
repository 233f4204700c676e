"""/display-names: whether a name can be had, before one signs up with it."""

from typing import Any

from models.display_names import passes_for_staff, warnings_about
from models.session import reading
from server.http.door import Blueprint, address, limits
from server.queries.display_names import free_names_like, name_taken
from server.schemas.display_names import NameAnswerSchema, NameQuestionSchema

blp = Blueprint("display_names", __name__, url_prefix="/api/v1/display-names", description="Pseudonyms")


@blp.post("/check")
@blp.arguments(NameQuestionSchema)
@blp.response(200, NameAnswerSchema)
def check(data: dict[str, Any]) -> dict[str, Any]:
    limits().spend("display_name.address", address())
    name = data["display_name"]
    with reading() as session:
        taken = name_taken(session, name)
        suggestions = free_names_like(session, name) if taken else []
    available = not (taken or passes_for_staff(name))
    return {"available": available, "warnings": warnings_about(name, data["region"]), "suggestions": suggestions}
