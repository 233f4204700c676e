"""The waiting list as each may see it: a carer their own place, coordinators all of it; and whose turn it is.

The order is one: exceptions in the order in which they were made, then everybody by the time they joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contacts import OPEN, Contact, ContactState
from models.errors import NotFound
from models.people import Person, PersonState
from models.roles import Role
from models.waiting import Waiting, WaitingState
from server.queries.openings import openings
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor
from server.queries.training import trained
from server.queries.walls import standing_wall

RANK: ColumnElement[int] = case((Waiting.forward_at.is_not(None), 0), else_=1)
SINCE: ColumnElement[datetime] = func.coalesce(Waiting.forward_at, Waiting.joined_at)
IN_ORDER = (RANK, SINCE, Waiting.id)
WAITS = Waiting.state == WaitingState.WAITING
OFFERED = exists().where(Contact.id == Waiting.offer_id, Contact.state == ContactState.REQUESTED)


@dataclass(frozen=True, kw_only=True)
class WaitingView:
    """A place on the list. `place` counts from 1; `exceptions_ahead`: of those before, whom a coordinator let go first."""

    waiting: Waiting
    carer: Person
    place: int
    total: int
    exceptions_ahead: int
    offer_id: str | None


def find_waiting(session: Session, carer_id: str) -> Waiting | None:
    """This carer's place, if they wait."""
    return session.scalars(select(Waiting).where(WAITS, Waiting.carer_id == carer_id)).one_or_none()


def lock_waiting(session: Session, waiting_id: str) -> Waiting:
    """Raises NotFound."""
    query = select(Waiting).where(Waiting.id == waiting_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def before(waiting: Waiting) -> ColumnElement[bool]:
    """For a query: that they come before this one."""
    if waiting.forward_at is None:
        rank, since = 1, waiting.joined_at
    else:
        rank, since = 0, waiting.forward_at
    later = or_(since > SINCE, and_(SINCE.in_([since]), Waiting.id < waiting.id))
    return or_(rank > RANK, and_(RANK.in_([rank]), later))


def others_first(session: Session, waiting: Waiting) -> int:
    """How many wait before this one whom no worker has been asked for."""
    return session.scalar(select(func.count()).where(WAITS, before(waiting), ~OFFERED)) or 0


def view_waiting(session: Session, waiting: Waiting) -> WaitingView:
    ahead, exceptions = session.execute(
        select(func.count(), func.count(Waiting.forward_at)).where(WAITS, before(waiting))
    ).one()
    return WaitingView(
        waiting=waiting,
        carer=session.get_one(Person, waiting.carer_id),
        place=ahead + 1,
        total=session.scalar(select(func.count()).where(WAITS)) or 0,
        exceptions_ahead=exceptions,
        offer_id=waiting.offer_id if session.scalar(select(Waiting.id).where(Waiting.id == waiting.id, OFFERED)) else None,
    )


def list_waiting(session: Session, *, limit: int, cursor: str | None) -> Page[WaitingView]:
    """Everybody who waits, whose turn is next first."""
    query = select(Waiting, Person, OFFERED.label("offered")).join(Person, Person.id == Waiting.carer_id).where(WAITS)
    ahead, exceptions = 0, 0
    after = decode_cursor(cursor, as_id)
    last = session.get(Waiting, after[0]) if after is not None else None
    if last is not None:
        earlier = or_(before(last), Waiting.id == last.id)
        ahead, exceptions = session.execute(select(func.count(), func.count(Waiting.forward_at)).where(WAITS, earlier)).one()
        query = query.where(~earlier)
    rows = session.execute(query.order_by(*IN_ORDER).limit(limit + 1)).all()
    total = session.scalar(select(func.count()).where(WAITS)) or 0
    items = []
    for place, (waiting, carer, offered) in enumerate(rows[:limit], start=ahead + 1):
        items.append(
            WaitingView(
                waiting=waiting,
                carer=carer,
                place=place,
                total=total,
                exceptions_ahead=exceptions,
                offer_id=waiting.offer_id if offered else None,
            )
        )
        exceptions += waiting.forward_at is not None
    more = len(rows) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].waiting.id) if more else None)


def next_for(session: Session, worker_id: str, *, most_requests: int, most_contacts: int) -> Waiting | None:
    """Whose turn it is for this worker. A wall, or that they did not find together before, lets them wait for another."""
    carer, open_of, pair = aliased(Person), aliased(Contact), aliased(Contact)

    def count(state: ContactState) -> ColumnElement[int]:
        mine = (open_of.carer_id == Waiting.carer_id, open_of.state == state)
        return select(func.count(open_of.id)).where(*mine).scalar_subquery()

    together = exists().where(
        pair.carer_id == Waiting.carer_id,
        pair.worker_id == worker_id,
        or_(pair.state.in_(OPEN), pair.created_at >= Waiting.joined_at),
    )
    query = (
        select(Waiting)
        .join(carer, carer.id == Waiting.carer_id)
        .where(
            WAITS,
            ~OFFERED,
            carer.state == PersonState.ACTIVE,
            carer.role == Role.CARER,
            ~standing_wall(Waiting.carer_id, worker_id),
            ~together,
            count(ContactState.REQUESTED) < most_requests,
            count(ContactState.ACCEPTED) < most_contacts,
        )
    )
    return session.scalars(query.order_by(*IN_ORDER).limit(1)).one_or_none()


def workers_with_room(session: Session, now: datetime) -> Sequence[str]:
    """Carer peer workers who take on more than have asked them already, the freest first. Nobody while nobody waits."""
    if session.scalar(select(Waiting.id).where(WAITS, ~OFFERED).limit(1)) is None:
        return []
    workers = session.scalars(
        select(Person.id).where(Person.role == Role.CARER_PEER_WORKER, Person.state == PersonState.ACTIVE, trained(now))
    ).all()
    free = rooms(session, workers, now)
    return sorted((worker for worker in workers if free[worker] > 0), key=lambda worker: (-free[worker], worker))


def rooms(session: Session, worker_ids: Sequence[str], now: datetime) -> dict[str, int]:
    """How many more each of them could be asked for."""
    asked: dict[str, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Contact.worker_id, func.count())
            .where(Contact.state == ContactState.REQUESTED, Contact.worker_id.in_(worker_ids))
            .group_by(Contact.worker_id)
        )
    }
    found = openings(session, worker_ids, now)
    return {each: found[each].places_left - asked.get(each, 0) if found[each].takes_new else 0 for each in worker_ids}
