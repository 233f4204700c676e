"""The audit trail on the wire: ids and codes."""

from marshmallow import fields

from models.audit import Flaw
from server.queries.audit_check import AuditState
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


class AuditStandingSchema(WireSchema):
    """`checked_at`: when the whole trail was last gone through, up to the entry `seq`; `overdue`: not for two days.

    Of a broken one, `broken_seq` is the first entry that cannot be trusted and `flaw` in what way; `flaws` counts where else
    it does not hang together. `anchor` is to be written down where nobody with access to the database can change it.
    """

    state = fields.Enum(AuditState, by_value=True)
    checked_at = Moment(allow_none=True)
    seq = Whole(allow_none=True)
    anchor = fields.Function(lambda one: str(one.anchor) if one.anchor else None, metadata={"type": ["string", "null"]})
    broken_seq = Whole(allow_none=True)
    flaw = fields.Enum(Flaw, by_value=True, allow_none=True)
    flaws = Whole()
    broken_since = Moment(allow_none=True)
    overdue = fields.Boolean()
