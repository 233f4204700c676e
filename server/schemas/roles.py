"""Role descriptions on the wire."""

from marshmallow import fields, validate

from models.roles import ROLE_LABELS, Role
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema

MOST_LINES = 20


def _lines() -> fields.List[str]:
    return fields.List(Text(most=300, one_line=True), required=True, validate=validate.Length(min=1, max=MOST_LINES))


class DescribeRoleSchema(WireSchema):
    """The next version, and the version it was written from."""

    summary = Text(most=400, required=True)
    does = _lines()
    does_not = _lines()
    written_with = fields.List(IdField(), load_default=list, validate=validate.Length(max=MOST_LINES))
    version = Whole(least=1, required=True)


class RoleSchema(WireSchema):
    role = fields.Enum(Role, by_value=True)
    role_label = fields.Function(lambda each: ROLE_LABELS[each.role], metadata={"type": "string"})
    summary = fields.String()
    does = fields.List(fields.String())
    does_not = fields.List(fields.String())
    written_with_holders = fields.Function(
        lambda each: len(each.written_with), metadata={"type": "integer", "description": "how many took part"}
    )
    version = Whole()
    created_at = Moment(allow_none=True)


class RolesSchema(WireSchema):
    items = fields.List(fields.Nested(RoleSchema))
    next_cursor = fields.String(allow_none=True)
