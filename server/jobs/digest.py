"""Mail to whom nothing else reaches: about once an hour, to those who were away while something new came.

A run goes through all people some at a time. One that was broken off begins anew, and finds those already mailed marked.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from models.clock import clock
from models.jobs import JobKind
from models.session import reading, transaction
from server.actions.notifications import send_digests
from server.jobs.engine import Claimed, Work
from server.jobs.recurring import ensure_job, make_recurring
from server.queries.notifications import find_away

EVERY = timedelta(hours=1)
SOON = timedelta(minutes=5)
PAGE = 200  # people a query
MAILS = 20  # a transaction: other writers wait for it, and on SQLite the whole process
# A run, the rest `SOON` after: whoever waits for a new password does not wait for a whole service's digests to be mailed.
MOST_MAILS = 200

log = structlog.get_logger("hearthside.digest")


def make_digest(*, push: bool, links_at: str, pause: Callable[[], object]) -> Work:
    """`push`: this service calls phones. `pause()` lets the rest of the process go on."""

    def digest(claimed: Claimed) -> timedelta:
        sent = 0
        for person_ids in _all_due(push=push, pause=pause):
            now = clock.now()
            with transaction() as session:
                claimed.renew(session, now=now)
                sent += send_digests(session, person_ids, push=push, links_at=links_at, now=now)
            pause()
            if sent >= MOST_MAILS:
                break
        log.info("digests posted", count=sent)
        return EVERY if sent < MOST_MAILS else SOON

    return make_recurring(JobKind.DIGEST, digest, every=EVERY)


def _all_due(*, push: bool, pause: Callable[[], object]) -> Iterator[Sequence[str]]:
    """A few people to be mailed at a time, or none: the job is kept in hand while nobody is found, too."""
    last: str | None = None
    while True:
        now = clock.now()
        with reading() as session:
            found = find_away(session, push=push, limit=PAGE, now=now, after=last)
        due = [away.person_id for away in found if away.to_be_mailed(now)]
        for start in range(0, max(len(due), 1), MAILS):
            yield due[start : start + MAILS]
        pause()
        if len(found) < PAGE:
            return
        last = found[-1].person_id


def ensure_digest_job(session: Session, *, mail: bool) -> None:
    """At start-up, where the service sends mail."""
    if mail:
        ensure_job(session, JobKind.DIGEST, now=clock.now())
