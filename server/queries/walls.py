"""Walls between people who must not meet. Only who declared one and coordinators ever see it."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.contacts import Wall
from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows
from models.prepared import Prepared
from models.roles import Role
from server.queries.paging import Page, page_by_id

CARER, WORKER = aliased(Person), aliased(Person)
WITH_PEOPLE = select(Wall, CARER, WORKER).join(CARER, CARER.id == Wall.carer_id).join(WORKER, WORKER.id == Wall.worker_id)


@dataclass(frozen=True, kw_only=True)
class WallView:
    """A wall with the people on its two sides. `own`: the viewer declared it."""

    wall: Wall
    carer: Person
    worker: Person
    own: bool


def wall_stands(session: Session, one_id: str, other_id: str) -> bool:
    """Whether a wall stands between these two now, whoever declared it and whatever their roles were then."""
    query = select(Wall.id).where(
        or_(
            and_(Wall.carer_id == one_id, Wall.worker_id == other_id),
            and_(Wall.carer_id == other_id, Wall.worker_id == one_id),
        ),
        Wall.withdrawn_at.is_(None),
        Wall.consent_recorded_at.is_(None),
    )
    return session.scalars(query.limit(1)).one_or_none() is not None


def standing_wall(one: Any, other: Any) -> ColumnElement[bool]:
    """For a query: that a wall stands now between the people with these ids (columns or values)."""
    return exists().where(
        or_(and_(Wall.carer_id == one, Wall.worker_id == other), and_(Wall.carer_id == other, Wall.worker_id == one)),
        Wall.withdrawn_at.is_(None),
        Wall.consent_recorded_at.is_(None),
    )


def walled_off(session: Session, person_id: str, others: Collection[str]) -> set[str]:
    """Those of `others` whom a wall keeps from this person now."""
    query = select(Person.id).where(Person.id.in_(list(others)), standing_wall(person_id, Person.id))
    return set(session.scalars(query)) if others else set()


AROUND = Prepared(
    select(Wall.carer_id, Wall.worker_id).where(
        or_(Wall.carer_id == bindparam("one"), Wall.worker_id == bindparam("other")),
        Wall.withdrawn_at.is_(None),
        Wall.consent_recorded_at.is_(None),
    )
)


def all_walled_off(session: Session, person_id: str) -> set[str]:
    """Everybody whom a wall keeps from this person now."""
    rows = AROUND.rows(session, one=person_id, other=person_id)
    return {one if other == person_id else other for one, other in rows}


def get_wall(session: Session, actor: Person, wall_id: str, *, lock: bool = False) -> WallView:
    """A wall that was not withdrawn and that the actor may know of; else NotFound."""
    if lock:
        session.execute(select(Wall.id).where(Wall.id == wall_id).with_for_update())
    query = WITH_PEOPLE.where(Wall.id == wall_id, Wall.withdrawn_at.is_(None))
    row = session.execute(query.execution_options(populate_existing=lock)).one_or_none()
    if row is None or not allows("wall.read", actor, Facts(made_by=row[0].declared_by)):
        raise NotFound
    return _view(actor, *row)


def list_walls(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[WallView]:
    """The actor's own walls, newest first; for a coordinator everybody's. Those withdrawn are left out."""
    query = WITH_PEOPLE.where(Wall.withdrawn_at.is_(None))
    if actor.role is not Role.COORDINATOR:
        query = query.where(Wall.declared_by == actor.id)
    return page_by_id(session, query, Wall, partial(_view, actor), limit=limit, cursor=cursor)


def _view(actor: Person, wall: Wall, carer: Person, worker: Person) -> WallView:
    return WallView(wall=wall, carer=carer, worker=worker, own=wall.declared_by == actor.id)
