"""What a report may say of few: nothing from which one to four of anything could be worked out. Pure.

Whoever knows a service knows who "the one carer who ended a contact in March" is. So a count from 1 to 4 is not shown; a
breakdown with such a count in it is not shown at all, only its total, because the hidden part could be worked out from the
others; and a typical time is shown of so many that it is nobody's own, without their number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

FEWEST = 5  # the smallest count that is shown, but for none at all
FEWEST_FOR_MEDIAN, FEWEST_FOR_NINETIETH = 5, 20
STEP = timedelta(minutes=15)  # to which times are rounded, so that none is somebody's own


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """`parts` None: one of them is small, and with it all are left out. `total` None: it is small itself."""

    total: int | None
    parts: Mapping[str, int] | None


@dataclass(frozen=True, kw_only=True)
class TypicalTime:
    """Of how long something took. Half took no longer than `median`, nine of ten no longer than `ninetieth`."""

    median: timedelta | None
    ninetieth: timedelta | None


def shown(count: int) -> int | None:
    """The count, or None where it is small."""
    return None if 0 < count < FEWEST else count


def breakdown(parts: Mapping[str, int]) -> Breakdown:
    """Of a total into parts that do not overlap."""
    small = any(shown(count) is None for count in parts.values())
    return Breakdown(total=shown(sum(parts.values())), parts=None if small else dict(parts))


def typical_time(times: Sequence[timedelta]) -> TypicalTime:
    ordered = sorted(times)
    return TypicalTime(
        median=_at(ordered, 0.5) if len(ordered) >= FEWEST_FOR_MEDIAN else None,
        ninetieth=_at(ordered, 0.9) if len(ordered) >= FEWEST_FOR_NINETIETH else None,
    )


def _at(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The time that this share took no longer than, rounded up."""
    place = min(len(ordered) - 1, int(len(ordered) * share))
    return -(-ordered[place] // STEP) * STEP
