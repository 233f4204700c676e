"""What a carer looks for in a worker, on the wire: to them alone."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, post_load, validate

from models.peer_vocabulary import Trait, label
from models.preferences import MOST_PREFERENCES, Preference, Weight
from server.schemas.fields import Text, WireSchema


class PreferenceSchema(WireSchema):
    """`value`: a code of GET /peer-workers/vocabulary under that kind; of languages any BCP 47 tag."""

    kind = fields.Enum(Trait, by_value=True, required=True)
    value = Text(most=40, one_line=True, required=True)
    weight = fields.Enum(Weight, by_value=True, load_default=Weight.MATTERS)

    @post_load
    def as_preference(self, data: dict[str, Any], **_: Any) -> Preference:
        return Preference(**data)


class WritePreferencesSchema(WireSchema):
    preferences = fields.List(fields.Nested(PreferenceSchema), required=True, validate=validate.Length(max=MOST_PREFERENCES))


class PreferenceShownSchema(WireSchema):
    kind = fields.Enum(Trait, by_value=True)
    value = fields.String()
    label = fields.String()
    weight = fields.Enum(Weight, by_value=True)


class PreferencesSchema(WireSchema):
    preferences = fields.List(fields.Nested(PreferenceShownSchema))


def dump_preferences(found: Sequence[Preference]) -> dict[str, Any]:
    return {
        "preferences": [
            {"kind": each.kind, "value": each.value, "label": label(each.kind, each.value), "weight": each.weight}
            for each in found
        ]
    }
