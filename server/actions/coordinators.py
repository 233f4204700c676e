"""The first coordinator, made by the operator at the command line: everybody else comes in by invite."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict
from models.people import Person, PersonState
from models.roles import Role
from server.actions.auth import register
from server.queries.code_of_conduct import current_version
from server.queries.people import find_owner


class CoordinatorThere(Conflict):
    code = "coordinator_there"
    user_message = "There is a coordinator already. To make one more all the same, add --another."


class AddressInUse(Conflict):
    """Said to the operator only, who can look into the service anyway; nobody else is told."""

    code = "address_in_use"
    user_message = "Somebody in this service has proven this address already."


def make_coordinator(
    session: Session,
    *,
    email: str,
    display_name: str,
    password_hash: str,
    timezone: str,
    region: str,
    another: bool,
    now: datetime,
) -> Person:
    """An account that needs no invite and no proof. A second factor is due at its first sign-in.

    Raises CoordinatorThere unless `another`, AddressInUse, DisplayNameTaken.
    """
    there = select(Person.id).where(Person.role == Role.COORDINATOR, Person.state != PersonState.ERASED)
    if not another and session.scalars(there.limit(1)).first() is not None:
        raise CoordinatorThere
    if find_owner(session, email) is not None:
        raise AddressInUse
    return register(
        session,
        email=email,
        password_hash=password_hash,
        display_name=display_name,
        timezone=timezone,
        region=region,
        accepted_code_version=current_version(session),
        role=Role.COORDINATOR,
        second_factor_due=True,
        now=now,
    )
