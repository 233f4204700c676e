"""The desk in numbers, on the wire."""

from typing import Any

from marshmallow import fields

from server.queries.desk_figures import BUCKETS, DeskFigures, Histogram
from server.schemas.fields import Whole, WireSchema


class BucketSchema(WireSchema):
    at_most_seconds = Whole()
    count = Whole()


class HistogramSchema(WireSchema):
    """Cumulative: each bucket counts all that took at most so long; `count` is all of them."""

    buckets = fields.List(fields.Nested(BucketSchema))
    count = Whole()
    sum_seconds = Whole()


class QueueFiguresSchema(WireSchema):
    queue = fields.String()
    open = Whole()
    overdue = Whole(metadata={"description": "past its target time and not decided"})
    seconds_to_claim = fields.Nested(HistogramSchema)
    seconds_to_decision = fields.Nested(HistogramSchema)


class DeskFiguresSchema(WireSchema):
    """Histograms are of the cases opened in the last 30 days."""

    queues = fields.List(fields.Nested(QueueFiguresSchema))
    escalations_unacknowledged = Whole()


def dump_desk_figures(figures: DeskFigures) -> dict[str, Any]:
    return {
        "queues": [
            {
                "queue": queue.value,
                "open": found.open,
                "overdue": found.overdue,
                "seconds_to_claim": _histogram(found.to_claim),
                "seconds_to_decision": _histogram(found.to_decision),
            }
            for queue, found in figures.queues.items()
        ],
        "escalations_unacknowledged": figures.unacknowledged,
    }


def _histogram(found: Histogram) -> dict[str, Any]:
    pairs = zip(BUCKETS, found.counts, strict=True)
    return {
        "buckets": [{"at_most_seconds": bucket, "count": count} for bucket, count in pairs],
        "count": found.count,
        "sum_seconds": found.seconds,
    }
