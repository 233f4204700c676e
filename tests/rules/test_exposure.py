"""What is severe, what is said of it, and how much of it one shift holds: pure rules over a clock that is only a number."""

from datetime import UTC, datetime, timedelta

import pytest

from models.exposure import (
    IN_SHORT,
    LONG_SHIFT,
    PAUSE,
    SHIFT_GAP,
    THERE,
    AtDesk,
    Blur,
    May,
    Shift,
    allowance,
    in_short,
    is_covered,
    is_severe,
    rest_suggested,
    step_reached,
    tells_of_own_risk,
)
from models.review import Case, Flag, FlagSource, Queue, ReportReason, TargetKind, Urgency
from moderation.review import QUEUE_OF_LABEL, TARGETS, URGENCY_OF_REASON

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LOW, MEDIUM, HIGH = Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH


def flag(label, severity, source=FlagSource.SCREENING):
    return Flag(label=label, severity=severity, source=source)


def reported(reason):
    return flag(reason.value, URGENCY_OF_REASON[reason], FlagSource.REPORT)


@pytest.mark.parametrize("label", ["risk_to_self", "risk_to_other", "hostility"])
def test_the_gravest_words_of_risk_and_hostility_are_severe_and_lesser_ones_are_not(label):
    assert is_severe([flag(label, HIGH)])
    assert not is_severe([flag(label, MEDIUM), flag(label, LOW)])


@pytest.mark.parametrize("label", ["stigma", "contact_details", "third_party_privacy", "misinformation", "spam"])
def test_other_words_are_not_severe_however_grave(label):
    assert not is_severe([flag(label, HIGH)])


def test_of_reports_those_of_abuse_and_of_risk_are_severe():
    severe = {reason for reason in ReportReason if is_severe([reported(reason)])}
    assert severe == {ReportReason.ABUSE, ReportReason.RISK_TO_SELF, ReportReason.RISK_TO_OTHER}


def test_one_severe_flag_among_many_is_enough():
    assert is_severe([flag("spam", LOW), flag("risk_to_self", HIGH)])
    assert not is_severe([])


def test_only_grave_words_about_oneself_stay_with_whoever_decides():
    assert tells_of_own_risk([flag("risk_to_self", HIGH)])
    assert tells_of_own_risk([reported(ReportReason.RISK_TO_SELF)])
    assert not tells_of_own_risk([flag("risk_to_self", MEDIUM), flag("risk_to_other", HIGH), flag("hostility", HIGH)])


@pytest.mark.parametrize("blur", Blur)
def test_nothing_one_can_choose_uncovers_what_is_severe(blur):
    assert is_covered(blur, severe=True)
    assert is_covered(blur, severe=False) is (blur is Blur.ALL)


def test_every_label_a_case_can_have_is_told_in_short():
    assert set(IN_SHORT) == set(QUEUE_OF_LABEL)


@pytest.mark.parametrize(
    ("labels", "photos", "kind", "told"),
    [
        (["risk_to_self"], 0, TargetKind.MESSAGE, "A message: tells of a risk to themselves."),
        (
            ["hostility", "abuse", "spam"],
            1,
            TargetKind.MESSAGE,
            "A message with a photo: has hostile words, was reported as hurtful and looks like something for sale.",
        ),
        (["abuse"], 0, TargetKind.PERSON, "How somebody behaves: was reported as hurtful."),
        ([], 2, TargetKind.MESSAGE, "A message with 2 photos."),
    ],
)
def test_a_covered_case_says_what_kind_of_thing_it_is(labels, photos, kind, told):
    assert in_short(Case(target_kind=kind), labels, photos) == told


def at_desk(*moments):
    here = AtDesk(person_id="one")
    return [here.come(NOON + moment) for moment in moments]


def test_a_shift_goes_on_while_somebody_does_something_within_four_hours():
    nearly = SHIFT_GAP - MINUTE
    assert at_desk(timedelta(), nearly, 2 * nearly, 3 * nearly) == [NOON] * 4
    assert at_desk(timedelta(), nearly, nearly + SHIFT_GAP) == [NOON, NOON, NOON + nearly + SHIFT_GAP]


