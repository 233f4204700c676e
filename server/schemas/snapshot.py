"""A cold start on the wire."""

from typing import Any

from marshmallow import fields

from server.queries.snapshot import Snapshot
from server.schemas.conversations import ConversationSchema, dump_conversation
from server.schemas.fields import QueryWhole, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import MessageSchema, dump_message


class SnapshotArgsSchema(PageArgsSchema):
    messages = QueryWhole(most=50, load_default=20)


class SnapshotSchema(WireSchema):
    """One moment. Apply events after `streams` to it, from the socket or from sync, and nothing is missing or doubled."""

    streams = fields.Dict(keys=fields.String(), values=Whole())
    conversations = fields.List(fields.Nested(ConversationSchema))
    messages = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(MessageSchema)))
    held = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)


def dump_snapshot(taken: Snapshot, viewer_id: str) -> dict[str, Any]:
    def dumped(message: Any) -> dict[str, Any]:
        return dump_message(message, viewer_id, taken.mine.get(message.id, ()))

    return {
        "streams": dict(taken.streams),
        "conversations": [dump_conversation(row) for row in taken.conversations.items],
        "messages": {place: [dumped(each) for each in messages] for place, messages in taken.messages.items()},
        "held": [dumped(message) for message in taken.held],
        "next_cursor": taken.conversations.next_cursor,
    }
