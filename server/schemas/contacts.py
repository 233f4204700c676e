"""One-to-one contacts on the wire."""

from typing import Any

from marshmallow import fields

from models.contacts import LOOKED_FOR, NEXT_STEPS, STILL_WAITING, Contact, ContactState, Origin, Party
from models.pairings import Pairing
from server.queries.contacts import ContactView
from server.schemas.fields import IdField, Moment, Text, UtcMoment, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema


class ContactRequestSchema(WireSchema):
    worker_id = IdField(required=True)
    note = Text(most=1000, allow_none=True, load_default=None)


class DeclineSchema(WireSchema):
    """A few kind words to the carer, if the worker has some."""

    reply = Text(most=1000, allow_none=True, load_default=None)
    private_reason = Text(
        most=1000, allow_none=True, load_default=None, metadata={"description": "for coordinators only, never the carer"}
    )


class ChangeWorkerSchema(WireSchema):
    """Whom to ask instead; nobody for now when left out."""

    worker_id = IdField(allow_none=True, load_default=None)


class ContactArgsSchema(PageArgsSchema):
    state = fields.Enum(ContactState, by_value=True, load_default=None)


class AgreementSchema(WireSchema):
    party = fields.Enum(Party, by_value=True)
    agreed_at = Moment()


class PlanEndingSchema(WireSchema):
    """`summary` is the worker's: how it went, what helped, what may help now. The carer reads it before it ends."""

    ends_at = UtcMoment(required=True)
    summary = Text(most=4000, allow_none=True, load_default=None)


class EndingSchema(WireSchema):
    ends_at = Moment()
    proposed_by = fields.Enum(
        Party,
        by_value=True,
        allow_none=True,
        metadata={"description": "null: it lasts as long as another worker is away"},
    )
    summary = fields.String(allow_none=True)


class NextStepSchema(WireSchema):
    """What a carer can do now; the paths are of this interface."""

    words = fields.String()
    suggestions = fields.String()
    waiting_list = fields.String()


class ContactSchema(WireSchema):
    """A contact, the same to both whatever it ended for. `note` and `reply` are for the two people only."""

    id = IdField()
    state = fields.Enum(ContactState, by_value=True)
    origin = fields.Enum(Origin, by_value=True)
    pairing = fields.Enum(Pairing, by_value=True)
    carer = fields.Nested(PersonRefSchema)
    worker = fields.Nested(PersonRefSchema)
    agreements = fields.List(fields.Nested(AgreementSchema))
    needs = fields.List(
        fields.Enum(Party, by_value=True), metadata={"description": "whose agreement is missing before it begins"}
    )
    begins = fields.List(
        fields.Enum(Party, by_value=True),
        metadata={"description": "who has still to agree to what the contact is, before either writes"},
    )
    note = fields.String(allow_none=True)
    reply = fields.String(allow_none=True)
    ending = fields.Nested(EndingSchema, allow_none=True)
    private_reason = fields.String(
        allow_none=True, metadata={"description": "of the worker, to coordinators; null to the carer"}
    )
    next_step = fields.Nested(
        NextStepSchema, allow_none=True, metadata={"description": "to the carer, where nobody was found"}
    )
    conversation_id = IdField(allow_none=True)
    created_at = Moment()
    expires_at = Moment(allow_none=True, metadata={"description": "when a request is over that nobody answered"})
    answered_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)


class ContactAnswerSchema(WireSchema):
    contact = fields.Nested(ContactSchema)


class ChangedWorkerSchema(WireSchema):
    """What ended, and the request to the other worker if one was named."""

    ended = fields.Nested(ContactSchema)
    contact = fields.Nested(ContactSchema, allow_none=True)


class ContactsSchema(WireSchema):
    items = fields.List(fields.Nested(ContactSchema))
    next_cursor = fields.String(allow_none=True)


def dump_contact(view: ContactView) -> dict[str, Any]:
    """A contact as its viewer may see it, ready for ContactSchema."""
    contact = view.contact
    names = ["id", "state", "origin", "pairing", "conversation_id", "created_at", "expires_at", "answered_at", "ended_at"]
    return {
        **{name: getattr(contact, name) for name in names},
        "carer": view.carer,
        "worker": view.worker,
        "agreements": view.agreements,
        "needs": view.needs,
        "begins": view.begins,
        "note": contact.note if view.words else None,
        "reply": contact.reply if view.words else None,
        "ending": _ending(view),
        "private_reason": contact.private_reason if view.reason else None,
        "next_step": _next_step(contact) if view.as_carer else None,
    }


def _ending(view: ContactView) -> dict[str, Any] | None:
    contact = view.contact
    if contact.ends_at is None:
        return None
    parties = {contact.carer_id: Party.CARER, contact.worker_id: Party.WORKER}
    return {
        "ends_at": contact.ends_at,
        "proposed_by": parties.get(contact.ending_proposed_by or ""),
        "summary": contact.ending_summary if view.words else None,
    }


def _next_step(contact: Contact) -> dict[str, str] | None:
    if contact.state not in NEXT_STEPS:
        return None
    return {
        "words": STILL_WAITING if contact.origin in LOOKED_FOR else NEXT_STEPS[contact.state],
        "suggestions": "/api/v1/peer-workers/suggestions",
        "waiting_list": "/api/v1/waiting-list",
    }
