"""Minimal pairs: a sentence that has to be noticed, and the carer's daily sentence right beside it."""

import tomllib
from pathlib import Path

import pytest

from moderation.screening import Label, Severity, screen

PAIRS = tomllib.loads(Path(__file__).with_name("screening_pairs.toml").read_text("utf-8"))["pair"]


def severity(text, label):
    return max((hit.severity for hit in screen(text) if hit.label == label), default=0)


def share(rows, holds):
    return sum(map(holds, rows)) / len(rows)


def is_noticed(pair):
    return severity(pair["plain"], pair["label"]) >= Severity[pair.get("at_least", "low").upper()]


def is_left_alone(pair):
    most = Severity[pair["at_most"].upper()] if "at_most" in pair else 0
    return severity(pair["neighbour"], pair["label"]) <= most


def of_label(label):
    return [pair for pair in PAIRS if pair["label"] == label]


@pytest.mark.parametrize("label", sorted({pair["label"] for pair in PAIRS}))
def test_nine_in_ten_of_the_plain_sentences_are_noticed(label):
    assert share(of_label(label), is_noticed) >= 0.9


@pytest.mark.parametrize("label", sorted({pair["label"] for pair in PAIRS}))
def test_nine_in_ten_of_their_neighbours_are_left_alone(label):
    assert share(of_label(label), is_left_alone) >= 0.9


def test_there_are_enough_pairs_and_none_twice():
    assert len(of_label(Label.RISK_TO_SELF)) >= 80
    assert len(PAIRS) - len(of_label(Label.RISK_TO_SELF)) >= 40
    assert len({pair["plain"] for pair in PAIRS}) == len(PAIRS)
