"""Walls: two people say, each for themselves, whom they must not meet one-to-one. The other side never learns of it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.contacts import Wall, WallKind
from models.errors import Conflict, NotFound
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from moderation.audit import write_audit
from server.actions.contacts import end_contact
from server.queries.contacts import lock_contacts_between, lock_people
from server.queries.walls import WallView, get_wall

MOST_WALLS = 100  # of one person
WORKERS = frozenset({Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER})


class ConsentNotPossible(Conflict):
    code = "consent_not_possible"
    user_message = "Consent can be recorded only where a worker supports the person this carer cares for."


class WallsFull(Conflict):
    code = "walls_full"
    user_message = "You have named very many people already. Please talk to the service."


def declare_wall(
    session: Session, actor: Person, *, person_id: str, kind: WallKind, reason: str | None, now: datetime
) -> WallView:
    """A carer names a worker, or a worker a carer; an open contact between them ends. Saying it again changes nothing.

    Raises Forbidden, NotFound unless there is such a person on the other side, WallsFull.
    """
    authorise("wall.declare", actor, Facts())
    carer_id, worker_id = (actor.id, person_id) if actor.role is Role.CARER else (person_id, actor.id)
    carer, worker = lock_people(session, carer_id=carer_id, worker_id=worker_id)
    if not (_is(carer, Role.CARER) and _is(worker, *WORKERS)):
        raise NotFound
    wall = _own_wall(session, actor, carer_id, worker_id, kind)
    if wall is None:
        wall = _add_wall(session, actor, carer_id, worker_id, kind, now)
        wall.reason = reason
        session.flush()  # the audit row and the view name it
        _audit(session, actor, "wall.declared", wall, now)
    if wall.stands:
        _part(session, actor, wall, now)
    return get_wall(session, actor, wall.id)


def withdraw_wall(session: Session, actor: Person, wall_id: str, *, now: datetime) -> None:
    """Who declared it takes it back. Raises NotFound, also to the other side."""
    wall = get_wall(session, actor, wall_id, lock=True).wall
    authorise("wall.withdraw", actor, Facts(made_by=wall.declared_by))
    wall.withdrawn_at = now
    _audit(session, actor, "wall.withdrawn", wall, now)


def record_consent(session: Session, actor: Person, wall_id: str, *, note: str, now: datetime) -> WallView:
    """The consumer agrees that the worker who supports them also talks with their carer: the wall stands no more.

    `note` says where the consent is on file. Raises NotFound, Forbidden, ConsentNotPossible for another kind of wall.
    """
    view = get_wall(session, actor, wall_id, lock=True)
    wall = view.wall
    authorise("wall.consent", actor, Facts())
    if wall.kind is not WallKind.SUPPORTS_THE_CONSUMER:
        raise ConsentNotPossible
    wall.consent_note, wall.consent_recorded_by, wall.consent_recorded_at = note, actor.id, now
    _audit(session, actor, "wall.consent_recorded", wall, now)
    return view


def withdraw_consent(session: Session, actor: Person, wall_id: str, *, now: datetime) -> WallView:
    """The consumer takes their consent back: the wall stands again, and what began without it ends."""
    view = get_wall(session, actor, wall_id)
    authorise("wall.consent", actor, Facts())
    # The carer's row is taken before the wall's: a request that saw the wall open must be seen here.
    lock_people(session, carer_id=view.carer.id, worker_id=view.worker.id)
    view = get_wall(session, actor, wall_id, lock=True)
    wall = view.wall
    if wall.consent_recorded_at is not None:
        wall.consent_note, wall.consent_recorded_by, wall.consent_recorded_at = None, None, None
        _audit(session, actor, "wall.consent_withdrawn", wall, now)
        _part(session, actor, wall, now)
    return view


def _part(session: Session, by: Person, wall: Wall, now: datetime) -> None:
    """No contact goes on across a wall that stands."""
    for contact in lock_contacts_between(session, wall.carer_id, wall.worker_id):
        end_contact(session, contact, by=by, now=now)


def _own_wall(session: Session, actor: Person, carer_id: str, worker_id: str, kind: WallKind) -> Wall | None:
    query = select(Wall).where(
        Wall.declared_by == actor.id,
        Wall.carer_id == carer_id,
        Wall.worker_id == worker_id,
        Wall.kind == kind,
        Wall.withdrawn_at.is_(None),
    )
    return session.scalars(query.order_by(Wall.id).limit(1)).one_or_none()


def _add_wall(session: Session, actor: Person, carer_id: str, worker_id: str, kind: WallKind, now: datetime) -> Wall:
    count = select(func.count()).select_from(Wall).where(Wall.declared_by == actor.id, Wall.withdrawn_at.is_(None))
    if (session.scalar(count) or 0) >= MOST_WALLS:
        raise WallsFull
    wall = Wall(
        id=new_id(),
        carer_id=carer_id,
        worker_id=worker_id,
        declared_by=actor.id,
        kind=kind,
        declared_at=now,
    )
    session.add(wall)
    return wall


def _is(person: Person | None, *roles: Role) -> bool:
    return person is not None and person.state is PersonState.ACTIVE and person.role in roles


def _audit(session: Session, actor: Person, action: str, wall: Wall, now: datetime) -> None:
    write_audit(
        session,
        actor_id=actor.id,
        action=action,
        subject_kind="wall",
        subject_id=wall.id,
        now=now,
        data={"carer_id": wall.carer_id, "worker_id": wall.worker_id, "kind": wall.kind.value},
    )
