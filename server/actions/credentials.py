"""What a person signs in with: changing one's password and address. Passwords arrive hashed or checked."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.auth import EndReason
from models.errors import Conflict, Forbidden
from models.people import Person
from moderation.audit import write_audit
from server.actions.auth import end_sign_ins
from server.actions.mail import mail_address_changing, mail_password_changed
from server.actions.proofs import ask_for_proof, void_proofs
from server.queries.people import find_owner, normalise_email


class WrongPassword(Forbidden):
    """Of somebody who is signed in: their session goes on."""

    code = "wrong_password"
    user_message = "That is not your present password. Please try again."


class NoMail(Conflict):
    code = "no_mail"
    user_message = "This service sends no e-mail, so it cannot check a new address. Please ask the people who run it."


def change_password(
    session: Session, actor: Person, *, checked_hash: str, password_hash: str, sign_in_id: str, mail: bool, now: datetime
) -> None:
    """Set a new password and end every session but this one. `checked_hash` is what the present password was checked
    against. Raises Conflict when that is not the present one any more.
    """
    if actor.password_hash != checked_hash:
        raise Conflict
    actor.password_hash = password_hash
    void_proofs(session, actor, now=now)
    end_sign_ins(session, actor, reason=EndReason.PASSWORD_CHANGED, by=actor.id, but=sign_in_id, now=now)
    if mail:
        mail_password_changed(session, to=actor.email, now=now)
    _audit(session, actor, "password.changed", now)


def ask_for_new_email(session: Session, actor: Person, *, email: str, links_at: str | None, now: datetime) -> None:
    """Send the new address a code; it counts once that comes back. Only the newest address asked for can.

    Raises NoMail where the service sends none.
    """
    if links_at is None:
        raise NoMail
    address = normalise_email(email)
    void_proofs(session, actor, now=now)
    ask_for_proof(session, actor, address=address, owner=find_owner(session, address), links_at=links_at, now=now)
    if actor.email_verified_at is not None:
        mail_address_changing(session, to=actor.email, now=now)
    _audit(session, actor, "email.change_asked", now)


def _audit(session: Session, actor: Person, action: str, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="person", subject_id=actor.id, now=now)
