"""What a piece of the library has beside its text: where it leads, its file, when and where it is, how it is reached."""

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from models.media_types import MediaType
from server.schemas.fields import IdField, Text, UtcMoment, Whole, WireSchema

SHOWN_OF_FILE = frozenset({"url", "media_type", "bytes", "pages", "seconds"})


def https(**more: Any) -> fields.Url:
    return fields.Url(schemes={"https"}, validate=validate.Length(max=300), metadata={"pattern": "^https://"}, **more)


class ResourceLinkSchema(WireSchema):
    url = https(required=True)


class ResourceFileSchema(WireSchema):
    """A file that was uploaded, by its `id`: what is known of it is filled in. Or one elsewhere, by its `url`."""

    id = IdField(allow_none=True, load_default=None, metadata={"format": "uuid"})
    url = https(allow_none=True, load_default=None)
    media_type = fields.Enum(MediaType, by_value=True, allow_none=True, load_default=None)
    bytes = Whole(least=1, most=50_000_000, allow_none=True, load_default=None)
    pages = Whole(least=1, most=100_000, allow_none=True, load_default=None)
    seconds = Whole(least=1, most=100_000, allow_none=True, load_default=None)
    transcript = Text(most=20_000, allow_none=True, load_default=None)

    @pre_load
    def known(self, data: Any, **_: Any) -> Any:
        """Of an uploaded one only which it is, and its words; the rest is as it was shown, and nobody's to change."""
        if not isinstance(data, dict) or data.get("id") is None:
            return data
        return {name: value for name, value in data.items() if name not in SHOWN_OF_FILE}

    @validates_schema
    def is_one(self, data: Any, **_: Any) -> None:
        if data["id"] is None and data["url"] is None:
            raise ValidationError("Which file is it?", "id")
        if data["id"] is None:
            for name in ("media_type", "bytes"):
                if data[name] is None:
                    raise ValidationError("Is missing.", name)


class ShownFileSchema(WireSchema):
    """A file as it is shown: one of the library's own has an `id`, and an address below this service."""

    id = IdField(allow_none=True)
    url = fields.String(allow_none=True, metadata={"pattern": "^(https://|/api/v1/resource-files/)"})
    media_type = fields.Enum(MediaType, by_value=True, allow_none=True)
    bytes = Whole(allow_none=True)
    pages = Whole(allow_none=True)
    seconds = Whole(allow_none=True)
    transcript = fields.String(allow_none=True)


class ResourceEventSchema(WireSchema):
    starts_at = UtcMoment(required=True)
    ends_at = UtcMoment(required=True)
    place = Text(most=200, one_line=True, allow_none=True, load_default=None)
    online_url = https(allow_none=True, load_default=None)

    @validates_schema
    def makes_sense(self, data: Any, **_: Any) -> None:
        if data["ends_at"] <= data["starts_at"]:
            raise ValidationError("It ends before it begins.", "ends_at")
        if data["place"] is None and data["online_url"] is None:
            raise ValidationError("Where is it?", "place")


class ResourceServiceSchema(WireSchema):
    area = Text(most=200, one_line=True, required=True)
    eligibility = Text(most=500, required=True)
    hours = Text(most=200, one_line=True, required=True)
    phone = Text(most=40, one_line=True, allow_none=True, load_default=None)
    email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(max=200))
    url = https(allow_none=True, load_default=None)
    address = Text(most=300, allow_none=True, load_default=None)

    @validates_schema
    def can_be_reached(self, data: Any, **_: Any) -> None:
        if data["phone"] is None and data["email"] is None and data["url"] is None:
            raise ValidationError("How is it reached?", "phone")
