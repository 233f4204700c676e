"""Months of the service's calendar, as stretches of time. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from models.errors import Invalid
from models.phrases import Phrase

NAME = re.compile(r"(20[2-9][0-9]|21[0-9]{2})-(0[1-9]|1[0-2])")  # 2020-01 to 2199-12
MOST_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Month:
    """From its first midnight to that of the next, on the clock of the service."""

    name: str  # 2026-11
    since: datetime
    until: datetime


def finished_months(first: str, last: str, zone: str, now: datetime) -> Sequence[Month]:
    """Those from `first` to `last` that are over. One that is not changes from day to day, and tells by the difference.

    Raises Invalid for what is no month, for more than a year, and where `last` is before `first`.
    """
    start, end = _count(first, "since"), _count(last, "until")
    if end < start:
        raise Invalid(errors={"until": ["This is before the first month."]})
    if end - start >= MOST_MONTHS:
        raise Invalid(errors={"until": [Phrase("At most {most} months at a time.", most=MOST_MONTHS)]})
    found = (_month(count, zone) for count in range(start, end + 1))
    return [month for month in found if month.until <= now]


def _count(name: str, field: str) -> int:
    """Months since year 0."""
    match = NAME.fullmatch(name)
    if match is None:
        raise Invalid(errors={field: ["A month looks like 2026-11."]})
    return int(match[1]) * 12 + int(match[2]) - 1


def _month(count: int, zone: str) -> Month:
    return Month(name=f"{count // 12:04}-{count % 12 + 1:02}", since=_first(count, zone), until=_first(count + 1, zone))


def _first(count: int, zone: str) -> datetime:
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
