"""Words that go with a decision: each kind, short, and for decisions and rules that there are."""

import re

import pytest

from models.review import DecisionKind, HouseRule
from moderation.templates import check_template, templates, words_of
from tests.factories.refusals import assert_refused

ALL = list(templates().values())
LONGEST_SENTENCE = 32  # words
LONG_WORD = 12  # letters
MOST_LONG = 0.03
SCOLDING = re.compile(r"\b(must not|violat|inappropriate|unacceptable|warning|offen[cs]e|banned|abusive)\b", re.IGNORECASE)


def test_there_are_enough_to_choose_from_and_something_for_every_decision_and_rule():
    assert len(ALL) >= 15
    assert {kind for template in ALL for kind in template.decisions} == set(DecisionKind)
    assert {reason for template in ALL for reason in template.reasons} == set(HouseRule)


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.key)
def test_a_template_is_short_plain_and_kind(template):
    for words in (template.to_author, template.to_reporter):
        assert len(words) <= 1000
        assert not SCOLDING.search(words)
        sentences = [sentence.split() for sentence in re.split(r"[.!?]\s+", words)]
        assert max(map(len, sentences)) <= LONGEST_SENTENCE
        every = re.findall(r"[A-Za-z]+", words)
        assert sum(len(word) >= LONG_WORD for word in every) <= max(1, MOST_LONG * len(every))
        assert "\n" not in words


def test_a_template_goes_only_with_its_decisions_and_reasons():
    check_template("advert", DecisionKind.REMOVE, HouseRule.SPAM)
    check_template("advert", DecisionKind.REMOVE, None)
    for key, decision, reason in (
        ("no_such", DecisionKind.REMOVE, HouseRule.SPAM),
        ("advert", DecisionKind.APPROVE, HouseRule.SPAM),
        ("advert", DecisionKind.REMOVE, HouseRule.STIGMA),
    ):
        error = assert_refused("invalid", check_template, key, decision, reason)
        assert set(error.extras()["errors"]) == {"template"}


def test_what_a_template_says_to_the_author_can_be_found():
    assert words_of("advert").startswith("We took your message out")
    assert words_of("gone_from_the_file") is None
    assert words_of(None) is None
