"""Setting up, asking for, and taking away the second factor."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import Conflict, Forbidden, OtpInvalid, OtpRequired
from models.ids import new_code, normalise_code
from models.people import Person
from models.roles import Role
from models.second_factor import RECOVERY_CODES, RecoveryCode, SecondFactor, enrolment_url, new_secret
from moderation.audit import write_audit


class SecondFactorOn(Conflict):
    code = "second_factor_on"
    user_message = "You have set up an authenticator app already. Take that one away first."


class SecondFactorNeeded(Forbidden):
    code = "second_factor_needed"
    user_message = "Your role needs a second factor, so it cannot be taken away."


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
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.id))
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_index=_index(actor, code), person_id=actor.id) for code in codes)
    return codes


def remove_second_factor(session: Session, actor: Person, otp: str, *, now: datetime) -> None:
    """Take the second factor away, with a last good code. Raises SecondFactorNeeded for staff, OtpInvalid."""
    if actor.role is not Role.CARER:
        raise SecondFactorNeeded
    check_second_factor(session, actor, otp, now=now)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.id))
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == actor.id))
    _audit(session, actor, "second_factor.removed", now)


def check_second_factor(session: Session, person: Person, otp: str | None, *, now: datetime) -> None:
    """Spend a code of the app or a recovery code, if the person has a second factor at all.

    Raises OtpRequired when there is none in the hand, OtpInvalid for a wrong or spent one.
    """
    factor = _lock_factor(session, person)
    if factor is None or factor.confirmed_at is None:
        return
    if otp is None:
        raise OtpRequired
    if not (factor.take(otp.strip(), at=now) or _spend_recovery_code(session, person, otp, now)):
        raise OtpInvalid


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
    return True


def _lock_factor(session: Session, person: Person) -> SecondFactor | None:
    return session.scalars(select(SecondFactor).where(SecondFactor.person_id == person.id).with_for_update()).one_or_none()


def _index(person: Person, code: str) -> str:
    return current_keyring().blind_index(f"recovery {person.id} {normalise_code(code)}")


def _audit(session: Session, actor: Person, action: str, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="person", subject_id=actor.id, now=now)
