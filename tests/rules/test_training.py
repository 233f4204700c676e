"""Kinds of training, read from a file, and when people are told that a record runs out."""

from datetime import UTC, datetime, timedelta

import pytest

from models.training import TrainingFileError, TrainingState, notice_due, read_kinds, state_of, training_kinds

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KIND = '[[training]]\ncode = "first_aid"\nlabel = "First aid"\nrequired = true\n'


def test_the_kinds_that_come_with_the_service_can_be_read_and_one_is_required():
    assert any(kind.required for kind in training_kinds())


def test_kinds_are_read_in_their_order():
    kinds = read_kinds(KIND + KIND.replace("first_aid", "second").replace("true", "false"))
    assert [(kind.code, kind.required) for kind in kinds] == [("first_aid", True), ("second", False)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "training = 1",
        "not toml",
        KIND + KIND,
        KIND.replace("first_aid", "First Aid"),
        KIND.replace("true", '"yes"'),
        KIND.replace('label = "First aid"\n', ""),
        KIND.replace("First aid", " "),
        KIND + "hours = 2\n",
    ],
)
def test_a_file_with_a_slip_in_it_is_refused(text):
    with pytest.raises(TrainingFileError):
        read_kinds(text)


@pytest.mark.parametrize(
    ("days", "due", "state"),
    [
        (31, None, TrainingState.CURRENT),
        (30, 30, TrainingState.LAPSES_SOON),
        (8, 30, TrainingState.LAPSES_SOON),
        (7, 7, TrainingState.LAPSES_SOON),
        (0, 7, TrainingState.LAPSES_SOON),
        (-1, None, TrainingState.LAPSED),
    ],
)
def test_how_a_record_stands_by_the_days_that_are_left(days, due, state):
    found = notice_due(NOW + days * DAY, NOW)
    assert (found and found.days) == due
    assert state_of(NOW + days * DAY, NOW) is state


def test_what_was_never_recorded_is_missing():
    assert state_of(None, NOW) is TrainingState.MISSING
