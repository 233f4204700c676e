"""Cases and decisions on the wire."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from models.crisis_questions import CrisisAnswer
from models.flags import ReportState
from models.messages import Message, MessageRevision
from models.policy import Actor
from models.review import CaseState, DecisionKind, HouseRule, Queue, TargetKind
from moderation.desk import LONGEST_UNDO_S
from moderation.flags import Record
from server.queries.review import CaseDetail, CaseView
from server.queries.stretches import ShownStretch
from server.schemas.aftercare import FollowUpWishSchema, LoopSchema, dump_loop
from server.schemas.case_context import CaseContextSchema, CaseMessageSchema, dump_context
from server.schemas.crisis_questions import MarkSchema, dump_mark
from server.schemas.desk import (
    EscalationRefSchema,
    EscalationSchema,
    OpinionRefSchema,
    OpinionSchema,
    PendingSchema,
    SkipViewSchema,
    dump_desk,
    dump_escalation,
    dump_opinion,
    dump_said,
    dump_skip,
)
from server.schemas.exposure import CoveredSchema, cover
from server.schemas.fields import LONGEST_CURSOR, IdField, Moment, QueryWhole, Text, Whole, WireSchema, wire_time
from server.schemas.messages import dump_message
from server.schemas.people import PersonRefSchema, person_ref
from server.schemas.sanctions import AskedSanctionSchema


class CasesArgsSchema(WireSchema):
    state = fields.String(load_default=None, validate=validate.OneOf(list(CaseState)))
    skipped = fields.String(
        load_default="false",
        validate=validate.OneOf(["true", "false"]),
        metadata={"description": "true: also those you laid aside"},
    )
    queue = fields.String(load_default=None, validate=validate.OneOf(list(Queue)))
    limit = QueryWhole(least=1, most=100, load_default=50)
    cursor = Text(most=LONGEST_CURSOR, one_line=True, load_default=None)


class TargetSchema(WireSchema):
    """What the case is about; the text itself is only in the case read by itself."""

    kind = fields.Enum(TargetKind, by_value=True)
    message_id = IdField(allow_none=True)
    conversation_id = IdField(allow_none=True)
    title = fields.String(metadata={"description": "the group it happened in, if it was one"})
    author = fields.Nested(
        PersonRefSchema,
        allow_none=True,
        metadata={"description": "whose words or ways it is about; of somebody of the desk only in the case by itself"},
    )
    state = fields.String(allow_none=True, metadata={"description": "of the message"})


class CaseSchema(WireSchema):
    id = IdField()
    state = fields.Enum(CaseState, by_value=True)
    queue = fields.Enum(Queue, by_value=True)
    target = fields.Nested(TargetSchema)
    labels = fields.List(fields.String())
    urgency = Whole()
    reports = Whole(metadata={"description": "how many members reported it"})
    report_weight = Whole(metadata={"description": "what their reports weigh together"})
    claimed_by = IdField(allow_none=True)
    claimed_by_name = fields.String(allow_none=True)
    claim_until = Moment(allow_none=True)
    opened_at = Moment()
    due_at = Moment()
    version = Whole()
    pending = fields.Nested(PendingSchema, allow_none=True)
    second_opinion = fields.Nested(OpinionRefSchema, allow_none=True)
    escalation = fields.Nested(EscalationRefSchema, allow_none=True)
    allowed_actions = fields.List(
        fields.String(),
        metadata={"description": "what you may do with it now; not in events, which go to everybody at the desk"},
    )
    whose = fields.Enum(
        CrisisAnswer, by_value=True, allow_none=True, metadata={"description": "whose crisis it is, as the author says"}
    )
    crisis_question = fields.Nested(MarkSchema, allow_none=True)
    loop = fields.Nested(LoopSchema, allow_none=True, metadata={"description": "what is owed after the decision"})


class CasesSchema(WireSchema):
    items = fields.List(fields.Nested(CaseSchema))
    next_cursor = fields.String(allow_none=True)


class FlagSchema(WireSchema):
    source = fields.String()
    label = fields.String()
    severity = Whole()
    rule = fields.String(allow_none=True)
    span = fields.List(Whole(), allow_none=True)
    created_at = Moment()


class RecordSchema(WireSchema):
    """What came of a member's reports within a year."""

    upheld = Whole()
    groundless = Whole()
    bad_faith = Whole()


