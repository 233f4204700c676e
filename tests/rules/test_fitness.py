"""What stands against somebody being on, and who could fill a gap: pure rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.fitness import NEVER, WORDS, Record, Unfit, could_fill, problems
from models.people import PersonState
from models.roles import Role
from models.rota import Layer
from models.rota_resolver import Absence, Gap, Span

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + timedelta(days=99)
FIT = Record(
    role=Role.CARER_PEER_WORKER, state=PersonState.ACTIVE, trained_until=LATER, supervised_until=LATER, pageable=True
)
SUPERVISOR = replace(FIT, role=Role.SUPERVISOR)


def on(since, hours=8, layer=Layer.PRIMARY, person="a"):
    """`since` in hours after Monday."""
    return Span(layer=layer, person_id=person, since=MONDAY + since * HOUR, until=MONDAY + (since + hours) * HOUR)


def codes(*spans, record=FIT, since=MONDAY):
    return [(one.code, (one.since - MONDAY) // HOUR) for one in problems(spans, {"a": record}, since)]


def test_nothing_stands_against_somebody_who_is_fit():
    assert codes(on(0), on(24), on(48)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": Role.CONSUMER_PEER_WORKER}, Unfit.ROLE),
        ({"role": Role.CARER}, Unfit.ROLE),
        ({"role": Role.SUPERVISOR}, Unfit.ROLE),
        ({"state": PersonState.SUSPENDED}, Unfit.ACCOUNT),
        ({"trained_until": None}, Unfit.TRAINING),
        ({"trained_until": MONDAY + 7 * HOUR}, Unfit.TRAINING),
        ({"supervised_until": None}, Unfit.SUPERVISION),
        ({"supervised_until": MONDAY + 7 * HOUR}, Unfit.SUPERVISION),
        ({"pageable": False}, Unfit.PAGING),
    ],
)
def test_each_thing_that_is_missing_stands_against_it(change, code):
    assert codes(on(0)) == []
    assert codes(on(0), record=replace(FIT, **change)) == [(code, 0)]


def test_training_that_lasts_to_the_end_of_the_shift_is_enough():
    assert codes(on(0), record=replace(FIT, trained_until=MONDAY + 8 * HOUR)) == []


@pytest.mark.parametrize(("pause", "expected"), [(11, []), (10, [(Unfit.REST, 18)]), (0, [])])
def test_there_are_eleven_hours_between_two_shifts_and_shifts_that_touch_are_one(pause, expected):
    assert codes(on(0), on(8 + pause)) == expected


def test_rest_is_needed_whatever_the_layer():
    assert codes(on(0), on(10, layer=Layer.BACKUP)) == [(Unfit.REST, 10)]


def test_shifts_without_any_rest_between_them_end_after_a_day():
    assert codes(on(0, 12), on(12, 12)) == []
    assert codes(on(0, 12), on(12, 12), on(24, 12)) == [(Unfit.REST, 0), (Unfit.REST, 12), (Unfit.REST, 24)]


def test_forty_eight_hours_in_seven_days_are_enough():
    week = [on(24 * day, 8) for day in range(6)]
    assert codes(*week) == []
    assert codes(*week, on(24 * 6, 8)) == [(Unfit.WEEKLY, 144)]
    assert codes(*week, on(24 * 7, 8)) == []  # the first is a week ago


def test_what_passed_is_not_told_but_counts():
    assert codes(on(0), on(10), since=MONDAY + 10 * HOUR) == [(Unfit.REST, 10)]


def test_a_supervisor_may_stand_by_for_a_week():
    assert codes(on(0, 7 * 24, Layer.SUPERVISOR), record=SUPERVISOR) == []
    assert (Unfit.WEEKLY, 0) in codes(on(0, 7 * 24))


def test_every_code_has_plain_words():
    assert set(WORDS) == set(Unfit)
    assert all(words[0].isupper() and words.endswith(".") for words in WORDS.values())
    assert set(Unfit) > NEVER


GAP = Gap(layer=Layer.PRIMARY, since=MONDAY + 24 * HOUR, until=MONDAY + 32 * HOUR)


@pytest.mark.parametrize(
    ("spans", "absences", "fills"),
    [
        ([], [], True),
        ([on(4)], [], True),
        ([on(6)], [], False),  # ten hours of rest before it
        ([on(42)], [], False),  # and after it
        ([on(43)], [], True),
        ([on(24, layer=Layer.BACKUP)], [], False),
        ([on(24, person="b")], [], True),
        ([], [Absence(person_id="a", since=MONDAY, until=MONDAY + 25 * HOUR)], False),
        ([], [Absence(person_id="a", since=MONDAY, until=GAP.since)], True),
        ([], [Absence(person_id="a", since=MONDAY)], False),
        ([], [Absence(person_id="a", since=MONDAY, layer=Layer.BACKUP)], True),
    ],
)
def test_who_could_fill_a_gap_is_free_rested_and_not_away(spans, absences, fills):
    assert could_fill(GAP, spans, absences, {"a": FIT}) == (["a"] if fills else [])


def test_who_is_not_fit_could_not_fill_it():
    records = {"a": FIT, "b": replace(FIT, pageable=False), "c": SUPERVISOR, "d": FIT}
    assert could_fill(GAP, [], [], records) == ["a", "d"]
