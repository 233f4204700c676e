"""Accounts, and their sessions: signing in, refreshing, signing out.

Passwords arrive here already hashed or checked: hashing takes long and must not hold a transaction open.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.auth import EndReason, SignIn
from models.crypto import current_keyring
from models.errors import Conflict, SessionEnded
from models.ids import new_id
from models.name_skeletons import skeleton_of
from models.notifications import PushSubscription
from models.people import Person, PersonState
from models.roles import Role
from models.streams import EventKind, open_stream, record_to_inboxes
from moderation.audit import write_audit
from server.actions.display_names import refuse_taken_name
from server.actions.people import CodeVersionOutdated, record_acceptance
from server.queries.auth import lock_open_sign_ins
from server.queries.code_of_conduct import current_version
from server.queries.people import email_index, normalise_email

SIGN_IN_LASTS = timedelta(days=30)


class RefreshRaced(Conflict):
    """Another request with the same token was a moment faster. The session lives on with what that one was given."""

    code = "refresh_raced"
    user_message = "This device asked twice at the same moment. Please try again."


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
    state: PersonState = PersonState.ACTIVE,
    second_factor_due: bool = False,
    email_proven: bool = True,
    email_verification_due: bool = False,
) -> Person:
    """Make an account with its inbox. Its address counts as proven unless said otherwise.

    Raises CodeVersionOutdated unless the current code was accepted, DisplayNameTaken, and Conflict for an address that
    somebody else has proven.
    """
    if accepted_code_version != current_version(session):
        raise CodeVersionOutdated
    refuse_taken_name(session, display_name)
    person = Person(
        id=new_id(),
        role=role,
        state=state,
        display_name=display_name,
        name_skeleton=skeleton_of(display_name),
        email=normalise_email(email),
        email_index=email_index(email),
        email_verified_at=now if email_proven else None,
        email_verification_due=email_verification_due,
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


def refresh(
    session: Session, *, sign_in_id: str, refresh_id: str, retry_key: str | None, good_on_arrival: bool, now: datetime
) -> tuple[Person, SignIn, bool]:
    """Trade a refresh token for a new pair. The third value is False when the token had been used before.

    A used token in somebody's hands means a copy exists, and nobody can tell which holder is the thief: the session ends
    for both. That end must be committed, so it is a result and not an exception. Raises SessionEnded when it was over.

    Two uses are not taken for theft. Whoever repeats the last trade with the same `retry_key`, which no answer ever told,
    never heard the answer, and is given the same session's pair again. Whoever came while the token was still good
    (`good_on_arrival`), and found it used once it was their turn, gets RefreshRaced, and the session lives on.
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
    key = None if retry_key is None else current_keyring().blind_index(f"refresh {sign_in_id} {retry_key}")
    if current.refresh_id == refresh_id:
        current.previous_refresh_id, current.refresh_id, current.refresh_key = refresh_id, new_id(), key
        current.refreshed_at = now
    elif key is not None and (current.previous_refresh_id, current.refresh_key) == (refresh_id, key):
        pass  # the answer got lost on its way: it is said again
    elif good_on_arrival:
        raise RefreshRaced
    else:
        end_sign_in(session, current, reason=EndReason.TOKEN_REUSED, by=None, now=now)
        return row.Person, current, False
    return row.Person, current, True


def end_sign_in(session: Session, ended: SignIn, *, reason: EndReason, by: str | None, now: datetime) -> None:
    """End a session; the event in the person's inbox cuts its sockets wherever they are. Ending twice is harmless."""
    if ended.ended_at is not None:
        return
    ended.ended_at = now
    ended.end_reason = reason
    # The device may be in other hands by now.
    session.execute(delete(PushSubscription).where(PushSubscription.sign_in_id == ended.id))
    _audit(session, by, "session.ended", ended.id, now)
    record_to_inboxes(session, [ended.person_id], EventKind.SESSION_ENDED, ended.id, now=now, data={"reason": reason.value})


def end_sign_ins(
    session: Session, person: Person, *, reason: EndReason, by: str | None, now: datetime, but: str | None = None
) -> None:
    """End all of a person's sessions, or all but the one they are using."""
    for open_one in lock_open_sign_ins(session, person.id, but=but):
        end_sign_in(session, open_one, reason=reason, by=by, now=now)


def _audit(session: Session, actor_id: str | None, action: str, subject_id: str, now: datetime) -> None:
    kind = action.partition(".")[0]
    write_audit(session, actor_id=actor_id, action=action, subject_kind=kind, subject_id=subject_id, now=now)