class ReportViewSchema(WireSchema):
    """What a member said. Who they are is not said; what came of their earlier reports is."""

    id = IdField()
    reason = fields.String()
    note = fields.String(allow_none=True)
    created_at = Moment()
    weight = Whole()
    state = fields.Enum(ReportState, by_value=True)
    record = fields.Nested(RecordSchema, allow_none=True)


class DecisionViewSchema(WireSchema):
    id = IdField()
    decision = fields.String()
    reason = fields.String(allow_none=True)
    template = fields.String(allow_none=True)
    note = fields.String()
    words = fields.String(allow_none=True)
    moderator = fields.Nested(PersonRefSchema)
    created_at = Moment()


class RevisionSchema(WireSchema):
    body = fields.String(allow_none=True)
    content_warning = fields.String(allow_none=True)
    replaced_at = Moment()


class ShownMessageSchema(CaseMessageSchema):
    revisions = fields.List(fields.Nested(RevisionSchema))


class ShownStretchSchema(WireSchema):
    """What was reported of a conversation of two, and nothing around it."""

    from_seq = Whole()
    to_seq = Whole()
    messages = fields.List(fields.Nested(ShownMessageSchema))


class CaseDetailSchema(CoveredSchema, CaseSchema):
    message = fields.Nested(CaseMessageSchema, allow_none=True)
    stretches = fields.List(fields.Nested(ShownStretchSchema))
    flags = fields.List(fields.Nested(FlagSchema))
    reported = fields.List(fields.Nested(ReportViewSchema))
    decisions = fields.List(fields.Nested(DecisionViewSchema))
    revisions = fields.List(fields.Nested(RevisionSchema), metadata={"description": "what it said before each edit"})
    allowed_decisions = fields.List(fields.String())
    context = fields.Nested(CaseContextSchema)
    opinions = fields.List(fields.Nested(OpinionSchema))
    escalation = fields.Nested(EscalationSchema, allow_none=True)
    skips = fields.List(
        fields.Nested(SkipViewSchema),
        metadata={"description": "who laid it aside: your own, or to a supervisor everybody's"},
    )


class DecideSchema(WireSchema):
    decision = fields.Enum(DecisionKind, by_value=True, required=True)
    note = Text(most=1000, required=True)
    version = Whole(least=1, required=True)
    sanction = fields.Nested(AskedSanctionSchema, allow_none=True, load_default=None)
    reason = fields.Enum(HouseRule, by_value=True, allow_none=True, load_default=None)
    template = Text(most=64, one_line=True, allow_none=True, load_default=None)
    words = Text(
        most=1000, allow_none=True, load_default=None, metadata={"description": "to whom it is about; the note stays here"}
    )
    undo_seconds = Whole(
        most=LONGEST_UNDO_S,
        load_default=0,
        metadata={"description": "how long you can still take it back; nobody is told before"},
    )
    follow_up = fields.Nested(FollowUpWishSchema, allow_none=True, load_default=None)


class ClaimSchema(WireSchema):
    case_id = IdField(required=True)


class ClaimedSchema(WireSchema):
    case = fields.Nested(CaseSchema)


def dump_case_for(view: CaseView, viewer: Actor, *, at: datetime) -> dict[str, Any]:
    """A case as one person of the desk has it: also what they may do with it."""
    return {**dump_case(view), "allowed_actions": view.allowed_actions(viewer, at=at)}


