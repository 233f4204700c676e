"""How a question is understood: which of its words are looked for, and which of them has to be there."""

import tomllib
from importlib.resources import files

import pytest

from models.resource_index import Phrase
from moderation.words import words_of
from server.queries.resource_search import MOST_WORDS, Vocabulary, understand

DATA = tomllib.loads(files("models").joinpath("data/library_synonyms.toml").read_text("utf-8"))


def known(**pieces):
    """A library of a hundred pieces that has these words, each in so many of them."""
    stems = {word: stem for word in pieces for _, stem in words_of(word)}
    counts = {stems[word]: count for word, count in pieces.items()}
    return Vocabulary(list(stems), stems, counts, 100)


def looked_for(question, **pieces):
    return [" ".join(meaning.phrases[0][0].stems) for meaning in understand(question, known(**pieces)).meanings]


def test_words_in_which_one_asks_are_passed_over():
    words = {"ward": 5, "visit": 9}
    assert looked_for("how do i get to visit the ward", **words) == ["visit", "ward"]
    assert looked_for("ive got to visit shes on a ward", **words) == ["visit", "ward"]


def test_a_question_of_nothing_else_is_still_looked_for():
    assert looked_for("how do i", how=3, do=3) != []


def test_a_phrase_is_kept_whole_also_where_it_begins_as_one_asks():
    assert looked_for("he wont take anything", wont=2, take=30, refuse=4) == ["wont take"]


def test_a_long_question_is_not_cut_off_before_it_comes_to_the_point():
    asked = "please can someone tell me how i should go about getting any help because i really want to know about respite"
    assert "respit" in looked_for(asked, tell=50, help=60, know=50, respite=3)
    assert len(understand("word " * 40, known(word=1)).meanings) == MOST_WORDS


def test_whom_it_is_about_counts_less_than_what_it_is():
    son, tablets = understand("son tablets ", known(son=10, tablets=10)).meanings
    assert 0 < son.most < tablets.most


def test_a_rarer_name_for_the_same_tells_no_more_than_what_was_asked():
    (meaning,) = understand("hospital ", known(hospital=50, ward=1)).meanings
    weights = dict(meaning.phrases)
    assert weights[Phrase(("ward",))] < weights[Phrase(("hospit",))]


def test_a_phrase_tells_as_much_as_its_words_together():
    phrase, word = (understand(text, known(say=20, no=20)).meanings[0] for text in ("say no ", "say "))
    assert phrase.most == pytest.approx(2 * word.most)


def test_what_counts_most_is_found_first():
    (meaning,) = understand("hospital ", known(hospital=5, ward=5)).meanings
    assert meaning.worth(" on the ward of the hospit ") == meaning.most
    assert 0 < meaning.worth(" on the ward ") < meaning.most
    assert meaning.worth(" at home ") == 0


def test_no_entry_of_the_synonyms_shrinks_to_one_small_word():
    """Small words are left out: "will not take" would be "take", and find everything that takes anything."""
    shrunk = [entry for line in DATA["same"] for entry in line if len(entry.split()) > 1 and len(words_of(entry)) < 2]
    assert shrunk == []


def test_no_synonym_is_a_word_that_is_passed_over():
    asking = {word for word, _ in words_of(DATA["asking"])}
    alone = {entry for line in DATA["same"] for entry in line if len(entry.split()) == 1}
    assert alone & asking == set()
