"""How much a report weighs: a good record raises it a little, a poor one lowers it; a report of a risk is outside of it."""

import pytest

from models.review import DecisionKind, ReportReason
from moderation.flags import LOWERED, NORMAL, RAISED, Came, Record, came_of, is_safety, weigh

SPAM, RISK = ReportReason.SPAM, ReportReason.RISK_TO_OTHER
SAFETY = {ReportReason.RISK_TO_SELF, ReportReason.RISK_TO_OTHER}


@pytest.mark.parametrize(
    ("upheld", "groundless", "bad_faith", "weight", "of_a_risk"),
    [
        (0, 0, 0, NORMAL, NORMAL),  # nobody knows them yet
        (2, 0, 0, NORMAL, NORMAL),  # two are no habit
        (3, 0, 0, RAISED, RAISED),
        (3, 1, 0, RAISED, RAISED),  # everybody is mistaken now and then
        (3, 2, 0, NORMAL, NORMAL),
        (0, 2, 0, NORMAL, NORMAL),  # nor are two mistakes
        (0, 3, 0, LOWERED, NORMAL),
        (1, 3, 0, LOWERED, NORMAL),
        (2, 4, 0, NORMAL, NORMAL),  # half as often right as wrong
        (0, 0, 1, LOWERED, NORMAL),  # found to be in bad faith
        (2, 0, 1, NORMAL, NORMAL),
        (7, 0, 1, RAISED, RAISED),
        (0, 20, 20, LOWERED, NORMAL),
    ],
)
def test_what_a_report_weighs_by_what_came_of_earlier_ones(upheld, groundless, bad_faith, weight, of_a_risk):
    record = Record(upheld=upheld, groundless=groundless, bad_faith=bad_faith)
    assert weigh(record, SPAM) == weight
    assert weigh(record, RISK) == of_a_risk


def test_no_record_makes_a_report_weigh_nothing_and_none_makes_one_of_a_risk_weigh_less():
    for upheld in range(21):
        for groundless in range(21):
            for bad_faith in range(4):
                record = Record(upheld=upheld, groundless=groundless, bad_faith=bad_faith)
                for reason in ReportReason:
                    assert weigh(record, reason) >= (NORMAL if reason in SAFETY else LOWERED) > 0


def test_reports_of_a_risk_are_the_two_kinds_of_it():
    assert {reason for reason in ReportReason if is_safety(reason)} == SAFETY


@pytest.mark.parametrize(
    ("decision", "came", "of_a_risk"),
    [
        (DecisionKind.REMOVE, Came.UPHELD, Came.UPHELD),
        (DecisionKind.HIDE, Came.UPHELD, Came.UPHELD),
        (DecisionKind.UPHOLD, Came.UPHELD, Came.UPHELD),
        (DecisionKind.APPROVE, Came.GROUNDLESS, None),  # a risk seen where none was is never held against who saw it
        (DecisionKind.DISMISS, Came.GROUNDLESS, None),
        (DecisionKind.RESTORE, Came.GROUNDLESS, None),
    ],
)
def test_what_came_of_a_report_by_the_last_decision_on_its_case(decision, came, of_a_risk):
    assert came_of(SPAM, decision) is came
    assert came_of(RISK, decision) is of_a_risk


def test_a_record_counts_what_came():
    assert Record.of([Came.UPHELD, Came.GROUNDLESS, Came.UPHELD]) == Record(upheld=2, groundless=1)
