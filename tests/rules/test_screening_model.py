"""The model beside the rules: what it hears that they do not, and what it is not allowed to do."""

import json
import random
import statistics
import time
import tomllib
from pathlib import Path

import pytest

from bench.train_screening import FOLDER, composed, own_texts, pair_texts
from models.groups import ModerationMode
from moderation.outcomes import Outcome, judge
from moderation.screening import MODEL_VERSION, SHIPPED, Label, ServiceRules, explain, model, screen
from moderation.screening.rulebook import DATA, load

LEARNED = "I look at the pruning saw and think about opening my wrists"
MODEL, BOOK = model.load(), load()
LABELS = [Label.RISK_TO_SELF, Label.RISK_TO_OTHER, Label.STIGMA]
LEAST = {Label.RISK_TO_SELF: 0.25, Label.RISK_TO_OTHER: 0.33, Label.STIGMA: 0.75}  # floors that only rise


def pairs():
    return tomllib.loads(Path(__file__).with_name("model_pairs.toml").read_text("utf-8"))["group"]


def of_label(label):
    return [pair for group in pairs() if group["label"] == label for pair in group["pairs"]]


def learned(text, **context):
    return [hit for hit in screen(text, **context) if hit.rule.endswith(f".model.{MODEL_VERSION}")]


def is_hit(text, label):
    return any(hit.label == label for hit in screen(text))


@pytest.fixture
def heard():
    """A sentence that only the model hears, and the hit."""
    for label in LABELS:
        for plain, _ in of_label(label):
            hits = screen(plain)
            if hits and hits == tuple(learned(plain)):
                return plain, hits[0]
    raise AssertionError("the model hears nothing")


@pytest.mark.parametrize(("label", "least"), LEAST.items())
def test_it_hears_sentences_that_neither_rules_nor_training_have_seen(label, least):
    rows = of_label(label)
    by_both = sum(is_hit(plain, label) for plain, _ in rows)
    by_rules = sum(any(hit.label == label and hit not in learned(plain) for hit in screen(plain)) for plain, _ in rows)
    assert by_both / len(rows) >= least
    assert by_both > by_rules


@pytest.mark.parametrize("label", LABELS)
def test_it_leaves_nine_in_ten_of_their_neighbours_alone(label):
    rows = of_label(label)
    assert sum(not is_hit(neighbour, label) for _, neighbour in rows) / len(rows) >= 0.9


def test_none_of_these_pairs_was_trained_on():
    trained = {text.words for text in (*own_texts(most=200), *pair_texts())}
    assert trained.isdisjoint(text for group in [*pairs(), *BLIND] for pair in group["pairs"] for text in pair)


def test_it_is_trained_on_more_than_fifteen_hundred_texts_of_our_own():
    texts = {text.words for text in own_texts()}
    assert len(texts) >= 1_500


