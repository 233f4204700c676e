"""What can be appealed and how an appeal moves, in readable tables. Pure."""

from collections.abc import Mapping
from datetime import datetime

from models.appeals import APPEAL_WITHIN, Appeal, AppealState
from models.errors import Conflict, StaleVersion
from models.messages import MessageState
from models.review import Case, CaseState, DecisionKind
from models.roles import Role

APPEAL_MOVES: Mapping[AppealState, frozenset[AppealState]] = {
    AppealState.OPEN: frozenset({AppealState.UPHELD, AppealState.OVERTURNED, AppealState.WITHDRAWN}),
    AppealState.UPHELD: frozenset(),
    AppealState.OVERTURNED: frozenset(),
    AppealState.WITHDRAWN: frozenset(),
}

# What took somebody's words from the others. Whoever's words stayed as they were was told of nothing.
APPEALABLE = frozenset({DecisionKind.HIDE, DecisionKind.REMOVE})

# In which states a message comes back when the decision on it is overturned.
COMES_BACK = frozenset({MessageState.HIDDEN, MessageState.REMOVED})

# Who hears whom: nobody hears an appeal against what was decided further up.
SENIOR = frozenset({Role.SUPERVISOR, Role.COORDINATOR})


class AppealThere(Conflict):
    code = "appeal_there"
    user_message = "You have appealed this already. There is one appeal for each decision."


class AppealTooLate(Conflict):
    code = "appeal_too_late"
    user_message = (
        "This was decided more than 30 days ago and cannot be appealed any more. You can still write to the service."
    )


class AppealPointless(Conflict):
    code = "appeal_pointless"
    user_message = "Nothing of this holds any more: it was changed since, and there is nothing left to appeal."


class AppealClosed(Conflict):
    code = "appeal_closed"
    user_message = "This appeal is closed already."


def check_time(decided_at: datetime, *, now: datetime) -> None:
    """Raises AppealTooLate."""
    if now > appeal_until(decided_at):
        raise AppealTooLate


def appeal_until(decided_at: datetime) -> datetime:
    return decided_at + APPEAL_WITHIN


def close(appeal: Appeal, to: AppealState, *, now: datetime) -> None:
    """Raises AppealClosed."""
    if to not in APPEAL_MOVES[appeal.state]:
        raise AppealClosed
    appeal.state, appeal.closed_at = to, now
    appeal.version += 1


def check_version(appeal: Appeal, version: int) -> None:
    """Raises AppealClosed, StaleVersion."""
    if appeal.state is not AppealState.OPEN:
        raise AppealClosed
    if version != appeal.version:
        raise StaleVersion(version=appeal.version)


def close_case(case: Case, *, now: datetime) -> None:
    """What an overturned appeal makes of the case: settled, and whoever still has it in hand sees that it changed."""
    if case.state is not CaseState.CLOSED:
        case.state, case.closed_at = CaseState.CLOSED, now
        case.claimed_by, case.claim_until = None, None
    case.version += 1
