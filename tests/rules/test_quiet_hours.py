"""Quiet hours: nobody is called while their own clock shows them, wherever they are and whatever clocks do there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.quiet_hours import may_call_at

NIGHT = (22 * 60, 7 * 60)
NOON = (12 * 60, 14 * 60)
# Whole hours, half hours and quarters; clocks that change by an hour, by half of one, and never; both halves of the world.
ZONES = [
    "UTC",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
]
A_MINUTE = st.integers(0, 24 * 60 - 1)
A_MOMENT = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it so


def local(zone, *parts, fold=0):
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold)


def asked(hours, zone, at):
    return may_call_at(*hours, zone, at.astimezone(UTC)).astimezone(ZoneInfo(zone))


@pytest.mark.parametrize(
    ("at", "from_then"),
    [
        ((2026, 6, 10, 21, 59), (2026, 6, 10, 21, 59)),
        ((2026, 6, 10, 22, 0), (2026, 6, 11, 7, 0)),
        ((2026, 6, 10, 23, 59), (2026, 6, 11, 7, 0)),
        ((2026, 6, 11, 0, 0), (2026, 6, 11, 7, 0)),
        ((2026, 6, 11, 6, 59, 59), (2026, 6, 11, 7, 0)),
        ((2026, 6, 11, 7, 0), (2026, 6, 11, 7, 0)),
        ((2026, 6, 11, 12, 0), (2026, 6, 11, 12, 0)),
    ],
)
def test_over_midnight_they_end_in_the_morning(at, from_then):
    assert asked(NIGHT, "Australia/Sydney", local("Australia/Sydney", *at)) == local("Australia/Sydney", *from_then)


def test_within_a_day_they_end_that_day():
    assert asked(NOON, "Europe/Dublin", local("Europe/Dublin", 2026, 6, 10, 13)) == local("Europe/Dublin", 2026, 6, 10, 14)
    assert asked(NOON, "Europe/Dublin", local("Europe/Dublin", 2026, 6, 10, 14)) == local("Europe/Dublin", 2026, 6, 10, 14)


def test_it_is_the_persons_clock_that_counts():
    at = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)  # half past ten in the evening in Sydney, half past one in Dublin
    assert may_call_at(*NIGHT, "Australia/Sydney", at) > at
    assert may_call_at(*NIGHT, "Europe/Dublin", at) == at


@pytest.mark.parametrize("hours", [(None, None), (22 * 60, None), (None, 7 * 60), (60, 60)])
def test_without_quiet_hours_anybody_may_be_called_at_any_time(hours):
    at = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
    assert may_call_at(*hours, "Australia/Sydney", at) == at


def test_a_night_is_an_hour_shorter_when_clocks_go_forward_and_longer_when_they_go_back():
    forward, back = local("Europe/Dublin", 2026, 3, 28, 22), local("Europe/Dublin", 2026, 10, 24, 22)
    for begin, hours in ((forward, 8), (back, 10)):
        assert asked(NIGHT, "Europe/Dublin", begin).astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=hours)


def test_an_end_that_comes_twice_counts_the_second_time():
    hours, at = (22 * 60, 90), local("Europe/Dublin", 2026, 10, 25, 1, 30)  # half past one, and half past one again
    assert asked(hours, "Europe/Dublin", at).astimezone(UTC) == local(
        "Europe/Dublin", 2026, 10, 25, 1, 30, fold=1
    ).astimezone(UTC)


def test_an_end_that_is_skipped_comes_when_clocks_have_gone_on():
    hours, at = (22 * 60, 90), local("Europe/Dublin", 2026, 3, 29, 0, 30)  # there is no half past one that night
    end = asked(hours, "Europe/Dublin", at)
    assert local("Europe/Dublin", 2026, 3, 29, 2).astimezone(UTC) <= end.astimezone(UTC)
    assert end.astimezone(UTC) - at.astimezone(UTC) <= timedelta(hours=1)


def test_a_zone_nobody_knows_any_more_is_no_failure():
    at = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
    assert may_call_at(*NIGHT, "Mars/Olympus", at) == at


def shown(zone, at):
    there = at.astimezone(ZoneInfo(zone))
    return there.hour * 60 + there.minute


def is_quiet(begin, end, minute):
    return begin <= minute < end if begin < end else minute >= begin or minute < end


@given(A_MINUTE, A_MINUTE, st.sampled_from(ZONES), A_MOMENT)
@example(90, 60, "Europe/Dublin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC))
@example(60, 90, "Europe/Dublin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
def test_nobody_is_called_while_their_clock_shows_quiet_hours_and_everybody_is_called_within_a_day(begin, end, zone, now):
    at = may_call_at(begin, end, zone, now)
    assert at >= now
    assert at - now <= timedelta(hours=26)
    assert may_call_at(begin, end, zone, at) == at  # then it is over
    if begin != end:
        assert not is_quiet(begin, end, shown(zone, at))
        if is_quiet(begin, end, shown(zone, now)):
            assert at > now


@given(A_MINUTE, A_MINUTE, st.sampled_from(ZONES), A_MOMENT)
def test_nobody_waits_beyond_the_end_on_a_day_like_any_other(begin, end, zone, now):
    place = ZoneInfo(zone)
    around = {(now + timedelta(days=days)).astimezone(place).utcoffset() for days in (-3, -2, -1, 0, 1, 2, 3)}
    if len(around) > 1 or begin == end:
        return
    at = may_call_at(begin, end, zone, now)
    if at > now:
        assert is_quiet(begin, end, shown(zone, now))
        assert (shown(zone, at), at.second) == (end, 0)
        assert at - now <= timedelta(days=1)
    else:
        assert not is_quiet(begin, end, shown(zone, now))
