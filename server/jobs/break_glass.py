"""When an access to a private conversation is over by the clock: telling its members."""

from models.clock import clock
from models.session import transaction
from server.actions.break_glass import close_expired_access
from server.jobs.engine import Claimed


def close_break_glass(claimed: Claimed) -> None:
    """The work of a job whose subject is the access."""
    now = clock.now()
    with transaction() as session:
        claimed.renew(session, now=now)
        close_expired_access(session, claimed.subject_id or "", now=now)
