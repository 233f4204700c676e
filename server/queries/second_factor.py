"""What a person has beside their password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.passkeys import Passkey
from models.people import Person
from models.roles import Role
from models.second_factor import RecoveryCode, SecondFactor


@dataclass(frozen=True, kw_only=True)
class Factors:
    """`confirmed_at`: since when the authenticator app counts. `required`: the role may not be without any."""

    totp: bool
    confirmed_at: datetime | None
    recovery_codes_left: int
    passkeys: int
    required: bool


def factors_of(session: Session, person: Person) -> Factors:
    confirmed_at = session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.person_id == person.id))
    left = select(func.count()).select_from(RecoveryCode)
    left = left.where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return Factors(
        totp=confirmed_at is not None,
        confirmed_at=confirmed_at,
        recovery_codes_left=session.scalars(left).one(),
        passkeys=count_passkeys(session, person.id),
        required=person.role is not Role.CARER,
    )


def count_passkeys(session: Session, person_id: str) -> int:
    return session.scalars(select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)).one()


def has_totp(session: Session, person_id: str) -> bool:
    """An authenticator app whose first code was shown to work."""
    confirmed_at = select(SecondFactor.confirmed_at).where(SecondFactor.person_id == person_id)
    return session.scalar(confirmed_at) is not None


def has_second_factor(session: Session, person_id: str) -> bool:
    """Either of the two that count: an authenticator app, or a passkey."""
    return has_totp(session, person_id) or count_passkeys(session, person_id) > 0


def lock_keys(session: Session, person_id: str) -> None:
    """Taken before all else by whatever uses or changes what a person signs in with, so that nobody takes away the last
    two factors at the same moment, and whoever resets them all sees all.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
