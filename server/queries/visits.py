"""Visits of supervisors to one-to-ones: whose business one is, and the locks under which it changes.

Lock order: people, the conversation's stream, then its visit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, bindparam, or_, select
from sqlalchemy.orm import Session

from models.contacts import Contact
from models.conversations import Conversation, Membership
from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.prepared import Prepared
from models.roles import Role
from models.streams import lock_stream
from models.visits import LIVE_VISITS, Visit
from server.queries.paging import Page, itself, page_by_id


@dataclass(frozen=True, kw_only=True)
class VisitView:
    """A visit with who comes, and the contact whose conversation it is to."""

    visit: Visit
    supervisor: Person
    contact: Contact


WITH_CONTACT = (
    select(Visit, Person, Contact)
    .join(Person, Person.id == Visit.supervisor_id)
    .join(Contact, Contact.conversation_id == Visit.conversation_id)
)


def get_visit(session: Session, actor: Person, visit_id: str, *, lock: bool = False) -> VisitView:
    """A visit that is this person's business; else NotFound. `lock`: its conversation and it stay as they are."""
    row = session.execute(WITH_CONTACT.where(Visit.id == visit_id)).one_or_none()
    if row is None or not allows("visit.read", actor, Facts(visit=row[0], contact=row[2])):
        raise NotFound
    if lock:
        lock_visit(session, row[0])
    return VisitView(visit=row[0], supervisor=row[1], contact=row[2])


def lock_visit(session: Session, visit: Visit) -> None:
    lock_stream(session, visit.conversation_id)
    session.refresh(visit, with_for_update=True)


def visited_facts(session: Session, actor: Person, conversation_id: str) -> Facts:
    """A one-to-one as somebody stands to it who asks for a visit. Raises NotFound, also for another conversation."""
    row = session.execute(
        select(Conversation, Contact)
        .join(Contact, Contact.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
    ).one_or_none()
    membership = session.get(Membership, (conversation_id, actor.id))
    inside = membership is not None and membership.active
    if row is None or not (inside or actor.role is Role.SUPERVISOR):
        raise NotFound
    return Facts(conversation=row[0], contact=row[1], membership=membership)


def find_live_visit(session: Session, conversation_id: str) -> Visit | None:
    """The visit to this conversation that was asked for or goes on, if any."""
    return session.scalars(_live(Visit.conversation_id == conversation_id)).one_or_none()


def live_visits_around(session: Session, person_id: str) -> Sequence[Visit]:
    """Visits by this person or to a one-to-one of theirs, in the order in which conversations are locked."""
    theirs = select(Contact.conversation_id).where(or_(Contact.carer_id == person_id, Contact.worker_id == person_id))
    return session.scalars(_live(or_(Visit.supervisor_id == person_id, Visit.conversation_id.in_(theirs)))).all()


DUE = Prepared(
    select(Visit.id)
    .where(Visit.state.in_(LIVE_VISITS), Visit.due_at <= bindparam("now"))
    .order_by(Visit.due_at)
    .limit(bindparam("limit", type_=Integer))
)


def due_visits(session: Session, *, at: datetime, limit: int) -> Sequence[str]:
    """Ids of those that are over by the clock and not yet in their rows, the longest over first."""
    return [visit_id for (visit_id,) in DUE.rows(session, now=at, limit=limit)]


def _live(where: ColumnElement[bool]):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a query of visits
    return select(Visit).where(where, Visit.state.in_(LIVE_VISITS)).order_by(Visit.conversation_id)


def list_visits(
    session: Session, actor: Person, *, conversation_id: str | None, limit: int, cursor: str | None
) -> Page[VisitView]:
    """Visits that are the actor's business, newest first; to one conversation, if it is named."""
    mine = or_(Contact.carer_id == actor.id, Contact.worker_id == actor.id, Visit.supervisor_id == actor.id)
    query = WITH_CONTACT.where(mine)
    if conversation_id is not None:
        query = query.where(Visit.conversation_id == conversation_id)

    def show(visit: Visit, supervisor: Person, contact: Contact) -> VisitView:
        return VisitView(visit=visit, supervisor=supervisor, contact=contact)

    return page_by_id(session, query, Visit, show, limit=limit, cursor=cursor)


def list_supervisors(session: Session, *, limit: int, cursor: str | None) -> Page[Person]:
    """Whom a worker may ask, in the order of their ids."""
    query = select(Person).where(Person.role == Role.SUPERVISOR, Person.state == PersonState.ACTIVE)
    return page_by_id(session, query, Person, itself, limit=limit, cursor=cursor, oldest_first=True)
