"""Single shifts on the wire: swaps, taking over, and what is said at their start and end."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from models.people import Person
from models.rota import Layer
from models.shifts import Debrief, ShiftRecord, SwapState
from server.schemas.fields import IdField, Moment, Text, UtcMoment, WireSchema
from server.schemas.people import PersonRefSchema


class SwapArgsSchema(WireSchema):
    """Whose shift it is, and which part of it another should have."""

    layer = fields.Enum(Layer, by_value=True, required=True)
    since = UtcMoment(required=True)
    until = UtcMoment(required=True)
    person_id = IdField(required=True)


class SwapSchema(WireSchema):
    id = IdField()
    state = fields.Enum(SwapState, by_value=True)
    layer = fields.Enum(Layer, by_value=True)
    since = Moment()
    until = Moment()
    person_id = IdField()
    taken_by = IdField(allow_none=True)


class SwapsSchema(WireSchema):
    items = fields.List(fields.Nested(SwapSchema))
    next_cursor = fields.String(allow_none=True)


class TakeOverSchema(WireSchema):
    layer = fields.Enum(Layer, by_value=True, required=True)
    person_id = IdField(required=True)


class StartShiftSchema(WireSchema):
    layer = fields.Enum(Layer, by_value=True, required=True)


class EndShiftSchema(WireSchema):
    """`debrief`: would you like to talk about this shift?"""

    layer = fields.Enum(Layer, by_value=True, required=True)
    debrief = fields.Enum(Debrief, by_value=True, required=True)
    handover_note = Text(most=2000, load_default=None, allow_none=True)


class ShiftRecordSchema(WireSchema):
    id = IdField()
    layer = fields.Enum(Layer, by_value=True)
    since = Moment()
    until = Moment()
    started_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    debrief = fields.Enum(Debrief, by_value=True, allow_none=True)
    handover_note = fields.String(allow_none=True)


class ShiftHandoverSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    layer = fields.Enum(Layer, by_value=True)
    ended_at = Moment()
    note = fields.String()


class ShiftHandoversSchema(WireSchema):
    items = fields.List(fields.Nested(ShiftHandoverSchema))
    next_cursor = fields.String(allow_none=True)


def dump_handover(record: ShiftRecord, people: Mapping[str, Person]) -> dict[str, Any]:
    return {
        "person": people[record.person_id],
        "layer": record.layer,
        "ended_at": record.ended_at,
        "note": record.handover_note,
    }
