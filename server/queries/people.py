"""Who is acting, as the database knows them now."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.auth import SignIn
from models.crypto import current_keyring
from models.errors import (
    AcceptanceRequired,
    ApprovalPending,
    DomainError,
    EmailUnverified,
    SecondFactorRequired,
    SessionEnded,
    Suspended,
    WrongCredentials,
)
from models.people import Person, PersonState
from models.prepared import Prepared
from server.queries.code_of_conduct import CURRENT_VERSION

# Written once: this runs with every request and every socket event, and building a statement costs more than sending it.
ACTOR = (
    select(Person, SignIn, CURRENT_VERSION.label("code_version"))
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.id == bindparam("sign_in_id"), Person.id == bindparam("person_id"))
)
SEEN_ACTOR = Prepared(ACTOR)


def get_actor(session: Session, person_id: str, sign_in_id: str, *, now: datetime, set_up: bool = True) -> Person:
    """The person behind a token, loaded afresh: what a token or a socket said at its start may no longer be so.

    Raises SessionEnded when the sign-in is over, and what `unmet` says stands between them and the service;
    `set_up=False` is for what must work all the same.
    """
    row = session.execute(ACTOR, {"sign_in_id": sign_in_id, "person_id": person_id}).one_or_none()
    return _admitted(row, now=now, set_up=set_up)


def see_actor(session: Session, person_id: str, sign_in_id: str, *, now: datetime) -> Person:
    """As `get_actor`, for actions that do not change the person themselves: a snapshot, at a tenth of the cost."""
    row = SEEN_ACTOR.row(session, sign_in_id=sign_in_id, person_id=person_id)
    return _admitted(row, now=now, set_up=True)


def _admitted(row: Sequence[Any] | None, *, now: datetime, set_up: bool) -> Person:
    if row is None:
        raise SessionEnded
    person: Person = row[0]
    sign_in: SignIn = row[1]
    if not sign_in.live(now) or person.state is PersonState.ERASED:
        raise SessionEnded
    refusal = unmet(person, row[2]) if set_up else None
    if refusal is not None:
        raise refusal
    return person


def all_unmet(person: Person, code_version: int) -> list[DomainError]:
    """All that this person must do, or wait for, before they can use the service, in the order it is asked for."""
    return [refusal() for refusal in _unmet(person, code_version)]


def unmet(person: Person, code_version: int) -> DomainError | None:
    """The first of what stands between this person and the service; None when nothing does."""
    for refusal in _unmet(person, code_version):
        return refusal()
    return None


def _unmet(person: Person, code_version: int) -> Iterator[type[DomainError]]:
    if person.state is PersonState.SUSPENDED:
        yield Suspended
    if person.email_verification_due:
        yield EmailUnverified
    if person.state is PersonState.PENDING:
        yield ApprovalPending
    if person.second_factor_due:
        yield SecondFactorRequired
    if person.accepted_code_version < code_version:
        yield AcceptanceRequired


def normalise_email(email: str) -> str:
    return email.strip().lower()


def email_index(email: str) -> str:
    """The keyed digest an address is found by."""
    return current_keyring().blind_index(normalise_email(email))


def find_owner(session: Session, email: str) -> Person | None:
    """Whose address it is beyond doubt: the one account that has proven it. Nobody else signs in with it."""
    return session.scalars(
        select(Person).where(Person.email_index == email_index(email), Person.email_verified_at.is_not(None))
    ).one_or_none()


def get_checked(session: Session, checked: Person) -> Person:
    """The person whose password was checked a moment ago, locked. Raises WrongCredentials when it was changed since, or the
    account or its address is theirs no more.
    """
    person = session.get(Person, checked.id, with_for_update=True, populate_existing=True)
    if person is None or (person.password_hash, person.email_index) != (checked.password_hash, checked.email_index):
        raise WrongCredentials
    return person


def find_by_email(session: Session, email: str) -> Person | None:
    """Whose address it is: the account that has proven it, else the newest that claims it."""
    return session.scalars(
        select(Person)
        .where(Person.email_index == email_index(email))
        .order_by(Person.email_verified_at.is_(None), Person.id.desc())
        .limit(1)
    ).one_or_none()
