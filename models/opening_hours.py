"""When a line of help is open: weekly spans in its own zone's wall-clock time, and the same in words for people.

Wall-clock time needs no rule for daylight saving: what opens at 8:00 opens when the clock on the wall there says 8:00.
Public holidays are not known here; the words of a line say where they matter.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60
ALWAYS = "24/7"
SPAN = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)")


class UnreadableHours(ValueError):
    """What was written is no weekly span."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """On each of `days` (0 is Monday) from minute `opens` to before minute `closes`, which may lie after midnight."""

    days: tuple[int, ...]
    opens: int
    closes: int

    def covers(self, weekday: int, minute: int) -> bool:
        yesterday = (weekday - 1) % len(DAYS)
        return (weekday in self.days and self.opens <= minute < self.closes) or (
            yesterday in self.days and minute + DAY_MIN < self.closes
        )

    def words(self) -> str:
        return f"{_days_in_words(self.days)}, {_time_in_words(self.opens)} to {_time_in_words(self.closes)}"


AROUND_THE_CLOCK = (Span(days=tuple(range(len(DAYS))), opens=0, closes=DAY_MIN),)


@dataclass(frozen=True, kw_only=True)
class OpeningHours:
    """`zone` is an IANA name."""

    zone: str
    spans: tuple[Span, ...]

    @property
    def always(self) -> bool:
        return self.spans == AROUND_THE_CLOCK

    def open_at(self, now: datetime) -> bool:
        """Whether somebody answers at `now`, which must know its own zone."""
        there = now.astimezone(ZoneInfo(self.zone))
        minute = there.hour * 60 + there.minute
        return any(span.covers(there.weekday(), minute) for span in self.spans)

    def words(self) -> str:
        if self.always:
            return "24 hours, every day"
        city = self.zone.rpartition("/")[2].replace("_", " ")
        return f"{'; '.join(span.words() for span in self.spans)} ({city} time)"


def read_hours(zone: str, written: str | list[str]) -> OpeningHours:
    """`written` is "24/7" or spans such as "mon-fri 08:00-17:00"; "22:00-02:00" closes after midnight.

    Raises UnreadableHours.
    """
    if written == ALWAYS:
        return OpeningHours(zone=zone, spans=AROUND_THE_CLOCK)
    if not isinstance(written, list) or not written:
        raise UnreadableHours(f'hours are "{ALWAYS}" or a list of spans, not {written!r}')
    return OpeningHours(zone=zone, spans=tuple(_read_span(text) for text in written))


def _read_span(text: str) -> Span:
    found = SPAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UnreadableHours(f"{text!r} does not look like 'mon-fri 08:00-17:00'")
    first, last = found["first"], found["last"] or found["first"]
    if first not in DAYS or last not in DAYS:
        raise UnreadableHours(f"{text!r} names no day such as mon")
    start, length = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % len(DAYS) + 1
    opens, closes = _read_minute(found["opens"], text), _read_minute(found["closes"], text)
    if opens in {closes, DAY_MIN}:
        raise UnreadableHours(f"{text!r} is open for no time at all, or is meant to be 00:00-24:00")
    days = tuple(sorted((start + step) % len(DAYS) for step in range(length)))
    return Span(days=days, opens=opens, closes=closes if closes > opens else closes + DAY_MIN)


def _read_minute(text: str, whole: str) -> int:
    hours, minutes = map(int, text.split(":"))
    total = hours * 60 + minutes
    if minutes >= 60 or total > DAY_MIN:  # noqa: PLR2004 - minutes of an hour
        raise UnreadableHours(f"{whole!r} has a time that is not on any clock")
    return total


def _days_in_words(days: tuple[int, ...]) -> str:
    if len(days) == len(DAYS):
        return "every day"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - three days in a row make a range
        return f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"
    names = [DAY_NAMES[day] for day in days]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _time_in_words(minute: int) -> str:
    if minute == DAY_MIN:
        return "midnight"
    after = " the next day" if minute > DAY_MIN else ""
    return f"{minute % DAY_MIN // 60}:{minute % 60:02}{after}"
