"""What may be imposed by whom and for how long, what the ladder suggests, and the words a sanctioned person reads."""

from datetime import UTC, datetime, timedelta

import pytest

from models.roles import Role
from models.sanctions import LIMITING, Sanction, SanctionEnding, SanctionKind
from moderation.sanctions import (
    BY_ROLE,
    LADDER,
    LASTING,
    LONGEST,
    NAMES_GROUP,
    REMEMBERED,
    WHAT,
    Wish,
    hindrance,
    may_end,
    plan,
    read_only_until,
    suggest,
    tell,
)
from tests.factories.refusals import assert_refused

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADVICE, WARNING = SanctionKind.ADVICE, SanctionKind.WARNING
READ_ONLY, REMOVAL, SUSPENSION = SanctionKind.READ_ONLY, SanctionKind.REMOVAL, SanctionKind.SUSPENSION
M, S, C = Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR
GROUP = "group"


def wish(kind, **length):
    return Wish(kind=kind, conversation_id=None if kind is SUSPENSION else GROUP, **length)


def sanction(kind, *, ago=timedelta(), length=None, group=GROUP, **more):
    at = NOW - ago
    return Sanction(
        kind=kind,
        conversation_id=group,
        imposed_at=at,
        until=None if length is None else at + length,
        words="You wrote to somebody that they are worth nothing.",
        **more,
    )


# The table again, by hand: (kind, length) -> roles that may. None: lasting.
@pytest.mark.parametrize(
    ("kind", "length", "roles"),
    [
        (ADVICE, {}, {M, S, C}),
        (WARNING, {}, {M, S, C}),
        (READ_ONLY, {"hours": 1}, {M, S, C}),
        (READ_ONLY, {"days": 7}, {M, S, C}),
        (READ_ONLY, {"hours": 169}, {S, C}),
        (READ_ONLY, {"days": 30}, {S, C}),
        (REMOVAL, {"days": 7}, {M, S, C}),
        (REMOVAL, {"days": 8}, {S, C}),
        (REMOVAL, {"days": 90}, {S, C}),
        (REMOVAL, {}, {S, C}),
        (SUSPENSION, {"days": 3}, {M, S, C}),
        (SUSPENSION, {"days": 4}, {S, C}),
        (SUSPENSION, {"days": 90}, {S, C}),
        (SUSPENSION, {}, {S, C}),
    ],
)
def test_each_role_imposes_what_its_row_says(kind, length, roles):
    for role in Role:
        if role in roles or kind not in LIMITING:
            plan(wish(kind, **length), role, now=NOW)
        else:
            assert_refused("sanction_beyond_role", plan, wish(kind, **length), role, now=NOW)


@pytest.mark.parametrize(
    ("kind", "length", "until"),
    [
        (READ_ONLY, {"hours": 5}, NOW + 5 * HOUR),
        (READ_ONLY, {"days": 2}, NOW + 2 * DAY),
        (REMOVAL, {"until": NOW + 3 * DAY}, NOW + 3 * DAY),
        (REMOVAL, {}, None),
        (SUSPENSION, {}, None),
        (WARNING, {}, None),
    ],
)
def test_a_length_says_until_when(kind, length, until):
    assert plan(wish(kind, **length), S, now=NOW) == until


@pytest.mark.parametrize(
    ("kind", "length"),
    [
        (READ_ONLY, {}),  # reading only is never for good
        (READ_ONLY, {"hours": 0}),
        (READ_ONLY, {"until": NOW + HOUR - timedelta(seconds=1)}),
        (READ_ONLY, {"until": NOW - DAY}),
        (READ_ONLY, {"days": 31}),
        (REMOVAL, {"days": 91}),
        (SUSPENSION, {"days": 91}),
        (REMOVAL, {"days": 1, "hours": 1}),
        (ADVICE, {"days": 1}),
        (WARNING, {"until": NOW + DAY}),
    ],
)
def test_a_length_that_cannot_be_meant_is_refused(kind, length):
    assert_refused("invalid", plan, wish(kind, **length), S, now=NOW)


@pytest.mark.parametrize("kind", SanctionKind)
def test_a_kind_names_a_group_where_it_is_about_one(kind):
    length = {"days": 1} if kind in LIMITING else {}
    for named in (GROUP, None):
        asked = Wish(kind=kind, conversation_id=named, **length)
        meant = NAMES_GROUP[kind] == "may" or (NAMES_GROUP[kind] == "must") is (named is not None)
        if meant:
            plan(asked, S, now=NOW)
        else:
            assert_refused("invalid", plan, asked, S, now=NOW)


