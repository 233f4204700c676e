"""Invites: finding one by its code, and listing one's own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import NotFound
from models.ids import normalise_code
from models.invites import Invite
from models.people import Person
from models.roles import Role
from server.queries.paging import Page, itself, page_by_id


def code_index(code: str) -> str:
    """The keyed digest under which a code is kept. Case, spaces and dashes do not matter."""
    return current_keyring().blind_index("invite " + normalise_code(code))


def lock_invite_by_code(session: Session, code: str) -> Invite | None:
    return session.scalars(select(Invite).where(Invite.code_index == code_index(code)).with_for_update()).one_or_none()


def lock_invite(session: Session, actor: Person, invite_id: str) -> Invite:
    """Raises NotFound for one that is not there, or is another's and the actor no coordinator."""
    invite = session.scalars(select(Invite).where(Invite.id == invite_id).with_for_update()).one_or_none()
    if invite is None or (actor.role is not Role.COORDINATOR and invite.created_by != actor.id):
        raise NotFound
    return invite


def list_invites(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[Invite]:
    """Newest first: all of them for a coordinator, one's own for a professional."""
    query = select(Invite)
    if actor.role is not Role.COORDINATOR:
        query = query.where(Invite.created_by == actor.id)
    return page_by_id(session, query, Invite, itself, limit=limit, cursor=cursor)
