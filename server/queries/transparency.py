"""What the service tells everybody of its moderation: figures by month, without a word or a name.

Each month's figures are of what happened in it. Small numbers are left out (models/suppression.py), and so is whatever a
left out one could be worked out from: decisions are counted where they closed a case, so that their number and that of
closed cases is one and the same, and what is held is told only together with why.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from models.appeals import Appeal, AppealState
from models.messages import Message
from models.months import Month, finished_months
from models.people import Person
from models.policy import Facts, authorise
from models.review import Case, Decision, DecisionKind, Flag, FlagSource, Queue, Report, ReportReason, TargetKind
from models.sanctions import Sanction, SanctionKind
from models.streams import Event
from models.suppression import Breakdown, TypicalTime, breakdown, shown, typical_time
from moderation.review import AWAITING_REVIEW, QUEUE_OF_LABEL

Found = Row[*tuple[Any, ...]]
LOOKED_FOR = timedelta(days=92)  # before a month: what was held then and may have been seen first in it

# The parts of every breakdown, in the order in which they are shown.
PARTS: Mapping[str, Sequence[str]] = {
    "sources": tuple(FlagSource),
    "labels": tuple(QUEUE_OF_LABEL),
    "queues": tuple(Queue),
    "reasons": tuple(ReportReason),
    "decisions": tuple(DecisionKind),
    "closed": tuple(Queue),
    "held": ("looked_at_first", "for_its_words"),
    "sanctions": tuple(SanctionKind),
    "appeals": (AppealState.UPHELD, AppealState.OVERTURNED, AppealState.WITHDRAWN),
}
COUNTS = ("hidden_meanwhile", "put_right", "appeals_made")


@dataclass(frozen=True, kw_only=True)
class QueueTimes:
    """Of the cases of one queue that were closed. `in_time`: how many of a hundred within the target; None: too few."""

    until_decision: TypicalTime
    in_time: int | None


@dataclass(kw_only=True)
class ModerationMonth:
    """One month. None is a small number, or one that would give a small number away."""

    month: Month
    parts: dict[str, Breakdown] = field(default_factory=dict)
    counts: dict[str, int | None] = field(default_factory=dict)
    queues: dict[str, QueueTimes] = field(default_factory=dict)
    until_held_seen: TypicalTime = field(default_factory=lambda: typical_time([]))


def moderation_report(
    session: Session, actor: Person, *, first: str, last: str, zone: str, now: datetime
) -> Sequence[ModerationMonth]:
    """Finished months from `first` to `last` (2026-11), at most 12. Raises Forbidden, Invalid."""
    authorise("report.read", actor, Facts())
    return moderation_months(session, finished_months(first, last, zone, now))


def moderation_months(session: Session, months: Sequence[Month]) -> Sequence[ModerationMonth]:
    """In one query for each of FIGURES, however many months they are."""
    found = [ModerationMonth(month=month) for month in months]
    if found:
        for count in FIGURES:
            count(session, found)
    return found


def _opened(session: Session, months: Sequence[ModerationMonth]) -> None:
    """Cases that were opened: by what, and by the gravest of what was found or reported then."""
    rows = session.execute(
        select(Case.id, Case.opened_at, Flag.source, Flag.label, Flag.severity)
        .join(Flag, Flag.case_id == Case.id)
        .where(_within(Case.opened_at, months), Flag.created_at <= Case.opened_at)
    ).all()
    first: dict[str, Found] = {}
    for row in rows:
        if row.id not in first or _gravity(row) < _gravity(first[row.id]):
            first[row.id] = row
    for each in months:
        here = [row for row in first.values() if _in(each.month, row.opened_at)]
        each.parts["sources"] = _parts("sources", (row.source.value for row in here))
        each.parts["labels"] = _parts("labels", (row.label for row in here))
        each.parts["queues"] = _parts("queues", (QUEUE_OF_LABEL[row.label].value for row in here))


def _gravity(row: Found) -> tuple[int, int, int]:
    labels = PARTS["labels"]
    return list(Queue).index(QUEUE_OF_LABEL[row.label]), -row.severity, labels.index(row.label)


def _reported(session: Session, months: Sequence[ModerationMonth]) -> None:
    rows = session.execute(select(Report.reason, Report.created_at).where(_within(Report.created_at, months))).all()
    for each in months:
        each.parts["reasons"] = _parts("reasons", (row.reason.value for row in rows if _in(each.month, row.created_at)))


def _decided(session: Session, months: Sequence[ModerationMonth]) -> None:
    """Cases that were closed, how, and how soon; and beside them what was hidden for the time being, and put right later."""
    rows = session.execute(
        select(
            Case.id,
            Case.queue,
            Case.opened_at,
            Case.due_at,
            Case.closed_at,
            Decision.decision,
            Decision.created_at.label("at"),
        )
        .join(Decision, Decision.case_id == Case.id)
        .where(or_(_within(Case.closed_at, months), _within(Decision.created_at, months)))
        .order_by(Decision.created_at, Decision.id)
    ).all()
    closing = {row.id: row for row in rows if row.closed_at is not None and row.at <= row.closed_at}  # the last of them
    for each in months:
        here = [row for row in closing.values() if _in(each.month, row.closed_at)]
        each.parts["decisions"] = _parts("decisions", (row.decision.value for row in here))
        each.parts["closed"] = closed = _parts("closed", (row.queue.value for row in here))
        each.queues = {
            queue.value: _times([row for row in here if row.queue is queue], counted=closed.parts is not None)
            for queue in Queue
        }
        said = [row for row in rows if _in(each.month, row.at)]
        hidden = sum(row.decision is DecisionKind.HIDE for row in said)
        right = sum(row.decision is DecisionKind.RESTORE and _after(row) for row in said)
        each.counts |= {"hidden_meanwhile": shown(hidden), "put_right": shown(right)}


def _after(row: Found) -> bool:
    return row.closed_at is not None and row.at > row.closed_at


def _times(rows: Sequence[Found], *, counted: bool) -> QueueTimes:
    """`counted`: how many there are may be known, and so a share of them."""
    late = sum(row.closed_at > row.due_at for row in rows)
    split = breakdown({"in_time": len(rows) - late, "late": late})
    known = counted and rows and split.parts is not None
    return QueueTimes(
        until_decision=typical_time([row.closed_at - row.opened_at for row in rows]),
        in_time=round(100 * (len(rows) - late) / len(rows)) if known else None,
    )


def _held(session: Session, months: Sequence[ModerationMonth]) -> None:
    """Messages that waited for a look before anybody else saw them: why, and how long until somebody had looked.

    One that appeared at once has its event from the moment it was written.
    """
    looked = select(func.min(Decision.created_at)).where(Decision.case_id == Case.id).correlate(Case).scalar_subquery()
    why = select(func.count(Flag.id)).where(Flag.case_id == Case.id, Flag.created_at <= Case.opened_at)
    for_words = why.where(Flag.label != AWAITING_REVIEW).correlate(Case).scalar_subquery()
    since, until = months[0].month.since, months[-1].month.until
    rows = session.execute(
        select(Message.created_at, looked.label("looked_at"), for_words.label("for_words"))
        .join(Case, and_(Case.message_id == Message.id, Case.target_kind == TargetKind.MESSAGE))
        .outerjoin(Event, and_(Event.stream_id == cast(Message.conversation_id, String), Event.seq == Message.seq))
        .where(
            Case.opened_at >= since - LOOKED_FOR,
            Case.opened_at < until,
            Case.opened_at == Message.created_at,
            or_(Message.seq.is_(None), Event.created_at > Message.created_at),
        )
    ).all()
    for each in months:
        written = [row for row in rows if _in(each.month, row.created_at)]
        why_held = ("for_its_words" if row.for_words else "looked_at_first" for row in written)
        split = _parts("held", why_held)
        each.parts["held"] = split if split.parts is not None else Breakdown(total=None, parts=None)
        seen = [row.looked_at - row.created_at for row in rows if _in(each.month, row.looked_at)]
        each.until_held_seen = typical_time(seen)


def _sanctioned(session: Session, months: Sequence[ModerationMonth]) -> None:
    rows = session.execute(select(Sanction.kind, Sanction.imposed_at).where(_within(Sanction.imposed_at, months))).all()
    for each in months:
        each.parts["sanctions"] = _parts("sanctions", (row.kind.value for row in rows if _in(each.month, row.imposed_at)))


def _appealed(session: Session, months: Sequence[ModerationMonth]) -> None:
    """Appeals that were made, and what became of those that were over then."""
    rows = session.execute(
        select(Appeal.state, Appeal.made_at, Appeal.closed_at).where(
            or_(_within(Appeal.made_at, months), _within(Appeal.closed_at, months))
        )
    ).all()
    for each in months:
        over = [row for row in rows if _in(each.month, row.closed_at)]
        each.parts["appeals"] = _parts("appeals", (row.state.value for row in over))
        each.counts["appeals_made"] = shown(sum(_in(each.month, row.made_at) for row in rows))


# Each adds its figures to every month.
FIGURES: Sequence[Callable[[Session, Sequence[ModerationMonth]], None]] = (
    _opened,
    _reported,
    _decided,
    _held,
    _sanctioned,
    _appealed,
)


def _parts(name: str, found: Iterable[str]) -> Breakdown:
    counts = Counter(found)
    return breakdown({str(part): counts[part] for part in PARTS[name]})


def _within(column: Any, months: Sequence[ModerationMonth]) -> ColumnElement[bool]:
    return and_(column >= months[0].month.since, column < months[-1].month.until)


def _in(month: Month, at: datetime | None) -> bool:
    return at is not None and month.since <= at < month.until
