"""What comes again, on the clock of a place: a start and a length in wall-clock time and a small part of RFC 5545's RRULE.

A rule is text from outside, so only forms are read that recur within bounds: at most once a day, and in every month it
names. When clocks change, a stretch grows rather than shrinks: a start that does not exist, or an end that comes twice, is
taken so that what follows each other by the clock overlaps and never leaves a gap.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil import rrule as rfc

LONGEST_RULE = 200
MOST_TIMES = 1_000  # a COUNT
MOST_INTERVAL = 99
FIRST_YEAR, LAST_YEAR = 2020, 2100
FREQUENCIES = {"DAILY": rfc.DAILY, "WEEKLY": rfc.WEEKLY, "MONTHLY": rfc.MONTHLY}
DAYS = {"MO": rfc.MO, "TU": rfc.TU, "WE": rfc.WE, "TH": rfc.TH, "FR": rfc.FR, "SA": rfc.SA, "SU": rfc.SU}
MANY = timedelta(days=2)  # more than any clock is ever moved, and than any zone is off

# What each part may say; further, what goes together is checked below.
PARTS: Mapping[str, re.Pattern[str]] = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile(r"[1-9][0-9]?"),
    "BYDAY": re.compile(r"(?:[1-4]|-1)?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[1-4]|-1)?(?:MO|TU|WE|TH|FR|SA|SU)){0,6}"),
    "BYMONTHDAY": re.compile(r"(?:-1|[1-9]|1[0-9]|2[0-8])(?:,(?:-1|[1-9]|1[0-9]|2[0-8])){0,30}"),
    "UNTIL": re.compile(r"[0-9]{8}(?:T[0-9]{6}Z)?"),
    "COUNT": re.compile(r"[1-9][0-9]{0,3}"),
    "WKST": re.compile(r"MO"),
}
WEEKDAY = re.compile(r"(-?[0-9])?([A-Z]{2})")


class NotARecurrence(ValueError):
    """Its words are for the person who wrote the rule."""


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """`starts` is naive: wall-clock time in `zone`; so is what `minutes` count. Made by `recurrence`, which checks it."""

    zone: str
    starts: datetime
    minutes: int
    rule: str


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """`number` counts from 0 at the first of all; `local` is its start on the wall clock."""

    number: int
    local: datetime
    since: datetime
    until: datetime


def recurrence(*, zone: str, starts: datetime, minutes: int, rule: str) -> Recurrence:
    """Raises NotARecurrence for a rule this module does not read."""
    if not FIRST_YEAR <= starts.year <= LAST_YEAR:
        raise NotARecurrence(f"The first start must be between {FIRST_YEAR} and {LAST_YEAR}.")
    _read(starts, rule, zone)
    return Recurrence(zone=zone, starts=starts, minutes=minutes, rule=rule)


def occurrences(what: Recurrence, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """Those with a part in [since, until), in order. The times given and returned are instants."""
    zone = ZoneInfo(what.zone)
    length = timedelta(minutes=what.minutes)
    last = min(until.year + 1, LAST_YEAR)
    starts = _all_starts(what.starts, what.rule, what.zone, last)
    first = bisect_left(starts, since.astimezone(UTC).replace(tzinfo=None) - length - MANY)
    latest = until.astimezone(UTC).replace(tzinfo=None) + MANY
    for number in range(first, len(starts)):
        local = starts[number]
        if local > latest:
            return
        found = Occurrence(number=number, local=local, since=earlier(local, zone), until=later(local + length, zone))
        if found.until > since and found.since < until:
            yield found


def earlier(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; the earlier where there are two, or where none is and it is between two."""
    return min(_instants(local, zone))


def later(local: datetime, zone: ZoneInfo) -> datetime:
    """As `earlier`, but the later of the two."""
    return max(_instants(local, zone))


def _instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return (
        local.replace(tzinfo=zone, fold=0).astimezone(UTC),
        local.replace(tzinfo=zone, fold=1).astimezone(UTC),
    )


