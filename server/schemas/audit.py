"""The audit trail on the wire: ids and codes."""

from marshmallow import fields

from server.schemas.fields import IdField, Moment, Whole, WireSchema
from server.schemas.groups import PageArgsSchema


class AuditArgsSchema(PageArgsSchema):
    subject_id = IdField(load_default=None)
    actor_id = IdField(load_default=None)


class AuditEntrySchema(WireSchema):
    seq = Whole()
    id = IdField()
    at = Moment()
    actor_id = IdField(allow_none=True)
    action = fields.String()
    subject_kind = fields.String()
    subject_id = IdField()
    data = fields.Dict()


class AuditSchema(WireSchema):
    items = fields.List(fields.Nested(AuditEntrySchema))
    next_cursor = fields.String(allow_none=True)
