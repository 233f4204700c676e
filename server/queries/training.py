"""What training and supervision is on record of somebody, and whether it lets them take on new carers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from models.contacts import ContactUnavailable
from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.rota import Clearance, ClearanceKind
from models.training import (
    TrainingLapsed,
    TrainingNotice,
    TrainingState,
    required_kinds,
    state_of,
    training_kinds,
    usual_kind,
)

SUPERVISION_LABEL = "Supervision"


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """Of one kind of training, or of supervision (`training` None), what is on record."""

    kind: ClearanceKind
    training: str | None
    label: str
    required: bool
    valid_until: datetime | None
    state: TrainingState


def cleared_until(session: Session, ids: Sequence[str]) -> Mapping[tuple[str, ClearanceKind], datetime]:
    """Until when each has all training that is required, and supervision, on record; what is lacking is left out."""
    required = required_kinds() or [usual_kind()]
    found: dict[tuple[str, ClearanceKind], datetime] = {}
    newest: dict[str, dict[str, datetime]] = {}
    for row in _records(session, ids):
        if row.kind is ClearanceKind.SUPERVISION:
            found[row.person_id, row.kind] = row.valid_until
        else:
            newest.setdefault(row.person_id, {})[row.training or usual_kind()] = row.valid_until
    for person_id, records in newest.items():
        if records.keys() >= set(required):
            found[person_id, ClearanceKind.TRAINING] = min(records[code] for code in required)
    return found


def is_trained(session: Session, person_id: str, now: datetime) -> bool:
    """Whether all training that is required of who takes on carers is on record and has not run out."""
    return session.scalar(select(Person.id).where(Person.id == person_id, trained(now))) is not None


def refuse_untrained(session: Session, worker_id: str, now: datetime, *, by_worker: bool) -> None:
    """A contact does not begin with them. Raises TrainingLapsed to the worker, ContactUnavailable to anybody else."""
    if not is_trained(session, worker_id, now):
        raise TrainingLapsed if by_worker else ContactUnavailable


def trained(now: Any) -> ColumnElement[bool]:
    """For a query of people: as `is_trained`. `now`: a value, or a parameter for one."""
    return and_(true(), *(_has(code, now) for code in required_kinds()))


def _has(code: str, now: Any) -> ColumnElement[bool]:
    """Of the newest record, which alone counts."""
    named = Clearance.training == code
    newest = (
        select(Clearance.valid_until)
        .where(
            Clearance.person_id == Person.id,
            Clearance.kind == ClearanceKind.TRAINING,
            or_(named, Clearance.training.is_(None)) if code == usual_kind() else named,
        )
        .order_by(Clearance.recorded_at.desc(), Clearance.id.desc())
        .limit(1)
    )
    found: ColumnElement[bool] = newest.correlate(Person).scalar_subquery() >= now
    return found


def training_of(session: Session, actor: Person, person_id: str, *, now: datetime) -> Sequence[OnRecord]:
    """Every kind of training there is, then supervision, as it is on record of one person. Raises Forbidden, NotFound."""
    authorise("training.read", actor, Facts(about=person_id))
    person = session.get(Person, person_id)
    if person is None or person.state is PersonState.ERASED:
        raise NotFound
    newest = {
        (row.kind, row.training or usual_kind() if row.kind is ClearanceKind.TRAINING else None): row.valid_until
        for row in _records(session, [person_id])
    }
    return list(_on_record(newest, now))


def _on_record(newest: Mapping[tuple[ClearanceKind, str | None], datetime], now: datetime) -> Iterator[OnRecord]:
    for each in training_kinds():
        until = newest.get((ClearanceKind.TRAINING, each.code))
        yield OnRecord(
            kind=ClearanceKind.TRAINING,
            training=each.code,
            label=each.label,
            required=each.required,
            valid_until=until,
            state=state_of(until, now),
        )
    until = newest.get((ClearanceKind.SUPERVISION, None))
    yield OnRecord(
        kind=ClearanceKind.SUPERVISION,
        training=None,
        label=SUPERVISION_LABEL,
        required=False,
        valid_until=until,
        state=state_of(until, now),
    )


def _records(session: Session, ids: Sequence[str]) -> Sequence[Clearance]:
    """In the order in which they count: one that shortens an earlier one shortens it."""
    return session.scalars(
        select(Clearance).where(Clearance.person_id.in_(ids)).order_by(Clearance.recorded_at, Clearance.id)
    ).all()


def newest_running_out(
    session: Session, *, now: datetime, before: datetime, told: Sequence[timedelta], limit: int
) -> Sequence[Clearance]:
    """Records that run out between `now` and `before`, of which none is newer and whose notice that is due was not given.

    `told`: how long ahead notices are given, the nearest first. Of people whose account is in use.
    """
    due = case(*((Clearance.valid_until <= now + ahead, ahead.days) for ahead in told))
    given = exists().where(TrainingNotice.clearance_id == Clearance.id, TrainingNotice.days <= due)
    return session.scalars(
        select(Clearance)
        .join(Person, Person.id == Clearance.person_id)
        .where(
            Person.state == PersonState.ACTIVE,
            Clearance.valid_until >= now,
            Clearance.valid_until <= before,
            ~exists().where(_followed_by(aliased(Clearance))),
            ~given,
        )
        .order_by(Clearance.valid_until, Clearance.id)
        .limit(limit)
    ).all()


def _followed_by(later: type[Clearance]) -> ColumnElement[bool]:
    """That this is a newer record of the same."""
    usual = usual_kind()
    return and_(
        later.person_id == Clearance.person_id,
        later.kind == Clearance.kind,
        func.coalesce(later.training, usual) == func.coalesce(Clearance.training, usual),
        or_(
            later.recorded_at > Clearance.recorded_at,
            and_(later.recorded_at == Clearance.recorded_at, later.id > Clearance.id),
        ),
    )
