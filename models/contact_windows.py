"""Contact windows: when a worker reads what carers write to them one-to-one, on the clock of a place. Pure.

A window comes every week, and goes over midnight where it ends at or before its start. Where clocks are put forward, what
would begin or end in the missing hour does so at the moment they jump; a window that lies in it altogether comes then, as
long as always. A clock that is put back is taken to stand still until it has caught up: no window comes twice that night,
and one that was open stays open. So a worker's windows are never cut into pieces, and none of them is ever lost.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
SHORTEST, MOST = 15, 28  # minutes of a window; windows of a week
DAY_S = 24 * 60 * 60
WEEK = len(DAYS)
# Local days looked at around a day of UTC: a window that began the evening before, in a zone that is behind, to one that
# comes a week later in a zone that is ahead.
BEFORE, AFTER = 2, WEEK + 2
FIRST_DAY = 3  # 1 January 1970 was a Thursday

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """From minute `opens` of each such day (0 is Monday) to before minute `closes`, which may lie on the day after."""

    day: int
    opens: int
    closes: int

    @property
    def minutes(self) -> int:
        return self.closes - self.opens


@dataclass(frozen=True, slots=True)
class _Spans:
    """Windows as seconds since 1970, joined and in order."""

    starts: tuple[float, ...]
    ends: tuple[float, ...]


def windows_text(windows: Iterable[Window]) -> str:
    """As they are kept: what is read by the thousand is compared and looked up as one short text."""
    return " ".join(f"{each.day}.{each.opens}.{each.closes}" for each in sorted(set(windows)))


@lru_cache(maxsize=4096)
def windows_of(text: str) -> tuple[Window, ...]:
    return tuple(Window(*map(int, part.split("."))) for part in text.split())


def next_open(zone: str, text: str, at: datetime, away: Sequence[Stretch] = ()) -> datetime | None:
    """`at` where a window is open, else when the next one opens that is not in a time `away`. None: there is no window."""
    while text:
        found = _from(_spans(zone, text, _day_of(at)), at)
        end = max((until for since, until in away if since <= found < until), default=None)
        if end is None:
            return found
        at = end
    return None


def open_stretches(zone: str, text: str, since: datetime, until: datetime, away: Sequence[Stretch] = ()) -> list[Stretch]:
    """When windows are open in [since, until), in order, without the times `away`."""
    found: list[Stretch] = []
    start = next_open(zone, text, since, away)
    while start is not None and start < until:
        end = min([_end_of(zone, text, start), until, *(gone for gone, _ in away if gone > start)])
        found.append((start, end))
        start = next_open(zone, text, end, away) if end < until else None
    return found


def _end_of(zone: str, text: str, at: datetime) -> datetime:
    """When what is open `at` closes."""
    spans = _spans(zone, text, _day_of(at))
    return _moment(spans.ends[bisect_right(spans.starts, at.timestamp()) - 1])


def _from(spans: _Spans, at: datetime) -> datetime:
    second = at.timestamp()
    place = bisect_right(spans.starts, second)
    if place and second < spans.ends[place - 1]:
        return at
    return _moment(spans.starts[place])


@lru_cache(maxsize=8192)
def _spans(zone: str, text: str, day: int) -> _Spans:
    """All with a part in this day of UTC or the week after it. Kept: a day's many questions are the same few."""
    course, found = _course(zone, day), []
    by_day: dict[int, list[Window]] = {}
    for window in windows_of(text):
        by_day.setdefault(window.day, []).append(window)
    for local in range(day - BEFORE, day + AFTER):
        for window in by_day.get((local + FIRST_DAY) % WEEK, ()):
            midnight = local * DAY_S
            start = _reached(course, midnight + window.opens * 60)
            end = _reached(course, midnight + window.closes * 60)
            found.append((start, end if end > start else start + window.minutes * 60))
    joined: list[tuple[float, float]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return _Spans(tuple(start for start, _ in joined), tuple(end for _, end in joined))


def _reached(course: Sequence[tuple[float, float, float]], local: float) -> float:
    """The first moment at which the clock shows this local time, or more."""
    for since, until, offset in course:
        if local - offset < until:
            return max(since, local - offset)
    raise AssertionError("the last stretch of a course has no end")


@lru_cache(maxsize=1024)
def _course(name: str, day: int) -> tuple[tuple[float, float, float], ...]:
    """How far the zone's clock is ahead of UTC around this day: `(since, until, offset)`, in seconds, without a gap."""
    zone, first = zone_of(name), (day - BEFORE - 2) * DAY_S
    days = range(first, (day + AFTER + 3) * DAY_S, DAY_S)
    changes = [_change(zone, at, at + DAY_S) for at in days if _offset(zone, at) != _offset(zone, at + DAY_S)]
    edges = [float("-inf"), *changes, float("inf")]
    return tuple((since, until, _offset(zone, max(since, first))) for since, until in pairwise(edges))


def _change(zone: ZoneInfo, before: int, after: int) -> float:
    """The second at which clocks there are changed, between these two."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, second: float) -> float:
    offset = _moment(second).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


def _moment(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _day_of(at: datetime) -> int:
    return int(at.timestamp() // DAY_S)


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this machine's tables have lost it, so that nobody's day is left without hours."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def length_of(stretches: Iterable[Stretch]) -> timedelta:
    return sum((until - since for since, until in stretches), timedelta())
