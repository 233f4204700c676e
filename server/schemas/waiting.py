"""The waiting list on the wire."""

from typing import Any

from marshmallow import fields

from models.waiting import WaitingState
from server.queries.waiting import WaitingView
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema
from server.schemas.people import PersonRefSchema


class JoinWaitingSchema(WireSchema):
    wish = Text(
        most=500,
        allow_none=True,
        load_default=None,
        metadata={"description": "what matters to the carer; read by coordinators, and by the worker who is offered"},
    )


class BringForwardSchema(WireSchema):
    reason = Text(most=1000, required=True)


class AssignSchema(WireSchema):
    """`reason`: why this carer is next, where others have waited longer."""

    worker_id = IdField(required=True)
    reason = Text(most=1000, allow_none=True, load_default=None)


class PlaceSchema(WireSchema):
    """A carer's own place. `exceptions_ahead`: how many before them a coordinator let go first, on record."""

    id = IdField()
    state = fields.Enum(WaitingState, by_value=True)
    wish = fields.String(allow_none=True)
    since = Moment()
    place = Whole()
    total = Whole(metadata={"description": "how many wait in all"})
    exceptions_ahead = Whole()
    brought_forward = fields.Boolean()
    offer_id = IdField(allow_none=True, metadata={"description": "the contact request that is open for this carer now"})


class PlaceAnswerSchema(WireSchema):
    waiting = fields.Nested(PlaceSchema)


class WaitingSchema(PlaceSchema):
    """A place as coordinators see it."""

    carer = fields.Nested(PersonRefSchema)
    forward_at = Moment(allow_none=True)
    forward_reason = fields.String(allow_none=True)


class WaitingAnswerSchema(WireSchema):
    waiting = fields.Nested(WaitingSchema)


class WaitingListSchema(WireSchema):
    items = fields.List(fields.Nested(WaitingSchema))
    next_cursor = fields.String(allow_none=True)


def dump_place(view: WaitingView) -> dict[str, Any]:
    waiting = view.waiting
    return {
        "id": waiting.id,
        "state": waiting.state,
        "wish": waiting.wish,
        "since": waiting.joined_at,
        "place": view.place,
        "total": view.total,
        "exceptions_ahead": view.exceptions_ahead,
        "brought_forward": waiting.forward_at is not None,
        "offer_id": view.offer_id,
    }


def dump_waiting(view: WaitingView) -> dict[str, Any]:
    waiting = view.waiting
    return {
        **dump_place(view),
        "carer": view.carer,
        "forward_at": waiting.forward_at,
        "forward_reason": waiting.forward_reason,
    }
