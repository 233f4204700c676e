"""Who is paged next: the order, the repeats, the end, whatever the rota looks like and whoever says no."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.escalation import (
    LONGEST_PAUSE_S,
    Exhausted,
    PagePeople,
    Policy,
    PolicyError,
    Position,
    Step,
    after_step,
    current_policy,
    next_day,
    next_morning,
    next_page,
    read_policy,
)
from models.rota import Layer

MINUTE = timedelta(minutes=1)
PEOPLE = ("ann", "bo", "cy", "di", "ed")
POLICY = Policy(
    steps=(
        Step(layer=Layer.PRIMARY, repeats=2, every=MINUTE),
        Step(layer=Layer.BACKUP, repeats=1, every=2 * MINUTE),
        Step(layer=Layer.SUPERVISOR, repeats=2, every=MINUTE),
    ),
    contact_within=5 * MINUTE,
    still_open_every=timedelta(hours=2),
    follow_up_at=time(9),
)
EVERYBODY = {Layer.PRIMARY: ["ann", "bo"], Layer.BACKUP: ["cy"], Layer.SUPERVISOR: ["di"]}


def played(policy, on_duty, refused=()):
    """Every page until the end, as (layer, people)."""
    position, pages = Position(), []
    while isinstance(step := next_page(policy, position, on_duty, refused), PagePeople):
        assert timedelta() < step.look_after <= timedelta(seconds=LONGEST_PAUSE_S)
        pages.append((step.layer, step.people))
        position = step.position
    return pages


def test_each_step_pages_everybody_in_it_as_often_as_it_says_then_the_next_begins():
    primary, backup, supervisor = (Layer.PRIMARY, ("ann", "bo")), (Layer.BACKUP, ("cy",)), (Layer.SUPERVISOR, ("di",))
    assert played(POLICY, EVERYBODY) == [primary, primary, backup, supervisor, supervisor]


def test_a_step_with_nobody_in_it_takes_no_time():
    without = {**EVERYBODY, Layer.PRIMARY: []}
    assert next_page(POLICY, Position(), without, ()).layer is Layer.BACKUP
    assert next_page(POLICY, Position(), {Layer.SUPERVISOR: ["di"]}, ()).layer is Layer.SUPERVISOR
    assert isinstance(next_page(POLICY, Position(), {}, ()), Exhausted)


def test_who_said_no_is_not_paged_again():
    assert next_page(POLICY, Position(), EVERYBODY, {"ann"}).people == ("bo",)
    assert next_page(POLICY, Position(), EVERYBODY, {"ann", "bo"}).layer is Layer.BACKUP


def test_the_step_after_this_one_begins_with_its_first_page():
    assert next_page(POLICY, after_step(Position(step=0, repeat=1)), EVERYBODY, ()).position == Position(step=1, repeat=1)


steps = st.builds(
    Step,
    layer=st.sampled_from(Layer),
    repeats=st.integers(1, 6),
    every=st.integers(1, LONGEST_PAUSE_S).map(lambda seconds: timedelta(seconds=seconds)),
)
policies = st.lists(steps, min_size=1, max_size=6).map(
    lambda made: Policy(steps=tuple(made), contact_within=MINUTE, still_open_every=MINUTE, follow_up_at=time(9))
)
rotas = st.dictionaries(st.sampled_from(Layer), st.lists(st.sampled_from(PEOPLE), unique=True))
refusals = st.sets(st.sampled_from(PEOPLE))


@given(policies, rotas, refusals)
def test_it_always_ends_after_as_many_pages_as_the_policy_has_and_pages_nobody_who_said_no(policy, on_duty, refused):
    pages = played(policy, on_duty, refused)
    reachable = [step for step in policy.steps if set(on_duty.get(step.layer, ())) - refused]
    assert len(pages) == sum(step.repeats for step in reachable)
    for layer, people in pages:
        assert people
        assert set(people) == set(on_duty[layer]) - refused


@given(policies, st.lists(st.tuples(rotas, refusals, st.booleans()), max_size=60))
def test_it_ends_also_while_the_rota_changes_and_people_say_no_in_between(policy, turns):
    """From any point there is a next step with a time, or the end; and it never goes back."""
    position, furthest = Position(), (-1, 0)
    for on_duty, refused, skips in turns:
        step = next_page(policy, position, on_duty, refused)
        if isinstance(step, Exhausted):
            break
        assert step.look_after > timedelta()
        assert (step.position.step, step.position.repeat) > furthest
        furthest = (step.position.step, step.position.repeat)
        position = after_step(step.position) if skips else step.position
    assert furthest <= (len(policy.steps), 0)


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Europe/London", "America/New_York", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_next_morning_is_the_first_after_now_on_the_persons_own_clock(zone, hour):
    now = datetime(2026, 3, 28, hour, 30, tzinfo=UTC)
    morning = next_morning(POLICY, now, zone)
    assert (morning.hour, morning.minute) == (9, 0)
    assert timedelta(0) < morning - now <= timedelta(hours=24)


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Europe/London"])
def test_who_reached_nobody_at_two_at_night_is_called_back_that_morning_and_at_nine_the_next_one_counts(zone):
    night = datetime(2026, 5, 6, 2, tzinfo=ZoneInfo(zone))
    assert next_morning(POLICY, night.astimezone(UTC), zone) == night.replace(hour=9)
    at_nine = night.replace(hour=9).astimezone(UTC)
    assert next_morning(POLICY, at_nine, zone) == night.replace(day=7, hour=9)


@pytest.mark.parametrize("zone", ["Australia/Sydney", "Europe/London", "America/New_York", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_a_follow_up_is_offered_on_the_next_day_of_the_persons_own_calendar(zone, hour):
    now = datetime(2026, 3, 28, hour, 30, tzinfo=UTC)
    morning = next_day(POLICY, now, zone)
    assert (morning.hour, morning.minute) == (9, 0)
    assert (morning.date() - now.astimezone(morning.tzinfo).date()).days == 1
    assert timedelta(hours=8) <= morning - now <= timedelta(hours=34)


def test_the_policy_that_comes_with_the_service_goes_from_primary_to_backup_to_supervisor():
    assert [step.layer for step in current_policy().steps] == [Layer.PRIMARY, Layer.BACKUP, Layer.SUPERVISOR]
    assert current_policy().contact_within == timedelta(minutes=5)


GOOD = """
contact_within_seconds = 300
still_open_every_minutes = 60
follow_up_at = "08:30"
[[step]]
layer = "primary"
repeats = 1
every_seconds = 30
"""


def test_a_policy_is_read_as_it_is_written():
    policy = read_policy(GOOD)
    assert policy.steps == (Step(layer=Layer.PRIMARY, repeats=1, every=timedelta(seconds=30)),)
    assert (policy.contact_within, policy.follow_up_at) == (timedelta(minutes=5), time(8, 30))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('layer = "primary"', 'layer = "anybody"'),
        ("repeats = 1", "repeats = 0"),
        ("repeats = 1", "repeats = 1000"),
        ("repeats = 1", 'repeats = "1"'),
        ("every_seconds = 30", "every_seconds = 0"),
        ("every_seconds = 30", "every_seconds = 86400"),
        ("every_seconds = 30", ""),
        ("[[step]]", "[step]"),
        ('"08:30"', '"at dawn"'),
        ("contact_within_seconds = 300", "contact_within_seconds = -1"),
        ("contact_within_seconds = 300", "= 300"),
    ],
)
def test_a_policy_that_could_stall_an_alert_is_refused(good, bad):
    read_policy(GOOD)
    with pytest.raises(PolicyError):
        read_policy(GOOD.replace(good, bad))
