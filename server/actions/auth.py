"""Signing up, in and out. Passwords arrive here already hashed or checked: hashing takes long and must not hold a
transaction open.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.auth import EndReason, SignIn
from models.errors import Conflict, Forbidden, SessionEnded
from models.ids import new_id
from models.people import Person
from models.roles import Role
from models.streams import EventKind, open_stream, record_to_inboxes
from moderation.audit import write_audit
from server.actions.invites import use_invite
from server.actions.people import CodeVersionOutdated, record_acceptance
from server.queries.code_of_conduct import current_version
from server.queries.people import email_index, find_by_email, normalise_email

SIGN_IN_LASTS = timedelta(days=30)


class EmailTaken(Conflict):
    code = "email_taken"
    user_message = "There is already an account with this e-mail address. Please sign in instead."


def register(
    session: Session,
    *,
    email: str,
    password_hash: str,
    display_name: str,
    timezone: str,
    region: str,
    accepted_code_version: int,
    now: datetime,
    role: Role = Role.CARER,
    second_factor_due: bool = False,
) -> Person:
    """Make an account with its inbox. Raises EmailTaken, or CodeVersionOutdated unless the current code was accepted."""
    if accepted_code_version != current_version(session):
        raise CodeVersionOutdated
    if find_by_email(session, email) is not None:
        raise EmailTaken
    person = Person(
        id=new_id(),
        role=role,
        display_name=display_name,
        email=normalise_email(email),
        email_index=email_index(email),
        email_verified_at=now,
        password_hash=password_hash,
        timezone=timezone,
        region=region,
        accepted_code_version=accepted_code_version,
        second_factor_due=second_factor_due,
        created_at=now,
    )
    session.add(person)
    session.flush()  # the inbox and audit rows name this person
    record_acceptance(session, person, accepted_code_version, now=now)
    open_stream(session, person.id, now=now)
    _audit(session, person.id, "person.registered", person.id, now)
    return person


class InviteRequired(Forbidden):
    code = "invite_required"
    user_message = "You need an invite to join this service. Please ask the people who told you about it."


def sign_up(session: Session, *, invite_code: str | None, open_sign_up: bool, now: datetime, **fields: Any) -> Person:
    """Make an account for somebody who came by themselves: a carer, or the role their invite names.

    Raises InviteRequired where the service takes nobody without one, InviteInvalid, and what `register` raises.
    """
    if invite_code is None and not open_sign_up:
        raise InviteRequired
    role = Role.CARER if invite_code is None else use_invite(session, invite_code, now=now)
    return register(session, **fields, role=role, second_factor_due=role is not Role.CARER, now=now)


def sign_in(session: Session, person: Person, *, device_name: str | None, now: datetime) -> SignIn:
    """Begin a session on one device, for a person whose password was just checked."""
    # Whoever ends all sign-ins of a person holds them: none may begin unseen meanwhile, and keep its socket.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(read=True))
    begun = SignIn(
        id=new_id(),
        person_id=person.id,
        refresh_id=new_id(),
        device_name=device_name,
        created_at=now,
        refreshed_at=now,
        expires_at=now + SIGN_IN_LASTS,
    )
    session.add(begun)
    session.flush()  # the audit row and the tokens name this session
    _audit(session, person.id, "session.began", begun.id, now)
    return begun


def refresh(session: Session, *, sign_in_id: str, refresh_id: str, now: datetime) -> tuple[Person, SignIn, bool]:
    """Trade a refresh token for a new pair. The third value is False when the token had been used before.

    A used token in somebody's hands means a copy exists, and nobody can tell which holder is the thief: the session ends
    for both. That end must be committed, so it is a result and not an exception. Raises SessionEnded when it was over.
    """
    row = session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.id == sign_in_id)
        .with_for_update(of=SignIn)
    ).one_or_none()
    if row is None or not row.SignIn.live(now):
        raise SessionEnded
    current: SignIn = row.SignIn
    if current.refresh_id != refresh_id:
        end_sign_in(session, current, reason=EndReason.TOKEN_REUSED, by=None, now=now)
        return row.Person, current, False
    current.refresh_id = new_id()
    current.refreshed_at = now
    return row.Person, current, True


def end_sign_in(session: Session, ended: SignIn, *, reason: EndReason, by: str | None, now: datetime) -> None:
    """End a session; the event in the person's inbox cuts its sockets wherever they are. Ending twice is harmless."""
    if ended.ended_at is not None:
        return
    ended.ended_at = now
    ended.end_reason = reason
    _audit(session, by, "session.ended", ended.id, now)
    record_to_inboxes(session, [ended.person_id], EventKind.SESSION_ENDED, ended.id, now=now, data={"reason": reason.value})


def _audit(session: Session, actor_id: str | None, action: str, subject_id: str, now: datetime) -> None:
    kind = action.partition(".")[0]
    write_audit(session, actor_id=actor_id, action=action, subject_kind=kind, subject_id=subject_id, now=now)
