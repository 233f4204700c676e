"""Who supervises whom, and the sessions of two people as those two may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.roles import Role
from models.supervision import SUPERVISED, Supervised, SupervisionSession, SupervisionState
from server.queries.paging import Page, page_by_id

MOST_SUPERVISED = 200

WORKER, SUPERVISOR = aliased(Person), aliased(Person)
PAIR = (
    select(WORKER, SUPERVISOR)
    .join(Supervised, Supervised.worker_id == WORKER.id)
    .join(SUPERVISOR, SUPERVISOR.id == Supervised.supervisor_id)
    # A relation lasts only while both are what it is between.
    .where(WORKER.role.in_(SUPERVISED), WORKER.state == PersonState.ACTIVE)
    .where(SUPERVISOR.role == Role.SUPERVISOR, SUPERVISOR.state == PersonState.ACTIVE)
)


def supervisor_of(session: Session, worker_id: str, *, hold: bool = False) -> Person | None:
    """Who supervises this worker now; None too when either has another role by now, or is away for good.

    With `hold` it stays so until the transaction ends; asked for before anything that is shared is locked.
    """
    query = PAIR.with_only_columns(SUPERVISOR).where(WORKER.id == worker_id)
    return session.scalars(query.with_for_update(read=True, of=Supervised) if hold else query).one_or_none()


def supervised_by(session: Session, supervisor_id: str) -> Sequence[Person]:
    """Whom this supervisor supervises, by name."""
    query = PAIR.with_only_columns(WORKER).where(SUPERVISOR.id == supervisor_id)
    return session.scalars(query.order_by(WORKER.display_name, WORKER.id).limit(MOST_SUPERVISED)).all()


def supervises(supervisor_id: str, worker_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """That this person supervises whoever the row is of, now."""
    worker = aliased(Person)
    return exists().where(
        Supervised.worker_id == worker_id,
        Supervised.supervisor_id == supervisor_id,
        worker.id == worker_id,
        worker.role.in_(SUPERVISED),
        worker.state == PersonState.ACTIVE,
    )


@dataclass(frozen=True, kw_only=True)
class SessionView:
    session: SupervisionSession
    worker: Person
    supervisor: Person


WITH_BOTH = (
    select(SupervisionSession, WORKER, SUPERVISOR)
    .join(WORKER, WORKER.id == SupervisionSession.worker_id)
    .join(SUPERVISOR, SUPERVISOR.id == SupervisionSession.supervisor_id)
)


def session_facts(found: SupervisionSession) -> Facts:
    return Facts(about=found.worker_id, supervisor_id=found.supervisor_id)


def get_session(session: Session, actor: Person, session_id: str, *, lock: bool = False) -> SessionView:
    """Raises NotFound, also for anybody but the two."""
    query = WITH_BOTH.where(SupervisionSession.id == session_id)
    if lock:
        query = query.with_for_update(of=SupervisionSession).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None or not allows("supervision.read", actor, session_facts(row[0])):
        raise NotFound
    return SessionView(session=row[0], worker=row[1], supervisor=row[2])


def list_sessions(
    session: Session, actor: Person, *, state: SupervisionState | None, limit: int, cursor: str | None
) -> Page[SessionView]:
    """Of the actor as one of the two, the newest first."""
    own = SupervisionSession.supervisor_id if actor.role is Role.SUPERVISOR else SupervisionSession.worker_id
    query = WITH_BOTH.where(own == actor.id)
    if state is not None:
        query = query.where(SupervisionSession.state == state)

    def show(found: SupervisionSession, worker: Person, supervisor: Person) -> SessionView:
        return SessionView(session=found, worker=worker, supervisor=supervisor)

    return page_by_id(session, query, SupervisionSession, show, limit=limit, cursor=cursor)
