"""Concerns on the wire: that and when, never who or what."""

from typing import Any

from marshmallow import fields

from models.concerns import Concern
from server.schemas.fields import IdField, Moment, Whole, WireSchema


class ConcernSchema(WireSchema):
    id = IdField()
    raised_at = Moment()
    until = Moment(metadata={"description": "when their worker reads again, or it is over"})
    times = Whole(metadata={"description": "messages that told of a risk"})
    offered_at = Moment(allow_none=True)
    offered_by_me = fields.Boolean()


class ConcernAnswerSchema(WireSchema):
    concern = fields.Nested(ConcernSchema)


class ConcernsSchema(WireSchema):
    items = fields.List(fields.Nested(ConcernSchema))
    next_cursor = fields.String(allow_none=True)


def dump_concern(concern: Concern, viewer_id: str) -> dict[str, Any]:
    """Ready for ConcernSchema."""
    shown = ["id", "raised_at", "until", "times", "offered_at"]
    return {**{name: getattr(concern, name) for name in shown}, "offered_by_me": concern.offered_by == viewer_id}
