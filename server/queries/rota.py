"""Who is on the crisis rota, and when: the plan as the database has it, given to the resolver."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.people import Person, PersonState
from models.prepared import Prepared
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


# The plan is read with every page, and every few seconds by every process: prepared.
_SINCE: BindParameter[Any] = bindparam("since")
_UNTIL: BindParameter[Any] = bindparam("until")
_ROTAS: BindParameter[Any] = bindparam("rotas")
_PUBLISHED = select(RotaVersion).where(RotaVersion.state == RotaState.PUBLISHED)
_REGULAR = _PUBLISHED.where(RotaVersion.kind == RotaKind.REGULAR)
RUNNING = Prepared(
    _REGULAR.where(RotaVersion.starts_at <= _SINCE)
    .order_by(RotaVersion.starts_at.desc(), RotaVersion.published_at.desc())
    .limit(1)
)
BEGINNING = Prepared(_REGULAR.where(RotaVersion.starts_at > _SINCE, RotaVersion.starts_at < _UNTIL))
TEMPORARY = Prepared(
    _PUBLISHED.where(RotaVersion.kind == RotaKind.TEMPORARY, RotaVersion.starts_at < _UNTIL, RotaVersion.ends_at > _SINCE)
)
OVERRIDES = Prepared(
    select(RotaOverride)
    .where(RotaOverride.withdrawn_at.is_(None), RotaOverride.until > _SINCE, RotaOverride.since < _UNTIL)
    .order_by(RotaOverride.made_at, RotaOverride.id)
)
LEAVES = Prepared(select(Leave).where(Leave.withdrawn_at.is_(None), Leave.until > _SINCE, Leave.since < _UNTIL))
RULES = Prepared(select(ShiftRule).where(ShiftRule.rota_id.in_(_ROTAS)).order_by(ShiftRule.place))
OPENING = Prepared(select(OpeningRule).where(OpeningRule.rota_id.in_(_ROTAS)).order_by(OpeningRule.place))
TURNS = Prepared(
    select(ShiftRulePerson)
    .join(ShiftRule, ShiftRule.id == ShiftRulePerson.rule_id)
    .where(ShiftRule.rota_id.in_(_ROTAS))
    .order_by(ShiftRulePerson.place)
)
STANDING = Prepared(select(Person.id, Person.role, Person.state).where(Person.id.in_(bindparam("people"))))


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
    changes = [
        Change(
            kind=row.kind,
            layer=row.layer,
            since=row.since,
            until=row.until,
            person_id=row.person_id,
            replaced_id=row.replaced_id,
        )
        for (row,) in OVERRIDES.rows(session, since=since, until=until)
    ]
    leaves = LEAVES.rows(session, since=since, until=until)
    away = [Absence(person_id=row.person_id, since=row.since, until=row.until) for (row,) in leaves]
    if now is None:
        return Plan(schedules=schedules, changes=changes, absences=away)
    named = {who for schedule in schedules for rule in schedule.rules for who in rule.people}
    named |= {change.person_id for change in changes}
    return Plan(schedules=schedules, changes=changes, absences=[*away, *_barred(session, named, now)])


def _versions(session: Session, since: datetime, until: datetime, also: RotaVersion | None) -> Sequence[RotaVersion]:
    """Temporary ones with a part in the window, regular ones that begin in it, and the regular ones it begins with."""
    found = [
        *RUNNING.rows(session, since=since),
        *BEGINNING.rows(session, since=since, until=until),
        *TEMPORARY.rows(session, since=since, until=until),
    ]
    versions = [version for (version,) in found]
    return versions if also is None else [*versions, also]


def load_schedules(session: Session, versions: Sequence[RotaVersion]) -> list[Schedule]:
    ids = [version.id for version in versions]
    rules, opening = (_grouped(session, query, ids, "rota_id") for query in (RULES, OPENING))
    turns = _grouped(session, TURNS, ids, "rule_id")
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


def _grouped(session: Session, query: Prepared, rotas: Sequence[str], by: str) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for (row,) in query.rows(session, rotas=rotas):
        found[getattr(row, by)].append(row)
    return found


def recurrence_of(row: ShiftRule | OpeningRule) -> Recurrence:
    """As it was checked when it was written."""
    return Recurrence(zone=row.zone, starts=datetime.fromisoformat(row.starts), minutes=row.minutes, rule=row.rrule)


def _barred(session: Session, people: Iterable[str], now: datetime) -> list[Absence]:
    return [
        Absence(person_id=person_id, since=now, layer=layer)
        for person_id, role, state in STANDING.rows(session, people=sorted(people))
        for layer in LAYERS
        if state is not PersonState.ACTIVE or role is not LAYER_ROLES[layer]
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
