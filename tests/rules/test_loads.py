"""A worker's week: what counts in it, once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from models.loads import hours_of_week, week_of

HOUR = timedelta(hours=1)
DUBLIN, SYDNEY = ZoneInfo("Europe/Dublin"), ZoneInfo("Australia/Sydney")
MONDAY = datetime(2026, 6, 8, tzinfo=UTC)
WEEK = (MONDAY, MONDAY + timedelta(days=7))


def counted(windows, shifts, most=38):
    found = hours_of_week(WEEK, windows, shifts, most_hours=most)
    return found.windows, found.shifts, found.together


def stretch(hour, hours):
    return MONDAY + hour * HOUR, MONDAY + (hour + hours) * HOUR


def test_windows_and_shifts_add_up():
    assert counted([stretch(9, 3)], [stretch(20, 8)]) == (180, 480, 660)


def test_an_hour_that_is_in_both_counts_once():
    assert counted([stretch(9, 8)], [stretch(13, 8)]) == (480, 480, 720)


def test_what_lies_outside_the_week_does_not_count():
    assert counted([stretch(-2, 4)], [stretch(7 * 24 - 1, 8)]) == (120, 60, 180)


def test_more_than_the_most_is_over_and_as_much_is_not():
    assert not hours_of_week(WEEK, [stretch(0, 38)], [], most_hours=38).over
    assert hours_of_week(WEEK, [stretch(0, 39)], [], most_hours=38).over


def test_a_week_begins_on_monday_at_midnight_of_the_place():
    since, until = week_of(SYDNEY, datetime(2026, 6, 14, 13, 59, tzinfo=UTC))  # a minute before midnight on Sunday
    assert since == datetime(2026, 6, 8, tzinfo=SYDNEY)
    assert week_of(SYDNEY, datetime(2026, 6, 14, 14, tzinfo=UTC))[0] == until == datetime(2026, 6, 15, tzinfo=SYDNEY)


def test_a_week_in_which_clocks_change_is_an_hour_shorter_or_longer():
    lengths = [
        until.astimezone(UTC) - since.astimezone(UTC)
        for since, until in (
            week_of(DUBLIN, datetime(2026, month, day, 12, tzinfo=UTC)) for month, day in ((3, 26), (10, 22), (6, 11))
        )
    ]
    assert [length / HOUR for length in lengths] == [167, 169, 168]
