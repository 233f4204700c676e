"""What mail says, and putting it into the post: a job of the same transaction as what it tells of.

Invariant: others may read over a person's shoulder, so no subject and no text tells what kind of service this is.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models.jobs import JobKind, enqueue

SIGNATURE = "\n\nYou cannot answer this mail.\n"


def mail_proof(session: Session, *, to: str, code: str, links_at: str, now: datetime) -> None:
    """The code that proves an address, as a link and to be typed by hand. `links_at` is the service's public address."""
    text = (
        f"Please confirm your e-mail address by opening this link:\n\n{_link(links_at, 'verify-email', code)}\n\n"
        f"Or enter this code in the app:\n\n{code}\n\n"
        "Both work for three days. If you did not ask for this, you need not do anything."
    )
    _post(session, to, "Please confirm your e-mail address", text, now)


def mail_owner_of_address(session: Session, *, to: str, links_at: str, now: datetime) -> None:
    """To whoever has proven an address that somebody, perhaps they themselves, just entered for another account."""
    text = (
        f"Somebody entered your e-mail address at {links_at}. You have an account there already, and nothing about it "
        "has changed.\n\nIf it was you, please sign in. If you do not remember your password, choose "
        '"Forgot password" there and you will get a link for a new one.\n\n'
        "If it was not you, you need not do anything."
    )
    _post(session, to, "Your e-mail address was entered again", text, now)


def mail_reset(session: Session, *, to: str, code: str, links_at: str, now: datetime) -> None:
    text = (
        f"To choose a new password, please open this link:\n\n{_link(links_at, 'reset-password', code)}\n\n"
        f"Or enter this code in the app:\n\n{code}\n\n"
        "Both work for one hour. If you did not ask for this, you need not do anything: your password stays as it is."
    )
    _post(session, to, "A new password", text, now)


def mail_password_changed(session: Session, *, to: str, now: datetime) -> None:
    text = (
        "Your password was changed. Every other device that was signed in has been signed out.\n\n"
        'If it was not you, please choose "Forgot password" in the app now: that makes the new password useless.'
    )
    _post(session, to, "Your password was changed", text, now)


def mail_address_changing(session: Session, *, to: str, now: datetime) -> None:
    """To the address an account has, as soon as another one is to take its place."""
    text = (
        "Somebody signed in to your account and asked to use another e-mail address. It counts as soon as the new one is "
        "confirmed.\n\n"
        'If it was not you, please choose "Forgot password" in the app now: that stops it.'
    )
    _post(session, to, "Your e-mail address is about to change", text, now)


def mail_address_changed(session: Session, *, to: str, now: datetime) -> None:
    """To the address an account had until now."""
    text = (
        "Your account uses another e-mail address from now on. You will get no more mail here.\n\n"
        "If it was not you, please write to the people who run the service."
    )
    _post(session, to, "Your e-mail address was changed", text, now)


def mail_digest(session: Session, *, to: str, stop_at: str, now: datetime) -> None:
    """That there is something new, and nothing about what. Opening `stop_at` and pressing the button stops these mails, and
    so does the button which mail programs show for the headers (RFC 8058).
    """
    text = (
        "There is something new to read. It stays where it is until you open the app, so there is no hurry.\n\n"
        "You get one such mail, and no other before you have been there again.\n\n"
        f"To get no more of them, open this link and press the button:\n\n{stop_at}\n\n"
        "You can also switch them on and off in the app."
    )
    headers = {"List-Unsubscribe": f"<{stop_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    _post(session, to, "Something new to read", text, now, headers)


def _link(links_at: str, page: str, code: str) -> str:
    # After the #, which browsers keep to themselves: no log of any server on the way holds the code.
    return f"{links_at.rstrip('/')}/{page}#{code}"


def _post(
    session: Session, to: str, subject: str, text: str, now: datetime, headers: Mapping[str, str] | None = None
) -> None:
    payload = {"to": to, "subject": subject, "text": text + SIGNATURE, "headers": dict(headers or {})}
    enqueue(session, JobKind.MAIL, payload=payload, now=now)
