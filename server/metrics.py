"""/metrics, on a port of its own: numbers for Prometheus, never a name or a word.

Cases are counted from the rows whenever somebody asks, so every process says the same and a restart loses nothing; what the
process itself uses is its own. Whoever can reach the port can read them: it is meant for the inside of a network.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from models.clock import clock
from models.errors import Unavailable
from models.session import reading
from server.queries.desk_figures import BUCKETS, DeskFigures, Histogram, desk_figures


class DeskCollector(Collector):
    """The review desk. Without its database nothing is said of it but that."""

    def collect(self) -> Iterator[Any]:
        try:
            with reading() as session:
                figures = desk_figures(session, at=clock.now())
        except Unavailable:
            yield GaugeMetricFamily("hearthside_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("hearthside_database_up", "Whether the database answers.", value=1)
        yield from _of_the_desk(figures)


def _of_the_desk(figures: DeskFigures) -> Iterator[Any]:
    is_open = GaugeMetricFamily("hearthside_review_open_cases", "Cases not closed.", labels=["queue"])
    overdue = GaugeMetricFamily("hearthside_review_overdue_cases", "Of these past their target time.", labels=["queue"])
    claimed = HistogramMetricFamily(
        "hearthside_review_seconds_to_claim", "From opening to the first claim, opened within 30 days.", labels=["queue"]
    )
    decided = HistogramMetricFamily(
        "hearthside_review_seconds_to_decision", "From opening to the decision, opened within 30 days.", labels=["queue"]
    )
    for queue, found in figures.queues.items():
        is_open.add_metric([queue.value], found.open)
        overdue.add_metric([queue.value], found.overdue)
        _add(claimed, queue.value, found.to_claim)
        _add(decided, queue.value, found.to_decision)
    waiting = "Escalations that no supervisor has answered: should be 0."
    yield from (is_open, overdue, claimed, decided)
    yield GaugeMetricFamily("hearthside_review_escalations_unacknowledged", waiting, value=figures.unacknowledged)


def _add(family: HistogramMetricFamily, queue: str, found: Histogram) -> None:
    ends = [*map(str, BUCKETS), "+Inf"]
    counts = [*map(float, found.counts), float(found.count)]
    family.add_metric([queue], list(zip(ends, counts, strict=True)), sum_value=float(found.seconds))


def make_metrics() -> Any:
    """A WSGI application that answers every path with the metrics."""
    registry = CollectorRegistry()
    registry.register(DeskCollector())
    ProcessCollector(registry=registry)
    return make_wsgi_app(registry)
