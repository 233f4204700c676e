"""Reports of the service on the wire: as JSON, and as a table for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from marshmallow import fields, validate

from models.months import NAME
from models.suppression import Breakdown, TypicalTime
from server.queries.reports import ANSWERS, CRISES, ENDINGS, ORIGINS, WORKLOADS, ServiceMonth
from server.schemas.fields import Moment, WireSchema

LEFT_OUT = "fewer than 5"
PARTS = {"requests": ORIGINS, "answers": ANSWERS, "endings": ENDINGS, "crises": CRISES, "workloads": WORKLOADS}
COUNTS = ("carers_active", "workers_active", "conversations_active", "messages")
TIMES = ("until_answer", "until_first_talk", "until_first_response", "until_taken")


class ReportArgsSchema(WireSchema):
    """Months from `since` to `until`, both included, as 2026-11. Those that are not over are left out."""

    since = fields.String(required=True, validate=validate.Regexp(f"^{NAME.pattern}$"))
    until = fields.String(required=True, validate=validate.Regexp(f"^{NAME.pattern}$"))


class BreakdownSchema(WireSchema):
    """`total` null: 1 to 4. `parts` null: one of them is, or they would give it away."""

    total = fields.Integer(allow_none=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)


class TypicalTimeSchema(WireSchema):
    """In minutes, rounded up to a quarter of an hour. Null: too few to say. Nine of ten took no longer than `ninetieth`."""

    median = fields.Integer(allow_none=True)
    ninetieth = fields.Integer(allow_none=True)


class ServiceMonthSchema(WireSchema):
    month = fields.String()
    since = Moment()
    until = Moment()
    requests = fields.Nested(BreakdownSchema)
    answers = fields.Nested(BreakdownSchema)
    endings = fields.Nested(BreakdownSchema)
    crises = fields.Nested(BreakdownSchema)
    workloads = fields.Nested(BreakdownSchema)
    carers_active = fields.Integer(allow_none=True)
    workers_active = fields.Integer(allow_none=True)
    conversations_active = fields.Integer(allow_none=True)
    messages = fields.Integer(allow_none=True)
    until_answer = fields.Nested(TypicalTimeSchema)
    until_first_talk = fields.Nested(TypicalTimeSchema)
    until_first_response = fields.Nested(TypicalTimeSchema)
    until_taken = fields.Nested(TypicalTimeSchema)


class ServiceReportSchema(WireSchema):
    items = fields.List(fields.Nested(ServiceMonthSchema))
    next_cursor = fields.String(allow_none=True)


def dump_month(found: ServiceMonth) -> dict[str, Any]:
    return {
        "month": found.month.name,
        "since": found.month.since,
        "until": found.month.until,
        **{name: _dump_breakdown(getattr(found, name)) for name in PARTS},
        **{name: getattr(found, name) for name in COUNTS},
        **{name: _dump_time(getattr(found, name)) for name in TIMES},
    }


def _dump_breakdown(found: Breakdown) -> dict[str, Any]:
    return {"total": found.total, "parts": found.parts}


def _dump_time(found: TypicalTime) -> dict[str, Any]:
    return {"median": _minutes(found.median), "ninetieth": _minutes(found.ninetieth)}


def _minutes(found: timedelta | None) -> int | None:
    return None if found is None else int(found.total_seconds() // 60)


def as_csv(months: Sequence[ServiceMonth]) -> str:
    """A line for each month. Every cell is a month's name, a whole number, or one of two fixed words."""
    columns = [*_heads()]
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["month", *columns])
    writer.writerows([found.month.name, *_cells(found)] for found in months)
    return table.getvalue()


def _heads() -> list[str]:
    heads = [each for name, parts in PARTS.items() for each in (name, *(f"{name} {part}" for part in parts))]
    return [*heads, *COUNTS, *(f"{name} {which} minutes" for name in TIMES for which in ("median", "ninetieth"))]


def _cells(found: ServiceMonth) -> list[int | str]:
    cells: list[int | None] = []
    for name, names in PARTS.items():
        split: Breakdown = getattr(found, name)
        cells += [split.total, *(split.parts[part] if split.parts is not None else None for part in names)]
    cells += [getattr(found, name) for name in COUNTS]
    counted: list[int | str] = [LEFT_OUT if cell is None else cell for cell in cells]
    times = [_dump_time(getattr(found, name)) for name in TIMES]
    return [*counted, *("too few" if time[which] is None else time[which] for time in times for which in time)]
