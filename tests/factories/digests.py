"""A service that mails digests to a real mail server, in the hands of a test that says when time passes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import update

from models.auth import SignIn
from models.clock import clock
from models.people import Person
from models.session import reading, transaction
from server.jobs.digest import EVERY, ensure_digest_job
from server.settings import Settings
from tests.factories.mail import Post, Receiver
from tests.factories.people import make_person, make_sign_in


def at(*parts: int) -> None:
    """Set the clock, to a moment in UTC."""
    clock.move(datetime(*parts, tzinfo=UTC) - clock.now())


class Digests:
    """`run()` does what is due, `hours(n)` lets them pass with a run in each."""

    def __init__(self, settings: Settings, receiver: Receiver, **changes: Any) -> None:
        self.settings = replace(settings, smtp_url=receiver.url, public_url="https://service.example.test", **changes)
        self.post = Post(self.settings, receiver)
        with transaction() as session:
            ensure_digest_job(session, mail=True)

    def run(self) -> Sequence[EmailMessage]:
        return self.post.run()

    def hours(self, number: int) -> Sequence[EmailMessage]:
        arrived: list[EmailMessage] = []
        for _ in range(number):
            clock.move(EVERY)
            arrived += self.run()
        return arrived


def sign_in_of(person: Person) -> SignIn:
    with reading() as session:
        return session.query(SignIn).filter(SignIn.person_id == person.id).order_by(SignIn.id).first()


def come(person: Person) -> None:
    """They open the app: their device refreshes its token."""
    with transaction() as session:
        now = clock.now()
        later = {"refreshed_at": now, "expires_at": now + timedelta(days=30)}
        session.execute(update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(**later))


def make_reader(**changes: Any) -> Person:
    """Somebody who is here now, on one device."""
    person = make_person(**changes)
    make_sign_in(person)
    return person
