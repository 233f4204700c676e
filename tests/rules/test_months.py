"""Months of the service's calendar."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from models.errors import Invalid
from models.months import finished_months

LATE = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_month_is_that_of_the_services_clock_also_where_clocks_change():
    (march,) = finished_months("2026-03", "2026-03", "Europe/London", LATE)
    assert (march.since, march.until) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, 23, tzinfo=UTC))
    (april,) = finished_months("2026-04", "2026-04", "Australia/Sydney", LATE)
    assert (april.since, april.until) == (datetime(2026, 3, 31, 13, tzinfo=UTC), datetime(2026, 4, 30, 14, tzinfo=UTC))


def test_months_follow_each_other_without_a_gap_over_the_turn_of_the_year():
    months = finished_months("2025-11", "2026-02", "Europe/London", LATE)
    assert [month.name for month in months] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert all(one.until == other.since for one, other in pairwise(months))


def test_a_month_is_told_of_once_it_is_over():
    until = datetime(2026, 10, 31, 13, tzinfo=UTC)
    assert [each.name for each in finished_months("2026-10", "2026-10", "Australia/Sydney", until)] == ["2026-10"]
    before = until.replace(hour=12, minute=59)
    assert finished_months("2026-10", "2026-10", "Australia/Sydney", before) == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-13", "2026-12", "since"),
        ("0000-01", "2026-12", "since"),
        ("2026-1", "2026-12", "since"),
        ("2026-01", "x", "until"),
        ("2026-02", "2026-01", "until"),
        ("2026-01", "2027-01", "until"),
    ],
)
def test_what_is_no_stretch_of_months_is_refused(first, last, field):
    with pytest.raises(Invalid) as caught:
        finished_months(first, last, "UTC", LATE)
    assert list(caught.value.facts["errors"]) == [field]
