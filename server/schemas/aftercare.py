"""What is owed after a decided case, on the wire."""

from datetime import datetime
from typing import Any

from marshmallow import fields

from models.aftercare import (
    LONGEST_NOTE,
    Aftercare,
    AftercareOutcome,
    AftercareState,
    DeclineReason,
    SupportReason,
    SupportState,
)
from models.people import Person
from server.queries.crisis import support_for
from server.schemas.fields import IdField, Moment, Text, UtcMoment, WireSchema, wire_time
from server.schemas.notices import SUPPORT


class ScheduleFollowUpSchema(WireSchema):
    """`at`: within 14 days."""

    at = UtcMoment(required=True)
    note = Text(most=LONGEST_NOTE, allow_none=True, load_default=None)


class DeclineFollowUpSchema(WireSchema):
    reason = fields.Enum(DeclineReason, by_value=True, required=True)


class FinishFollowUpSchema(WireSchema):
    outcome = fields.Enum(AftercareOutcome, by_value=True, required=True)
    note = Text(most=LONGEST_NOTE, allow_none=True, load_default=None)


class FollowUpWishSchema(WireSchema):
    """With a decision that closes a case: when to look after it again (`at`, `note`), or why nobody need (`declined`)."""

    at = UtcMoment(allow_none=True, load_default=None)
    note = Text(most=LONGEST_NOTE, allow_none=True, load_default=None)
    declined = fields.Enum(DeclineReason, by_value=True, allow_none=True, load_default=None)


class CaseFollowUpSchema(WireSchema):
    """`due`: somebody has yet to say when or why not, or its time has come. `by` null: a rule."""

    state = fields.Enum(AftercareState, by_value=True)
    at = Moment(allow_none=True)
    by = IdField(allow_none=True)
    declined = fields.Enum(DeclineReason, by_value=True, allow_none=True)
    outcome = fields.Enum(AftercareOutcome, by_value=True, allow_none=True)
    note = fields.String(allow_none=True)
    outcome_note = fields.String(allow_none=True)


class LoopSchema(WireSchema):
    """`done_at` null: something is still owed."""

    reporters_told_at = Moment()
    support = fields.Enum(SupportState, by_value=True)
    support_offered_at = Moment(allow_none=True)
    follow_up = fields.Nested(CaseFollowUpSchema)
    done_at = Moment(allow_none=True)


class SupportOfferSchema(WireSchema):
    """`support`: numbers for the person's region, as beside a message that tells of risk."""

    id = IdField()
    reason = fields.Enum(SupportReason, by_value=True)
    text = fields.String()
    offered_at = Moment()
    support = fields.Dict()


class SupportOffersSchema(WireSchema):
    items = fields.List(fields.Nested(SupportOfferSchema))
    next_cursor = fields.String(allow_none=True)


def dump_loop(found: Aftercare | None, done_at: datetime | None, *, notes: bool = False) -> dict[str, Any] | None:
    """None of a case that was never closed. What moderators wrote is only in the case read by itself."""
    if found is None:
        return None
    follow_up = {
        "state": found.follow_up.value,
        "at": _time(found.follow_up_at),
        "by": found.follow_up_by,
        "declined": found.declined.value if found.declined is not None else None,
        "outcome": found.outcome.value if found.outcome is not None else None,
    }
    if notes:
        follow_up |= {"note": found.note, "outcome_note": found.outcome_note}
    return {
        "reporters_told_at": wire_time(found.reporters_told_at),
        "support": found.support.value,
        "support_offered_at": _time(found.support_offered_at),
        "follow_up": follow_up,
        "done_at": _time(done_at),
    }


def dump_offer(found: Aftercare, person: Person, *, now: datetime) -> dict[str, Any]:
    reason = found.support_reason.value if found.support_reason is not None else SupportReason.AFTER_RISK.value
    return {
        "id": found.id,
        "reason": reason,
        "text": SUPPORT[reason],
        "offered_at": _time(found.support_offered_at),
        "support": support_for(person, now=now),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else wire_time(value)
