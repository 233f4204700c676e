"""Asking for everything about oneself, and leaving for good."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models.accounts import LastCoordinator
from models.auth import EmailProof, EndReason, SignIn
from models.concerns import Concern
from models.contacts import Contact, ContactState
from models.conversations import Membership, MemberState, Standing
from models.crisis_questions import CrisisQuestion
from models.desk_duty import DeskDuty
from models.diary import DiaryEntry
from models.errors import NotFound, TooMany
from models.groups import Group
from models.ids import new_digest, new_id
from models.jobs import Job, JobKind, JobState, enqueue
from models.notifications import NotificationSettings, PushSubscription
from models.openings import AfterHours, ContactLeave, ContactTerms
from models.passkeys import Passkey, PasskeyChallenge
from models.people import Person, PersonState
from models.phrases import minutes
from models.preferences import CarerPreferences
from models.privacy import Erasure, ErasureState, Export, ExportState
from models.resources import Bookmark, Helpful
from models.retention import ERASED_NAME, ERASED_REGION
from models.roles import Role
from models.second_factor import RecoveryCode, SecondFactor
from models.streams import EventKind, lock_stream, record_event, record_to_inboxes
from models.waiting import WaitingState
from models.wellbeing import CheckIn
from models.worker_profiles import ProfileState, WorkerProfile
from moderation.audit import write_audit
from server.actions.appeals import withdraw_appeals_of
from server.actions.auth import end_sign_in
from server.actions.care_team import end_links_of
from server.actions.contact_steps import close_waiting
from server.actions.contacts import end_contact
from server.actions.debriefs import drop_debriefs, give_back_debriefs
from server.actions.exposure import forget_exposure
from server.actions.notes import withdraw_notes_of
from server.actions.supervision import end_supervision
from server.actions.visits import call_off_visits_of, end_visit_to
from server.queries.privacy import (
    day_before,
    exports_since,
    has_live_job,
    lock_other_coordinators,
    lock_person,
    newest_export,
    what_stays,
)

EXPORTS_A_DAY = 5
UNDER_WAY = frozenset({ExportState.WAITING, ExportState.RUNNING})


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What an erasure answers with: the person cannot ask later."""

    state: ErasureState
    kept: list[dict[str, Any]]


def get_export(session: Session, actor: Person, *, now: datetime) -> Export:
    """The export there is: ready, under way, or failed within the day; else a new one is begun. Raises TooMany."""
    lock_person(session, actor.id)  # two requests at once begin one
    export = _present(session, actor, now)
    return export or _begin_export(session, actor, now)


def begin_export(session: Session, actor: Person, *, now: datetime) -> Export:
    """Begin a fresh export, unless one is under way; an older one stays until it expires. Raises TooMany."""
    lock_person(session, actor.id)
    export = _present(session, actor, now)
    if export is not None and export.state in UNDER_WAY:
        return export
    return _begin_export(session, actor, now)


def remove_export(session: Session, actor: Person, *, now: datetime) -> None:
    """Take the ready export away before its time. Raises NotFound when there is none."""
    lock_person(session, actor.id)
    export = _present(session, actor, now)
    if export is None or export.state is not ExportState.READY:
        raise NotFound
    export.sealed, export.expires_at = None, now
    _audit(session, actor.id, "export.removed", "export", export.id, now)


def _present(session: Session, actor: Person, now: datetime) -> Export | None:
    export = newest_export(session, actor.id)
    if export is None or (export.expires_at is not None and export.expires_at <= now):
        return None
    if export.state in UNDER_WAY and not has_live_job(session, export.id):
        export.state, export.expires_at = ExportState.FAILED, now + timedelta(days=1)
    return export


def _begin_export(session: Session, actor: Person, now: datetime) -> Export:
    asked = exports_since(session, actor.id, day_before(now))
    if len(asked) >= EXPORTS_A_DAY:
        wait = math.ceil((asked[-EXPORTS_A_DAY] - day_before(now)).total_seconds())
        raise TooMany(retry_after=wait, wait=minutes(math.ceil(wait / 60)))
    export = Export(id=new_id(), person_id=actor.id, state=ExportState.WAITING, progress=0, requested_at=now)
    session.add(export)
    enqueue(session, JobKind.EXPORT, subject_id=export.id, now=now)
    _audit(session, actor.id, "export.requested", "export", export.id, now)
    return export


def erase_oneself(session: Session, actor: Person, *, now: datetime) -> Leaving:
    """Erase one's own account; it cannot be undone, and the door has made sure that it is they who ask.

    Raises LastCoordinator.
    """
    others = lock_other_coordinators(session, actor.id)
    if actor.role is Role.COORDINATOR and actor.state is PersonState.ACTIVE and not others:
        raise LastCoordinator
    return erase_person(session, actor.id, by=actor.id, tell=others, now=now)


