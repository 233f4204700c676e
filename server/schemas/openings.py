"""A worker's terms on the wire."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, post_load, validate

from models.contact_windows import DAY_MINUTES, DAYS, MOST, Stretch, Window, windows_of
from models.openings import MOST_CAPACITY, MOST_HOURS, MOST_LEAVES
from server.queries.openings import Availability
from server.schemas.fields import Moment, Truth, UtcMoment, Whole, WireSchema, Zone, wire_time
from server.schemas.notifications import ClockTime

MIDNIGHT = "24:00"


class ClosingTime(ClockTime):
    """As `ClockTime`, and 24:00 for the end of the day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        return DAY_MINUTES if value == MIDNIGHT else super()._deserialize(value, attr, data, **kwargs)


class ContactWindowSchema(WireSchema):
    """Every week on that day; at or before `opens`, `closes` is on the day after."""

    day = fields.String(required=True, validate=validate.OneOf(DAYS))
    opens = ClockTime(required=True)
    closes = ClosingTime(required=True)

    @post_load
    def as_window(self, data: dict[str, Any], **_: Any) -> Window:
        opens, closes = data["opens"], data["closes"]
        return Window(DAYS.index(data["day"]), opens, closes if closes > opens else closes + DAY_MINUTES)


class ContactLeaveSchema(WireSchema):
    since = UtcMoment(required=True)
    until = UtcMoment(required=True)

    @post_load
    def as_stretch(self, data: dict[str, Any], **_: Any) -> Stretch:
        return data["since"], data["until"]


class ContactLeaveShownSchema(WireSchema):
    since = Moment()
    until = Moment()


class AvailabilityChangeSchema(WireSchema):
    """What is left out stays as it is. `windows` null: none are named, and then devices are told of everything at once.

    `leave` is all that is to come. `version`: of the answer this was changed from; another device's change is not lost.
    """

    windows = fields.List(fields.Nested(ContactWindowSchema), allow_none=True, validate=validate.Length(min=1, max=MOST))
    timezone = Zone()
    capacity = Whole(least=0, most=MOST_CAPACITY, allow_none=True)
    weekly_hours = Whole(least=1, most=MOST_HOURS, allow_none=True)
    leave = fields.List(fields.Nested(ContactLeaveSchema), validate=validate.Length(max=MOST_LEAVES))
    paused = Truth()
    version = Whole(load_default=None, allow_none=True)


class AvailabilitySchema(WireSchema):
    """`capacity` and `weekly_hours` null: as the service says, which `limits` shows."""

    windows = fields.List(fields.Nested(ContactWindowSchema), allow_none=True)
    timezone = fields.String()
    capacity = Whole(allow_none=True)
    weekly_hours = Whole(allow_none=True)
    limits = fields.Dict(keys=fields.String(), values=Whole())
    leave = fields.List(fields.Nested(ContactLeaveShownSchema))
    rota_leave = fields.List(fields.Nested(ContactLeaveShownSchema))
    shifts_during_leave = Whole(metadata={"description": "on the crisis rota: leave here takes nobody off it"})
    paused = fields.Boolean()
    paused_at = Moment(allow_none=True)
    takes_new = fields.Boolean()
    places_left = Whole()
    open_now = fields.Boolean()
    next_open_at = Moment(allow_none=True)
    version = Whole()


def dump_window(window: Window) -> dict[str, str]:
    closes = window.closes if window.closes <= DAY_MINUTES else window.closes - DAY_MINUTES
    times = ["{:02}:{:02}".format(*divmod(minutes, 60)) for minutes in (window.opens, closes)]
    return {"day": DAYS[window.day], "opens": times[0], "closes": times[1]}


def dump_availability(found: Availability) -> dict[str, Any]:
    terms, opening = found.terms, found.opening
    return {
        "windows": [dump_window(window) for window in windows_of(terms.windows_text)] or None,
        "timezone": terms.zone,
        "capacity": terms.capacity,
        "weekly_hours": terms.weekly_hours,
        "limits": {"capacity": found.limits.capacity, "weekly_hours": found.limits.weekly_hours},
        "leave": _dump_stretches(found.leave),
        "rota_leave": _dump_stretches(found.rota_leave),
        "shifts_during_leave": found.shifts_during_leave,
        "paused": terms.paused_at is not None,
        "paused_at": wire_time(terms.paused_at) if terms.paused_at is not None else None,
        "takes_new": opening.takes_new,
        "places_left": opening.places_left,
        "open_now": opening.open_now,
        "next_open_at": wire_time(opening.next_open_at) if opening.next_open_at is not None else None,
        "version": terms.version,
    }


def _dump_stretches(stretches: Sequence[Stretch]) -> list[dict[str, str]]:
    return [{"since": wire_time(since), "until": wire_time(until)} for since, until in stretches]
