"""The transparency report on the wire."""

from datetime import timedelta
from typing import Any

from marshmallow import fields

from models.suppression import Breakdown, TypicalTime
from server.queries.transparency import ModerationMonth
from server.schemas.fields import Moment, WireSchema
from server.schemas.reports import BreakdownSchema, TypicalTimeSchema


class QueueTimesSchema(WireSchema):
    """Of the cases of a queue that were closed. `in_time`: of a hundred within the target time; null: too few to say."""

    until_decision = fields.Nested(TypicalTimeSchema)
    in_time = fields.Integer(allow_none=True)


class ModerationMonthSchema(WireSchema):
    """`sources`, `labels`, `queues`: cases opened. `closed`, `decisions`: cases closed."""

    month = fields.String()
    since = Moment()
    until = Moment()
    sources = fields.Nested(BreakdownSchema)
    labels = fields.Nested(BreakdownSchema)
    queues = fields.Nested(BreakdownSchema)
    reasons = fields.Nested(BreakdownSchema, metadata={"description": "reports by their reason"})
    decisions = fields.Nested(BreakdownSchema)
    closed = fields.Nested(BreakdownSchema, metadata={"description": "by queue"})
    held = fields.Nested(BreakdownSchema, metadata={"description": "messages that waited for a look, and why"})
    hidden_meanwhile = fields.Integer(allow_none=True)
    put_right = fields.Integer(allow_none=True, metadata={"description": "decisions that were taken back later"})
    sanctions = fields.Nested(BreakdownSchema, metadata={"description": "by kind"})
    appeals = fields.Nested(BreakdownSchema, metadata={"description": "what became of those that were over"})
    appeals_made = fields.Integer(allow_none=True)
    times = fields.Dict(keys=fields.String(), values=fields.Nested(QueueTimesSchema), metadata={"description": "by queue"})
    until_held_seen = fields.Nested(TypicalTimeSchema)


class ModerationReportSchema(WireSchema):
    """`rules_version`: of the rules that come with the software, as they are now; a service's own are not in it."""

    rules_version = fields.String()
    items = fields.List(fields.Nested(ModerationMonthSchema))
    next_cursor = fields.String(allow_none=True)


def dump_moderation_month(found: ModerationMonth) -> dict[str, Any]:
    return {
        "month": found.month.name,
        "since": found.month.since,
        "until": found.month.until,
        **{name: _dump_breakdown(split) for name, split in found.parts.items()},
        **found.counts,
        "times": {
            queue: {"until_decision": _dump_time(times.until_decision), "in_time": times.in_time}
            for queue, times in found.queues.items()
        },
        "until_held_seen": _dump_time(found.until_held_seen),
    }


def _dump_breakdown(found: Breakdown) -> dict[str, Any]:
    return {"total": found.total, "parts": found.parts}


def _dump_time(found: TypicalTime) -> dict[str, Any]:
    return {"median": _minutes(found.median), "ninetieth": _minutes(found.ninetieth)}


def _minutes(found: timedelta | None) -> int | None:
    return None if found is None else int(found.total_seconds() // 60)
