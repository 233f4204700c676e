"""Small numbers: what is published never gives one away, however it is put together again."""

from datetime import timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from models.suppression import FEWEST, breakdown, shown, typical_time

MOST = 14
SMALL = range(1, FEWEST)


def test_none_and_five_are_said_and_between_them_nothing():
    assert [shown(count) for count in range(7)] == [0, None, None, None, None, 5, 6]


def test_a_breakdown_is_whole_or_not_there():
    assert breakdown({"a": 0, "b": 7}).parts == {"a": 0, "b": 7}
    assert breakdown({"a": 1, "b": 7}).parts is None
    assert breakdown({"a": 1, "b": 7}).total == 8
    assert breakdown({"a": 1, "b": 2}).total is None
    assert breakdown({"a": 0, "b": 0}) == breakdown({"b": 0, "a": 0})
    assert breakdown({"a": 0, "b": 0}).total == 0


def as_published(counts):
    found = breakdown({str(place): count for place, count in enumerate(counts)})
    return found.total, None if found.parts is None else tuple(found.parts.values())


def worlds(published, size):
    """Everything that may be the case where this is what was published."""
    return [counts for counts in product(range(MOST + 1), repeat=size) if as_published(counts) == published]


@given(st.lists(st.integers(0, MOST // 2 - 1), min_size=2, max_size=3))
def test_no_small_part_can_be_worked_out_from_what_is_published(counts):
    """By somebody who knows the rule, and tries every breakdown there could be."""
    possible = worlds(as_published(counts), len(counts))
    assert tuple(counts) in possible
    for place, count in enumerate(counts):
        if count in SMALL:
            assert len({world[place] for world in possible}) > 1


def minutes(*values):
    return [timedelta(minutes=value) for value in values]


def test_times_are_rounded_up_to_quarters_of_an_hour():
    assert typical_time(minutes(1, 2, 16, 40, 90)).median == timedelta(minutes=30)
    assert typical_time(minutes(0, 0, 0, 0, 0)).median == timedelta()
    assert typical_time(minutes(15, 15, 15, 15, 15)).median == timedelta(minutes=15)


def test_of_few_no_time_is_said():
    assert typical_time(minutes(*range(4))).median is None
    assert typical_time(minutes(*range(19))).ninetieth is None
    twenty = typical_time(minutes(*(15 * value for value in range(20))))
    assert (twenty.median, twenty.ninetieth) == (timedelta(minutes=150), timedelta(minutes=270))


@given(st.lists(st.integers(0, 100_000), min_size=20, max_size=60))
def test_a_typical_time_is_at_least_what_that_share_took(values):
    found = typical_time(minutes(*values))
    for share, time in ((0.5, found.median), (0.9, found.ninetieth)):
        assert sum(timedelta(minutes=value) <= time for value in values) >= share * len(values)
