"""The crisis answer as it is sent."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from models.helplines import REGION_NAMES, Way, Whose
from models.roles import Role
from server.schemas.fields import Moment, WireSchema, wire_time


class HelplineSchema(WireSchema):
    """`hours` in words, in the line's own time; `open_ways` are those that somebody answers at `as_of`."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String()
    sms = fields.String(metadata={"description": 'A number, or a word and a number: "SHOUT to 85258"'})
    chat_url = fields.Url(schemes={"https"})
    hours = fields.String(required=True)
    open_now = fields.Boolean(required=True)
    open_ways = fields.List(fields.Enum(Way, by_value=True), required=True)
    region = fields.String(required=True, validate=validate.OneOf(list(REGION_NAMES)))
    audience = fields.List(fields.Enum(Whose, by_value=True), required=True)
    for_whom = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    source = fields.Url(schemes={"https"}, required=True)
    last_verified_on = fields.Date(required=True, allow_none=True)


class EmergencySchema(WireSchema):
    region = fields.String(required=True, validate=validate.OneOf(list(REGION_NAMES)))
    region_name = fields.String(required=True)
    numbers = fields.List(fields.String(), required=True)
    note = fields.String(required=True, allow_none=True)


class WithinReachSchema(WireSchema):
    display_name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)


class CrisisPieceSchema(WireSchema):
    """A piece of the library; `/crisis/{slug}` is its page for anybody. `current` false: it may be out of date."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    current = fields.Boolean(required=True)


class CrisisSchema(WireSchema):
    """As CONTRACT. `as_of` is the minute that all of it was true at. `text` and `what_to_do` are plain English words.

    `stale`: the database is away, so this is what was known at `as_of` (null: what the service was installed with), and
    nobody is said to be on duty. `open_now` is always as the hours have it now.
    """

    as_of = Moment(required=True, allow_none=True)
    stale = fields.Boolean(required=True)
    region = fields.String(required=True, validate=validate.OneOf(list(REGION_NAMES)))
    whose = fields.Enum(Whose, by_value=True, required=True, allow_none=True)
    text = fields.String(required=True)
    what_to_do = fields.List(fields.String(), required=True)
    staffed_now = fields.Boolean(required=True)
    on_duty = fields.List(fields.Nested(WithinReachSchema), required=True)
    next_staffed_at = Moment(required=True, allow_none=True)
    emergency = fields.Nested(EmergencySchema, required=True)
    helplines = fields.List(fields.Nested(HelplineSchema), required=True)
    resources = fields.List(fields.Nested(CrisisPieceSchema), required=True)


def dump_crisis(found: Mapping[str, Any]) -> dict[str, Any]:
    """By hand, because everybody may ask and nobody should wait; CrisisSchema documents it."""
    return {**found, **{name: wire_time(found[name]) if found[name] else None for name in ("as_of", "next_staffed_at")}}
