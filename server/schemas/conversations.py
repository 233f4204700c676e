"""Conversations on the wire."""

from typing import Any

from marshmallow import fields

from models.conversations import ConversationKind
from server.queries.conversations import MOST_UNREAD, ConversationRow
from server.queries.paging import Page
from server.schemas.fields import IdField, Moment, Truth, Whole, WireSchema, wire_time
from server.schemas.people import PersonRefSchema, person_ref
from server.schemas.reading_hours import ReadingSchema, dump_reading


class ConversationSchema(WireSchema):
    id = IdField()
    kind = fields.Enum(ConversationKind, by_value=True)
    title = fields.String()
    other = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "one-to-one: whom one talks with, and in which role"}
    )
    visitor = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "one-to-one: a supervisor who is there for a while"}
    )
    head_seq = Whole()
    read_seq = Whole()
    unread_count = Whole(
        metadata={"description": f"messages of others after `read_seq`, among the latest {MOST_UNREAD} events"}
    )
    muted = fields.Boolean()
    can_post = fields.Boolean()
    photos = fields.Boolean(metadata={"description": "where one can post: whether a message may carry photos"})
    open_now = fields.Boolean()
    opens_at = Moment(allow_none=True, metadata={"description": "of a group that is closed now: when it opens"})
    read_only_until = Moment(allow_none=True, metadata={"description": "one reads and does not write here until then"})
    ended_at = Moment(allow_none=True)
    reading = fields.Nested(
        ReadingSchema,
        allow_none=True,
        metadata={"description": "to a carer: when their worker reads; null: no promise"},
    )
    reporting_rule = fields.String(
        allow_none=True, metadata={"description": "between two: what moderators see if one of them reports a part of it"}
    )


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


def dump_conversation(row: ConversationRow) -> dict[str, Any]:
    """Built by hand because a list has many; `ConversationSchema` documents it and a test holds the two together."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "title": row.title,
        "other": person_ref(row.other) if row.other is not None else None,
        "visitor": person_ref(row.visitor) if row.visitor is not None else None,
        "head_seq": row.head_seq,
        "read_seq": row.read_seq,
        "unread_count": row.unread_count,
        "muted": row.muted,
        "can_post": row.can_post,
        "photos": row.photos,
        "open_now": row.open_now,
        "opens_at": wire_time(row.opens_at) if row.opens_at is not None else None,
        "read_only_until": wire_time(row.read_only_until) if row.read_only_until is not None else None,
        "ended_at": wire_time(row.ended_at) if row.ended_at is not None else None,
        "reading": dump_reading(row.reading) if row.reading is not None else None,
        "reporting_rule": row.reporting_rule,
    }


def dump_conversations(page: Page[ConversationRow]) -> dict[str, Any]:
    return {"items": [dump_conversation(row) for row in page.items], "next_cursor": page.next_cursor}
