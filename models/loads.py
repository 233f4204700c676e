"""How much a worker carries in a week. Pure.

Counted is the time they said they are there, and not how fast they answered: contact windows without leave, and shifts on
the crisis rota, from Monday to Sunday of their own calendar. An hour that is in both counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.contact_windows import Stretch, length_of
from models.rota_resolver import clip, join

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Of one week, in minutes. `most`: past it, it is too much."""

    since: datetime
    until: datetime
    windows: int
    shifts: int
    together: int
    most: int

    @property
    def over(self) -> bool:
        return self.together > self.most


def week_of(zone: ZoneInfo, now: datetime) -> Stretch:
    """From midnight to midnight of that place, Monday to Monday: an hour longer or shorter when clocks change."""
    monday = now.astimezone(zone).date()
    monday -= timedelta(days=monday.weekday())
    return _midnight(monday, zone), _midnight(monday + WEEK, zone)


def hours_of_week(week: Stretch, windows: Sequence[Stretch], shifts: Sequence[Stretch], *, most_hours: int) -> Hours:
    since, until = week
    theirs, on = join(clip(windows, since, until)), join(clip(shifts, since, until))
    return Hours(
        since=since,
        until=until,
        windows=length_of(theirs) // MINUTE,
        shifts=length_of(on) // MINUTE,
        together=length_of(join([*theirs, *on])) // MINUTE,
        most=most_hours * 60,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
