"""Making, revoking and using invites."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy.orm import Session

from models.errors import Invalid
from models.ids import new_code, new_id
from models.invites import Invite
from models.people import Person
from models.policy import Facts, authorise
from models.roles import Role
from moderation.audit import write_audit
from server.queries.invites import code_index, lock_invite, lock_invite_by_code

USUAL_LIFE = timedelta(days=14)
LONGEST_LIFE = timedelta(days=365)


class InviteInvalid(Invalid):
    """The same answer for a code that never was, is used up, or has run out: none of it is a stranger's business."""

    code = "invite_invalid"
    user_message = "This invite code cannot be used. Please check it, or ask for a new one."


@dataclass(frozen=True, kw_only=True)
class MadeInvite:
    """An invite and its code, which is shown this once and not kept."""

    invite: Invite
    code: str


def create_invite(
    session: Session,
    actor: Person | None,
    *,
    role: Role,
    now: datetime,
    expires_at: datetime | None = None,
    max_uses: int = 1,
    note: str | None = None,
) -> MadeInvite:
    """Make an invite for one role. `actor` None is the operator at the command line.

    Raises Forbidden where the actor may not invite this role, Invalid for an expiry that is past or too far.
    """
    if actor is not None:
        authorise("invite.create", actor, Facts(invited_role=role))
    until = expires_at or now + USUAL_LIFE
    if not now < until <= now + LONGEST_LIFE:
        raise Invalid(errors={"expires_at": ["Must lie within the coming year."]})
    code = new_code()
    invite = Invite(
        id=new_id(),
        code_index=code_index(code),
        role=role,
        created_by=actor.id if actor is not None else None,
        note=note,
        created_at=now,
        expires_at=until,
        max_uses=max_uses,
        uses=0,
    )
    session.add(invite)
    _audit(session, actor, "invite.created", invite, now)
    return MadeInvite(invite=invite, code=code)


def revoke_invite(session: Session, actor: Person, invite_id: str, *, now: datetime) -> None:
    """Make an invite unusable from now on. Revoking twice is harmless."""
    invite = lock_invite(session, actor, invite_id)
    authorise("invite.revoke", actor, Facts(made_by=invite.created_by))
    if invite.revoked_at is None:
        invite.revoked_at = now
        _audit(session, actor, "invite.revoked", invite, now)


def use_invite(session: Session, code: str, *, now: datetime) -> Invite:
    """Spend one use of an invite and return it. Raises InviteInvalid.

    The row stays locked until the account is made, so that a code for one cannot make two.
    """
    invite = lock_invite_by_code(session, code)
    if invite is None or not invite.usable(now):
        refuse_code()
    invite.uses += 1
    return invite


def refuse_code() -> NoReturn:
    raise InviteInvalid(errors={"invite_code": ["This code cannot be used."]})


def _audit(session: Session, actor: Person | None, action: str, invite: Invite, now: datetime) -> None:
    write_audit(
        session,
        actor_id=actor.id if actor is not None else None,
        action=action,
        subject_kind="invite",
        subject_id=invite.id,
        now=now,
        data={"role": invite.role.value},
    )
