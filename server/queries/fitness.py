"""What is on record about who could be on the rota, and what stands against those who are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.fitness import Problem, Record, could_fill, problems
from models.notifications import CONFIRMED_LASTS, PushSubscription
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.rota import LAYER_ROLES, ClearanceKind, Layer
from models.rota_resolver import Gap, Plan, gaps, resolve
from server.queries.rota import AROUND, load_plan
from server.queries.training import cleared_until

BEFORE = timedelta(days=8)  # how far back shifts count for rest and weekly hours
MOST_CANDIDATES = 100


def load_records(session: Session, people: Iterable[str], *, now: datetime) -> dict[str, Record]:
    ids = sorted(set(people))
    cleared = cleared_until(session, ids)
    pageable = set(
        session.scalars(
            select(PushSubscription.person_id).where(
                PushSubscription.person_id.in_(ids), PushSubscription.confirmed_at > now - CONFIRMED_LASTS
            )
        )
    )
    rows = session.execute(select(Person.id, Person.role, Person.state).where(Person.id.in_(ids)))
    return {
        row.id: Record(
            role=row.role,
            state=row.state,
            trained_until=cleared.get((row.id, ClearanceKind.TRAINING)),
            supervised_until=cleared.get((row.id, ClearanceKind.SUPERVISION)),
            pageable=row.id in pageable,
        )
        for row in rows
    }


def find_problems(
    session: Session, plan: Plan, since: datetime, until: datetime, *, now: datetime, people: Iterable[str] | None = None
) -> list[Problem]:
    """What stands against the shifts of a plan in [since, until): of everybody, or of these people.

    The plan must reach from `BEFORE` before to `AROUND` after, or rest and hours at its edges go unseen.
    """
    asked = None if people is None else set(people)
    spans = [span for span in resolve(plan, since - BEFORE, until + AROUND) if asked is None or span.person_id in asked]
    records = load_records(session, {span.person_id for span in spans}, now=now)
    return [problem for problem in problems(spans, records, since) if problem.since < until]


@dataclass(frozen=True, kw_only=True)
class Fillable:
    """A gap and everybody who could be on for the whole of it, in the order of their names."""

    gap: Gap
    could_fill: Sequence[str]


def find_gaps(session: Session, actor: Person, since: datetime, until: datetime, *, now: datetime) -> list[Fillable]:
    """What is open in [since, until). Who does not plan the rota sees of those who could fill it only themselves."""
    planning = allows("rota.edit", actor, Facts())
    plan = load_plan(session, since - BEFORE, until + BEFORE, now=now)
    found = gaps(plan, since, until)
    spans = resolve(plan, since - BEFORE, until + BEFORE) if found else []
    records = {layer: _candidates(session, layer, now) for layer in {gap.layer for gap in found}}
    return [
        Fillable(
            gap=gap,
            could_fill=[
                person_id
                for person_id in could_fill(gap, spans, plan.absences, records[gap.layer])
                if planning or person_id == actor.id
            ],
        )
        for gap in found
    ]


def _candidates(session: Session, layer: Layer, now: datetime) -> Mapping[str, Record]:
    people = session.scalars(
        select(Person.id)
        .where(Person.role == LAYER_ROLES[layer], Person.state == PersonState.ACTIVE)
        .order_by(Person.display_name, Person.id)
        .limit(MOST_CANDIDATES)
    ).all()
    records = load_records(session, people, now=now)
    return {person_id: records[person_id] for person_id in people}
