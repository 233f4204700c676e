"""Contact windows: open when the worker's own clock says so, in one piece, on every day of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.contact_windows import DAY_MINUTES, MOST, Window, length_of, next_open, open_stretches, windows_of, windows_text
from models.openings import ContactTerms

# Clocks that change by an hour, by half of one, and never; at midnight and later; both halves of the world.
ZONES = [
    "UTC",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "America/New_York",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Chatham",
]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
SYDNEY, DUBLIN, HAVANA = "Australia/Sydney", "Europe/Dublin", "America/Havana"


def local(zone, *parts, fold=0):
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def window(day, opens, closes):
    """As `window(MON, "22:00", "02:00")`."""
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
    return Window(day, first, last if last > first else last + DAY_MINUTES)


def opens(zone, windows, at, away=()):
    return next_open(zone, windows_text(windows), at, away)


def stretches(zone, windows, since, until, away=()):
    return open_stretches(zone, windows_text(windows), since, until, away)


def walked(zone, windows, since, until):
    """The minutes that are open, by somebody who watches a clock that stands still for as long as it would go back."""
    at, shown, found = since - 3 * DAY, datetime.min, set()  # noqa: DTZ901 - wall-clock time
    waiting, running = set(), {}
    while at < until:
        before, shown = shown, max(shown, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
        if before.date() != shown.date():
            waiting |= {(shown.date(), each) for each in windows if each.day == shown.weekday()}
        for day, each in sorted(waiting, key=lambda due: (due[0], due[1])):
            midnight = datetime.combine(day, datetime.min.time())
            begins, ends = midnight + each.opens * MINUTE, midnight + each.closes * MINUTE
            if shown < begins:
                continue
            waiting.discard((day, each))
            running[day, each] = (ends, at + each.minutes * MINUTE if shown >= ends else None)
        for key, (ends, kept_until) in list(running.items()):
            if (at >= kept_until) if kept_until is not None else (shown >= ends):
                del running[key]
        if running and at >= since:
            found.add(at)
        at += MINUTE
    return found


def minutes_of(found):
    return {since + n * MINUTE for since, until in found for n in range(int((until - since) / MINUTE))}


def test_a_window_is_open_from_its_first_minute_to_before_its_last():
    mine = [window(WED, "09:00", "12:30")]
    day = (2026, 6, 10)
    for at, then in (((8, 59), (9, 0)), ((9, 0), (9, 0)), ((12, 29), (12, 29))):
        assert opens(SYDNEY, mine, local(SYDNEY, *day, *at)) == local(SYDNEY, *day, *then)
    assert opens(SYDNEY, mine, local(SYDNEY, *day, 12, 30)) == local(SYDNEY, 2026, 6, 17, 9)


def test_a_window_over_midnight_belongs_to_the_day_it_began_on():
    mine = [window(WED, "22:00", "02:00")]
    inside = local(SYDNEY, 2026, 6, 11, 1, 59)
    assert opens(SYDNEY, mine, inside) == inside
    assert opens(SYDNEY, mine, local(SYDNEY, 2026, 6, 11, 2)) == local(SYDNEY, 2026, 6, 17, 22)
    assert opens(SYDNEY, mine, local(SYDNEY, 2026, 6, 10, 1)) == local(SYDNEY, 2026, 6, 10, 22)


def test_sunday_night_goes_on_into_monday():
    inside = local(SYDNEY, 2026, 6, 15, 0, 30)
    assert opens(SYDNEY, [window(SUN, "23:00", "01:00")], inside) == inside


def test_windows_go_with_the_clock_on_the_wall_through_the_year():
    mine = [window(day, "09:00", "10:00") for day in range(7)]
    for month in range(1, 13):
        assert opens(DUBLIN, mine, local(DUBLIN, 2026, month, 10, 0, 1)) == local(DUBLIN, 2026, month, 10, 9)


def test_a_window_in_the_missing_hour_comes_when_the_clocks_have_jumped_and_is_as_long_as_always():
    # On 29 March 2026 clocks in Dublin go from 01:00 to 02:00.
    mine = [window(SUN, "01:15", "01:45")]
    (found,) = stretches(DUBLIN, mine, local(DUBLIN, 2026, 3, 29), local(DUBLIN, 2026, 3, 30))
    assert found == (local(DUBLIN, 2026, 3, 29, 2), local(DUBLIN, 2026, 3, 29, 2, 30))


def test_a_window_that_begins_or_ends_in_the_missing_hour_is_cut_where_the_clocks_jump():
    day = local(DUBLIN, 2026, 3, 29), local(DUBLIN, 2026, 3, 30)
    jump = local(DUBLIN, 2026, 3, 29, 2)
    assert stretches(DUBLIN, [window(SUN, "00:30", "01:30")], *day) == [(local(DUBLIN, 2026, 3, 29, 0, 30), jump)]
    assert stretches(DUBLIN, [window(SUN, "01:30", "03:00")], *day) == [(jump, local(DUBLIN, 2026, 3, 29, 3))]


def test_a_window_in_the_doubled_hour_comes_once():
    # On 25 October 2026 clocks in Dublin go from 02:00 back to 01:00.
    mine = [window(SUN, "01:15", "01:45")]
    (found,) = stretches(DUBLIN, mine, local(DUBLIN, 2026, 10, 25), local(DUBLIN, 2026, 10, 26))
    assert found == (local(DUBLIN, 2026, 10, 25, 1, 15), local(DUBLIN, 2026, 10, 25, 1, 45))
    again = local(DUBLIN, 2026, 10, 25, 1, 30, fold=1)
    assert opens(DUBLIN, mine, again) == local(DUBLIN, 2026, 11, 1, 1, 15)


def test_a_window_that_is_open_when_clocks_go_back_stays_open():
    mine = [window(SUN, "01:30", "02:30")]
    (found,) = stretches(DUBLIN, mine, local(DUBLIN, 2026, 10, 25), local(DUBLIN, 2026, 10, 26))
    assert found == (local(DUBLIN, 2026, 10, 25, 1, 30), local(DUBLIN, 2026, 10, 25, 2, 30))
    assert found[1] - found[0] == timedelta(hours=2)


def test_where_clocks_change_at_midnight_the_day_begins_with_the_jump():
    mine = [window(SUN, "00:00", "02:00")]  # Havana goes from midnight to 01:00 on 8 March 2026
    (found,) = stretches(HAVANA, mine, local(HAVANA, 2026, 3, 7, 12), local(HAVANA, 2026, 3, 8, 12))
    assert found == (local(HAVANA, 2026, 3, 8, 1), local(HAVANA, 2026, 3, 8, 2))


def test_leave_takes_windows_away_and_what_is_left_of_one_stays():
    mine = [window(day, "09:00", "12:00") for day in range(7)]
    away = [(local(SYDNEY, 2026, 6, 10, 8), local(SYDNEY, 2026, 7, 1, 10))]
    assert opens(SYDNEY, mine, local(SYDNEY, 2026, 6, 10, 8, 30), away) == local(SYDNEY, 2026, 7, 1, 10)
    week = stretches(SYDNEY, mine, local(SYDNEY, 2026, 6, 29), local(SYDNEY, 2026, 7, 3), away)
    assert week == [
        (local(SYDNEY, 2026, 7, 1, 10), local(SYDNEY, 2026, 7, 1, 12)),
        (local(SYDNEY, 2026, 7, 2, 9), local(SYDNEY, 2026, 7, 2, 12)),
    ]


def test_leave_after_leave_is_skipped_whatever_their_order():
    mine = [window(day, "09:00", "12:00") for day in range(7)]
    away = [
        (local(SYDNEY, 2026, 6, 12), local(SYDNEY, 2026, 6, 20)),
        (local(SYDNEY, 2026, 6, 1), local(SYDNEY, 2026, 6, 13)),
    ]
    assert opens(SYDNEY, mine, local(SYDNEY, 2026, 6, 2), away) == local(SYDNEY, 2026, 6, 20, 9)


def test_without_windows_nothing_ever_opens():
    assert opens(SYDNEY, [], local(SYDNEY, 2026, 6, 2)) is None
    assert stretches(SYDNEY, [], local(SYDNEY, 2026, 6, 2), local(SYDNEY, 2026, 6, 9)) == []


def test_around_the_clock_is_always_open():
    mine = [Window(day, 0, DAY_MINUTES) for day in range(7)]
    since = local(DUBLIN, 2026, 3, 1)
    found = stretches(DUBLIN, mine, since, since + 60 * DAY)
    assert length_of(found) == 60 * DAY
    assert opens(DUBLIN, mine, since) == since


def test_a_zone_this_machine_does_not_know_counts_as_utc():
    at = datetime(2026, 6, 10, 9, tzinfo=UTC)
    assert opens("Mars/Olympus", [window(WED, "09:00", "10:00")], at) == at


A_WINDOW = st.builds(
    lambda day, first, length: Window(day, first, first + length),
    st.integers(0, 6),
    st.integers(0, DAY_MINUTES - 1),
    st.integers(15, DAY_MINUTES),
)
# The nights of the changes are few: half of all windows are there.
BY_NIGHT = st.builds(
    lambda day, first, length: Window(day, first % DAY_MINUTES, first % DAY_MINUTES + length),
    st.sampled_from([SAT, SUN]),
    st.integers(-60, 240),
    st.integers(15, 180),
)
SOME = st.lists(st.one_of(A_WINDOW, BY_NIGHT), min_size=1, max_size=6, unique=True)


def changes(zone):
    """The days of UTC on which this place's clocks are moved, in two years."""
    there, at, found = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC), []
    while at.year < 2028:
        if at.astimezone(there).utcoffset() != (at + DAY).astimezone(there).utcoffset():
            found.append(at)
        at += DAY
    return found or [datetime(2026, 3, 29, tzinfo=UTC)]


