"""Cards of the library's pieces on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.resources import LONGEST_SLUG, ResourceKind
from server.schemas.fields import Whole, WireSchema

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class ResourceCardSchema(WireSchema):
    """A piece beside something else, as it is when it is shown. From `review_due` on it may be out of date.

    `gone`: it is not in the library any more, and then there is only its slug.
    """

    slug = fields.String()
    kind = fields.String(validate=validate.OneOf(list(ResourceKind)))
    language = fields.String()
    title = fields.String()
    summary = fields.String()
    reading_minutes = Whole()
    review_due = fields.String(metadata={"format": "date"})
    gone = fields.Boolean()


def slug_field(**more: Any) -> fields.String:
    checks = [validate.Length(min=2, max=LONGEST_SLUG), validate.Regexp(SLUG, error="Small letters, digits, hyphens.")]
    return fields.String(validate=checks, **more)
