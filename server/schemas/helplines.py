"""Helplines on the wire, for coordinators: as they are written, with where they stand."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from models.helpline_changes import Listing
from models.helpline_file import DIALLED, LANGUAGE, TEXTED
from models.helplines import REGION_NAMES, Way, Whose
from models.opening_hours import ALWAYS, DAYS, UnreadableHours, read_hours
from server.schemas.fields import Moment, Text, Whole, WireSchema, Zone

MOST_SPANS = 14
TIME = r"([01]\d|2[0-3]):[0-5]\d"
DAY = f"({'|'.join(DAYS)})"
SPAN = {"type": "string", "pattern": rf"^{DAY}(-{DAY})? {TIME}-({TIME}|24:00)$"}
SPANS = {"type": "array", "items": SPAN, "minItems": 1, "maxItems": MOST_SPANS}
ONE_WAY = {"oneOf": [{"type": "string", "const": ALWAYS}, SPANS]}


class Hours(fields.Field[Any]):
    """Either "24/7", or spans such as "mon-fri 08:00-17:00", or one of both for each way the line is reached."""

    def __init__(self, **more: Any) -> None:
        each = {"type": "object", "propertyNames": {"enum": list(Way)}, "additionalProperties": ONE_WAY, "minProperties": 1}
        super().__init__(metadata={"oneOf": [*ONE_WAY["oneOf"], each], "example": ["mon-fri 08:00-17:00"]}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            if not value or set(value) - set(Way):
                raise ValidationError(f"Hours are for some of {', '.join(Way)}.")
            return {way: _spans(hours) for way, hours in value.items()}
        return _spans(value)


def _spans(value: Any) -> Any:
    if isinstance(value, list) and len(value) > MOST_SPANS:
        raise ValidationError(f"No more than {MOST_SPANS} spans.")
    try:
        read_hours("Etc/UTC", value)
    except UnreadableHours as error:
        raise ValidationError('Hours are "24/7" or a list of spans such as "mon-fri 08:00-17:00".') from error
    return value


def _https(*, required: bool = False) -> fields.Url:
    more: dict[str, Any] = {"required": True} if required else {"allow_none": True, "load_default": None}
    documented = {"pattern": "^https://"}
    return fields.Url(schemes={"https"}, validate=validate.Length(max=200), metadata=documented, **more)


class _Number(Text):
    """What is dialled or texted, in one of the forms that a phone can be handed."""

    def __init__(self, form: Any, hint: str) -> None:
        pattern = {"pattern": f"^{re.sub('[?]P<[a-z]+>', '', form.pattern)}$"}
        super().__init__(most=40, one_line=True, allow_none=True, load_default=None, metadata=pattern)
        self._form, self._hint = form, hint

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._form.fullmatch(text) or not text.isascii():
            raise ValidationError(self._hint)
        return text


class WriteHelplineSchema(WireSchema):
    """A line as it is to be from now on. What is left out it does not have."""

    region = fields.String(required=True, validate=validate.OneOf(list(REGION_NAMES)))
    name = Text(least=2, most=80, one_line=True, required=True)
    phone = _Number(DIALLED, "What is dialled: digits, spaces, hyphens.")
    sms = _Number(TEXTED, 'A number, or a word and a number: "SHOUT to 85258".')
    chat_url = _https()
    zone = Zone(required=True)
    hours = Hours(required=True)
    note = Text(most=120, one_line=True, allow_none=True, load_default=None)
    whose = fields.List(fields.Enum(Whose, by_value=True), required=True, validate=validate.Length(min=1, max=len(Whose)))
    for_whom = Text(most=120, one_line=True, required=True)
    languages = fields.List(
        fields.String(validate=validate.Regexp(rf"^{LANGUAGE.pattern}$")),
        required=True,
        validate=validate.Length(min=1, max=20),
    )
    source = _https(required=True)


class VersionSchema(WireSchema):
    """The version that was looked at; 0 is a line as it was installed."""

    version = Whole(required=True)


class ChangeHelplineSchema(WriteHelplineSchema, VersionSchema):
    """A line written anew, and the version it was written from."""


class ListedHelplineSchema(WriteHelplineSchema):
    id = fields.String(required=True)
    version = Whole(required=True)
    own = fields.Boolean(required=True, metadata={"description": "written here, not as it was installed"})
    withdrawn = fields.Boolean(required=True)
    last_verified_on = fields.Date(required=True, allow_none=True)
    verification_due = fields.Boolean(required=True, metadata={"description": "nobody verified it for 90 days"})
    changed_at = Moment(required=True, allow_none=True)


class HelplineAnswerSchema(WireSchema):
    helpline = fields.Nested(ListedHelplineSchema)


class HelplinesSchema(WireSchema):
    items = fields.List(fields.Nested(ListedHelplineSchema))
    next_cursor = fields.String(allow_none=True)


def as_entry(data: dict[str, Any]) -> dict[str, Any]:
    """What was sent, as the data file would have it."""
    return {**data, "whose": list(dict.fromkeys(kind.value for kind in data["whose"]))}


def dump_listing(listing: Listing, today: date) -> dict[str, Any]:
    """Ready for ListedHelplineSchema."""
    line = listing.line
    ways = dict.fromkeys(("phone", "sms", "chat_url", "note"))
    return {
        **ways,
        **line.entry,
        "whose": line.whose,
        "last_verified_on": line.last_verified_on,
        "verification_due": not line.verified_at(today),
        "version": listing.version,
        "own": listing.own,
        "withdrawn": listing.withdrawn,
        "changed_at": listing.changed_at,
    }
