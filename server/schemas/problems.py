"""Refusals on the wire, as the OpenAPI document shows them; `server/problems.py` makes them."""

from marshmallow import INCLUDE, fields

from server.schemas.fields import Whole, WireSchema


class ProblemSchema(WireSchema):
    """RFC 9457. `code` is for programs, `user_message` for the person; `errors` names fields, `retry_after` is seconds.

    Some codes bring facts of their own besides, `stale_version` its `version`.
    """

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = Whole(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    user_message = fields.String(required=True)
    errors = fields.Dict()
    retry_after = Whole()
    suggestions = fields.List(fields.String())
