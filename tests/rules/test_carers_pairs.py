"""Risk and stigma in carers' language, also on sentences that no rule was written for: both halves were written before the
rules, and only the seen one was looked at while writing them.

The model was trained on all of these (ADR 33): what is heard here says what got lost, and not how much is heard in life.
test_screening_model.py has pairs for that.
"""

import tomllib
from pathlib import Path

import pytest

from moderation.screening import screen


def groups(name):
    return tomllib.loads(Path(__file__).with_name(f"carers_pairs_{name}.toml").read_text("utf-8"))["group"]


def half(name):
    return [(group["label"], *pair) for group in groups(name) for pair in group["pairs"]]


HALVES = {name: half(name) for name in ("seen", "unseen")}
LEAST = {"seen": 0.94, "unseen": 0.88}
LABELS = sorted({label for label, *_ in HALVES["seen"]})


def is_hit(text, label):
    return any(hit.label == label for hit in screen(text))


def recall(rows):
    return sum(is_hit(plain, label) for label, plain, _ in rows) / len(rows)


def specificity(rows):
    return sum(not is_hit(neighbour, label) for label, _, neighbour in rows) / len(rows)


@pytest.mark.parametrize("name", HALVES)
def test_nearly_all_are_noticed(name):
    assert recall(HALVES[name]) >= LEAST[name]


@pytest.mark.parametrize("name", HALVES)
def test_nearly_all_of_their_harmless_neighbours_are_left_alone(name):
    assert specificity(HALVES[name]) >= LEAST[name]


@pytest.mark.parametrize("name", HALVES)
@pytest.mark.parametrize("label", LABELS)
def test_no_label_is_far_behind(name, label):
    rows = [row for row in HALVES[name] if row[0] == label]
    assert recall(rows) >= 0.8
    assert specificity(rows) >= 0.8


def test_there_are_three_hundred_pairs_and_the_halves_share_none():
    seen, unseen = ({plain for _, plain, _ in rows} for rows in HALVES.values())
    assert len(seen | unseen) >= 300
    assert abs(len(seen) - len(unseen)) <= 1
    assert not seen & unseen


@pytest.mark.parametrize(("kind", "least"), [("answered", 0.75), ("unanswered", 0.1)])
def test_what_was_written_after_the_rules_is_heard_no_less_than_before(kind, least):
    """Most of what nobody has answered yet stays unheard: a floor that only rises, and no claim."""
    (later,) = (group for group in groups("later") if group["kind"] == kind)
    rows = [(later["label"], *pair) for pair in later["pairs"]]
    assert recall(rows) >= least
    assert specificity(rows) >= 0.95


@pytest.mark.parametrize(("name", "pairs", "heard"), [("third", 100, 0.95), ("fourth", 100, 0.85), ("fifth", 50, 0.36)])
def test_pairs_written_after_the_rules_are_heard_no_less_than_before(name, pairs, heard):
    """The third and fourth were read while the rules were widened, the fifth was not: floors that only rise."""
    assert len(half(name)) == pairs
    assert recall(half(name)) >= heard
    assert specificity(half(name)) >= 0.94