def erase_person(
    session: Session, person_id: str, *, by: str | None, now: datetime, tell: list[str] | None = None
) -> Leaving:
    """Make an account unusable and nameless at once, and leave the rest to a job. `by` None: the retention schedule.

    `tell`: coordinators who hear which groups have lost a facilitator.
    """
    person = lock_person(session, person_id)
    # Counted before anything changes: what is said to stay is what was there.
    kept = what_stays(session, person_id, now=now)
    forget_exposure(session, person_id)
    _leave_conversations(session, person_id, tell or [], now)
    withdraw_notes_of(session, person_id, by=by, now=now)
    end_links_of(session, person_id, by=by, now=now)
    withdraw_appeals_of(session, person_id, by=by, now=now)
    end_supervision(session, person_id, by=by, now=now)
    drop_debriefs(session, person_id, now=now)
    give_back_debriefs(session, person_id, now=now)
    for sign_in in session.scalars(select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))):
        end_sign_in(session, sign_in, reason=EndReason.ERASED, by=by, now=now)
    _forget_credentials(session, person_id, now)
    person.state = PersonState.ERASED
    person.display_name, person.name_skeleton = ERASED_NAME, None
    person.email, person.email_index, person.email_verified_at = "", new_digest(), None
    person.password_hash = ""  # no password fits it
    person.timezone, person.region = "UTC", ERASED_REGION
    person.email_verification_due = person.second_factor_due = False
    said = [{**each, "until": each["until"] and each["until"].isoformat()} for each in kept]
    erasure = Erasure(id=new_id(), person_id=person_id, state=ErasureState.RUNNING, kept={"items": said}, requested_at=now)
    session.add(erasure)
    enqueue(session, JobKind.ERASURE, subject_id=person_id, now=now)
    _audit(session, by, "person.erased", "person", person_id, now)
    return Leaving(state=erasure.state, kept=kept)


def _forget_credentials(session: Session, person_id: str, now: datetime) -> None:
    credentials = (SecondFactor, RecoveryCode, Passkey, PasskeyChallenge, EmailProof)
    session.execute(
        update(WorkerProfile)
        .where(WorkerProfile.worker_id == person_id)
        .values(state=ProfileState.WITHDRAWN, content=None, answer=None)
    )
    told = (PushSubscription, NotificationSettings, CarerPreferences)
    chosen = (
        *told,
        ContactTerms,
        ContactLeave,
        AfterHours,
        DeskDuty,
        DiaryEntry,
        CheckIn,
        CrisisQuestion,
        Bookmark,
        Helpful,
    )
    for table in (*credentials, *chosen):
        session.execute(delete(table).where(table.person_id == person_id))
    session.execute(delete(Concern).where(Concern.carer_id == person_id))
    session.execute(update(SignIn).where(SignIn.person_id == person_id).values(device_name=None, refresh_key=None))
    # Mail to them that has not gone out has nobody to go to.
    mail = (JobKind.MAIL, JobKind.PASSWORD_RESET)
    session.execute(delete(Job).where(Job.subject_id == person_id, Job.kind.in_(mail), Job.state != JobState.RUNNING))
    gone = {"sealed": None, "state": ExportState.FAILED, "expires_at": now}
    session.execute(update(Export).where(Export.person_id == person_id).values(**gone))


def _leave_conversations(session: Session, person_id: str, coordinators: list[str], now: datetime) -> None:
    """Out of every conversation, in the order of their ids; one-to-one contacts end, and visits with them."""
    person = session.get_one(Person, person_id)
    contacts = _open_contacts(session, person_id)
    call_off_visits_of(session, person_id, now=now)
    close_waiting(session, person_id, WaitingState.LEFT, now)
    rows = session.execute(
        select(Membership.conversation_id, Group.id)
        .outerjoin(Group, Group.conversation_id == Membership.conversation_id)
        .where(
            Membership.person_id == person_id,
            Membership.state.in_([MemberState.MEMBER, MemberState.REQUESTED]),
        )
        .order_by(Membership.conversation_id)
    ).all()
    here = {conversation_id for conversation_id, _ in rows}
    for contact in [each for each in contacts.values() if each.conversation_id not in here]:  # asked for and not begun
        end_contact(session, contact, by=person, now=now)
    for conversation_id, group_id in rows:
        if conversation_id in contacts:
            end_contact(session, contacts[conversation_id], by=person, now=now)
        lock_stream(session, conversation_id)
        membership = session.get_one(Membership, (conversation_id, person_id), populate_existing=True)
        if membership.active and membership.visiting:
            end_visit_to(session, conversation_id, now=now)
            continue
        was_member, facilitated = membership.active, membership.standing is Standing.FACILITATOR
        membership.state, membership.since = MemberState.LEFT, now
        if was_member:
            record_event(session, conversation_id, EventKind.MEMBER_LEFT, person_id, now=now)
        if was_member and facilitated and group_id is not None:
            data = {"group_id": group_id, "conversation_id": conversation_id, "change": "facilitator_left"}
            record_to_inboxes(session, coordinators, EventKind.NOTICE_FACILITATION, group_id, now=now, data=data)


def _open_contacts(session: Session, person_id: str) -> dict[str, Contact]:
    """What is open between this person and others, by its conversation, or by itself where it has none yet."""
    found = session.scalars(
        select(Contact)
        .where(
            or_(Contact.carer_id == person_id, Contact.worker_id == person_id),
            Contact.state.in_([ContactState.REQUESTED, ContactState.ACCEPTED]),
        )
        .order_by(Contact.conversation_id, Contact.id)
    )
    return {contact.conversation_id or contact.id: contact for contact in found}


def _audit(session: Session, by: str | None, action: str, kind: str, subject_id: str, now: datetime) -> None:
    write_audit(session, actor_id=by, action=action, subject_kind=kind, subject_id=subject_id, now=now)
