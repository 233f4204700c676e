"""Changes of role on the wire."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from models.conversations import ConversationKind
from models.roles import Role
from server.schemas.accounts import LONGEST_REASON
from server.schemas.fields import IdField, Text, WireSchema
from server.schemas.problems import ProblemSchema

MOST_HANDOVERS = 200


def _each_once(handovers: list[dict[str, Any]]) -> None:
    if len({handover["conversation_id"] for handover in handovers}) != len(handovers):
        raise ValidationError("Each conversation is named once.")


class HandoverSchema(WireSchema):
    """Who takes a conversation over; null: nobody, and one between two people ends."""

    conversation_id = IdField(required=True)
    to = IdField(required=True, allow_none=True)


class ChangeRoleSchema(WireSchema):
    """`current_role`: the one that was seen; `handovers`: each conversation in which people count on this person."""

    role = fields.Enum(Role, by_value=True, required=True)
    current_role = fields.Enum(Role, by_value=True, required=True)
    reason = Text(most=LONGEST_REASON, required=True)
    handovers = fields.List(
        fields.Nested(HandoverSchema), load_default=list, validate=[validate.Length(max=MOST_HANDOVERS), _each_once]
    )


class CountedOnSchema(WireSchema):
    """A conversation that must be named: `title` of a group, `with` whom one between two people is."""

    conversation_id = IdField()
    kind = fields.Enum(ConversationKind, by_value=True)
    title = fields.String()
    with_ = fields.List(IdField(), data_key="with")


class HandoverNeededSchema(ProblemSchema):
    conversations = fields.List(fields.Nested(CountedOnSchema))