def test_every_kind_that_limits_has_its_rows_and_every_kind_its_words():
    assert set(LONGEST) == set(BY_ROLE) == LIMITING
    assert set(NAMES_GROUP) == set(WHAT) == set(SanctionKind)
    for rows in BY_ROLE.values():
        assert rows[M] < rows[S] == rows[C]
        assert set(rows) == {M, S, C}


def test_whoever_could_impose_it_may_lift_it():
    week, longer = sanction(READ_ONLY, length=7 * DAY), sanction(READ_ONLY, length=8 * DAY)
    assert may_end(week, M)
    assert not may_end(longer, M)
    assert may_end(longer, S)
    assert not may_end(sanction(REMOVAL), M)
    assert may_end(sanction(REMOVAL), C)
    assert not may_end(sanction(WARNING), S)  # nothing goes on that could be lifted


@pytest.mark.parametrize(
    ("earlier", "kind", "hours"),
    [
        ([], ADVICE, None),
        ([(ADVICE, None)], WARNING, None),
        ([(WARNING, None)], READ_ONLY, 24),
        ([(READ_ONLY, DAY)], READ_ONLY, 168),
        ([(READ_ONLY, HOUR)], READ_ONLY, 24),
        ([(READ_ONLY, 7 * DAY), (ADVICE, None)], REMOVAL, 168),
        ([(REMOVAL, 7 * DAY)], REMOVAL, 720),
        ([(REMOVAL, None)], SUSPENSION, 720),
        ([(SUSPENSION, None)], SUSPENSION, 720),
    ],
)
def test_the_ladder_suggests_the_step_after_the_gravest(earlier, kind, hours):
    had = [sanction(each, ago=20 * DAY, length=length) for each, length in earlier]
    suggested = suggest(had, now=NOW)
    assert (suggested.kind, suggested.hours, suggested.earlier) == (kind, hours, len(had))


def test_the_ladder_forgets_what_was_overturned_and_what_is_long_ago():
    had = [sanction(WARNING, ago=DAY, ending=SanctionEnding.OVERTURNED), sanction(READ_ONLY, ago=REMEMBERED, length=DAY)]
    assert suggest(had, now=NOW).kind is ADVICE
    assert suggest([*had, sanction(ADVICE, ago=DAY, ending=SanctionEnding.LIFTED)], now=NOW).kind is WARNING


def test_the_ladder_goes_up():
    lengths = [(list(SanctionKind).index(kind), length or timedelta()) for kind, length in LADDER]
    assert lengths == sorted(lengths)


def test_a_sanction_is_over_by_the_clock():
    hour = sanction(READ_ONLY, length=HOUR)
    assert hour.limits(NOW + HOUR - timedelta(microseconds=1))
    assert not hour.limits(NOW + HOUR)
    assert sanction(SUSPENSION, group=None).limits(NOW + 3000 * DAY)
    assert not sanction(WARNING).limits(NOW)
    assert not sanction(REMOVAL, ended_at=NOW).limits(NOW)


def test_of_several_the_gravest_hinders_and_of_those_the_longest():
    short, long = sanction(READ_ONLY, length=DAY), sanction(READ_ONLY, length=5 * DAY, group=None)
    away = sanction(REMOVAL, length=HOUR)
    assert hindrance([short, long], GROUP, at=NOW) is long
    assert hindrance([short, away, long], GROUP, at=NOW) is away
    assert hindrance([short, away, long], GROUP, at=NOW + HOUR) is long
    assert hindrance([short, away], "elsewhere", at=NOW) is None
    assert hindrance([long], "elsewhere", at=NOW) is long
    assert hindrance([sanction(ADVICE)], GROUP, at=NOW) is None


def test_the_membership_row_keeps_the_latest_end():
    short, long = sanction(READ_ONLY, length=DAY), sanction(READ_ONLY, length=5 * DAY, group=None)
    assert read_only_until([short, long, sanction(REMOVAL, length=9 * DAY)], GROUP, at=NOW) == long.until
    assert read_only_until([short], "elsewhere", at=NOW) is None
    assert read_only_until([short], GROUP, at=NOW + DAY) is None


@pytest.mark.parametrize("kind", SanctionKind)
def test_the_words_say_why_and_how_to_appeal_and_what_stays_open(kind):
    words = tell(sanction(kind, length=DAY if kind in LIMITING else None), "Australia/Sydney")
    assert "worth nothing" in words
    assert "appeal within 30 days" in words
    if kind in LIMITING:
        assert "until Friday 27 November 2026, 07:00, your time" in words
        assert "crisis page" in words
        assert "your worker" in words


def test_the_words_of_a_lasting_one_say_that_no_end_is_set():
    assert "no end has been set" in tell(sanction(SUSPENSION, group=None), "UTC")
    assert LASTING > 90 * DAY
