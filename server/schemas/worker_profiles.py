"""What peer workers say of themselves, on the wire: as it is written, agreed to and sent back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from models.peer_vocabulary import LANGUAGE, ONE, SEVERAL, Trait, label, labels
from models.rota import ClearanceKind
from models.training import TrainingState
from models.worker_profiles import LONGEST_APPROACH, MOST_OF_ONE, MOST_YEARS, ProfileState, WorkerProfile
from server.queries.training import OnRecord
from server.queries.worker_profiles import OwnProfile, ProfileView
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema, unique
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema

TAGS = rf"^{LANGUAGE.pattern}$"


class Values(fields.List[str]):
    """Up to so many values of one trait, none twice."""

    def __init__(self, trait: Trait, **more: Any) -> None:
        super().__init__(
            language_field() if trait is Trait.LANGUAGE else value_field(trait),
            validate=[validate.Length(max=MOST_OF_ONE), unique],
            metadata={"uniqueItems": True},
            **more,
        )


def value_field(trait: Trait, **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(list(labels(trait))), **more)


def language_field(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(TAGS, error="Not a language."), **more)


class ProfileFieldsSchema(WireSchema):
    """Everything may be left out: what is not sent is not said. Codes are those of GET /peer-workers/vocabulary."""

    relationships = Values(Trait.RELATIONSHIP, load_default=list)
    conditions = Values(Trait.CONDITION, load_default=list)
    languages = Values(Trait.LANGUAGE, load_default=list)
    cultures = Values(Trait.CULTURE, load_default=list)
    topics = Values(Trait.TOPIC, load_default=list)
    gender = value_field(Trait.GENDER, allow_none=True, load_default=None)
    age_band = value_field(Trait.AGE_BAND, allow_none=True, load_default=None)
    years_as_carer = Whole(most=MOST_YEARS, allow_none=True, load_default=None)
    approach = Text(most=LONGEST_APPROACH, allow_none=True, load_default=None)


class WriteProfileSchema(ProfileFieldsSchema):
    """`version`: the newest one this was written from; another device's is not lost. Left out: whatever it is."""

    version = Whole(load_default=None, allow_none=True)


class SendBackSchema(WireSchema):
    reason = Text(most=1000, required=True)


class ProfilesArgsSchema(PageArgsSchema):
    state = fields.Enum(ProfileState, by_value=True, load_default=ProfileState.WAITING)


class NamedSchema(WireSchema):
    """A code, and what it means in plain words."""

    code = fields.String()
    label = fields.String()


class SaidSchema(WireSchema):
    """What a worker says of themselves, ready to be shown."""

    relationships = fields.List(fields.Nested(NamedSchema))
    conditions = fields.List(fields.Nested(NamedSchema))
    languages = fields.List(fields.Nested(NamedSchema))
    cultures = fields.List(fields.Nested(NamedSchema))
    topics = fields.List(fields.Nested(NamedSchema))
    gender = fields.Nested(NamedSchema, allow_none=True)
    age_band = fields.Nested(NamedSchema, allow_none=True)
    years_as_carer = Whole(allow_none=True)
    approach = fields.String(allow_none=True)


class ProfileVersionSchema(SaidSchema):
    """`reason`: the coordinator's word why it was sent back."""

    id = IdField()
    version = Whole()
    state = fields.Enum(ProfileState, by_value=True)
    written_at = Moment()
    answered_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class OnRecordSchema(WireSchema):
    """`training` null: supervision."""

    kind = fields.Enum(ClearanceKind, by_value=True)
    training = fields.String(allow_none=True)
    label = fields.String()
    required = fields.Boolean(metadata={"description": "without it nobody takes on new carers"})
    valid_until = Moment(allow_none=True)
    state = fields.Enum(TrainingState, by_value=True)


class TrainingSchema(WireSchema):
    items = fields.List(fields.Nested(OnRecordSchema))
    next_cursor = fields.String(allow_none=True)


class OwnProfileSchema(WireSchema):
    """`agreed`: what carers see. `draft`: what waits for a coordinator, or was sent back. `version`: the newest written."""

    agreed = fields.Nested(ProfileVersionSchema, allow_none=True)
    draft = fields.Nested(ProfileVersionSchema, allow_none=True)
    version = Whole()
    training = fields.List(fields.Nested(OnRecordSchema))
    trained = fields.Boolean(metadata={"description": "false: not shown to carers, and no new contacts"})


class ProfileViewSchema(WireSchema):
    """A version, and for comparison what carers see now."""

    profile = fields.Nested(ProfileVersionSchema)
    worker = fields.Nested(PersonRefSchema)
    agreed = fields.Nested(ProfileVersionSchema, allow_none=True)


class ListedProfileSchema(WireSchema):
    profile = fields.Nested(ProfileVersionSchema)
    worker = fields.Nested(PersonRefSchema)


class ProfilesSchema(WireSchema):
    items = fields.List(fields.Nested(ListedProfileSchema))
    next_cursor = fields.String(allow_none=True)


def dump_said(says: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{field: [_named(trait, value) for value in says[field]] for trait, field in SEVERAL.items()},
        **{field: _named(trait, says[field]) if says[field] is not None else None for trait, field in ONE.items()},
        "years_as_carer": says["years_as_carer"],
        "approach": says["approach"],
    }


def _named(trait: Trait, value: str) -> dict[str, str]:
    return {"code": value, "label": label(trait, value)}


def dump_profile(profile: WorkerProfile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    names = ("id", "version", "state", "written_at", "answered_at")
    return {**{name: getattr(profile, name) for name in names}, "reason": profile.answer, **dump_said(profile.says)}


def dump_own(found: OwnProfile) -> dict[str, Any]:
    return {
        "agreed": dump_profile(found.agreed),
        "draft": dump_profile(found.draft),
        "version": found.version,
        "training": [dump_record(each) for each in found.training],
        "trained": found.trained,
    }


def dump_view(view: ProfileView) -> dict[str, Any]:
    return {"profile": dump_profile(view.profile), "worker": view.worker, "agreed": dump_profile(view.agreed)}


def dump_record(record: OnRecord) -> dict[str, Any]:
    names = ("kind", "training", "label", "required", "valid_until", "state")
    return {name: getattr(record, name) for name in names}