A_NIGHT = st.sampled_from([(zone, at) for zone in ZONES for at in changes(zone)])


@settings(deadline=None)  # a walk of six days, minute by minute
@given(A_NIGHT, SOME)
@example((DUBLIN, datetime(2026, 10, 25, tzinfo=UTC)), [Window(SUN, 75, 105), Window(SUN, 90, 150)])
@example((DUBLIN, datetime(2026, 3, 29, tzinfo=UTC)), [Window(SUN, 75, 105), Window(SUN, 90, 180), Window(SAT, 1380, 1500)])
@example((HAVANA, datetime(2026, 11, 1, tzinfo=UTC)), [Window(SUN, 0, 30), Window(SAT, 1430, 1450)])
def test_around_a_change_of_clocks_they_are_what_somebody_watching_a_clock_finds(night, windows):
    zone, day = night
    since, until = day - DAY, day + 2 * DAY
    found = stretches(zone, windows, since, until)
    assert minutes_of(found) == walked(zone, windows, since, until)


@given(st.sampled_from(ZONES), SOME, st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it so
def test_what_opens_next_opens_within_eight_days_and_nothing_opens_before(zone, windows, at):
    then = opens(zone, windows, at)
    assert at <= then <= at + 8 * DAY
    assert opens(zone, windows, then) == then
    if then > at:
        assert stretches(zone, windows, at, then) == []


A_LEAVE = st.builds(
    lambda begin, length: (begin * MINUTE, (begin + length) * MINUTE), st.integers(-1500, 4000), st.integers(1, 3000)
)


@settings(deadline=None)  # every minute of three days
@given(A_NIGHT, SOME, st.lists(A_LEAVE, max_size=3))
def test_leave_takes_away_its_own_minutes_and_no_others(night, windows, leaves):
    zone, day = night
    since, until = day - DAY, day + 2 * DAY
    away = [(since + begin, since + end) for begin, end in leaves]
    found = stretches(zone, windows, since, until, away)
    without = minutes_of(stretches(zone, windows, since, until))
    assert minutes_of(found) == {at for at in without if not any(begin <= at < end for begin, end in away)}
    then = opens(zone, windows, since, away)
    assert found == [] or found[0][0] == then


@given(SOME)
def test_what_is_kept_is_what_was_said(windows):
    assert set(windows_of(windows_text(windows))) == set(windows)


def test_as_many_as_may_be_named_fit_their_column():
    longest = [Window(day, 1439 - number, 2879 - number) for day in range(7) for number in range(MOST // 7)]
    assert len(set(longest)) == MOST
    assert len(windows_text(longest)) <= ContactTerms.__table__.c.windows_text.type.length
