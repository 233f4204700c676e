"""Signing up by oneself, in a way that tells nobody whether an address has an account here already.

Invariant: what is asked of the database, and what is answered, is the same whether or not somebody has proven the address.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import Forbidden
from models.people import Person, PersonState
from models.roles import Role
from server.actions.auth import register
from server.actions.care_team import link_referred
from server.actions.display_names import refuse_staff_name
from server.actions.invites import use_invite
from server.actions.proofs import ask_for_proof
from server.queries.people import find_owner


class InviteRequired(Forbidden):
    code = "invite_required"
    user_message = "You need an invite to join this service. Please ask the people who told you about it."


def sign_up(
    session: Session,
    *,
    email: str,
    display_name: str,
    invite_code: str | None,
    open_sign_up: bool,
    approve: bool = False,
    links_at: str | None = None,
    now: datetime,
    **fields: Any,
) -> Person:
    """Make an account for somebody who came by themselves: a carer, or the role their invite names.

    `approve`: whoever came without an invite waits for a coordinator. `links_at`: where the links in mail lead; None where
    the service sends none, and the first who claims an address is believed.
    Raises InviteRequired where the service takes nobody without one, InviteInvalid, DisplayNameReserved, and what `register`
    raises.
    """
    if invite_code is None and not open_sign_up:
        raise InviteRequired
    invite = None if invite_code is None else use_invite(session, invite_code, now=now)
    role = Role.CARER if invite is None else invite.role
    refuse_staff_name(display_name, role)
    owner = find_owner(session, email)
    person = register(
        session,
        **fields,
        email=email,
        display_name=display_name,
        role=role,
        state=PersonState.PENDING if approve and invite_code is None else PersonState.ACTIVE,
        second_factor_due=role is not Role.CARER,
        email_proven=links_at is None and owner is None,
        email_verification_due=links_at is not None,
        now=now,
    )
    if invite is not None:
        link_referred(session, person, invite.created_by, now=now)
    if links_at is not None:
        ask_for_proof(session, person, address=person.email, owner=owner, links_at=links_at, now=now)
    return person
