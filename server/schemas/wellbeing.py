"""Check-ins on the wire."""

from typing import Any

from marshmallow import fields

from models.people import Person
from models.wellbeing import LEAST, MOST, SCALES, CheckIn
from server.schemas.fields import IdField, Moment, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema


def scale_field() -> Whole:
    return Whole(least=LEAST, most=MOST, required=True, metadata={"description": "1 not at all, 5 very much"})


class CheckInArgsSchema(WireSchema):
    """`share`: whether one's supervisor sees it."""

    rested = scale_field()
    coping = scale_field()
    supported = scale_field()
    words = Text(most=2000, allow_none=True, load_default=None)
    share = Truth(load_default=False)


class CheckInShareSchema(WireSchema):
    share = Truth(required=True)


class CheckInSchema(WireSchema):
    id = IdField()
    rested = Whole()
    coping = Whole()
    supported = Whole()
    words = fields.String(allow_none=True)
    shared = fields.Boolean()
    made_at = Moment()


class CheckInAnswerSchema(WireSchema):
    check_in = fields.Nested(CheckInSchema)


class CheckInsSchema(WireSchema):
    """`scales`: by name, in the words that are answered."""

    scales = fields.Dict(keys=fields.String(), values=fields.String())
    items = fields.List(fields.Nested(CheckInSchema))
    next_cursor = fields.String(allow_none=True)


class SharedCheckInSchema(CheckInSchema):
    person = fields.Nested(PersonRefSchema)


class SharedCheckInsSchema(WireSchema):
    items = fields.List(fields.Nested(SharedCheckInSchema))
    next_cursor = fields.String(allow_none=True)


def dump_check_in(found: CheckIn) -> dict[str, Any]:
    names = ("id", *SCALES, "words", "made_at")
    return {**{name: getattr(found, name) for name in names}, "shared": found.shared_with is not None}


def dump_shared_check_in(shared: tuple[CheckIn, Person]) -> dict[str, Any]:
    return {**dump_check_in(shared[0]), "person": shared[1]}
