"""Reports on the wire: what a member says, what they are told, and what moderators see of whoever reported."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from models.flags import MOST_IN_STRETCH
from models.phrases import Phrase
from models.review import ReportReason, TargetKind
from server.queries.flags import OwnReport
from server.schemas.fields import IdField, Moment, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema

LONGEST_NOTE = 1000

# In answer to a report: what becomes of it. Fixed words of the service.
TOLD = {
    TargetKind.MESSAGE: "Thank you. Moderators will look at this message. We never tell whoever wrote it who did.",
    TargetKind.PERSON: "Thank you. Somebody of the service will look into this. We never tell them who did.",
    TargetKind.CONVERSATION: "Thank you. Moderators see the part you chose, with what its messages said before they were "
    "changed, and nothing before or after it. Each time they look is on record.",
}


class ReportSchema(WireSchema):
    """Why, and in words of one's own if one likes."""

    reason = fields.Enum(ReportReason, by_value=True, required=True)
    note = Text(most=LONGEST_NOTE, allow_none=True, load_default=None)


class ReportInWordsSchema(ReportSchema):
    """Of what does not speak for itself as a message does: for `other` words of one's own are needed."""

    @validates_schema
    def say_what(self, data: dict[str, Any], **_: Any) -> None:
        if data["reason"] is ReportReason.OTHER and data["note"] is None:
            raise ValidationError("Please say in a few words what it is.", "note")


class ReportStretchSchema(ReportInWordsSchema):
    """From which message to which, both included, by `seq`."""

    from_seq = Whole(least=1, required=True)
    to_seq = Whole(
        least=1, required=True, metadata={"description": f"at most {MOST_IN_STRETCH} messages, all of which one can see"}
    )

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["to_seq"] < data["from_seq"]:
            raise ValidationError("Comes after the last.", "from_seq")


class ReportedSchema(WireSchema):
    report_id = IdField()
    user_message = fields.String(metadata={"description": "what becomes of it, and who sees what"})


class StretchSchema(WireSchema):
    from_seq = Whole()
    to_seq = Whole()


class OwnTargetSchema(WireSchema):
    kind = fields.Enum(TargetKind, by_value=True)
    message_id = IdField(allow_none=True)
    conversation_id = IdField(allow_none=True)
    person = fields.Nested(PersonRefSchema, allow_none=True)
    stretches = fields.List(fields.Nested(StretchSchema))


class OwnReportSchema(WireSchema):
    """What one reported, and what came of it; never who looked at it."""

    id = IdField()
    target = fields.Nested(OwnTargetSchema)
    reason = fields.Enum(ReportReason, by_value=True)
    note = fields.String(allow_none=True)
    created_at = Moment()
    state = fields.String(metadata={"enum": ["open", "closed", "set_aside"]})
    outcome = fields.String(allow_none=True, metadata={"enum": ["action_taken", "no_action", None]})
    words = fields.String(allow_none=True, metadata={"description": "to you, from whoever decided"})
    closed_at = Moment(allow_none=True)


class OwnReportsSchema(WireSchema):
    items = fields.List(fields.Nested(OwnReportSchema))
    next_cursor = fields.String(allow_none=True)


class SetAsideSchema(WireSchema):
    """Why it was in bad faith, for those who answer for it. `all_open`: also what else the same member has open."""

    note = Text(most=LONGEST_NOTE, required=True)
    all_open = Truth(required=True)


class SetAsideDoneSchema(WireSchema):
    set_aside = fields.List(IdField())
    left_standing = fields.List(IdField(), metadata={"description": "reports of a risk: these are always looked at"})
    closed_cases = fields.List(IdField())


class ReinstateSchema(WireSchema):
    note = Text(most=LONGEST_NOTE, required=True)


class ReinstatedSchema(WireSchema):
    reinstated = fields.List(IdField())
    cases = fields.List(IdField(), metadata={"description": "open cases in which these are looked at"})


def dump_reported(report_id: str, kind: TargetKind) -> dict[str, Any]:
    return {"report_id": report_id, "user_message": Phrase(TOLD[kind])}


def dump_own_report(own: OwnReport) -> dict[str, Any]:
    """Ready for OwnReportSchema."""
    report, case = own.report, own.case
    return {
        "id": report.id,
        "target": {
            "kind": case.target_kind,
            "message_id": case.message_id,
            "conversation_id": case.conversation_id,
            "person": own.about,
            "stretches": [{"from_seq": one.from_seq, "to_seq": one.to_seq} for one in own.stretches],
        },
        "reason": report.reason,
        "note": report.note,
        "created_at": report.created_at,
        "state": own.state,
        "outcome": own.outcome,
        "words": own.words,
        "closed_at": case.closed_at if own.state == "closed" else None,
    }
