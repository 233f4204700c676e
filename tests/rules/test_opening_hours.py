"""When a line is open, by the clock on its own wall, also in the nights when that clock is changed."""

from datetime import UTC, datetime, timedelta

import pytest

from models.opening_hours import UnreadableHours, read_hours

SYDNEY, LONDON = "Australia/Sydney", "Europe/London"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def open_hours(hours, start, count):
    """Which of so many hours from `start` somebody answers in, as a count from it."""
    return [step for step in range(count) if hours.open_at(start + timedelta(hours=step))]


def test_around_the_clock_is_open_in_every_minute():
    hours = read_hours(SYDNEY, "24/7")
    assert open_hours(hours, at("2026-04-01 00:00"), 400) == list(range(400))
    assert hours.open_at(at("2026-04-04 15:59"))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-03 20:59", False),  # 7:59 on Wednesday in Sydney, eleven hours ahead
        ("2026-03-03 21:00", True),
        ("2026-03-04 05:59", True),
        ("2026-03-04 06:00", False),
        ("2026-03-06 05:59", True),  # Friday
        ("2026-03-06 22:00", False),  # Saturday there, still Friday in UTC
        ("2026-03-08 21:00", True),  # Monday there, still Sunday in UTC
    ],
)
def test_the_day_and_the_hour_are_those_of_the_lines_own_zone(moment, is_open):
    assert read_hours(SYDNEY, ["mon-fri 08:00-17:00"]).open_at(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-01-09 21:59", False),  # Friday
        ("2026-01-09 22:00", True),
        ("2026-01-10 01:59", True),
        ("2026-01-10 02:00", False),
        ("2026-01-10 22:00", False),  # Saturday evening is not named
        ("2026-01-09 01:00", False),  # nor was Thursday's
    ],
)
def test_closing_after_midnight_belongs_to_the_day_before(moment, is_open):
    assert read_hours(LONDON, ["fri 22:00-02:00"]).open_at(at(moment)) is is_open


def test_a_week_that_goes_round_its_end_closes_on_monday_morning():
    hours = read_hours(LONDON, ["sun 20:00-03:00"])
    assert open_hours(hours, at("2026-01-11 00:00"), 48) == [20, 21, 22, 23, 24, 25, 26]


def test_it_opens_at_the_same_time_on_the_wall_before_and_after_the_clocks_change():
    hours = read_hours(LONDON, ["mon-sun 09:00-17:00"])
    assert open_hours(hours, at("2026-03-28 00:00"), 24)[0] == 9
    assert open_hours(hours, at("2026-03-29 00:00"), 24)[0] == 8  # summer time began in the night
    assert open_hours(hours, at("2026-10-24 00:00"), 24)[0] == 8
    assert open_hours(hours, at("2026-10-25 00:00"), 24)[0] == 9


@pytest.mark.parametrize(("day", "length"), [("2026-03-28", 4), ("2026-10-24", 6), ("2026-06-06", 5)])
def test_a_night_line_has_no_gap_in_the_hour_that_is_skipped_or_comes_twice(day, length):
    """Minute by minute through the night: open once, without a break, for an hour less or more."""
    hours = read_hours(LONDON, ["sat 22:00-03:00"])
    start = at(f"{day} 12:00")
    minutes = [step for step in range(24 * 60) if hours.open_at(start + timedelta(minutes=step))]
    assert minutes == list(range(minutes[0], minutes[0] + length * 60))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("24/7", "24 hours, every day"),
        (["mon-fri 08:00-17:00"], "Monday to Friday, 8:00 to 17:00 (London time)"),
        (["mon-sun 07:30-24:00"], "every day, 7:30 to midnight (London time)"),
        (["fri-sat 22:00-02:00"], "Friday and Saturday, 22:00 to 2:00 the next day (London time)"),
        (["sun 10:00-12:00", "wed 10:00-12:00"], "Sunday, 10:00 to 12:00; Wednesday, 10:00 to 12:00 (London time)"),
        (["sat-mon 00:00-12:00"], "Monday, Saturday and Sunday, 0:00 to 12:00 (London time)"),
    ],
)
def test_hours_can_be_read_by_people(written, words):
    assert read_hours(LONDON, written).words() == words


@pytest.mark.parametrize(
    "written",
    [
        "always",
        [],
        None,
        ["mon-fri"],
        ["mon 8:00-17:00"],
        ["mun 08:00-17:00"],
        ["mon 08:60-17:00"],
        ["mon 08:00-24:01"],
        ["mon 08:00-08:00"],
        ["mon 24:00-08:00"],
        [8],
    ],
    ids=str,
)
def test_what_is_no_span_is_refused(written):
    with pytest.raises(UnreadableHours):
        read_hours(LONDON, written)
