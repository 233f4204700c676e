"""How the rota's burden is shared: what each had of hours, nights and weekends, by the clocks of where they live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.recurrence import earlier
from models.rota_resolver import Span

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Share:
    """`minutes` passed on shift; nights (22:00 to 06:00) and weekends in which any of them were."""

    shifts: int
    minutes: int
    nights: int
    weekends: int


def share_of(spans: Sequence[Span], zone: str) -> Share:
    """Of one person's shifts."""
    there = ZoneInfo(zone)
    served = sum((span.until - span.since for span in spans), timedelta())
    days = sorted({day for span in spans for day in _days(span, there)})
    nights = [_between(day, NIGHT_BEGINS, day + DAY, NIGHT_ENDS, there) for day in days]
    saturdays = sorted({day - ((day.weekday() - SATURDAY) % 7) * DAY for day in days})
    weekends = [_between(day, time(), day + 2 * DAY, time(), there) for day in saturdays]
    return Share(
        shifts=len(spans),
        minutes=served // timedelta(minutes=1),
        nights=_touched(nights, spans),
        weekends=_touched(weekends, spans),
    )


def _days(span: Span, there: ZoneInfo) -> Iterable[datetime]:
    """Naive midnights of the days it has a part in, and the one before: its night may reach into them."""
    day = datetime.combine(span.since.astimezone(there), time()) - DAY
    while day <= span.until.astimezone(there).replace(tzinfo=None):
        yield day
        day += DAY


def _between(first: datetime, begins: time, last: datetime, ends: time, there: ZoneInfo) -> tuple[datetime, datetime]:
    return (
        earlier(datetime.combine(first, begins), there),
        earlier(datetime.combine(last, ends), there),
    )


def _touched(stretches: Sequence[tuple[datetime, datetime]], spans: Sequence[Span]) -> int:
    return sum(any(span.since < until and span.until > since for span in spans) for since, until in stretches)
