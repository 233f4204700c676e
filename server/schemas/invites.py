"""Invites on the wire. The code is in the answer to making one, and nowhere else."""

from marshmallow import fields

from models.roles import Role
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema


class InviteFieldsSchema(WireSchema):
    role = fields.Enum(Role, by_value=True, required=True)
    expires_at = fields.AwareDateTime(format="iso", allow_none=True, load_default=None)
    max_uses = Whole(least=1, most=1000, load_default=1)
    note = Text(most=500, allow_none=True, load_default=None)


class InviteSchema(WireSchema):
    id = IdField()
    role = fields.Enum(Role, by_value=True)
    created_at = Moment()
    expires_at = Moment()
    max_uses = Whole()
    uses = Whole()
    revoked_at = Moment(allow_none=True)
    note = fields.String(allow_none=True)


class MadeInviteSchema(InviteSchema):
    code = fields.String()


class InvitesSchema(WireSchema):
    items = fields.List(fields.Nested(InviteSchema))
    next_cursor = fields.String(allow_none=True)
