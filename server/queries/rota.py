"""Who is on the crisis rota, and when: the plan as the database has it, given to the resolver."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.people import Person, PersonState
from models.recurrence import Recurrence
from models.rota import (
    LAYER_ROLES,
    Layer,
    Leave,
    OpeningRule,
    RotaKind,
    RotaOverride,
    RotaState,
    RotaVersion,
    ShiftRule,
    ShiftRulePerson,
)
from models.rota_resolver import LAYERS, Absence, Change, Plan, Rule, Schedule, Span, resolve

# More than the longest shift on either side of a moment, so that a shift is seen whole.
AROUND = timedelta(days=3)
FARTHEST_BACK, FARTHEST_AHEAD = timedelta(days=8 * 366), timedelta(days=2 * 366)
NEWEST = datetime.max.replace(tzinfo=UTC)  # when a draft would be published, among those that are

Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """`since` and `until` are those of the shift, which is how it is told from others of the same person and layer."""

    person_id: str
    layer: Layer
    since: datetime
    until: datetime


def on_duty(session: Session, *, at: datetime) -> Sequence[OnDuty]:
    """Everybody on at this moment, ordered by layer (primary, backup, supervisor), then since, then id.

    Only people whose account is active and whose role is that of the layer now, whatever was so when it was published.
    """
    spans = resolve(load_plan(session, at - AROUND, at + AROUND, now=at - AROUND), at - AROUND, at + AROUND)
    there = [
        OnDuty(person_id=span.person_id, layer=span.layer, since=span.since, until=span.until)
        for span in spans
        if span.since <= at < span.until
    ]
    return sorted(there, key=lambda one: (LAYERS.index(one.layer), one.since, one.person_id))


def shift_at(session: Session, layer: Layer, person_id: str, at: datetime) -> Span | None:
    """The whole shift of theirs that covers this moment."""
    for each in on_duty(session, at=at):
        if (each.layer, each.person_id) == (layer, person_id):
            return Span(layer=layer, person_id=person_id, since=each.since, until=each.until)
    return None


def load_plan(
    session: Session, since: datetime, until: datetime, *, now: datetime | None, also: RotaVersion | None = None
) -> Plan:
    """All that bears on [since, until). From `now` on, nobody is in it whose account or role does not let them be;
    None: everybody is, to be looked at.

    `also`: a draft to be looked at as if it had been published after all others.
    """
    schedules = load_schedules(session, _versions(session, since, until, also))
    overrides = session.scalars(
        select(RotaOverride)
        .where(RotaOverride.withdrawn_at.is_(None), RotaOverride.until > since, RotaOverride.since < until)
        .order_by(RotaOverride.made_at, RotaOverride.id)
    ).all()
    leaves = session.scalars(
        select(Leave).where(Leave.withdrawn_at.is_(None), Leave.until > since, Leave.since < until)
    ).all()
    changes = [
        Change(
            kind=row.kind,
            layer=row.layer,
            since=row.since,
            until=row.until,
            person_id=row.person_id,
            replaced_id=row.replaced_id,
        )
        for row in overrides
    ]
    away = [Absence(person_id=row.person_id, since=row.since, until=row.until) for row in leaves]
    if now is None:
        return Plan(schedules=schedules, changes=changes, absences=away)
    named = {who for schedule in schedules for rule in schedule.rules for who in rule.people}
    named |= {change.person_id for change in changes}
    return Plan(schedules=schedules, changes=changes, absences=[*away, *_barred(session, named, now)])


def _versions(session: Session, since: datetime, until: datetime, also: RotaVersion | None) -> Sequence[RotaVersion]:
    """Temporary ones with a part in the window, regular ones that begin in it, and the regular ones it begins with."""
    published = select(RotaVersion).where(RotaVersion.state == RotaState.PUBLISHED)
    regular, temporary = RotaVersion.kind == RotaKind.REGULAR, RotaVersion.kind == RotaKind.TEMPORARY
    running = published.where(regular, RotaVersion.starts_at <= since).order_by(
        RotaVersion.starts_at.desc(), RotaVersion.published_at.desc()
    )
    found = [
        *session.scalars(running.limit(1)),
        *session.scalars(published.where(regular, RotaVersion.starts_at > since, RotaVersion.starts_at < until)),
        *session.scalars(published.where(temporary, RotaVersion.starts_at < until, RotaVersion.ends_at > since)),
    ]
    return found if also is None else [*found, also]


def load_schedules(session: Session, versions: Sequence[RotaVersion]) -> list[Schedule]:
    ids = [version.id for version in versions]
    rules = _grouped(session, select(ShiftRule).where(ShiftRule.rota_id.in_(ids)).order_by(ShiftRule.place), "rota_id")
    opening = _grouped(
        session, select(OpeningRule).where(OpeningRule.rota_id.in_(ids)).order_by(OpeningRule.place), "rota_id"
    )
    turns = _grouped(
        session,
        select(ShiftRulePerson)
        .join(ShiftRule, ShiftRule.id == ShiftRulePerson.rule_id)
        .where(ShiftRule.rota_id.in_(ids))
        .order_by(ShiftRulePerson.place),
        "rule_id",
    )
    return [
        Schedule(
            kind=version.kind,
            since=version.starts_at,
            until=version.ends_at,
            published_at=version.published_at or NEWEST,
            rules=tuple(
                Rule(
                    layer=row.layer,
                    when=recurrence_of(row),
                    people=tuple(each.person_id for each in turns[row.id]),
                    turn=row.turn,
                )
                for row in rules[version.id]
            ),
            opening=tuple(recurrence_of(row) for row in opening[version.id]),
        )
        for version in versions
    ]


def _grouped(session: Session, query: Any, by: str) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.scalars(query):
        found[getattr(row, by)].append(row)
    return found


def recurrence_of(row: ShiftRule | OpeningRule) -> Recurrence:
    """As it was checked when it was written."""
    return Recurrence(zone=row.zone, starts=datetime.fromisoformat(row.starts), minutes=row.minutes, rule=row.rrule)


def _barred(session: Session, people: Iterable[str], now: datetime) -> list[Absence]:
    rows = session.execute(select(Person.id, Person.role, Person.state).where(Person.id.in_(sorted(people))))
    return [
        Absence(person_id=row.id, since=now, layer=layer)
        for row in rows
        for layer in LAYERS
        if row.state is not PersonState.ACTIVE or row.role is not LAYER_ROLES[layer]
    ]


def people_by_id(session: Session, ids: Iterable[str]) -> Mapping[str, Person]:
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(sorted(set(ids)))))}


def refuse_far(field: str, at: datetime, now: datetime) -> None:
    """Rules are worked out from their first start on: what is asked for may not be as far away as somebody likes.

    Raises Invalid.
    """
    if not now - FARTHEST_BACK <= at <= now + FARTHEST_AHEAD:
        raise Invalid(errors={field: ["Too far from now."]})


def spans_between(session: Session, since: datetime, until: datetime, *, now: datetime) -> list[Span]:
    """Who is on in [since, until). Raises Invalid where that is too far away."""
    refuse_far("from", since, now)
    refuse_far("to", until, now)
    return resolve(load_plan(session, since, until, now=now), since, until)
