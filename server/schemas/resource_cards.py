"""Cards of the library's pieces on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.resources import LONGEST_SLUG, ResourceKind
from server.schemas.fields import Whole, WireSchema

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class ResourceCardSchema(WireSchema):
    """A piece beside something else. It says nothing of whether the piece is current: `GET /resources/{slug}` does."""

    slug = fields.String()
    kind = fields.String(validate=validate.OneOf(list(ResourceKind)))
    language = fields.String()
    title = fields.String()
    summary = fields.String()
    reading_minutes = Whole()


def slug_field(**more: Any) -> fields.String:
    checks = [validate.Length(min=2, max=LONGEST_SLUG), validate.Regexp(SLUG, error="Small letters, digits, hyphens.")]
    return fields.String(validate=checks, **more)
