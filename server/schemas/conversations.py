"""Conversations on the wire."""

from marshmallow import fields

from models.conversations import ConversationKind
from server.queries.conversations import UNREAD_WITHIN
from server.schemas.fields import IdField, Moment, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema


class ConversationSchema(WireSchema):
    id = IdField()
    kind = fields.Enum(ConversationKind, by_value=True)
    title = fields.String()
    other = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "one-to-one: whom one talks with, and in which role"}
    )
    head_seq = Whole()
    read_seq = Whole()
    unread_count = Whole(
        metadata={"description": f"Of the next {UNREAD_WITHIN} messages after `read_seq`, those of others that can be seen"}
    )
    muted = fields.Boolean()
    can_post = fields.Boolean()
    ended_at = Moment(allow_none=True)


class ConversationsSchema(WireSchema):
    items = fields.List(fields.Nested(ConversationSchema))
    next_cursor = fields.String(allow_none=True)


class ReadSchema(WireSchema):
    seq = Whole(required=True)


class ReadStateSchema(WireSchema):
    """How far the person has read, which never goes back."""

    read_seq = Whole()


class SocketReadSchema(ReadSchema):
    conversation_id = IdField(required=True)


class MuteSchema(WireSchema):
    muted = Truth(required=True)


class TypingSetSchema(WireSchema):
    conversation_id = IdField(required=True)
    typing = Truth(required=True)


class TypingSchema(WireSchema):
    conversation_id = IdField()
    person_id = IdField()
    display_name = fields.String()
    typing = fields.Boolean()
