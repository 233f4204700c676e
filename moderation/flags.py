"""How much a member's report weighs, by what came of their earlier ones. Pure.

The rule, in words. A report weighs 2. It weighs 3 from somebody whose reports often showed something, and 1 from somebody
who again and again reported what was nothing, or in bad faith; it never weighs nothing. Counted are the last twenty reports
that came to an end within a year: nobody is marked for good. What was found to be in bad faith counts three times as much
as what was only without ground, and once for all that was set aside with it.

A report of a risk is outside of this. It never weighs less than any other, and that it came to nothing is never held against
who made it: who has to fear that says nothing the next time. Weight orders cases of the same queue and urgency and does
nothing else; when a case is due, and on which pile it lies, is not its business.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from models.review import DecisionKind, Queue, ReportReason
from moderation.review import QUEUE_OF_LABEL

LOWERED, NORMAL, RAISED = 1, 2, 3

LOOKS_BACK = 20  # reports
FORGOTTEN_AFTER = timedelta(days=365)
ENOUGH = 3  # a habit, and not an accident
BAD_FAITH_COUNTS = 3

# By what was decided last about a case: whether it showed that there was something in its reports.
SHOWED_SOMETHING = frozenset({DecisionKind.REMOVE, DecisionKind.HIDE, DecisionKind.UPHOLD})


class Came(StrEnum):
    """What came of a report."""

    UPHELD = "upheld"
    GROUNDLESS = "groundless"
    BAD_FAITH = "bad_faith"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What came of somebody's reports, in numbers."""

    upheld: int = 0
    groundless: int = 0
    bad_faith: int = 0

    @classmethod
    def of(cls, earlier: Iterable[Came]) -> "Record":
        counted = Counter(earlier)
        return cls(**{came.value: counted[came] for came in Came})


def is_safety(reason: ReportReason) -> bool:
    return QUEUE_OF_LABEL[reason.value] is Queue.SAFETY


def came_of(reason: ReportReason, decision: DecisionKind) -> Came | None:
    """What came of a report whose case ended with this decision; None where it says nothing about who made it."""
    if decision in SHOWED_SOMETHING:
        return Came.UPHELD
    return None if is_safety(reason) else Came.GROUNDLESS


def weigh(record: Record, reason: ReportReason) -> int:
    """What a report for this reason weighs, from somebody with this record."""
    against = record.groundless + BAD_FAITH_COUNTS * record.bad_faith
    if record.upheld >= ENOUGH and record.upheld > 2 * against:
        return RAISED
    if against >= ENOUGH and against > 2 * record.upheld and not is_safety(reason):
        return LOWERED
    return NORMAL
