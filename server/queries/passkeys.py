"""Passkeys: one's own, and the one a device answers with."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.passkeys import Passkey
from models.people import Person


def passkeys_of(session: Session, person_id: str) -> Sequence[Passkey]:
    """All of a person's passkeys, oldest first; there are few."""
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def find_passkey(session: Session, credential_id: str) -> Passkey | None:
    return session.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()


def lock_own_passkey(session: Session, actor: Person, passkey_id: str) -> Passkey:
    """Raises NotFound for one that is not the actor's own."""
    passkey = session.scalars(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == actor.id).with_for_update()
    ).one_or_none()
    if passkey is None:
        raise NotFound
    return passkey
