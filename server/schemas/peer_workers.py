"""The directory of peer workers and its suggestions, on the wire. A role is never left out, and no score is ever shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from models.contact_windows import windows_of
from models.openings import TAKES_CARERS
from models.pairings import Pairing
from models.peer_vocabulary import Trait, label, labels
from models.roles import Role
from server.queries.peer_workers import Looked, PeerWorker, Suggestions
from server.schemas.fields import LONGEST_CURSOR, Moment, QueryWhole, Whole, WireSchema, wire_time
from server.schemas.openings import ContactWindowSchema, dump_window
from server.schemas.people import PersonRefSchema, person_ref
from server.schemas.worker_profiles import NamedSchema, SaidSchema, dump_said, language_field, value_field

YES = "true"
MOST_SUGGESTED = 20
ROLES = sorted(role.value for role in TAKES_CARERS)


class DirectoryArgsSchema(WireSchema):
    """All that is given must be met. `role` left out: whoever carers may ask in this service."""

    role = fields.String(validate=validate.OneOf(ROLES))
    relationship = value_field(Trait.RELATIONSHIP)
    condition = value_field(Trait.CONDITION)
    language = language_field()
    culture = value_field(Trait.CULTURE)
    gender = value_field(Trait.GENDER)
    age_band = value_field(Trait.AGE_BAND)
    years_as_carer = value_field(Trait.YEARS_AS_CARER)
    topic = value_field(Trait.TOPIC)
    time = value_field(Trait.TIME, metadata={"description": "a part of a day, on the viewer's own clock"})
    open_now = fields.String(validate=validate.OneOf([YES]))
    has_capacity = fields.String(validate=validate.OneOf([YES]))
    limit = QueryWhole(least=1, most=100, load_default=50)
    cursor = fields.String(load_default=None, validate=validate.Length(min=1, max=LONGEST_CURSOR))


class SuggestionArgsSchema(WireSchema):
    limit = QueryWhole(least=1, most=MOST_SUGGESTED, load_default=10)


class PeerWorkerAvailabilitySchema(WireSchema):
    """`takes_new`: a place is free and they are not away. `next_open_at`: when they next read what is written to them.

    `windows` are on the clock of `timezone`; `free` says the same in parts of days on the viewer's own.
    """

    takes_new = fields.Boolean()
    places_left = Whole()
    open_now = fields.Boolean()
    next_open_at = Moment(allow_none=True)
    windows = fields.List(fields.Nested(ContactWindowSchema))
    timezone = fields.String()
    free = fields.List(fields.Nested(NamedSchema))


class PeerWorkerSchema(PersonRefSchema):
    """`pairing`: what a carer and this worker may be to each other one-to-one; `by_consent` also needs a coordinator."""

    pairing = fields.Enum(Pairing, by_value=True)
    profile = fields.Nested(SaidSchema)
    availability = fields.Nested(PeerWorkerAvailabilitySchema)


class SuggestionSchema(PeerWorkerSchema):
    """`reasons`: in words, everything the carer looks for that they have."""

    reasons = fields.List(fields.String())


class PeerWorkerAnswerSchema(WireSchema):
    peer_worker = fields.Nested(PeerWorkerSchema)


class PeerWorkersSchema(WireSchema):
    items = fields.List(fields.Nested(PeerWorkerSchema))
    next_cursor = fields.String(allow_none=True)


class SuggestionsSchema(WireSchema):
    """`next_opening_at`: when somebody who has a place is there next; null where that is not known."""

    items = fields.List(fields.Nested(SuggestionSchema))
    next_opening_at = Moment(allow_none=True)
    next_cursor = fields.String(allow_none=True)


class VocabularySchema(WireSchema):
    """Every code there is, by kind. `language`: those that have a name; any other BCP 47 tag is good as well."""

    class Meta:
        include = {trait.value: fields.List(fields.Nested(NamedSchema)) for trait in Trait}  # noqa: RUF012


def looked_for(args: Mapping[str, Any]) -> Looked:
    return Looked(
        traits={trait: args[trait.value] for trait in Trait if trait.value in args},
        role=Role(args["role"]) if "role" in args else None,
        open_now="open_now" in args,
        has_capacity="has_capacity" in args,
    )


def dump_vocabulary() -> dict[str, Any]:
    return {trait.value: [{"code": code, "label": shown} for code, shown in labels(trait).items()] for trait in Trait}


def dump_peer_worker(found: PeerWorker) -> dict[str, Any]:
    """Ready to be sent as it is."""
    return {
        **person_ref(found.worker),
        "pairing": found.pairing.value,
        "profile": dump_said(found.profile.says),
        "availability": {
            "takes_new": found.opening.takes_new,
            "places_left": found.opening.places_left,
            "open_now": found.opening.open_now,
            "next_open_at": _moment(found.opening.next_open_at),
            "windows": [dump_window(window) for window in windows_of(found.windows)],
            "timezone": found.zone,
            "free": [{"code": value, "label": label(Trait.TIME, value)} for value in found.free],
        },
    }


def dump_suggestions(found: Suggestions) -> dict[str, Any]:
    return {
        "items": [{**dump_peer_worker(each), "reasons": list(each.reasons)} for each in found.items],
        "next_opening_at": _moment(found.next_opening_at),
        "next_cursor": None,
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else wire_time(value)
