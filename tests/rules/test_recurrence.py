"""What comes again: which rules are read, and when the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.recurrence import NotARecurrence, occurrences
from tests.factories.rotas import every


def local(what, since="2026-01-01", until="2027-01-01"):
    found = occurrences(what, *(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (since, until)))
    return [f"{each.local:%m-%d %H}" for each in found]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", ["01-05 09", "01-06 09", "01-07 09"]),
        ("FREQ=DAILY;INTERVAL=2;UNTIL=20260108", ["01-05 09", "01-07 09"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3;WKST=MO", ["01-05 09", "01-09 09", "01-12 09"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["01-05 09", "01-19 09"]),
        ("FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260301", ["01-05 09", "02-02 09"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260301", ["01-31 09", "02-28 09"]),
        ("FREQ=MONTHLY;COUNT=2", ["01-05 09", "02-05 09"]),
        # 23:00 on the 7th in UTC is 10:00 on the 8th in Sydney.
        ("FREQ=DAILY;UNTIL=20260107T230000Z", ["01-05 09", "01-06 09", "01-07 09", "01-08 09"]),
    ],
)
def test_a_rule_comes_when_it_says(rule, days):
    assert local(every(rule=rule)) == days


def test_a_rule_without_an_end_is_counted_from_its_first_start():
    far = occurrences(every(rule="FREQ=DAILY"), datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 2, tzinfo=UTC))
    first = next(far)
    assert first.number == (first.local.date() - date(2026, 1, 5)).days


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "freq=daily",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;BYYEARDAY=1",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=100",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=\u0661",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;COUNT=2;UNTIL=20260108",
        "FREQ=DAILY;UNTIL=20260231",
        "FREQ=DAILY;UNTIL=20260108T000000",
        "FREQ=DAILY;UNTIL=00010101T000000Z",
        "FREQ=DAILY;BYDAY=TU;INTERVAL=7",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU,MO",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1",
        "FREQ=DAILY\n",
        "RRULE:FREQ=DAILY",
        "DTSTART:20260101T000000\nRRULE:FREQ=DAILY",
        "FREQ=DAILY;" * 30,
    ],
)
def test_what_is_not_of_the_forms_that_are_read_is_refused(rule):
    with pytest.raises(NotARecurrence):
        every(rule=rule)


@pytest.mark.parametrize("year", [2019, 2101])
def test_a_start_outside_the_calendar_of_the_service_is_refused(year):
    with pytest.raises(NotARecurrence):
        every(starts=f"{year}-01-05T09:00")


def test_the_31st_is_refused_where_not_every_month_has_it():
    every(starts="2026-01-28T09:00", rule="FREQ=MONTHLY")
    with pytest.raises(NotARecurrence):
        every(starts="2026-01-31T09:00", rule="FREQ=MONTHLY")


@pytest.mark.parametrize(
    ("starts", "minutes", "hours"),
    [
        # New York, 8 March 2026: 02:00 becomes 03:00.
        ("2026-03-08T02:30", 120, 2),  # it begins where 01:30 was, an hour early, and ends at 04:30
        ("2026-03-08T00:30", 120, 2),  # its end, 02:30, does not exist: at 03:30
        ("2026-03-08T00:00", 480, 7),
        # 1 November 2026: 02:00 becomes 01:00.
        ("2026-11-01T01:30", 120, 3),  # from the first 01:30
        ("2026-11-01T00:30", 60, 2),  # to the second 01:30
        ("2026-11-01T00:00", 480, 9),
    ],
)
def test_a_shift_grows_rather_than_leaves_a_gap_when_clocks_change(starts, minutes, hours):
    what = every("America/New_York", starts, minutes, "FREQ=DAILY;COUNT=1")
    (found,) = occurrences(what, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert found.until - found.since == timedelta(hours=hours)