def test_a_line_of_two_is_a_sentence_of_its_label_and_a_harmless_one(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("== stigma group\nThey are {mad|ill} || They are {late|early}\nAll alone\n", "utf-8")
    monkeypatch.setattr("bench.train_screening.FOLDER", tmp_path)
    found = {text.words: text.label for text in own_texts()}
    stigma = dict.fromkeys(["They are mad", "They are ill", "All alone"], Label.STIGMA)
    assert found == stigma | dict.fromkeys(["They are late", "They are early"])


def test_it_is_trained_on_three_hundred_grave_sentences_each_beside_a_harmless_one():
    lines = [line for path in FOLDER.glob("beside_*.txt") for line in path.read_text("utf-8").splitlines() if " || " in line]
    assert len(set(lines)) >= 300


def test_a_line_of_choices_is_the_same_sentences_every_time():
    line = "I {like|want} {tea|cake}"
    found = composed(line, random.Random(1), 4)
    assert sorted(found) == ["I like cake", "I like tea", "I want cake", "I want tea"]
    assert found == composed(line, random.Random(1), 4)


def test_it_says_the_same_every_time(heard):
    text, _ = heard
    assert screen(text) == screen(text)
    assert model.load().find(model.Reading(text, BOOK.lexicon), []) == MODEL.find(model.Reading(text, BOOK.lexicon), [])


def test_its_hit_names_the_version_of_its_weights_and_the_whole_sentence(heard):
    text, found = heard
    before = "We had soup. "
    (hit,) = learned(f"{before}{text}! And then tea.")
    assert hit.rule == f"{found.label}.model.{MODEL_VERSION}"
    assert (before + text)[slice(*hit.span)] == text


def test_it_can_say_which_words_weighed_most(heard):
    text, hit = heard
    weighed = explain(text, hit)
    assert 1 <= len(weighed) <= 5
    assert all(weight > 0 for _, weight in weighed)
    assert [weight for _, weight in weighed] == sorted((weight for _, weight in weighed), reverse=True)


def test_a_rules_hit_is_explained_by_the_rule_and_not_by_weights():
    text = "I want to die"
    hits = screen(text)
    assert {hit.label for hit in hits} == {Label.RISK_TO_SELF}  # no other risk beside it: rules know better whose it is
    assert [explain(text, hit) for hit in hits] == [[]] * len(hits)


def test_where_a_rule_has_heard_the_label_the_model_is_silent():
    text = "I can't do this any more, I want to die"
    assert is_hit(text, Label.RISK_TO_SELF)
    assert [hit for hit in learned(text) if hit.label is Label.RISK_TO_SELF] == []


def test_a_service_can_silence_it_as_any_other_rule(heard):
    text, hit = heard
    assert hit.rule in SHIPPED
    assert screen(text, service=ServiceRules((), {hit.rule})) == ()


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("mode", ModerationMode)
def test_it_never_holds_a_message_and_a_risk_is_looked_at(label, mode):
    (rule,) = (rule for rule in MODEL.rules() if rule.label is label)
    hit = model.Hit(label=label, severity=rule.severity, rule=rule.id, span=(0, 5))
    verdict = judge([hit], mode=mode, overrides={}, newcomer=False, trusted=True, acknowledged=False)
    assert verdict.outcome < Outcome.HOLD
    assert (verdict.outcome is Outcome.FLAG) == (label is not Label.STIGMA)


def test_what_weighed_adds_up_to_the_score():
    data = json.loads((DATA / "model.json").read_text("utf-8"))
    [sentence] = MODEL.sentences(model.text_chunks(LEARNED))
    weighed = [sum(weight for _, weight in MODEL.explain(LEARNED, label, most=1_000)) for label in model.LABELS]
    marks = [bias - least for bias, least in zip(data["bias"], data["least"], strict=True)]
    expected = [round(weight * model.SCALE) + mark for weight, mark in zip(weighed, marks, strict=True)]
    assert list(MODEL.scores(sentence)) == expected


def test_no_more_than_so_many_words_of_a_message_are_looked_at(heard):
    text, _ = heard
    words = ["soup"] * (model.MOST_WORDS - 1)
    assert learned(f"{' '.join(words[: -len(text.split())])}. {text}.") != []
    assert learned(f"{' '.join(words)}. {text}.") == []


def test_a_long_message_costs_it_a_fraction_of_what_the_rules_cost():
    reading = model.Reading(f"{LEARNED}, " * 66, BOOK.lexicon)
    times = []
    for _ in range(30):
        began = time.process_time_ns()
        MODEL.find(reading, [])
        times.append((time.process_time_ns() - began) / 1_000)
    assert statistics.median(times) < 1_500  # microseconds; some 300 on an idle machine


def test_words_never_seen_cost_no_more_than_reading_them():
    text = " ".join(f"q{number:x}z" * 4 for number in range(400))[:4_000]
    began = time.process_time_ns()
    assert MODEL.find(model.Reading(text, BOOK.lexicon), []) == []
    assert (time.process_time_ns() - began) / 1_000 < 20_000


def test_the_weights_are_small_and_a_file_that_people_can_read():
    path = DATA / "model.json"
    assert path.stat().st_size < 300_000
    assert json.loads(path.read_text("utf-8"))["version"] == MODEL_VERSION


@pytest.mark.parametrize("weights", [(0, 0, 0), (1, -1, 1), (-400, 300, -1), (2_000, -2_000, 2_000)])
def test_weights_of_three_labels_travel_as_one_number(weights):
    assert model.unpack(model.pack(weights)) == weights
    assert model.unpack(model.pack(weights) * 3) == tuple(3 * weight for weight in weights)


# Written by somebody who had seen no rule, no text the model learnt from and no other pair, but for fifteen of an older set.
BLIND = tomllib.loads(Path(__file__).with_name("carers_pairs_blind.toml").read_text("utf-8"))["group"]


@pytest.mark.parametrize(("label", "recall", "specificity"), [(Label.RISK_TO_SELF, 0.51, 0.91), (Label.STIGMA, 0.6, 0.87)])
def test_no_less_is_heard_of_pairs_that_nobody_wrote_a_rule_for(label, recall, specificity):
    """Floors, of rules and model together. What is written for these pairs makes them worth nothing."""
    (blind,) = (group["pairs"] for group in BLIND if group["label"] == label)
    assert sum(is_hit(plain, label) for plain, _ in blind) >= recall * len(blind)
    assert sum(not is_hit(neighbour, label) for _, neighbour in blind) >= specificity * len(blind)
