"""Versions of what peer workers say of themselves: to the worker, and to coordinators who agree to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.worker_profiles import ProfileState, WorkerProfile
from server.queries.paging import Page, page_by_id
from server.queries.training import OnRecord, is_trained, training_of

UNDER_WAY = (ProfileState.WAITING, ProfileState.SENT_BACK)


@dataclass(frozen=True, kw_only=True)
class OwnProfile:
    """What carers see of the worker, what waits or came back, and the training it hangs on."""

    agreed: WorkerProfile | None
    draft: WorkerProfile | None
    version: int  # the newest written; 0: none
    training: Sequence[OnRecord]
    trained: bool


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """A version with its worker, and for comparison what carers see until it is agreed."""

    profile: WorkerProfile
    worker: Person
    agreed: WorkerProfile | None = None


def own_profile(session: Session, actor: Person, *, now: datetime) -> OwnProfile:
    authorise("worker_profile.own", actor, Facts())
    return OwnProfile(
        agreed=agreed_profile(session, actor),
        draft=draft_of(session, actor.id),
        version=newest_version(session, actor.id),
        training=training_of(session, actor, actor.id, now=now),
        trained=is_trained(session, actor.id, now),
    )


def agreed_profile(session: Session, worker: Person) -> WorkerProfile | None:
    """What was agreed of them in the role they hold."""
    query = select(WorkerProfile).where(
        WorkerProfile.worker_id == worker.id,
        WorkerProfile.state == ProfileState.AGREED,
        WorkerProfile.role == worker.role,
    )
    return session.scalars(query).one_or_none()


def draft_of(session: Session, worker_id: str) -> WorkerProfile | None:
    """What waits for a coordinator, or was sent back."""
    query = select(WorkerProfile).where(WorkerProfile.worker_id == worker_id, WorkerProfile.state.in_(UNDER_WAY))
    return session.scalars(query).one_or_none()


def newest_version(session: Session, worker_id: str) -> int:
    return session.scalar(select(func.max(WorkerProfile.version)).where(WorkerProfile.worker_id == worker_id)) or 0


def get_profile(session: Session, profile_id: str, *, lock: bool = False) -> ProfileView:
    """Any version of somebody who is still here. Raises NotFound."""
    query = select(WorkerProfile).where(WorkerProfile.id == profile_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    profile = session.scalars(query).one_or_none()
    worker = session.get(Person, profile.worker_id) if profile is not None else None
    if profile is None or worker is None or worker.state is PersonState.ERASED:
        raise NotFound
    return ProfileView(profile=profile, worker=worker, agreed=agreed_profile(session, worker))


def get_waiting(session: Session, actor: Person, profile_id: str) -> ProfileView:
    """As a coordinator sees it, with what carers see now. Raises Forbidden, NotFound."""
    authorise("worker_profile.list", actor, Facts())
    return get_profile(session, profile_id)


def list_profiles(
    session: Session, actor: Person, *, state: ProfileState, limit: int, cursor: str | None
) -> Page[ProfileView]:
    """In the order in which they were written: who has waited longest comes first."""
    authorise("worker_profile.list", actor, Facts())
    query = (
        select(WorkerProfile, Person)
        .join(Person, Person.id == WorkerProfile.worker_id)
        .where(WorkerProfile.state == state, Person.state != PersonState.ERASED, Person.role == WorkerProfile.role)
    )

    def show(profile: WorkerProfile, worker: Person) -> ProfileView:
        return ProfileView(profile=profile, worker=worker)

    return page_by_id(session, query, WorkerProfile, show, limit=limit, cursor=cursor, oldest_first=True)
