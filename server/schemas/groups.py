"""Groups and their members on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.conversations import MemberState, Standing
from models.groups import Audience, Focus, Form, JoinPolicy, ModerationMode
from moderation.outcomes import Outcome
from moderation.screening import Label
from server.queries.groups import GroupView
from server.schemas.fields import LONGEST_CURSOR, IdField, QueryWhole, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema

OUTCOMES = [outcome.name.lower() for outcome in Outcome]
LABELS = [label.value for label in Label]


class MembershipSchema(WireSchema):
    state = fields.Enum(MemberState, by_value=True)
    standing = fields.Enum(Standing, by_value=True)


class GroupFieldsSchema(WireSchema):
    """What a coordinator sets. `screening` overrides the outcome of single labels in this group."""

    name = Text(least=2, most=80, one_line=True, required=True)
    description = Text(most=1000, required=True)
    focus = fields.Enum(Focus, by_value=True, required=True)
    form = fields.Enum(Form, by_value=True, required=True)
    audience = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in Audience])),
        required=True,
        validate=validate.Length(min=1, max=len(Audience)),
    )
    join_policy = fields.Enum(JoinPolicy, by_value=True, required=True)
    moderation = fields.Enum(ModerationMode, by_value=True, required=True)
    screening = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LABELS)),
        values=fields.String(validate=validate.OneOf(OUTCOMES)),
        load_default=dict,
    )
    capacity = Whole(least=2, most=10_000, allow_none=True, load_default=None)
    photos = Truth(load_default=False)


class GroupChangeSchema(WireSchema):
    """Any of the fields of a group, and the version they were read at."""

    name = Text(least=2, most=80, one_line=True)
    description = Text(most=1000)
    focus = fields.Enum(Focus, by_value=True)
    form = fields.Enum(Form, by_value=True)
    audience = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in Audience])),
        validate=validate.Length(min=1, max=len(Audience)),
    )
    join_policy = fields.Enum(JoinPolicy, by_value=True)
    moderation = fields.Enum(ModerationMode, by_value=True)
    screening = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LABELS)),
        values=fields.String(validate=validate.OneOf(OUTCOMES)),
    )
    capacity = Whole(least=2, most=10_000, allow_none=True)
    photos = Truth()
    version = Whole(least=1, required=True)


class GroupSchema(GroupFieldsSchema):
    id = IdField()
    conversation_id = IdField()
    member_count = Whole()
    version = Whole()
    membership = fields.Nested(MembershipSchema, allow_none=True)


class PageArgsSchema(WireSchema):
    limit = QueryWhole(least=1, most=100, load_default=50)
    cursor = Text(most=LONGEST_CURSOR, one_line=True, load_default=None)


class GroupsSchema(WireSchema):
    items = fields.List(fields.Nested(GroupSchema))
    next_cursor = fields.String(allow_none=True)


class JoinedSchema(WireSchema):
    state = fields.Enum(MemberState, by_value=True)


class MemberSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    state = fields.Enum(MemberState, by_value=True)
    standing = fields.Enum(Standing, by_value=True)


class MembersSchema(WireSchema):
    items = fields.List(fields.Nested(MemberSchema))
    next_cursor = fields.String(allow_none=True)


class AdmitSchema(WireSchema):
    """`state: member` admits or keeps, `removed` takes out; `standing` names a facilitator or guest."""

    state = fields.String(required=True, validate=validate.OneOf(["member", "removed"]))
    standing = fields.Enum(Standing, by_value=True, load_default=None)


def dump_group(view: GroupView) -> dict[str, Any]:
    """A group as one person stands to it, ready for GroupSchema."""
    group = view.group
    names = [
        "id",
        "conversation_id",
        "name",
        "description",
        "focus",
        "form",
        "audience",
        "join_policy",
        "moderation",
        "screening",
        "capacity",
        "photos",
        "version",
    ]
    return {
        **{name: getattr(group, name) for name in names},
        "member_count": view.member_count,
        "membership": view.membership,
    }
