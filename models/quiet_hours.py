"""Quiet hours: when a person may be called, on their own clock.

They begin on every local day at one time and end at another, that day or the next. Where clocks are put back or forward
between, they err on the quiet side: from the first moment that clock shows the beginning to the last it shows the end.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)


def may_call_at(quiet_from: int | None, quiet_until: int | None, timezone: str, now: datetime) -> datetime:
    """`now` where the person may be called, else the moment their quiet hours end.

    Both in minutes after local midnight; `quiet_from` after `quiet_until` goes over midnight. None of either, or both the
    same: no quiet hours.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return now
    zone = _zone(timezone)
    at = now
    while (end := _end_of_quiet(quiet_from, quiet_until, zone, at)) is not None:
        at = end  # where clocks change, the next quiet hours may have begun before these end
    return at


def _end_of_quiet(quiet_from: int, quiet_until: int, zone: ZoneInfo, at: datetime) -> datetime | None:
    today = at.astimezone(zone).date()
    over_midnight = ONE_DAY if quiet_from > quiet_until else timedelta(0)
    for day in (today - ONE_DAY, today, today + ONE_DAY):
        begin = min(_moments(day, quiet_from, zone))
        end = max(_moments(day + over_midnight, quiet_until, zone))
        if begin <= at < end:
            return end
    return None


def _moments(day: date, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When clocks there show this time: both times where they are put back; just before and after where it is skipped."""
    shown = datetime.combine(day, time(*divmod(minutes % DAY_MINUTES, 60)), tzinfo=zone)
    return shown.replace(fold=0).astimezone(UTC), shown.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")  # a zone that this machine's tables have lost
