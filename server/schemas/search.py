"""Search on the wire."""

from typing import Any

from marshmallow import fields

from server.queries.search import Found
from server.schemas.fields import Text, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import MessageSchema, dump_message


class SearchArgsSchema(PageArgsSchema):
    q = Text(least=2, most=200, one_line=True, required=True)


class SearchSchema(WireSchema):
    """Messages with all the words, newest first. A page may be short though more follows."""

    items = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)


def dump_found(found: Found, viewer_id: str) -> dict[str, Any]:
    items = [dump_message(message, viewer_id, found.mine.get(message.id, ())) for message in found.items]
    return {"items": items, "next_cursor": found.next_cursor}
