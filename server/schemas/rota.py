"""The crisis rota on the wire: to those who work on it and those who plan it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from models.people import Person
from models.recurrence import LONGEST_RULE, NotARecurrence, recurrence
from models.rota import (
    LONGEST_SHIFT,
    MOST_PEOPLE,
    MOST_RULES,
    ClearanceKind,
    Layer,
    OverrideKind,
    RotaKind,
    RotaState,
    Turn,
)
from models.rota_resolver import Span
from server.queries.fitness import Fillable
from server.queries.rota_report import PersonShare
from server.queries.rota_versions import VersionView
from server.schemas.fields import IdField, Moment, Text, UtcMoment, Whole, WireSchema, Zone
from server.schemas.people import PersonRefSchema

SHORTEST, LONGEST = 15, int(LONGEST_SHIFT / timedelta(minutes=1))
WIDEST_WINDOW = timedelta(days=62)
WALL_CLOCK = r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]$"


class WindowArgsSchema(WireSchema):
    """From `from` to before `until`, at most 62 days."""

    since = UtcMoment(required=True, data_key="from")
    until = UtcMoment(required=True, data_key="to")

    @validates_schema
    def bounded(self, data: dict[str, Any], **_: Any) -> None:
        if not data["since"] < data["until"] <= data["since"] + WIDEST_WINDOW:
            raise ValidationError("Must come after the start, by at most 62 days.", "to")


class OpeningSchema(WireSchema):
    """What comes again: `starts` is the first start on the clocks of `zone`, and `minutes` are counted on them too."""

    zone = Zone(required=True)
    starts = fields.String(required=True, validate=validate.Regexp(WALL_CLOCK))
    minutes = Whole(least=SHORTEST, most=LONGEST, required=True)
    rrule = Text(most=LONGEST_RULE, one_line=True, required=True)

    @validates_schema
    def comes_again(self, data: dict[str, Any], **_: Any) -> None:
        try:
            starts = datetime.fromisoformat(data["starts"])
        except ValueError as error:
            raise ValidationError("Not a day of the calendar, or a time of the day.", "starts") from error
        try:
            recurrence(zone=data["zone"], starts=starts, minutes=data["minutes"], rule=data["rrule"])
        except NotARecurrence as error:
            raise ValidationError(str(error), "rrule") from error


class ShiftRuleSchema(OpeningSchema):
    layer = fields.Enum(Layer, by_value=True, required=True)
    turn = fields.Enum(Turn, by_value=True, load_default=Turn.OCCURRENCE)
    people = fields.List(IdField(), required=True, validate=validate.Length(min=1, max=MOST_PEOPLE))


class RotaDraftSchema(WireSchema):
    """`ends_at` for a temporary rota only. Without `opening` somebody is meant to be there always."""

    kind = fields.Enum(RotaKind, by_value=True, required=True)
    starts_at = UtcMoment(required=True)
    ends_at = UtcMoment(load_default=None, allow_none=True)
    rules = fields.List(fields.Nested(ShiftRuleSchema), required=True, validate=validate.Length(max=MOST_RULES))
    opening = fields.List(fields.Nested(OpeningSchema), load_default=list, validate=validate.Length(max=MOST_RULES))


class RotaRedraftSchema(RotaDraftSchema):
    version = Whole(least=1, required=True)


class RotaVersionArgsSchema(WireSchema):
    version = Whole(least=1, required=True)


class ProblemOfShiftSchema(WireSchema):
    code = fields.String()
    words = fields.String()
    person_id = IdField()
    layer = fields.String()
    since = fields.String(metadata={"format": "date-time"})
    until = fields.String(metadata={"format": "date-time"})


class RotaVersionSummarySchema(WireSchema):
    id = IdField()
    kind = fields.Enum(RotaKind, by_value=True)
    state = fields.Enum(RotaState, by_value=True)
    starts_at = Moment()
    ends_at = Moment(allow_none=True)
    created_at = Moment()
    published_at = Moment(allow_none=True)
    version = Whole()


class RotaVersionSchema(RotaVersionSummarySchema):
    """`problems`: what would stand against publishing it now; empty for one that is no draft."""

    rules = fields.List(fields.Nested(ShiftRuleSchema))
    opening = fields.List(fields.Nested(OpeningSchema))
    problems = fields.List(fields.Nested(ProblemOfShiftSchema))


class RotaVersionsSchema(WireSchema):
    items = fields.List(fields.Nested(RotaVersionSummarySchema))
    next_cursor = fields.String(allow_none=True)


class SpanSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    layer = fields.Enum(Layer, by_value=True)
    since = Moment()
    until = Moment()


class RotaSchema(WireSchema):
    """Whole shifts are told by their `since`; those at the edges are cut to what was asked for."""

    items = fields.List(fields.Nested(SpanSchema))
    next_cursor = fields.String(allow_none=True)


class GapSchema(WireSchema):
    layer = fields.Enum(Layer, by_value=True)
    since = Moment()
    until = Moment()
    could_fill = fields.List(fields.Nested(PersonRefSchema))


class GapsSchema(WireSchema):
    items = fields.List(fields.Nested(GapSchema))
    next_cursor = fields.String(allow_none=True)


class ShareSchema(WireSchema):
    """By the clocks of where the person lives; a night is from 22:00 to 06:00. `contacts`: crisis contacts they took."""

    person = fields.Nested(PersonRefSchema)
    shifts = Whole()
    minutes = Whole()
    nights = Whole()
    weekends = Whole()
    contacts = Whole()


class RotaReportSchema(WireSchema):
    items = fields.List(fields.Nested(ShareSchema))
    next_cursor = fields.String(allow_none=True)


class RotaOverrideArgsSchema(WireSchema):
    """`person_id` comes (add, replace) or goes (remove); `replaced_id` is whom a replacement stands in for."""

    kind = fields.Enum(OverrideKind, by_value=True, required=True)
    layer = fields.Enum(Layer, by_value=True, required=True)
    since = UtcMoment(required=True)
    until = UtcMoment(required=True)
    person_id = IdField(required=True)
    replaced_id = IdField(load_default=None, allow_none=True)


class RotaOverrideSchema(WireSchema):
    id = IdField()
    kind = fields.Enum(OverrideKind, by_value=True)
    layer = fields.Enum(Layer, by_value=True)
    since = Moment()
    until = Moment()
    person_id = IdField()
    replaced_id = IdField(allow_none=True)


class LeaveArgsSchema(WireSchema):
    person_id = IdField(required=True)
    since = UtcMoment(required=True)
    until = UtcMoment(required=True)


class LeaveSchema(WireSchema):
    id = IdField()
    person_id = IdField()
    since = Moment()
    until = Moment()


class ClearanceArgsSchema(WireSchema):
    person_id = IdField(required=True)
    kind = fields.Enum(ClearanceKind, by_value=True, required=True)
    training = Text(most=40, one_line=True, allow_none=True, load_default=None)
    valid_until = UtcMoment(required=True)


class ClearanceSchema(WireSchema):
    id = IdField()
    person_id = IdField()
    kind = fields.Enum(ClearanceKind, by_value=True)
    training = fields.String(allow_none=True)
    valid_until = Moment()


class OnDutySchema(WireSchema):
    items = fields.List(fields.Nested(PersonRefSchema))
    next_cursor = fields.String(allow_none=True)


def dump_version(view: VersionView, problems: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    version = view.version
    names = ("id", "kind", "state", "starts_at", "ends_at", "created_at", "published_at", "version")
    return {
        **{name: getattr(version, name) for name in names},
        "rules": [
            {
                **{name: getattr(each.rule, name) for name in ("zone", "starts", "minutes", "rrule", "layer", "turn")},
                "people": each.people,
            }
            for each in view.rules
        ],
        "opening": [{name: getattr(each, name) for name in ("zone", "starts", "minutes", "rrule")} for each in view.opening],
        "problems": problems,
    }


def dump_span(span: Span, people: Mapping[str, Person]) -> dict[str, Any]:
    return {"person": people[span.person_id], "layer": span.layer, "since": span.since, "until": span.until}


def dump_share(found: PersonShare) -> dict[str, Any]:
    return {"person": found.person, **asdict(found.share), "contacts": found.contacts}


def dump_gap(found: Fillable, people: Mapping[str, Person]) -> dict[str, Any]:
    gap = found.gap
    candidates = [people[person_id] for person_id in found.could_fill]
    return {"layer": gap.layer, "since": gap.since, "until": gap.until, "could_fill": candidates}
