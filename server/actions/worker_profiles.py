"""What peer workers say of themselves: written by them, agreed by a coordinator version by version, withdrawn by them.

Invariant: carers see the last version a coordinator agreed to, exactly as it was then, until another is agreed or the worker
withdraws it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid, StaleVersion
from models.ids import new_id
from models.peer_vocabulary import ONE, SEVERAL, is_value
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.streams import EventKind, record_to_inboxes
from models.training import TrainingMissing
from models.worker_profiles import ProfileNotWaiting, ProfileState, WorkerProfile, write_content
from moderation.audit import write_audit
from server.queries.privacy import lock_person
from server.queries.training import is_trained
from server.queries.worker_profiles import (
    OwnProfile,
    ProfileView,
    draft_of,
    get_profile,
    newest_version,
    own_profile,
)

MOST_TOLD = 200


def write_profile(
    session: Session, actor: Person, *, version: int | None, fields: dict[str, Any], now: datetime
) -> OwnProfile:
    """A new version, which waits for a coordinator; what carers see stays. Writing the same again changes nothing.

    `version`: the newest the writer had seen, 0 for none; None: whatever it is. Raises StaleVersion, Invalid.
    """
    authorise("worker_profile.own", actor, Facts())
    lock_person(session, actor.id)
    _refuse_unknown(fields)
    content, newest = write_content(fields), newest_version(session, actor.id)
    if version is not None and version != newest:
        raise StaleVersion(version=newest)
    draft = draft_of(session, actor.id)
    if draft is not None and draft.state is ProfileState.WAITING and (draft.role, draft.content) == (actor.role, content):
        return own_profile(session, actor, now=now)
    if draft is not None:
        draft.close(ProfileState.REPLACED)
    profile = WorkerProfile(
        id=new_id(),
        worker_id=actor.id,
        version=newest + 1,
        role=actor.role,
        state=ProfileState.WAITING,
        content=content,
        written_at=now,
    )
    session.add(profile)
    session.flush()  # it is read back
    _tell(session, profile, _coordinators(session), "waiting", now)
    _audit(session, actor, "worker_profile.written", profile, now)
    return own_profile(session, actor, now=now)


def agree_to_profile(session: Session, actor: Person, profile_id: str, *, now: datetime) -> ProfileView:
    """Carers see this very version from now on. Agreeing again changes nothing.

    Raises NotFound, Forbidden, ProfileNotWaiting, TrainingMissing.
    """
    view = _open(session, actor, profile_id)
    profile, worker = view.profile, view.worker
    if profile.state is ProfileState.AGREED:
        return view
    if profile.state is not ProfileState.WAITING or profile.role is not worker.role:
        raise ProfileNotWaiting
    if not is_trained(session, worker.id, now):
        raise TrainingMissing
    for earlier in _agreed_so_far(session, worker.id):
        earlier.close(ProfileState.REPLACED)
    session.flush()  # of one worker one version is agreed at any time
    _answer(session, actor, profile, ProfileState.AGREED, now)
    return get_profile(session, profile.id)


def send_back_profile(session: Session, actor: Person, profile_id: str, *, reason: str, now: datetime) -> ProfileView:
    """Back to its worker with a word why; what carers see stays. Raises NotFound, Forbidden, ProfileNotWaiting."""
    profile = _open(session, actor, profile_id).profile
    if profile.state is not ProfileState.WAITING:
        raise ProfileNotWaiting
    profile.answer = reason
    _answer(session, actor, profile, ProfileState.SENT_BACK, now)
    return get_profile(session, profile.id)


def withdraw_profile(session: Session, actor: Person, *, now: datetime) -> None:
    """The worker takes back all they said of themselves: at once nobody sees it. Doing so again changes nothing."""
    authorise("worker_profile.own", actor, Facts())
    lock_person(session, actor.id)
    for profile in filter(None, [*_agreed_so_far(session, actor.id), draft_of(session, actor.id)]):
        profile.close(ProfileState.WITHDRAWN)
        _audit(session, actor, "worker_profile.withdrawn", profile, now)


def _open(session: Session, actor: Person, profile_id: str) -> ProfileView:
    authorise("worker_profile.list", actor, Facts())
    worker_id = get_profile(session, profile_id).worker.id
    authorise("worker_profile.answer", actor, Facts(about=worker_id))
    lock_person(session, worker_id)  # first, as the worker does who writes another version
    return get_profile(session, profile_id, lock=True)


def _answer(session: Session, actor: Person, profile: WorkerProfile, state: ProfileState, now: datetime) -> None:
    profile.state, profile.answered_by, profile.answered_at = state, actor.id, now
    _tell(session, profile, [profile.worker_id], state.value, now)
    _audit(session, actor, f"worker_profile.{state.value}", profile, now)


def _agreed_so_far(session: Session, worker_id: str) -> list[WorkerProfile]:
    query = select(WorkerProfile).where(WorkerProfile.worker_id == worker_id, WorkerProfile.state == ProfileState.AGREED)
    return list(session.scalars(query))


def _refuse_unknown(fields: dict[str, Any]) -> None:
    errors = {
        field: ["Something in it is not among the choices."]
        for trait, field in SEVERAL.items()
        if not all(is_value(trait, value) for value in fields[field])
    }
    errors |= {
        field: ["Not among the choices."]
        for trait, field in ONE.items()
        if fields[field] is not None and not is_value(trait, fields[field])
    }
    if errors:
        raise Invalid(errors=errors)


def _coordinators(session: Session) -> list[str]:
    query = select(Person.id).where(Person.role == Role.COORDINATOR, Person.state == PersonState.ACTIVE)
    return list(session.scalars(query.order_by(Person.id).limit(MOST_TOLD)))


def _tell(session: Session, profile: WorkerProfile, people: list[str], change: str, now: datetime) -> None:
    data = {"profile_id": profile.id, "worker_id": profile.worker_id, "version": profile.version, "change": change}
    record_to_inboxes(session, people, EventKind.NOTICE_PROFILE, profile.id, now=now, data=data)


def _audit(session: Session, actor: Person, action: str, profile: WorkerProfile, now: datetime) -> None:
    data = {"worker_id": profile.worker_id, "version": profile.version}
    write_audit(
        session,
        actor_id=actor.id,
        action=action,
        subject_kind="worker_profile",
        subject_id=profile.id,
        now=now,
        data=data,
    )
