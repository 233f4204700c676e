"""What aftercare a decided case needs: one readable rule each. Pure."""

from models.aftercare import SupportReason
from models.review import Case, DecisionKind, Queue


def needs_follow_up(case: Case) -> bool:
    """A case about a risk, also one among other reasons: somebody looks after it again, or says why nobody need.

    Others end with the decision.
    """
    return case.queue is Queue.SAFETY


def support_reason(case: Case, decision: DecisionKind | None) -> SupportReason | None:
    """Why the author is offered support, if they are. A risk comes first: being removed matters less then."""
    if case.queue is Queue.SAFETY:
        return SupportReason.AFTER_RISK
    return SupportReason.AFTER_REMOVAL if decision is DecisionKind.REMOVE else None
