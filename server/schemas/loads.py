"""What workers carry, on the wire. No score, and no order but that of names."""

from typing import Any

from marshmallow import fields

from server.queries.loads import Load
from server.schemas.fields import Moment, Whole, WireSchema
from server.schemas.people import PersonRefSchema

COUNTED = (
    "From Monday to Sunday of their own calendar: contact windows without leave, and shifts on the crisis rota. "
    "An hour that is in both counts once. How much is written, and how fast, is not counted."
)


class WeekSchema(WireSchema):
    since = Moment()
    until = Moment()
    window_minutes = Whole()
    shift_minutes = Whole()
    minutes = Whole(metadata={"description": "windows and shifts together"})
    most_minutes = Whole()
    over = fields.Boolean()
    counted = fields.String(metadata={"description": "how, in words"})


class LoadSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    timezone = fields.String()
    contacts = Whole(metadata={"description": "one-to-ones that go on"})
    waiting = Whole(metadata={"description": "requests that wait for their answer"})
    capacity = Whole()
    places_left = Whole()
    takes_new = fields.Boolean()
    paused = fields.Boolean()
    windows_named = fields.Boolean()
    week = fields.Nested(WeekSchema)
    after_hours_messages = Whole(metadata={"description": "in this week, outside their windows"})


class LoadsSchema(WireSchema):
    items = fields.List(fields.Nested(LoadSchema))
    next_cursor = fields.String(allow_none=True)


def dump_load(load: Load) -> dict[str, Any]:
    """Ready for LoadSchema."""
    shown = ["person", "timezone", "contacts", "waiting", "capacity", "paused", "windows_named"]
    hours = load.hours
    return {
        **{name: getattr(load, name) for name in shown},
        "places_left": load.opening.places_left,
        "takes_new": load.opening.takes_new,
        "after_hours_messages": load.after_hours,
        "week": {
            "since": hours.since,
            "until": hours.until,
            "window_minutes": hours.windows,
            "shift_minutes": hours.shifts,
            "minutes": hours.together,
            "most_minutes": hours.most,
            "over": hours.over,
            "counted": COUNTED,
        },
    }
