"""How the rota is shared: hours that passed, nights and weekends by the clocks of where somebody lives."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.fairness import share_of
from models.rota import Layer
from models.rota_resolver import Span

SYDNEY = "Australia/Sydney"


def on(since, until, zone=SYDNEY):
    times = (datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for time in (since, until))
    return Span(layer=Layer.PRIMARY, person_id="a", since=next(times), until=next(times))


def told(*spans, zone=SYDNEY):
    share = share_of(spans, zone)
    return share.shifts, share.minutes, share.nights, share.weekends


def test_nothing_is_nothing():
    assert told() == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("since", "until", "nights", "weekends"),
    [
        ("2026-01-05T06:00", "2026-01-05T22:00", 0, 0),  # a Monday
        ("2026-01-05T06:00", "2026-01-05T22:01", 1, 0),
        ("2026-01-05T05:00", "2026-01-05T07:00", 1, 0),
        ("2026-01-05T21:00", "2026-01-07T07:00", 2, 0),
        ("2026-01-09T12:00", "2026-01-10T00:00", 1, 0),  # Friday to midnight
        ("2026-01-09T12:00", "2026-01-10T00:01", 1, 1),
        ("2026-01-11T12:00", "2026-01-11T13:00", 0, 1),
        ("2026-01-11T23:00", "2026-01-12T01:00", 1, 1),
        ("2026-01-10T12:00", "2026-01-18T12:00", 8, 2),
    ],
)
def test_nights_and_weekends_are_those_in_which_somebody_was_on(since, until, nights, weekends):
    assert told(on(since, until))[2:] == (nights, weekends)


def test_two_shifts_of_one_night_or_weekend_are_one_of_each():
    assert told(on("2026-01-10T22:00", "2026-01-10T23:00"), on("2026-01-11T01:00", "2026-01-11T02:00")) == (2, 120, 1, 1)


def test_it_is_the_clock_of_where_they_live_that_counts():
    day = on("2026-01-05T12:00", "2026-01-05T14:00", "UTC")
    assert told(day, zone="UTC")[2:] == (0, 0)
    assert told(day, zone=SYDNEY)[2:] == (1, 0)
    assert told(on("2026-01-09T14:00", "2026-01-09T15:00", "UTC"), zone=SYDNEY)[2:] == (1, 1)


def test_the_hours_are_those_that_passed_also_when_clocks_change():
    assert told(on("2026-04-05T00:00", "2026-04-05T06:00"))[1] == 7 * 60
    assert told(on("2026-10-04T00:00", "2026-10-04T06:00"))[1] == 5 * 60
