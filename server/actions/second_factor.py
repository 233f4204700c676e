"""Setting up, asking for, and taking away the second factor.

Staff have an authenticator app or a passkey, or both: they may replace one by the other and are never without. A carer who
has neither signs in with the password alone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.auth import EndReason, SignIn
from models.crypto import current_keyring
from models.errors import Conflict, Forbidden, NotFound, NotSignedIn, OtpInvalid, OtpRequired
from models.ids import new_code, normalise_code
from models.passkeys import Passkey, PasskeyChallenge
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.second_factor import RECOVERY_CODES, RecoveryCode, SecondFactor, enrolment_url, new_secret
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.auth import end_sign_in
from server.queries.second_factor import count_passkeys, lock_keys


class SecondFactorOn(Conflict):
    code = "second_factor_on"
    user_message = "You have set up an authenticator app already. Take that one away first."


class SecondFactorOff(Conflict):
    code = "second_factor_off"
    user_message = "You have not set up an authenticator app."


class SecondFactorNeeded(Forbidden):
    code = "second_factor_needed"
    user_message = "Your role needs a second factor, so you cannot be without one. Please set up another one first."


class PasskeyRequired(NotSignedIn):
    """Staff whose second factor is a passkey: their password alone signs nobody in."""

    code = "passkey_required"
    user_message = "Please sign in with your passkey."


class ResetReason(StrEnum):
    """Why a coordinator takes somebody's second factor away. A code, because it goes into the audit trail."""

    LOST = "lost"
    STOLEN = "stolen"
    BROKEN = "broken"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    secret: str
    url: str


def begin_second_factor(session: Session, actor: Person, *, now: datetime) -> Enrolment:
    """A fresh secret to put into an authenticator app; counts for nothing until confirmed. Raises SecondFactorOn."""
    factor = _lock_factor(session, actor)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorOn
    if factor is None:
        factor = SecondFactor(person_id=actor.id, last_step=0)
        session.add(factor)
    factor.secret = new_secret()
    factor.last_step = 0
    _audit(session, actor, "second_factor.begun", now)
    return Enrolment(secret=factor.secret, url=enrolment_url(factor.secret, actor.display_name))


def confirm_second_factor(session: Session, actor: Person, otp: str, *, now: datetime) -> list[str]:
    """Switch the second factor on with a first good code. Returns the recovery codes, shown this once.

    Raises OtpInvalid, or SecondFactorOn when it is on already.
    """
    factor = _lock_factor(session, actor)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorOn
    if factor is None or not factor.take(otp, at=now):
        raise OtpInvalid
    factor.confirmed_at = now
    actor.second_factor_due = False
    _audit(session, actor, "second_factor.confirmed", now)
    notice_security(session, actor.id, "totp_added", now=now)
    return _fresh_recovery_codes(session, actor)


def renew_recovery_codes(session: Session, actor: Person, otp: str, *, now: datetime) -> list[str]:
    """A fresh set, shown this once; the old ones are void. Raises SecondFactorOff, OtpInvalid."""
    _check_confirmed(session, actor, otp, now)
    _audit(session, actor, "second_factor.recovery_codes_renewed", now)
    notice_security(session, actor.id, "recovery_codes_renewed", now=now)
    return _fresh_recovery_codes(session, actor)


def remove_second_factor(session: Session, actor: Person, otp: str, *, now: datetime) -> None:
    """Take the authenticator app away, with a last good code.

    Raises SecondFactorNeeded for staff without a passkey, OtpInvalid.
    """
    lock_keys(session, actor.id)
    if actor.role is not Role.CARER and count_passkeys(session, actor.id) == 0:
        raise SecondFactorNeeded
    _check_confirmed(session, actor, otp, now)
    _forget_totp(session, actor.id)
    _audit(session, actor, "second_factor.removed", now)
    notice_security(session, actor.id, "totp_removed", now=now)


def reset_second_factor(session: Session, actor: Person, person_id: str, *, reason: ResetReason, now: datetime) -> None:
    """Take every second factor of somebody else away, for one who lost theirs, and end all their sessions.

    Staff must set up a new one before they go on. Raises Forbidden, NotFound.
    """
    authorise("second_factor.reset", actor, Facts(about=person_id))
    lock_keys(session, person_id)
    person = session.get(Person, person_id)
    if person is None or person.state is PersonState.ERASED:
        raise NotFound
    _forget_totp(session, person_id)
    session.execute(delete(Passkey).where(Passkey.person_id == person_id))
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.person_id == person_id))
    person.second_factor_due = person.role is not Role.CARER
    open_ones = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).order_by(SignIn.id)
    for one in session.scalars(open_ones.with_for_update()):
        end_sign_in(session, one, reason=EndReason.REVOKED_BY_SERVICE, by=actor.id, now=now)
    write_audit(
        session,
        actor_id=actor.id,
        action="second_factor.reset",
        subject_kind="person",
        subject_id=person_id,
        now=now,
        data={"reason": reason.value},
    )
    notice_security(session, person_id, "second_factor_reset", now=now)


def check_second_factor(session: Session, person: Person, otp: str | None, *, now: datetime) -> None:
    """Spend a code of the app or a recovery code, if the person has a second factor at all.

    Raises OtpRequired when there is none in the hand, OtpInvalid for a wrong or spent one; PasskeyRequired for staff who
    have passkeys only.
    """
    factor = _lock_factor(session, person)
    if factor is None or factor.confirmed_at is None:
        if person.role is not Role.CARER and count_passkeys(session, person.id) > 0:
            raise PasskeyRequired
        return
    if otp is None:
        raise OtpRequired
    if not (factor.take(otp.strip(), at=now) or _spend_recovery_code(session, person, otp, now)):
        raise OtpInvalid


def notice_security(session: Session, person_id: str, what: str, *, now: datetime) -> None:
    """Tell a person what was done to the keys of their account, so that they see what they did not do themselves."""
    record_to_inboxes(session, [person_id], EventKind.NOTICE_SECURITY, person_id, now=now, data={"what": what})


def _check_confirmed(session: Session, actor: Person, otp: str, now: datetime) -> None:
    factor = _lock_factor(session, actor)
    if factor is None or factor.confirmed_at is None:
        raise SecondFactorOff
    check_second_factor(session, actor, otp, now=now)


def _fresh_recovery_codes(session: Session, actor: Person) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.id))
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_index=_index(actor, code), person_id=actor.id) for code in codes)
    return codes


def _forget_totp(session: Session, person_id: str) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))


def _spend_recovery_code(session: Session, person: Person, code: str, now: datetime) -> bool:
    found = session.scalars(
        select(RecoveryCode)
        .where(
            RecoveryCode.code_index == _index(person, code),
            RecoveryCode.person_id == person.id,
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        return False
    found.used_at = now
    _audit(session, person, "second_factor.recovery_code_used", now)
    notice_security(session, person.id, "recovery_code_used", now=now)
    return True


def _lock_factor(session: Session, person: Person) -> SecondFactor | None:
    lock_keys(session, person.id)
    return session.scalars(
        select(SecondFactor)
        .where(SecondFactor.person_id == person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _index(person: Person, code: str) -> str:
    return current_keyring().blind_index(f"recovery {person.id} {normalise_code(code)}")


def _audit(session: Session, actor: Person, action: str, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="person", subject_id=actor.id, now=now)
