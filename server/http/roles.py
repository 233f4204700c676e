"""/roles: what each role is and is not, for everyone to read, signed in or not."""

from typing import Any

from models.clock import clock
from models.errors import NotFound
from models.role_descriptions import RoleDescription
from models.roles import Role
from models.session import reading
from server.actions.roles import describe_role
from server.http.door import Blueprint, acting
from server.queries.roles import describe_roles
from server.schemas.roles import DescribeRoleSchema, RoleSchema, RolesSchema

blp = Blueprint("roles", __name__, url_prefix="/api/v1/roles", description="What each role is and is not")


@blp.get("")
@blp.response(200, RolesSchema)
def roles() -> dict[str, Any]:
    with reading() as session:
        return {"items": describe_roles(session), "next_cursor": None}


@blp.put("/<string:role>")
@blp.signed_in
@blp.arguments(DescribeRoleSchema)
@blp.response(200, RoleSchema)
def describe(data: dict[str, Any], role: str) -> RoleDescription:
    with acting() as (session, actor):
        if role not in list(Role):
            raise NotFound
        return describe_role(session, actor, Role(role), **data, now=clock.now())
