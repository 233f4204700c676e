"""When a group is open: weekly windows on the clock of its own place, whatever that clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.contact_windows import Window, windows_text
from models.groups import Group, ModerationMode, Tightening, stricter
from server.actions.group_hours import in_words as day_and_time
from server.actions.slow_mode import in_words as wait

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY, MONDAY = 6, 0
NIGHT = (Window(SUNDAY, 60, 240),)  # 1:00 to 4:00, over the hour in which clocks are moved
EVENING = (Window(MONDAY, 18 * 60, 21 * 60),)


def group(windows=EVENING, zone="Europe/Berlin"):
    return Group(hours_zone=zone, hours_text=windows_text(windows))


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def test_a_group_without_hours_is_open_at_any_time():
    assert group(()).opens_at(berlin(2026, 3, 2, 3)) is None


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ((2026, 3, 2, 17, 59), (2026, 3, 2, 18)),
        ((2026, 3, 2, 18), None),
        ((2026, 3, 2, 20, 59), None),
        ((2026, 3, 2, 21), (2026, 3, 9, 18)),
        ((2026, 3, 27, 12), (2026, 3, 30, 18)),  # over the weekend on which clocks go forward
        ((2026, 10, 23, 12), (2026, 10, 26, 18)),  # and back
    ],
)
def test_it_opens_at_the_hour_that_the_clock_there_shows(at, opens):
    assert group().opens_at(berlin(*at)) == (berlin(*opens) if opens is not None else None)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 22), 3), ((2026, 3, 29), 2), ((2026, 10, 25), 4)])
def test_a_window_over_the_change_of_clocks_is_open_without_a_gap(day, hours):
    """Both the hour that is missing and the one that comes twice lie within it."""
    midnight = berlin(*day)
    minutes = [midnight + timedelta(minutes=5 * step) for step in range(12 * 24)]
    there = [group(NIGHT).opens_at(at) is None for at in minutes]
    assert sum(there) == hours * 12
    first = there.index(True)
    assert all(there[first : first + hours * 12])


def test_its_own_place_counts_and_not_the_readers():
    assert group(zone="Australia/Sydney").opens_at(berlin(2026, 3, 2, 8)) is None
    assert group().opens_at(berlin(2026, 3, 2, 8)) == berlin(2026, 3, 2, 18)


def test_a_window_may_go_over_midnight():
    late = group([Window(MONDAY, 22 * 60, 26 * 60)])
    assert late.opens_at(berlin(2026, 3, 3, 1, 59)) is None
    assert late.opens_at(berlin(2026, 3, 3, 2)) == berlin(2026, 3, 9, 22)


def test_the_hour_is_told_on_the_readers_own_clock():
    assert day_and_time(berlin(2026, 3, 2, 18), ZoneInfo("Australia/Sydney")) == "Tuesday at 4:00 (Sydney time)"


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (3600, "60 minutes")]
)
def test_a_wait_is_told_in_words_that_are_never_too_short(seconds, words):
    assert wait(seconds) == words


@pytest.mark.parametrize(
    ("mode", "other", "holds"),
    [
        ("after", "none", "after"),
        ("after", "new_members", "new_members"),
        ("after", "before", "before"),
        ("new_members", "none", "new_members"),
        ("new_members", "new_members", "new_members"),
        ("new_members", "before", "before"),
        ("before", "none", "before"),
        ("before", "new_members", "before"),
        ("before", "before", "before"),
    ],
)
def test_the_stricter_of_two_ways_of_moderating_holds(mode, other, holds):
    assert stricter(ModerationMode(mode), Tightening(other)) is ModerationMode(holds)
