"""The people desk on the wire. No address is ever in it."""

from marshmallow import fields

from models.accounts import AccountChangeKind
from models.people import PersonState
from models.roles import ROLE_LABELS, Role
from server.schemas.fields import Moment, Text, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema

LONGEST_REASON = 1000


class AccountsArgsSchema(PageArgsSchema):
    """`q`: how the display name begins."""

    state = fields.Enum(PersonState, by_value=True, load_default=None)
    role = fields.Enum(Role, by_value=True, load_default=None)
    q = Text(most=40, one_line=True, load_default=None)


class AccountSchema(PersonRefSchema):
    state = fields.Enum(PersonState, by_value=True)
    created_at = Moment()


class AccountsSchema(WireSchema):
    items = fields.List(fields.Nested(AccountSchema))
    next_cursor = fields.String(allow_none=True)


class AccountDetailSchema(AccountSchema):
    """`second_factor`: whether one is set up. `memberships`: how many conversations the person belongs to."""

    email_verified = fields.Boolean()
    second_factor = fields.Boolean()
    memberships = Whole()


class ReasonSchema(WireSchema):
    """Why, in words for the person it is about: they may read it."""

    reason = Text(most=LONGEST_REASON, required=True)


class AccountChangeSchema(WireSchema):
    """`role`: the new one, where the role changed."""

    kind = fields.Enum(AccountChangeKind, by_value=True)
    at = Moment()
    reason = fields.String(allow_none=True)
    role = fields.Enum(Role, by_value=True, allow_none=True)
    role_label = fields.Function(
        lambda change: ROLE_LABELS[change.role] if change.role is not None else None,
        metadata={"type": ["string", "null"]},
    )


class AccountChangesSchema(WireSchema):
    items = fields.List(fields.Nested(AccountChangeSchema))
    next_cursor = fields.String(allow_none=True)