def dump_case(view: CaseView) -> dict[str, Any]:
    """A case for the desk's list and stream: ids, labels and times, never the text."""
    case, message = view.case, view.message
    return {
        "id": case.id,
        "state": view.state.value,
        "queue": case.queue.value,
        "target": {
            "kind": case.target_kind.value,
            "message_id": case.message_id,
            "conversation_id": case.conversation_id if not view.veiled else None,
            "title": view.title,
            "author": person_ref(view.about, message.author_role if message else None) if not view.veiled else None,
            "state": message.state.value if message else None,
        },
        "labels": view.labels,
        "urgency": case.urgency,
        "reports": view.reports,
        "report_weight": case.weight,
        "claimed_by": view.holder.id if view.holder else None,
        "claimed_by_name": view.holder.display_name if view.holder else None,
        "claim_until": _time(case.claim_until if view.holder else None),
        "opened_at": wire_time(case.opened_at),
        "due_at": wire_time(case.due_at),
        "version": case.version,
        **dump_desk(view.desk),
        **dump_mark(view.question, view.asked),
        "loop": dump_loop(view.aftercare, case.done_at),
    }


def dump_case_detail(detail: CaseDetail, viewer: Actor, *, at: datetime) -> dict[str, Any]:
    """A case with what a moderator needs to decide it, its words if they may be seen. Who reported it is not there."""
    shown = dump_case_for(detail.view, viewer, at=at)
    shown["target"] |= {
        "conversation_id": detail.view.case.conversation_id,
        "author": shown["target"]["author"] or person_ref(detail.view.about),
    }
    dumped = {
        **shown,
        "loop": dump_loop(detail.view.aftercare, detail.view.case.done_at, notes=True),
        "message": _whole_message(detail.view.message),
        "stretches": [_dump_stretch(stretch) for stretch in detail.stretches],
        "flags": [
            {
                "source": flag.source.value,
                "label": flag.label,
                "severity": flag.severity,
                "rule": flag.rule,
                "span": None if flag.span_start is None else [flag.span_start, flag.span_end],
                "created_at": wire_time(flag.created_at),
            }
            for flag in detail.view.flags
        ],
        "reported": [
            {
                "id": report.id,
                "reason": report.reason.value,
                "note": report.note,
                "created_at": wire_time(report.created_at),
                "weight": report.weight,
                "state": report.state.value,
                "record": _dump_record(detail.records.get(report.reporter_id)),
            }
            for report in detail.reported
        ],
        "revisions": [_dump_revision(revision) for revision in detail.revisions],
        "decisions": [
            {
                "id": decision.id,
                **dump_said(decision),
                "note": decision.note,
                "words": decision.words,
                "moderator": person_ref(moderator),
                "created_at": wire_time(decision.created_at),
            }
            for decision, moderator in detail.decisions
        ],
        "allowed_decisions": detail.allowed_decisions,
        "context": dump_context(detail.context),
        "opinions": [dump_opinion(opinion) for opinion in detail.opinions],
        "escalation": dump_escalation(detail.view.desk.escalation),
        "skips": [dump_skip(skip) for skip in detail.skips],
    }
    return cover(dumped, detail)


def _dump_record(record: Record | None) -> dict[str, int] | None:
    return None if record is None else asdict(record)


def _dump_revision(revision: MessageRevision) -> dict[str, Any]:
    return {
        "body": revision.body,
        "content_warning": revision.content_warning,
        "replaced_at": wire_time(revision.replaced_at),
    }


def _dump_stretch(stretch: ShownStretch) -> dict[str, Any]:
    return {
        "from_seq": stretch.from_seq,
        "to_seq": stretch.to_seq,
        "messages": [
            {
                **(_whole_message(message) or {}),
                "revisions": [_dump_revision(one) for one in stretch.revisions.get(message.id, ())],
            }
            for message in stretch.messages
        ],
    }


def _whole_message(message: Message | None) -> dict[str, Any] | None:
    """With its text in whatever state it is."""
    if message is None:
        return None
    return {
        **dump_message(message, None),
        "body": message.body,
        "content_warning": message.content_warning,
        "photos": message.photos,
        "resource": message.resource_sent,
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else wire_time(value)
