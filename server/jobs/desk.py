"""The desk looked at every second: decisions that can no longer be undone are carried out, claims that ran out are laid
back, escalations that nobody answered are told again.

The rows are the truth: what a process that died left due is done by the next that looks.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from models.clock import clock
from models.errors import Conflict, NotFound, Unavailable
from models.session import reading, transaction
from server.actions.desk import lay_back_lapsed, remind_of_escalation
from server.actions.undo import carry_out_pending
from server.queries.desk import due_decisions, due_reminders, lapsed_claims

log = structlog.get_logger("hearthside.desk")

EVERY_S = 1.0
PAGE = 100

Find = Callable[..., Sequence[str]]
Do = Callable[..., bool]

# In this order: a decision stands before its claim is looked at.
STEPS: Sequence[tuple[str, Find, Do]] = (
    ("decision", due_decisions, carry_out_pending),
    ("claim", lapsed_claims, lay_back_lapsed),
    ("reminder", due_reminders, remind_of_escalation),
)


def watch_desk() -> int:
    """Do what is due, each case in a transaction of its own; returns how many were done. What fails holds up no other."""
    now = clock.now()
    done = 0
    for name, find, do in STEPS:
        with reading() as session:
            due = find(session, at=now, limit=PAGE)
        done += sum(_one(name, do, case_id, now) for case_id in due)
    return done


def _one(name: str, do: Do, case_id: str, now: datetime) -> bool:
    try:
        with transaction() as session:
            return do(session, case_id, now=now)
    except (Conflict, NotFound):
        return False  # somebody was there first: the next round looks again
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one case must not hold up the others
        log.warning("desk step failed; will try again", step=name, case=case_id, error=type(error).__name__)
        return False


def watch_desk_forever(sleep: Callable[[float], Any]) -> None:
    while True:
        try:
            watch_desk()
        except Unavailable:
            pass  # the next round looks again
        except Exception:
            log.exception("looking at the desk failed; will try again")  # this loop must outlive everything
        sleep(EVERY_S)
