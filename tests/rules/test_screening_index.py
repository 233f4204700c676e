"""The index leaves out only what cannot match: it finds what trying every pattern on the whole message finds."""

import random

import pytest

from moderation.screening.index import Index
from moderation.screening.matching import Reading
from moderation.screening.rulebook import load

BOOK = load()
SENTENCES = [text for rule in BOOK.rules for text in (*rule.examples, *rule.neighbours)]
MOST = 10_000


def every(index: Index, letters: str) -> set:
    found = set()
    for pattern, entry in index.patterns:
        for match in pattern.expression.finditer(letters):
            found.add((entry.id, *pattern.spans(letters, match)))
    return found


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("between", [". ", ", ", "\n"])
def test_the_index_finds_what_trying_every_pattern_finds(seed, between):
    chance = random.Random(seed)
    letters = Reading(between.join(chance.sample(SENTENCES, (2, 6, 12)[seed % 3])), BOOK.lexicon).letters
    found = {(rule.id, *span) for rule, *span in BOOK.index.matches(letters, MOST)}
    assert found == every(BOOK.index, letters)


@pytest.mark.parametrize(
    "text", ["kill yourself", "k.i.l.l yourself", "well-being - a, b; (c) 'd' kill yourself!", "a  b kill yourself"]
)
def test_a_letter_points_at_its_own_word(text):
    reading = Reading(text, BOOK.lexicon)
    start, end = reading.original_span(len(reading.letters) - 1, len(reading.letters))
    assert text[start:end] in ("yourself", "!")
