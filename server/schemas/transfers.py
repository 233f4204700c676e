"""Transfers of contacts to another worker, on the wire."""

from typing import Any

from marshmallow import fields

from models.transfers import TransferKind, TransferState
from server.queries.transfers import TransferView
from server.schemas.fields import IdField, Moment, Text, Truth, UtcMoment, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema


class ProposeTransferSchema(WireSchema):
    """`starts_at`, `ends_at`: of a cover. `note` goes to the other worker if the carer agrees, who reads it first."""

    kind = fields.Enum(TransferKind, by_value=True, required=True)
    worker_id = IdField(required=True)
    note = Text(most=2000, allow_none=True, load_default=None)
    starts_at = UtcMoment(allow_none=True, load_default=None)
    ends_at = UtcMoment(allow_none=True, load_default=None)


class AgreeToTransferSchema(WireSchema):
    with_note = Truth(required=True, metadata={"description": "the other worker may read the note, as it is shown"})


class CoverSchema(WireSchema):
    """A colleague for all carers of a worker who will be away. Each carer decides for themselves."""

    worker_id = IdField(required=True)
    colleague_id = IdField(required=True)
    starts_at = UtcMoment(required=True)
    ends_at = UtcMoment(required=True)


class CoveredSchema(WireSchema):
    proposed = Whole()
    skipped = Whole(metadata={"description": "contacts for which it was not possible; they stay as they are"})


class TransferArgsSchema(PageArgsSchema):
    state = fields.Enum(TransferState, by_value=True, load_default=None)


class TransferSchema(WireSchema):
    """`note` is null to the other worker until the carer has agreed to it. `new_contact_id`: to the two it is between."""

    id = IdField()
    contact_id = IdField()
    kind = fields.Enum(TransferKind, by_value=True)
    state = fields.Enum(TransferState, by_value=True)
    carer = fields.Nested(
        PersonRefSchema,
        allow_none=True,
        metadata={"description": "null to a coordinator who named a colleague for all carers of somebody"},
    )
    worker = fields.Nested(PersonRefSchema)
    to_worker = fields.Nested(PersonRefSchema)
    note = fields.String(allow_none=True)
    with_note = fields.Boolean()
    starts_at = Moment(allow_none=True)
    ends_at = Moment(allow_none=True)
    new_contact_id = IdField(allow_none=True)
    created_at = Moment()
    accepted_at = Moment(allow_none=True)
    agreed_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)


class TransferAnswerSchema(WireSchema):
    transfer = fields.Nested(TransferSchema)


class TransfersSchema(WireSchema):
    items = fields.List(fields.Nested(TransferSchema))
    next_cursor = fields.String(allow_none=True)


def dump_transfer(view: TransferView) -> dict[str, Any]:
    """As its viewer may see it, ready for TransferSchema."""
    transfer = view.transfer
    names = ["id", "contact_id", "kind", "state", "with_note", "starts_at", "ends_at"]
    times = ["created_at", "accepted_at", "agreed_at", "closed_at"]
    return {
        **{name: getattr(transfer, name) for name in (*names, *times)},
        "carer": view.carer,
        "worker": view.worker,
        "to_worker": view.named,
        "note": view.note,
        "new_contact_id": view.new_contact_id,
    }
