"""Break-glass on the wire. The reason is for the people of the service; members see the purpose, in a word."""

from typing import Any

from marshmallow import fields

from models.break_glass import LONGEST, SHORTEST, AccessPurpose, BreakGlassState
from server.queries.break_glass import AccessView, PrivatePage
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import MessageSchema, dump_message
from server.schemas.people import PersonRefSchema

SHORTEST_REASON, LONGEST_REASON = 20, 2000


class AskAccessSchema(WireSchema):
    """`reason`: for whoever grants it and whoever asks later why. `purpose`: what the members are told."""

    purpose = fields.Enum(AccessPurpose, by_value=True, required=True)
    reason = Text(least=SHORTEST_REASON, most=LONGEST_REASON, required=True)
    minutes = Whole(least=int(SHORTEST.total_seconds()) // 60, most=int(LONGEST.total_seconds()) // 60, required=True)


class AccessArgsSchema(PageArgsSchema):
    state = fields.Enum(BreakGlassState, by_value=True, load_default=None)


class AccessSchema(WireSchema):
    id = IdField()
    conversation_id = IdField()
    state = fields.Enum(BreakGlassState, by_value=True)
    purpose = fields.Enum(AccessPurpose, by_value=True)
    reason = fields.String()
    minutes = Whole()
    asked_by = fields.Nested(PersonRefSchema)
    asked_at = Moment()
    answered_by = fields.Nested(PersonRefSchema, allow_none=True)
    answered_at = Moment(allow_none=True)
    expires_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    pages_read = Whole()


class AccessesSchema(WireSchema):
    items = fields.List(fields.Nested(AccessSchema))
    next_cursor = fields.String(allow_none=True)


class PrivatePageSchema(WireSchema):
    """Messages by `seq`. The cursor is the last seq as text: page on with it as `before` or `after`."""

    items = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)


class AccessLogEntrySchema(WireSchema):
    """Who could read a conversation of one's own, from when until when, and how many pages they looked at."""

    id = IdField()
    conversation_id = IdField()
    who = fields.Nested(PersonRefSchema)
    purpose = fields.Enum(AccessPurpose, by_value=True)
    opened_at = Moment()
    until = Moment()
    pages_read = Whole()


class AccessLogSchema(WireSchema):
    items = fields.List(fields.Nested(AccessLogEntrySchema))
    next_cursor = fields.String(allow_none=True)


def dump_access(view: AccessView) -> dict[str, Any]:
    """An access as the people of the service see it, ready for AccessSchema."""
    access = view.access
    names = [
        "id",
        "conversation_id",
        "purpose",
        "reason",
        "minutes",
        "asked_at",
        "answered_at",
        "expires_at",
        "ended_at",
        "pages_read",
    ]
    return {
        **{name: getattr(access, name) for name in names},
        "state": view.state,
        "asked_by": view.asker,
        "answered_by": view.answerer,
    }


def dump_log_entry(view: AccessView) -> dict[str, Any]:
    """An access as a member sees it afterwards, ready for AccessLogEntrySchema."""
    access = view.access
    return {
        "id": access.id,
        "conversation_id": access.conversation_id,
        "who": view.looker,
        "purpose": access.purpose,
        "opened_at": access.answered_at,
        "until": access.until,
        "pages_read": access.pages_read,
    }


def dump_private_page(page: PrivatePage) -> dict[str, Any]:
    """A page as the room sees it: what was hidden or removed stays without its words."""
    items = [dump_message(message, None) for message in page.items]
    return {"items": items, "next_cursor": str(items[-1]["seq"]) if page.more else None}
