"""Going through the audit trail from its first entry to its last, once a day.

Every time the whole of it: what was changed in an old entry is found by reading that entry. A bounded stretch a job, so that
a long trail holds up neither this process nor the jobs behind it; where it stopped is kept, and the next one goes on there.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from models.audit_check import CHECKED_EVERY
from models.clock import clock
from models.jobs import JobKind
from models.session import reading, transaction
from server.actions.audit_check import keep_walk, record_finding
from server.jobs.engine import Claimed, Work
from server.jobs.recurring import ensure_job, make_recurring
from server.queries.audit_check import walk_on, walk_to_go_on

MOST_STRETCHES = 50  # 10,000 entries: well under a second
SOON = timedelta(seconds=15)


def make_audit_check(*, pause: Callable[[], object]) -> Work:
    """`pause()` lets the rest of the process go on."""

    def check(claimed: Claimed) -> timedelta:
        ended = go_on_checking(pause=pause, renew=lambda session: claimed.renew(session, now=clock.now()))
        return CHECKED_EVERY if ended else SOON

    return make_recurring(JobKind.AUDIT_CHECK, check, every=CHECKED_EVERY)


def go_on_checking(*, pause: Callable[[], object], renew: Callable[[Session], None] = lambda _session: None) -> bool:
    """Some way further through the trail; whether it came to the end. `renew` is called in what keeps it."""
    with reading() as session:
        walk = walk_to_go_on(session)
    for _ in range(MOST_STRETCHES):
        with reading() as session:
            walk = walk_on(session, walk)
        if walk.ended:
            break
        pause()
    with transaction() as session:
        renew(session)
        finding = keep_walk(session, walk, now=clock.now())
    if finding is not None:
        with transaction() as session:
            record_finding(session, finding, now=clock.now())
    return walk.ended


def ensure_audit_check_job(session: Session) -> None:
    ensure_job(session, JobKind.AUDIT_CHECK, now=clock.now())
