"""Asking about a display name before taking it."""

from marshmallow import fields

from server.schemas.fields import Region, WireSchema
from server.schemas.people import NameWarningSchema, display_name_field


class NameQuestionSchema(WireSchema):
    """`region` is where the person's telephone is at home."""

    display_name = display_name_field(required=True)
    region = Region(load_default=None)


class NameAnswerSchema(WireSchema):
    """Whether a carer can have it. `suggestions` are free names near one that somebody has."""

    available = fields.Boolean()
    warnings = fields.List(fields.Nested(NameWarningSchema))
    suggestions = fields.List(fields.String())
