"""What those at the review desk looked at: for themselves, and for supervisors. In no report of the service."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from models.contact_windows import zone_of
from models.debriefs import DebriefRequest, DebriefState
from models.exposure import (
    THERE,
    Allowance,
    AtDesk,
    Blur,
    CareKind,
    DeskCare,
    Exposure,
    May,
    Shift,
    allowance,
    current_cap,
    rest_suggested,
)
from models.people import Person, PersonState
from models.policy import JUDGES
from models.review import Flag
from models.roles import Role
from server.queries.paging import Page, itself, page_by_id

WEEK, FOUR_WEEKS = timedelta(days=7), timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Cases looked at with their text, those that are severe by themselves."""

    severe: int
    ordinary: int


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What somebody at the desk sees of themselves."""

    today: Looks
    this_shift: Looks
    last_7_days: Looks
    cap: int
    allowance: Allowance
    rest_suggested: bool
    debrief_offered: bool


@dataclass(frozen=True, kw_only=True)
class ModeratorFigures:
    """One moderator, for supervisors. Nothing in it says what they passed on or left to others."""

    person: Person
    last_7_days: Looks
    last_28_days: Looks
    care: Mapping[CareKind, int]
    debriefs_asked: int
    debriefs_held: int


def flags_of(session: Session, case_id: str) -> Sequence[Flag]:
    return session.scalars(select(Flag).where(Flag.case_id == case_id)).all()


def blur_of(session: Session, person_id: str) -> Blur:
    """What is covered for them; severe cases alone, unless they said otherwise."""
    return session.scalars(select(AtDesk.blur).where(AtDesk.person_id == person_id)).one_or_none() or Blur.SEVERE


def find_exposure(session: Session, here: AtDesk, case_id: str) -> Exposure | None:
    """That they looked at this case in the shift they are in."""
    mine = (Exposure.moderator_id == here.person_id) & (Exposure.shift_at == here.began_at)
    return session.scalars(select(Exposure).where(mine, Exposure.case_id == case_id)).one_or_none()


def shift_of(session: Session, here: AtDesk | None, *, now: datetime) -> Shift:
    """An empty one for whoever was not at the desk lately."""
    if here is None or not here.in_shift(now):
        return Shift()
    query = select(func.count(), func.coalesce(func.sum(cast(Exposure.beyond, Integer)), 0)).where(
        Exposure.moderator_id == here.person_id, Exposure.shift_at == here.began_at, Exposure.severe.is_(True)
    )
    total, beyond = session.execute(query).one()
    return Shift(began_at=here.began_at, seen=total - beyond, beyond=beyond, hard_at=here.hard_at)


def somebody_else_there(session: Session, actor_id: str, parties: Collection[str], *, now: datetime) -> bool:
    """Whether another who may judge this case did something at the desk just now and has something hard left to them."""
    query = (
        select(AtDesk)
        .join(Person, Person.id == AtDesk.person_id)
        .where(
            AtDesk.active_at > now - THERE,
            AtDesk.person_id.not_in([actor_id, *parties]),
            Person.role.in_(JUDGES),
            Person.state == PersonState.ACTIVE,
        )
    )
    cap = current_cap()
    return any(
        allowance(shift_of(session, other, now=now), cap=cap, now=now).may is May.LOOK for other in session.scalars(query)
    )


def has_care(session: Session, here: AtDesk, kind: CareKind, case_id: str | None = None) -> bool:
    """Whether this was done for them in this shift; for one case, if it is named."""
    query = select(DeskCare.id).where(
        DeskCare.moderator_id == here.person_id, DeskCare.kind == kind, DeskCare.shift_at == here.began_at
    )
    if case_id is not None:
        query = query.where(DeskCare.case_id == case_id)
    return session.scalars(query.limit(1)).first() is not None


def was_offered(session: Session, person_id: str, case_id: str) -> bool:
    """Whether they were offered a debrief about this case, in whatever shift."""
    mine = (DeskCare.moderator_id == person_id) & (DeskCare.kind == CareKind.DEBRIEF_OFFERED)
    return session.scalars(select(DeskCare.id).where(mine, DeskCare.case_id == case_id).limit(1)).first() is not None


def others_of_role(session: Session, role: Role, person_id: str) -> Sequence[str]:
    """Everybody else of this role whose account is in use."""
    query = select(Person.id).where(Person.role == role, Person.state == PersonState.ACTIVE, Person.id != person_id)
    return session.scalars(query.order_by(Person.id)).all()


def count_own(session: Session, person: Person, *, now: datetime) -> Counter:
    """`today` is the day on their own clock."""
    here = session.get(AtDesk, person.id)
    shift, cap = shift_of(session, here, now=now), current_cap()
    midnight = now.astimezone(zone_of(person.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    nothing = Looks(severe=0, ordinary=0)
    return Counter(
        today=_looks(session, person.id, Exposure.seen_at >= midnight),
        this_shift=_looks(session, person.id, Exposure.shift_at == shift.began_at) if shift.began_at else nothing,
        last_7_days=_looks(session, person.id, Exposure.seen_at > now - WEEK),
        cap=cap,
        allowance=allowance(shift, cap=cap, now=now),
        rest_suggested=rest_suggested(shift, cap=cap, now=now),
        debrief_offered=shift.began_at is not None and _offer_stands(session, person.id, shift.began_at),
    )


def _looks(session: Session, person_id: str, when: Any) -> Looks:
    query = select(Exposure.severe, func.count()).where(Exposure.moderator_id == person_id, when).group_by(Exposure.severe)
    counted = {bool(severe): count for severe, count in session.execute(query)}
    return Looks(severe=counted.get(True, 0), ordinary=counted.get(False, 0))


def _offer_stands(session: Session, person_id: str, shift_at: datetime) -> bool:
    """Offered in this shift, and not asked for since."""
    offered = session.scalar(
        select(func.max(DeskCare.at)).where(
            DeskCare.moderator_id == person_id,
            DeskCare.kind == CareKind.DEBRIEF_OFFERED,
            DeskCare.shift_at == shift_at,
        )
    )
    asked = session.scalar(select(func.max(DebriefRequest.asked_at)).where(DebriefRequest.person_id == person_id))
    return offered is not None and (asked is None or asked < offered)


def list_figures(session: Session, *, limit: int, cursor: str | None, now: datetime) -> Page[ModeratorFigures]:
    """Moderators with an account in use, in the order they came."""
    query: Select[*tuple[Any, ...]] = select(Person).where(Person.role == Role.MODERATOR, Person.state == PersonState.ACTIVE)
    page = page_by_id(session, query, Person, itself, limit=limit, cursor=cursor, oldest_first=True)
    ids = [person.id for person in page.items]
    looks = _looks_of(session, ids, now)
    care = _care_of(session, ids, now)
    asked = _debriefs_of(session, ids, DebriefRequest.asked_at > now - FOUR_WEEKS)
    held = _debriefs_of(
        session, ids, and_(DebriefRequest.state == DebriefState.DONE, DebriefRequest.closed_at > now - FOUR_WEEKS)
    )
    figures = [
        ModeratorFigures(
            person=person,
            last_7_days=_last(looks, person.id, 0),
            last_28_days=_last(looks, person.id, 1),
            care={kind: care.get((person.id, kind), 0) for kind in CareKind},
            debriefs_asked=asked.get(person.id, 0),
            debriefs_held=held.get(person.id, 0),
        )
        for person in page.items
    ]
    return Page(items=figures, next_cursor=page.next_cursor)


def _looks_of(session: Session, ids: Sequence[str], now: datetime) -> dict[tuple[str, bool], tuple[int, int]]:
    """Of 7 and of 28 days, by person and whether severe."""
    late = func.sum(cast(Exposure.seen_at > now - WEEK, Integer))
    query = (
        select(Exposure.moderator_id, Exposure.severe, late, func.count())
        .where(Exposure.moderator_id.in_(ids), Exposure.seen_at > now - FOUR_WEEKS)
        .group_by(Exposure.moderator_id, Exposure.severe)
    )
    return {(person, bool(severe)): (week, month) for person, severe, week, month in session.execute(query)}


def _last(looks: Mapping[tuple[str, bool], tuple[int, int]], person_id: str, which: int) -> Looks:
    counted = {severe: looks.get((person_id, severe), (0, 0))[which] for severe in (True, False)}
    return Looks(severe=counted[True], ordinary=counted[False])


def _care_of(session: Session, ids: Sequence[str], now: datetime) -> dict[tuple[str, CareKind], int]:
    query = (
        select(DeskCare.moderator_id, DeskCare.kind, func.count())
        .where(DeskCare.moderator_id.in_(ids), DeskCare.at > now - FOUR_WEEKS)
        .group_by(DeskCare.moderator_id, DeskCare.kind)
    )
    return {(person, kind): count for person, kind, count in session.execute(query)}


def _debriefs_of(session: Session, ids: Sequence[str], which: Any) -> dict[str, int]:
    query = select(DebriefRequest.person_id, func.count()).where(DebriefRequest.person_id.in_(ids), which)
    return {row[0]: row[1] for row in session.execute(query.group_by(DebriefRequest.person_id))}