def test_after_four_hours_without_anything_a_new_shift_begins_and_owes_no_pause():
    here = AtDesk(person_id="one")
    here.come(NOON)
    here.hard_at = NOON
    assert here.in_shift(NOON + SHIFT_GAP - MINUTE)
    assert not here.in_shift(NOON + SHIFT_GAP)
    assert here.come(NOON + SHIFT_GAP) == NOON + SHIFT_GAP
    assert here.hard_at is None


def evening(cap, *, minutes_between):
    """What somebody who looks at one severe case after another may do before each, until it is enough."""
    shift, now, told = Shift(began_at=NOON), NOON, []
    while True:
        allowed = allowance(shift, cap=cap, now=now)
        told.append(allowed.may)
        if allowed.may is May.ENOUGH:
            return told
        if allowed.may is May.PAUSE:
            now = allowed.paused_until
            continue
        shift = Shift(began_at=NOON, seen=shift.seen + 1, hard_at=now)
        now += timedelta(minutes=minutes_between)


L, P, E = May.LOOK, May.PAUSE, May.ENOUGH


@pytest.mark.parametrize(
    ("cap", "told"),
    [
        (1, [L, P, L, E]),
        (2, [L, L, P, L, L, E]),
        (3, [L, L, L, P, L, L, P, L, E]),
        (6, [L] * 6 + [P, L, L, P, L, L, P, L, L, E]),
    ],
)
def test_after_the_cap_a_pause_then_two_at_a_time_and_at_twice_the_cap_enough(cap, told):
    assert evening(cap, minutes_between=5) == told


@pytest.mark.parametrize("cap", [1, 2, 5, 6, 50])
def test_whoever_rests_of_themselves_is_never_held_up(cap):
    told = evening(cap, minutes_between=15)
    assert told == [L] * (2 * cap) + [E]


def test_a_pause_lasts_a_quarter_of_an_hour_from_the_last_hard_thing():
    shift = Shift(began_at=NOON, seen=6, hard_at=NOON)
    paused = allowance(shift, cap=6, now=NOON + PAUSE - MINUTE)
    assert (paused.may, paused.left, paused.paused_until) == (May.PAUSE, 0, NOON + PAUSE)
    after = allowance(shift, cap=6, now=NOON + PAUSE)
    assert (after.may, after.left, after.paused_until) == (May.LOOK, 2, None)


@pytest.mark.parametrize(("seen", "left"), [(0, 6), (5, 1), (6, 2), (7, 1), (8, 2), (11, 1), (12, 0)])
def test_how_many_are_left_is_said_before_they_are_gone(seen, left):
    assert allowance(Shift(began_at=NOON, seen=seen, hard_at=NOON), cap=6, now=NOON + PAUSE).left == left


def test_looking_during_a_pause_begins_the_pause_anew_and_brings_the_end_nearer():
    shift = Shift(began_at=NOON, seen=2, beyond=1, hard_at=NOON + MINUTE)
    assert allowance(shift, cap=2, now=NOON + PAUSE).paused_until == NOON + MINUTE + PAUSE
    assert allowance(shift, cap=2, now=NOON + MINUTE + PAUSE).left == 1
    assert step_reached(Shift(seen=2, beyond=2), 2) is May.ENOUGH


def test_rest_is_suggested_one_short_of_the_cap_and_after_three_hours():
    def suggested(seen, at=NOON, cap=6):
        return rest_suggested(Shift(began_at=NOON, seen=seen, hard_at=NOON), cap=cap, now=at)

    assert [suggested(seen) for seen in (0, 4, 5, 6)] == [False, False, True, True]
    assert [suggested(0, NOON + LONG_SHIFT - MINUTE), suggested(0, NOON + LONG_SHIFT)] == [False, True]
    assert [suggested(seen, cap=1) for seen in (0, 1)] == [False, True]
    assert not rest_suggested(Shift(), cap=6, now=NOON)


def test_a_case_refused_because_another_is_there_can_still_be_looked_at_in_time():
    assert TARGETS[Queue.SAFETY] > THERE
