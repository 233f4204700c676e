"""How the desk does, in numbers: what is open and overdue, how long cases lay, which calls nobody answered.

Counted from the rows whenever somebody asks, so every process says the same and a restart loses nothing. No names, no words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.desk import Escalation
from models.review import Case, CaseState, Queue

WITHIN = timedelta(days=30)
# Upper ends in seconds: a minute to a day, with the targets among them.
BUCKETS: Sequence[int] = (60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400)
PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Cumulative, as Prometheus counts: `counts[i]` are those of at most `BUCKETS[i]` seconds; `count` are all."""

    counts: Sequence[int]
    count: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    open: int
    overdue: int
    to_claim: Histogram
    to_decision: Histogram


@dataclass(frozen=True, kw_only=True)
class DeskFigures:
    queues: Mapping[Queue, QueueFigures]
    unacknowledged: int


def desk_figures(session: Session, *, at: datetime) -> DeskFigures:
    """What is open now, and how it went with the cases opened in the last 30 days."""
    is_open = Case.state != CaseState.CLOSED
    by_queue = select(Case.queue, func.count()).where(is_open).group_by(Case.queue)
    opened = {row[0]: row[1] for row in session.execute(by_queue)}
    overdue = {row[0]: row[1] for row in session.execute(by_queue.where(Case.due_at <= at))}
    claims: dict[Queue, list[float]] = {queue: [] for queue in Queue}
    decisions: dict[Queue, list[float]] = {queue: [] for queue in Queue}
    times = select(Case.queue, Case.opened_at, Case.first_claimed_at, Case.closed_at).where(Case.opened_at > at - WITHIN)
    for queue, began, claimed, closed in session.execute(times.execution_options(yield_per=PAGE)):
        taken_up = claimed or closed  # decided without a claim, it was taken up when it was decided
        if taken_up is not None:
            claims[queue].append((taken_up - began).total_seconds())
        if closed is not None:
            decisions[queue].append((closed - began).total_seconds())
    waiting = (
        select(func.count())
        .select_from(Escalation)
        .join(Case, Case.id == Escalation.case_id)
        .where(is_open, Escalation.acknowledged_at.is_(None))
    )
    return DeskFigures(
        queues={
            queue: QueueFigures(
                open=opened.get(queue, 0),
                overdue=overdue.get(queue, 0),
                to_claim=histogram(claims[queue]),
                to_decision=histogram(decisions[queue]),
            )
            for queue in Queue
        },
        unacknowledged=session.scalar(waiting) or 0,
    )


def histogram(seconds: Sequence[float]) -> Histogram:
    counts = [sum(each <= bucket for each in seconds) for bucket in BUCKETS]
    return Histogram(counts=counts, count=len(seconds), seconds=round(sum(seconds)))
