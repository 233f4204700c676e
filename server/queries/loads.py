"""What workers carry: to each of them their own, and everybody's to who looks after them, by name and never as a ranking."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.contact_windows import Stretch, open_stretches, zone_of
from models.contacts import Contact, ContactState
from models.loads import WEEK, Hours, hours_of_week, week_of
from models.openings import TAKES_CARERS, AfterHours, ContactTerms, current_limits
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.rota_resolver import resolve
from server.queries.openings import Opening, leaves, openings
from server.queries.paging import Page, as_id, as_text, decode_cursor, encode_cursor
from server.queries.rota import load_plan

AROUND = timedelta(days=2)  # more than any zone is off: where somebody's week begins


@dataclass(frozen=True, kw_only=True)
class Load:
    """`after_hours`: messages they wrote outside their windows in this week. `timezone`: whose week it is."""

    person: Person
    timezone: str
    contacts: int
    waiting: int
    capacity: int
    paused: bool
    windows_named: bool
    opening: Opening
    hours: Hours
    after_hours: int


def own_load(session: Session, actor: Person, *, now: datetime) -> Load:
    authorise("load.read", actor, Facts())
    return _loads(session, [actor], now)[0]


def list_loads(session: Session, actor: Person, *, limit: int, cursor: str | None, now: datetime) -> Page[Load]:
    """Everybody who takes carers, in the order of their names; as many queries however many they are."""
    authorise("load.list", actor, Facts())
    query = select(Person).where(Person.role.in_(TAKES_CARERS), Person.state == PersonState.ACTIVE)
    after = decode_cursor(cursor, as_text, as_id)
    if after is not None:
        name, person_id = after
        later = (Person.display_name == name) & (Person.id > person_id)
        query = query.where(or_(Person.display_name > name, later))
    people = session.scalars(query.order_by(Person.display_name, Person.id).limit(limit + 1)).all()
    more = len(people) > limit
    last = people[limit - 1] if more else None
    return Page(
        items=_loads(session, people[:limit], now),
        next_cursor=encode_cursor(last.display_name, last.id) if last is not None else None,
    )


def _loads(session: Session, people: Sequence[Person], now: datetime) -> list[Load]:
    ids = [person.id for person in people]
    since, until = now - WEEK - AROUND, now + WEEK + AROUND
    terms = {row.person_id: row for row in session.scalars(select(ContactTerms).where(ContactTerms.person_id.in_(ids)))}
    away = leaves(session, ids, since, until)
    plan = load_plan(session, since, until, now=now)
    shifts: dict[str, list[Stretch]] = {}
    for span in resolve(plan, since, until):
        shifts.setdefault(span.person_id, []).append((span.since, span.until))
    facts = _Facts(
        openings=openings(session, ids, now),
        contacts=_contacts(session, ids),
        after_hours=_after_hours(session, ids, since),
    )
    return [
        _load(person, terms.get(person.id), away.get(person.id, ()), shifts.get(person.id, ()), facts, now)
        for person in people
    ]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    openings: Mapping[str, Opening]
    contacts: Mapping[tuple[str, ContactState], int]
    after_hours: Mapping[str, Sequence[Any]]


def _load(
    person: Person,
    terms: ContactTerms | None,
    away: Sequence[Stretch],
    shifts: Sequence[Stretch],
    facts: _Facts,
    now: datetime,
) -> Load:
    usual = current_limits()
    timezone = terms.zone if terms is not None else person.timezone
    zone = zone_of(timezone)
    week = week_of(zone, now)
    windows = open_stretches(timezone, terms.windows_text, *week, away) if terms is not None else []
    days = week[0].astimezone(zone).date(), week[1].astimezone(zone).date()
    capacity, hours = (terms.capacity, terms.weekly_hours) if terms is not None else (None, None)
    return Load(
        person=person,
        timezone=timezone,
        contacts=facts.contacts.get((person.id, ContactState.ACCEPTED), 0),
        waiting=facts.contacts.get((person.id, ContactState.REQUESTED), 0),
        capacity=usual.capacity if capacity is None else capacity,
        paused=terms is not None and terms.paused_at is not None,
        windows_named=bool(terms is not None and terms.windows_text),
        opening=facts.openings[person.id],
        hours=hours_of_week(week, windows, shifts, most_hours=usual.weekly_hours if hours is None else hours),
        after_hours=sum(row.messages for row in facts.after_hours.get(person.id, ()) if days[0] <= row.day < days[1]),
    )


def _contacts(session: Session, ids: Collection[str]) -> Mapping[tuple[str, ContactState], int]:
    query = select(Contact.worker_id, Contact.state, func.count()).where(
        Contact.worker_id.in_(ids), Contact.state.in_([ContactState.ACCEPTED, ContactState.REQUESTED])
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query.group_by(Contact.worker_id, Contact.state))}


def _after_hours(session: Session, ids: Collection[str], since: datetime) -> Mapping[str, Sequence[AfterHours]]:
    query = select(AfterHours).where(AfterHours.person_id.in_(ids), AfterHours.day >= since.date())
    found: dict[str, list[AfterHours]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person_id, []).append(row)
    return found
