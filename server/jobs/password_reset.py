"""Answering a forgotten password: whether the address has an account is looked up here, where nobody can time it."""

from models.clock import clock
from models.session import transaction
from server.actions.proofs import send_reset
from server.jobs.engine import Claimed, Work


def make_password_reset(links_at: str) -> Work:
    """The work of a job whose payload is `{email}`. `links_at` is where the link in the mail leads."""

    def password_reset(claimed: Claimed) -> None:
        now = clock.now()
        with transaction() as session:
            claimed.renew(session, now=now)
            send_reset(session, claimed.payload["email"], links_at=links_at, now=now)

    return password_reset
