"""The rota walked in steps of a minute while clocks change: nobody missing, nobody twice, no gap unnamed.

`ROTA_WALK=full` walks every minute of the two years rather than the day and a half around each change.
"""

import os
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from models.rota import Layer
from models.rota_resolver import gaps, resolve
from tests.factories.rotas import DAY, MINUTE, ZONES, clock_changes, on_by_the_clock, once, plan, said_at, shifts

SINCE, UNTIL = datetime(2026, 1, 12, tzinfo=UTC), datetime(2028, 1, 12, tzinfo=UTC)
BACKUP, SUPERVISOR = Layer.BACKUP, Layer.SUPERVISOR


def thirds(zone):
    """Three shifts a day without a break, one of them changing over while clocks do."""
    day = "2026-01-05T"
    starts = [day + "02:30", day + "10:30", day + "18:30"]
    return [shifts("a", "b", "c", zone=zone, starts=start) for start in starts]


def rota(kind, zone):
    day = "2026-01-05T"
    kinds = {
        "thirds": thirds(zone),
        "whole days": [shifts("a", "b", zone=zone, starts=day + "02:15", minutes=1440)],
        "quarters of an hour at night": [
            shifts("a", "b", zone=zone, starts=f"{day}0{quarter // 4}:{quarter % 4 * 15:02}", minutes=15)
            for quarter in range(5, 14)
        ],
        "with holes": [
            shifts("a", zone=zone, starts=day + "22:00", minutes=270),  # to 02:30
            shifts("b", zone=zone, starts=day + "03:00", minutes=60),
            shifts("b", "a", layer=BACKUP, zone=zone, starts=day + "01:45", minutes=30),
        ],
        "three layers": [
            *thirds(zone),
            shifts("d", "a", "b", layer=BACKUP, zone=zone, starts=day + "02:00", minutes=1440),
            shifts("s", layer=SUPERVISOR, zone=zone, starts=day + "01:30", minutes=720, rule="FREQ=WEEKLY"),
        ],
        "two places": [
            shifts("a", zone=zone, starts=day + "02:30", minutes=720),
            shifts("b", zone="Europe/London", starts=day + "01:30", minutes=840),
        ],
    }
    return plan(*kinds[kind])


KINDS = ("thirds", "whole days", "quarters of an hour at night", "with holes", "three layers", "two places")


def walks(zone):
    if os.environ.get("ROTA_WALK") == "full":
        yield from ((SINCE + n * DAY, SINCE + (n + 1) * DAY) for n in range((UNTIL - SINCE).days))
        return
    changes = list(clock_changes(zone, SINCE, UNTIL))
    assert len(changes) == 4  # two a year
    yield from ((change - DAY // 2, change + DAY) for change in changes)


@cache
def changed_lately(zone, at):
    """Whether a clock was moved in the hours around: then, and only then, a shift may be longer than by the clock."""
    return any(True for _ in clock_changes(zone, at - timedelta(hours=3), at + timedelta(hours=3)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ZONES)
def test_at_every_minute_those_are_on_whom_the_rules_say(zone, kind):
    made = rota(kind, zone)
    (schedule,) = made.schedules
    for since, until in walks(zone):
        spans, missing = resolve(made, since, until), gaps(made, since, until)
        at = since
        while at < until:
            said = said_at(spans, at)
            by_the_clock = {(rule.layer, who) for rule in schedule.rules for who in on_by_the_clock(rule, at)}
            assert len(said) == len(set(said)) == len({who for _, who in said}), at
            people = {who for _, who in said}
            # Never a gap: whoever is on by the clock is on, if not where they were meant then in a layer asked sooner.
            assert {who for _, who in by_the_clock} <= people, at
            if set(said) != once(by_the_clock):
                assert changed_lately(zone, at) or changed_lately("Europe/London", at), at
            empty = schedule.layers - {layer for layer, _ in said}
            assert {gap.layer for gap in missing if gap.since <= at < gap.until} == empty, at
            at += MINUTE


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", ["thirds", "whole days"])
def test_shifts_that_follow_each_other_never_leave_a_gap(zone, kind):
    assert gaps(rota(kind, zone), SINCE, UNTIL) == []


@pytest.mark.parametrize("zone", ZONES)
def test_the_hours_of_two_years_are_those_that_passed_and_the_overlaps(zone):
    """Whole days handed over at a time that once does not exist, and once comes twice: never less than what passed."""
    spans = resolve(rota("whole days", zone), SINCE, UNTIL)
    served = sum((span.until - span.since for span in spans), timedelta())
    assert UNTIL - SINCE <= served <= UNTIL - SINCE + 8 * timedelta(hours=1)
