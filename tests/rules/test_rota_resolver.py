"""Who is on when: schedules that follow each other, turns, one-off changes, absences, gaps; and plans made at random."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rota import Layer, OverrideKind, RotaKind, Turn
from models.rota_resolver import Absence, Change, Gap, Plan, gaps, resolve
from tests.factories.rotas import clock_changes, every, on_by_the_clock, plan, said_at, schedule, shifts, who_is_on

PRIMARY, BACKUP, SUPERVISOR = Layer
ADD, REMOVE, REPLACE = OverrideKind
TEMPORARY = RotaKind.TEMPORARY
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
KINDS = {"zone": "UTC", "starts": "2026-01-05T00:00", "minutes": 1440}


def day(number, hour=0):
    return MONDAY + timedelta(days=number, hours=hour)


def told(made, since=MONDAY, until=None):
    """`person layer from-to`, in hours after Monday."""
    until = until or day(1)
    return [
        f"{span.person_id} {span.layer} {(span.since - MONDAY) // HOUR}-{(span.until - MONDAY) // HOUR}"
        for span in resolve(made, since, until)
    ]


def change(kind, person, since, until, layer=PRIMARY, replaced=None):
    times = {"since": day(0, since), "until": day(0, until)}
    return Change(kind=kind, layer=layer, person_id=person, replaced_id=replaced, **times)


def away(person, since, until, layer=None):
    return Absence(person_id=person, since=day(0, since), until=None if until is None else day(0, until), layer=layer)


ALL_DAY = plan(shifts("a", **KINDS)).schedules


def test_without_a_schedule_nobody_is_on_and_that_is_a_gap():
    assert told(Plan()) == []
    assert gaps(Plan(), MONDAY, day(1)) == [Gap(layer=PRIMARY, since=MONDAY, until=day(1))]


def test_an_answer_is_cut_to_what_was_asked():
    assert told(plan(shifts("a", **KINDS)), day(0, 5), day(2)) == ["a primary 5-24", "a primary 24-48"]


def test_shifts_of_one_person_that_overlap_are_one_and_that_touch_are_two():
    night = {"zone": "UTC", "starts": "2026-01-05T18:00"}
    overlapping = plan(shifts("a", **KINDS), shifts("a", **night, minutes=480, rule="FREQ=DAILY;COUNT=1"))
    assert told(overlapping) == ["a primary 0-24"]
    assert told(overlapping, until=day(2)) == ["a primary 0-48"]
    touching = plan(shifts("a", "b", **KINDS), shifts("a", **night, minutes=360, rule="FREQ=DAILY"))
    assert told(touching, until=day(3)) == ["a primary 0-24", "b primary 24-48", "a primary 42-48", "a primary 48-72"]


@pytest.mark.parametrize(
    ("turn", "rule", "expected"),
    [
        (Turn.OCCURRENCE, "FREQ=DAILY", "abcabcabcabcabc"),
        (Turn.DAY, "FREQ=DAILY", "abcabcabcabcabc"),
        (Turn.WEEK, "FREQ=DAILY", "aaaaaaabbbbbbbc"),
        (Turn.OCCURRENCE, "FREQ=WEEKLY;BYDAY=MO,TH", "a..b...c..a...b"),
        (Turn.DAY, "FREQ=WEEKLY;BYDAY=MO,TH", "a..a...b..b...c"),
        (Turn.WEEK, "FREQ=WEEKLY;BYDAY=MO,TH", "a..a...b..b...c"),
        # Every second week, and still everybody's turn comes.
        (Turn.WEEK, "FREQ=WEEKLY;INTERVAL=2", "a.............b"),
        (Turn.DAY, "FREQ=DAILY;INTERVAL=3", "a..b..c..a..b.."),
    ],
)
def test_people_take_turns(turn, rule, expected):
    made = plan(shifts("a", "b", "c", turn=turn, rule=rule, **KINDS))
    spans = resolve(made, MONDAY, day(15))
    found = [said_at(spans, day(number)) for number in range(15)]
    assert "".join(on[0][1] if on else "." for on in found) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(ADD, "b", 6, 8)], ["a primary 0-24", "b primary 6-8"]),
        ([change(REMOVE, "a", 6, 8)], ["a primary 0-6", "a primary 8-24"]),
        ([change(REMOVE, "b", 6, 8)], ["a primary 0-24"]),
        ([change(REPLACE, "b", 6, 8, replaced="a")], ["a primary 0-6", "b primary 6-8", "a primary 8-24"]),
        ([change(REPLACE, "b", 6, 8, replaced="c")], ["a primary 0-24"]),
        ([change(REPLACE, "b", 6, 8, BACKUP, "a")], ["a primary 0-24"]),
        # In the order they were made.
        ([change(ADD, "b", 6, 8), change(REMOVE, "b", 7, 8)], ["a primary 0-24", "b primary 6-7"]),
        ([change(REMOVE, "b", 7, 8), change(ADD, "b", 6, 8)], ["a primary 0-24", "b primary 6-8"]),
        ([change(ADD, "a", 20, 30)], ["a primary 0-24"]),
        ([change(REMOVE, "a", 0, 24), change(ADD, "a", 20, 30)], ["a primary 20-24"]),
    ],
)
def test_one_off_changes_are_made_to_the_shifts(changes, expected):
    assert told(Plan(schedules=ALL_DAY, changes=changes)) == expected


def test_who_is_away_is_never_on_and_their_stand_in_is():
    stand_in = [change(REPLACE, "b", 0, 24, replaced="a")]
    assert told(Plan(schedules=ALL_DAY, absences=[away("a", 6, 12)])) == ["a primary 0-6", "a primary 12-24"]
    assert told(Plan(schedules=ALL_DAY, absences=[away("a", 6, 12)], changes=stand_in)) == ["b primary 0-24"]
    assert told(Plan(schedules=ALL_DAY, absences=[away("a", 6, None)])) == ["a primary 0-6"]
    assert told(Plan(schedules=ALL_DAY, absences=[away("a", 6, None, BACKUP)])) == ["a primary 0-24"]


def test_a_temporary_schedule_takes_the_place_of_the_regular_one_for_its_time():
    short = schedule(shifts("b", **KINDS), kind=TEMPORARY, since=day(0, 6), until=day(0, 12))
    shorter = schedule(kind=TEMPORARY, since=day(0, 8), until=day(0, 9), published_at=MONDAY)
    assert told(Plan(schedules=[*ALL_DAY, short])) == ["a primary 0-6", "b primary 6-12", "a primary 12-24"]
    made = Plan(schedules=[shorter, *ALL_DAY, short])
    assert told(made) == ["a primary 0-6", "b primary 6-8", "b primary 9-12", "a primary 12-24"]
    assert gaps(made, MONDAY, day(1)) == [Gap(layer=PRIMARY, since=day(0, 8), until=day(0, 9))]


def test_a_regular_schedule_holds_until_the_next_begins_and_cuts_its_shifts_there():
    following = schedule(shifts("b", **KINDS), since=day(0, 20))
    made = Plan(schedules=[following, *ALL_DAY])
    assert told(made, until=day(2)) == ["a primary 0-20", "b primary 20-24", "b primary 24-48"]


def test_of_two_that_begin_together_the_one_published_last_counts():
    corrected = schedule(shifts("b", **KINDS), published_at=MONDAY)
    assert told(Plan(schedules=[corrected, *ALL_DAY])) == ["b primary 0-24"]


def test_whoever_is_in_two_layers_is_in_the_one_asked_first_and_the_other_has_a_gap():
    made = plan(shifts("a", **KINDS), shifts("a", "b", layer=BACKUP, **KINDS))
    assert told(made, until=day(2)) == ["a primary 0-24", "a primary 24-48", "b backup 24-48"]
    assert gaps(made, MONDAY, day(2)) == [Gap(layer=BACKUP, since=MONDAY, until=day(1))]


def test_hours_planned_as_closed_are_no_gap_and_hours_planned_as_open_are():
    evenings = every("UTC", "2026-01-05T18:00", 360, "FREQ=DAILY")
    half = shifts("a", zone="UTC", starts="2026-01-05T18:00", minutes=180)
    made = Plan(schedules=[schedule(half, opening=(evenings,))])
    assert gaps(made, MONDAY, day(1)) == [Gap(layer=PRIMARY, since=day(0, 21), until=day(1))]


def test_a_layer_that_the_schedule_does_not_have_has_no_gap():
    assert gaps(Plan(schedules=ALL_DAY), MONDAY, day(1)) == []


PEOPLE = st.sampled_from("abc")
WHERE = ["Europe/London", "Australia/Lord_Howe", "America/New_York"]
HOURS = st.integers(0, 24 * 14)


@st.composite
def stretches(draw):
    since = draw(HOURS)
    return {"since": day(80, since), "until": day(80, since + draw(st.integers(1, 96)))}


@st.composite
def rules(draw):
    return shifts(
        *draw(st.lists(PEOPLE, min_size=1, max_size=3)),
        layer=draw(st.sampled_from(Layer)),
        zone=draw(st.sampled_from(WHERE)),
        starts=f"2026-01-0{draw(st.integers(1, 9))}T{draw(st.integers(0, 23)):02}:{draw(st.sampled_from(['00', '45']))}",
        minutes=draw(st.integers(1, 1440)),
        rule=draw(st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY"])),
    )


def schedules():
    kinds = {"published_at": st.integers(0, 9).map(lambda number: day(0, number))}
    made = st.lists(rules(), max_size=4).map(tuple)
    regular = st.builds(
        lambda rules, since, **facts: schedule(*rules, since=since, **facts),
        made,
        HOURS.map(lambda hour: day(80, hour)),
        **kinds,
    )
    temporary = st.builds(
        lambda rules, times, **facts: schedule(*rules, kind=TEMPORARY, **times, **facts), made, stretches(), **kinds
    )
    first = made.map(lambda rules: schedule(*rules))
    return st.tuples(first, regular, temporary, temporary)


def changes():
    facts = {
        "kind": st.sampled_from(OverrideKind),
        "layer": st.sampled_from(Layer),
        "person_id": PEOPLE,
        "replaced_id": PEOPLE,
    }
    return st.lists(st.builds(lambda times, **facts: Change(**times, **facts), stretches(), **facts), max_size=5)


def absences():
    layer = st.sampled_from([None, *Layer])
    return st.lists(
        st.builds(lambda times, who, layer: Absence(**times, person_id=who, layer=layer), stretches(), PEOPLE, layer),
        max_size=3,
    )


def near_a_change(at):
    """Within hours of a clock change a shift may be longer than the clock says; the walk is about those."""
    around = at - 3 * HOUR, at + 3 * HOUR
    return any(True for zone in WHERE for _ in clock_changes(zone, *around))


@settings(max_examples=100, deadline=None)
@given(schedules(), changes(), absences(), st.lists(st.integers(0, 14 * 24 * 60 - 1), min_size=20, max_size=20))
def test_a_plan_made_at_random_means_at_any_moment_what_it_says(several, made, gone, minutes):
    """Late in March and early in April, when clocks change in two of the places."""
    whole = Plan(schedules=several, changes=made, absences=gone)
    spans, missing = resolve(whole, day(80), day(94)), gaps(whole, day(80), day(94))
    edges = [span.since for span in spans] + [span.until - timedelta(minutes=1) for span in spans]
    for at in [*edges, *(day(80) + timedelta(minutes=minute) for minute in minutes)]:
        said = said_at(spans, at)
        assert len(said) == len(set(said)) == len({who for _, who in said})
        if not near_a_change(at):
            assert set(said) == who_is_on(whole, at, on_by_the_clock)
        assert {gap.layer for gap in missing if gap.since <= at < gap.until} <= set(Layer) - {layer for layer, _ in said}
