"""Reports, cases and decisions on the wire."""

from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from models.crisis_questions import CrisisAnswer
from models.messages import Message
from models.review import CaseState, DecisionKind, Queue, ReportReason, TargetKind
from server.queries.review import CaseDetail, CaseView
from server.schemas.aftercare import FollowUpWishSchema, LoopSchema, dump_loop
from server.schemas.crisis_questions import MarkSchema, dump_mark
from server.schemas.fields import LONGEST_CURSOR, IdField, Moment, QueryWhole, Text, Whole, WireSchema, wire_time
from server.schemas.messages import MessageSchema, dump_message
from server.schemas.people import PersonRefSchema, person_ref


class ReportSchema(WireSchema):
    reason = fields.Enum(ReportReason, by_value=True, required=True)
    note = Text(most=1000, allow_none=True, load_default=None)


class ReportedSchema(WireSchema):
    report_id = IdField()


class CasesArgsSchema(WireSchema):
    state = fields.String(load_default=None, validate=validate.OneOf(list(CaseState)))
    queue = fields.String(load_default=None, validate=validate.OneOf(list(Queue)))
    limit = QueryWhole(least=1, most=100, load_default=50)
    cursor = Text(most=LONGEST_CURSOR, one_line=True, load_default=None)


class TargetSchema(WireSchema):
    """What the case is about; the text itself is only in the case read by itself."""

    kind = fields.Enum(TargetKind, by_value=True)
    message_id = IdField(allow_none=True)
    conversation_id = IdField(allow_none=True)
    title = fields.String(metadata={"description": "the group it happened in, if it was one"})
    author = fields.Nested(PersonRefSchema, metadata={"description": "whose words or ways it is about"})
    state = fields.String(allow_none=True, metadata={"description": "of the message"})


class CaseSchema(WireSchema):
    id = IdField()
    state = fields.Enum(CaseState, by_value=True)
    queue = fields.Enum(Queue, by_value=True)
    target = fields.Nested(TargetSchema)
    labels = fields.List(fields.String())
    urgency = Whole()
    reports = Whole(metadata={"description": "how many members reported it"})
    claimed_by = IdField(allow_none=True)
    claimed_by_name = fields.String(allow_none=True)
    claim_until = Moment(allow_none=True)
    opened_at = Moment()
    due_at = Moment()
    version = Whole()
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


class ReportViewSchema(WireSchema):
    reason = fields.String()
    note = fields.String(allow_none=True)
    created_at = Moment()


class DecisionViewSchema(WireSchema):
    id = IdField()
    decision = fields.String()
    note = fields.String()
    moderator = fields.Nested(PersonRefSchema)
    created_at = Moment()


class RevisionSchema(WireSchema):
    body = fields.String()
    content_warning = fields.String(allow_none=True)
    replaced_at = Moment()


class CaseDetailSchema(CaseSchema):
    message = fields.Nested(MessageSchema, allow_none=True)
    flags = fields.List(fields.Nested(FlagSchema))
    reported = fields.List(fields.Nested(ReportViewSchema))
    decisions = fields.List(fields.Nested(DecisionViewSchema))
    revisions = fields.List(fields.Nested(RevisionSchema), metadata={"description": "what it said before each edit"})
    allowed_decisions = fields.List(fields.String())


class DecideSchema(WireSchema):
    decision = fields.Enum(DecisionKind, by_value=True, required=True)
    note = Text(most=1000, required=True)
    version = Whole(least=1, required=True)
    follow_up = fields.Nested(FollowUpWishSchema, allow_none=True, load_default=None)


class ClaimSchema(WireSchema):
    case_id = IdField(required=True)


class ClaimedSchema(WireSchema):
    case = fields.Nested(CaseSchema)


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
            "conversation_id": case.conversation_id,
            "title": view.title,
            "author": person_ref(view.about, message.author_role if message else None),
            "state": message.state.value if message else None,
        },
        "labels": view.labels,
        "urgency": case.urgency,
        "reports": view.reports,
        "claimed_by": view.holder.id if view.holder else None,
        "claimed_by_name": view.holder.display_name if view.holder else None,
        "claim_until": _time(case.claim_until if view.holder else None),
        "opened_at": wire_time(case.opened_at),
        "due_at": wire_time(case.due_at),
        "version": case.version,
        **dump_mark(view.question, view.asked),
        "loop": dump_loop(view.aftercare, case.done_at),
    }


def dump_case_detail(detail: CaseDetail) -> dict[str, Any]:
    """A case with what a moderator needs to decide it, the text included. Who reported it is not among that."""
    return {
        **dump_case(detail.view),
        "loop": dump_loop(detail.view.aftercare, detail.view.case.done_at, notes=True),
        "message": _whole_message(detail.view.message),
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
            {"reason": report.reason.value, "note": report.note, "created_at": wire_time(report.created_at)}
            for report in detail.reported
        ],
        "revisions": [
            {
                "body": revision.body,
                "content_warning": revision.content_warning,
                "replaced_at": wire_time(revision.replaced_at),
            }
            for revision in detail.revisions
        ],
        "decisions": [
            {
                "id": decision.id,
                "decision": decision.decision.value,
                "note": decision.note,
                "moderator": person_ref(moderator),
                "created_at": wire_time(decision.created_at),
            }
            for decision, moderator in detail.decisions
        ],
        "allowed_decisions": detail.allowed_decisions,
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
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else wire_time(value)
