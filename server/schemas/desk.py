"""The desk on the wire: what moderators leave on a case before it is decided, and what one can be told with a decision."""

from typing import Any

import orjson
from marshmallow import fields, validate

from models.aftercare import FARTHEST, LONGEST_NOTE
from models.desk import CaseDraft, CaseSkip, Escalation, SecondOpinion, SkipReason
from models.review import Decision, DecisionKind, HouseRule
from models.sanctions import SanctionKind, SanctionReason
from moderation.desk import IN_BULK, MOST_BULK, OnDesk
from moderation.templates import Template
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema, wire_time
from server.schemas.sanctions import MOST_HOURS


class PendingSchema(WireSchema):
    """A decision that can still be undone, by whoever took it."""

    decision = fields.Enum(DecisionKind, by_value=True)
    by = IdField()
    until = Moment()


class OpinionRefSchema(WireSchema):
    asked_by = IdField()
    leaning = fields.Enum(DecisionKind, by_value=True, allow_none=True)
    asked_at = Moment()


class OpinionSchema(OpinionRefSchema):
    note = fields.String()


class EscalationRefSchema(WireSchema):
    """`by` null: every moderator had laid it aside."""

    by = IdField(allow_none=True)
    at = Moment()
    reminders = Whole()
    acknowledged_by = IdField(allow_none=True)
    acknowledged_at = Moment(allow_none=True)


class EscalationSchema(EscalationRefSchema):
    note = fields.String(allow_none=True)


class SkipSchema(WireSchema):
    reason = fields.Enum(SkipReason, by_value=True, allow_none=True, load_default=None)


class SkipViewSchema(WireSchema):
    moderator_id = IdField()
    reason = fields.Enum(SkipReason, by_value=True, allow_none=True)
    skipped_at = Moment()
    until = Moment()


class AskOpinionSchema(WireSchema):
    note = Text(most=1000, required=True)
    leaning = fields.Enum(DecisionKind, by_value=True, allow_none=True, load_default=None)


class EscalateSchema(WireSchema):
    note = Text(most=1000, required=True)


class DraftSanctionSchema(WireSchema):
    """As in a decision, and may be unfinished. `hours` null: no length, or no end."""

    kind = fields.Enum(SanctionKind, by_value=True, required=True)
    conversation_id = IdField(allow_none=True, load_default=None)
    hours = Whole(least=1, most=MOST_HOURS, allow_none=True, load_default=None)
    reason = fields.Enum(SanctionReason, by_value=True, allow_none=True, load_default=None)
    words = Text(most=1000, allow_none=True, load_default=None)


class DraftFollowUpSchema(WireSchema):
    """Look after it again, so many days after the decision."""

    days = Whole(least=1, most=FARTHEST.days, required=True)
    note = Text(most=LONGEST_NOTE, allow_none=True, load_default=None)


class WriteDraftSchema(WireSchema):
    decision = fields.Enum(DecisionKind, by_value=True, allow_none=True, load_default=None)
    reason = fields.Enum(HouseRule, by_value=True, allow_none=True, load_default=None)
    template = Text(most=64, one_line=True, allow_none=True, load_default=None)
    note = Text(most=1000, allow_none=True, load_default=None)
    words = Text(most=1000, allow_none=True, load_default=None)
    sanction = fields.Nested(DraftSanctionSchema, allow_none=True, load_default=None)
    follow_up = fields.Nested(DraftFollowUpSchema, allow_none=True, load_default=None)


class DraftSchema(WireSchema):
    decision = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    template = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    sanction = fields.Nested(DraftSanctionSchema, allow_none=True)
    follow_up = fields.Nested(DraftFollowUpSchema, allow_none=True)
    saved_at = Moment()


class BulkCaseSchema(WireSchema):
    id = IdField(required=True)
    version = Whole(least=1, required=True)


class BulkSchema(WireSchema):
    cases = fields.List(fields.Nested(BulkCaseSchema), required=True, validate=validate.Length(min=1, max=MOST_BULK))
    decision = fields.String(required=True, validate=validate.OneOf([kind.value for kind in IN_BULK]))
    note = Text(most=1000, required=True)


class BulkAnswerSchema(WireSchema):
    id = IdField()
    ok = fields.Boolean()
    code = fields.String(allow_none=True, metadata={"description": "why not"})


class BulkAnswersSchema(WireSchema):
    items = fields.List(fields.Nested(BulkAnswerSchema))


class TemplateSchema(WireSchema):
    key = fields.String()
    title = fields.String()
    decisions = fields.List(fields.String())
    reasons = fields.List(fields.String())
    to_author = fields.String()
    to_reporter = fields.String()


class TemplatesSchema(WireSchema):
    items = fields.List(fields.Nested(TemplateSchema))
    next_cursor = fields.String(allow_none=True)


def dump_desk(desk: OnDesk) -> dict[str, Any]:
    """What lies on a case, without a word anybody wrote."""
    pending, opinion = desk.pending, desk.opinion
    return {
        "pending": pending
        and {"decision": pending.decision.value, "by": pending.moderator_id, "until": wire_time(pending.until)},
        "second_opinion": opinion and _opinion(opinion),
        "escalation": desk.escalation and _escalation(desk.escalation),
    }


def _opinion(opinion: SecondOpinion) -> dict[str, Any]:
    return {
        "asked_by": opinion.asked_by,
        "leaning": opinion.leaning.value if opinion.leaning else None,
        "asked_at": wire_time(opinion.asked_at),
    }


def _escalation(escalation: Escalation) -> dict[str, Any]:
    return {
        "by": escalation.by,
        "at": wire_time(escalation.at),
        "reminders": escalation.reminders,
        "acknowledged_by": escalation.acknowledged_by,
        "acknowledged_at": wire_time(escalation.acknowledged_at) if escalation.acknowledged_at else None,
    }


def dump_opinion(opinion: SecondOpinion) -> dict[str, Any]:
    return {**_opinion(opinion), "note": opinion.note}


def dump_escalation(escalation: Escalation | None) -> dict[str, Any] | None:
    return None if escalation is None else {**_escalation(escalation), "note": escalation.note}


def dump_said(decision: Decision | CaseDraft) -> dict[str, Any]:
    """Decision, reason and template, as codes."""
    return {
        "decision": decision.decision.value if decision.decision else None,
        "reason": decision.reason.value if decision.reason else None,
        "template": decision.template,
    }


def dump_draft(draft: CaseDraft) -> dict[str, Any]:
    attached = orjson.loads(draft.attached) if draft.attached else {"sanction": None, "follow_up": None}
    said = {**dump_said(draft), "note": draft.note, "words": draft.words}
    return {**said, **attached, "saved_at": wire_time(draft.saved_at)}


def dump_skip(skip: CaseSkip) -> dict[str, Any]:
    return {
        "moderator_id": skip.moderator_id,
        "reason": skip.reason.value if skip.reason else None,
        "skipped_at": wire_time(skip.skipped_at),
        "until": wire_time(skip.until),
    }


def dump_template(template: Template) -> dict[str, Any]:
    return {
        "key": template.key,
        "title": template.title,
        "decisions": [kind.value for kind in template.decisions],
        "reasons": [reason.value for reason in template.reasons],
        "to_author": template.to_author,
        "to_reporter": template.to_reporter,
    }
