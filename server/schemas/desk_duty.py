"""Who is at the desk, on the wire."""

from marshmallow import fields

from server.schemas.fields import Moment, Truth, UtcMoment, WireSchema
from server.schemas.people import PersonRefSchema


class DeskDutyArgsSchema(WireSchema):
    """`until`: at most 12 hours from now. It ends then by itself; work at the desk may prolong it."""

    until = UtcMoment(required=True)


class AtDeskSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    since = Moment()
    until = Moment()
    every_group = Truth(metadata={"description": "whether they look after every group, or those they facilitate"})


class AtDesksSchema(WireSchema):
    items = fields.List(fields.Nested(AtDeskSchema))
    next_cursor = fields.String(allow_none=True)
