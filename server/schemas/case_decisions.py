"""What was decided about a person, on the wire to that person."""

from typing import Any

from marshmallow import fields

from models.review import DecisionKind, HouseRule
from server.queries.case_decisions import OwnDecision
from server.schemas.fields import IdField, Moment, WireSchema, wire_time


class OwnDecisionSchema(WireSchema):
    """What a moderator decided about something of yours, and why."""

    id = IdField()
    message_id = IdField(allow_none=True)
    decision = fields.Enum(DecisionKind, by_value=True)
    reason = fields.Enum(HouseRule, by_value=True, allow_none=True)
    words = fields.String(allow_none=True, metadata={"description": "written to you"})
    decided_at = Moment()


def dump_own_decision(own: OwnDecision) -> dict[str, Any]:
    decision = own.decision
    return {
        "id": decision.id,
        "message_id": own.message_id,
        "decision": decision.decision.value,
        "reason": decision.reason.value if decision.reason else None,
        "words": own.words,
        "decided_at": wire_time(decision.created_at),
    }