def step_of(what: Recurrence, unit: str) -> int:
    """Its INTERVAL where it counts in this unit (DAILY, WEEKLY), else 1."""
    parts = _parts(what.rule)
    return int(parts.get("INTERVAL", "1")) if parts["FREQ"] == unit else 1


@lru_cache(maxsize=256)
def _all_starts(starts: datetime, rule: str, zone: str, last_year: int) -> Sequence[datetime]:
    """From the very first to the end of the year, so that they can be counted; kept, because rules are asked again."""
    found = _read(starts, rule, zone)
    if not found._count:  # noqa: SLF001 - a count ends by itself, and must not have both
        end = datetime(last_year, 12, 31, 23, 59, 59)  # noqa: DTZ001 - wall-clock time
        found = found.replace(until=min(end, found._until or end))  # noqa: SLF001
    return tuple(found)


def _read(starts: datetime, rule: str, zone: str) -> rfc.rrule:
    parts = _parts(rule)
    weekdays = [_weekday(day) for day in parts["BYDAY"].split(",")] if "BYDAY" in parts else None
    monthdays = [int(day) for day in parts["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in parts else None
    until = _until(parts["UNTIL"], zone) if "UNTIL" in parts else None
    _refuse_what_never_comes(parts, starts)
    if until is not None and until < starts:
        raise NotARecurrence("The rule ends before it begins.")
    return rfc.rrule(
        FREQUENCIES[parts["FREQ"]],
        dtstart=starts,
        interval=int(parts.get("INTERVAL", "1")),
        wkst=rfc.MO,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        until=until,
        byweekday=weekdays,
        bymonthday=monthdays,
    )


@lru_cache(maxsize=256)
def _parts(rule: str) -> Mapping[str, str]:
    if len(rule) > LONGEST_RULE:
        raise NotARecurrence("This rule is too long.")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name not in PARTS or name in parts or not PARTS[name].fullmatch(value):
            raise NotARecurrence("This part of the rule cannot be used: " + ", ".join(PARTS) + " can, each once.")
        parts[name] = value
    if "FREQ" not in parts:
        raise NotARecurrence("The rule must say how often: FREQ=DAILY, WEEKLY or MONTHLY.")
    if "COUNT" in parts and ("UNTIL" in parts or int(parts["COUNT"]) > MOST_TIMES):
        raise NotARecurrence(f"The rule may end by COUNT (up to {MOST_TIMES}) or by UNTIL, not both.")
    return parts


def _refuse_what_never_comes(parts: Mapping[str, str], starts: datetime) -> None:
    """Rules that skip most of their turns, or all, would be looked for without an end."""
    monthly, ordinals = parts["FREQ"] == "MONTHLY", bool(re.search(r"[0-9]", parts.get("BYDAY", "")))
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise NotARecurrence("The rule may name days of the week or days of the month, not both.")
    if "BYMONTHDAY" in parts and not monthly:
        raise NotARecurrence("Days of the month need FREQ=MONTHLY.")
    if "BYDAY" in parts and (parts["FREQ"] == "DAILY" or ordinals != monthly):
        raise NotARecurrence("Days of the week need FREQ=WEEKLY, or a number such as 1MO with FREQ=MONTHLY.")
    if monthly and not {"BYDAY", "BYMONTHDAY"} & set(parts) and starts.day > 28:  # noqa: PLR2004 - every month has 28
        raise NotARecurrence("Not every month has this day. The last of a month is BYMONTHDAY=-1.")


def _weekday(day: str) -> rfc.weekday:
    ordinal, name = WEEKDAY.fullmatch(day).groups()  # type: ignore[union-attr]  # PARTS has checked it
    return DAYS[name](int(ordinal)) if ordinal else DAYS[name]


def _until(value: str, zone: str) -> datetime:
    """On the wall clock: a day to its end, or an instant as UTC says it."""
    try:
        if len(value) == 8:  # noqa: PLR2004 - YYYYMMDD
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, 23, 59, 59)  # noqa: DTZ001 - wall-clock time
        return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise NotARecurrence("The rule ends on a day that is not in the calendar.") from error
