"""The service's own screening rules: phrases found however they are disguised, and hostile phrases and messages."""

import time
import unicodedata
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.screening import SHIPPED, Label, ServiceRules, Severity, lexicon, screen, service_phrases
from moderation.screening.lookalikes import READ_AS
from moderation.screening.matching import Reading
from moderation.screening.service_phrases import MOST_BETWEEN, PhraseRefused, read_phrase
from moderation.screening.service_rules import MOST_ENTRIES, NO_RULES, read_rule

PLAIN = "We had a quiet week, and the garden helped."


def rules(*phrases, label=Label.SPAM, severity=Severity.MEDIUM):
    return ServiceRules([read_rule("mine", label, severity, phrases)])


def found(text, *phrases):
    """What of the text was hit."""
    return [text[slice(*hit.span)] for hit in screen(text, service=rules(*phrases)) if hit.rule == "service.mine"]


def test_a_phrase_is_found_where_it_stands_with_its_label_and_severity():
    text = "They told me of a Miracle Tincture, and I bought it."
    (hit,) = screen(text, service=rules("miracle tincture"))
    assert text[slice(*hit.span)] == "Miracle Tincture"
    assert (hit.label, hit.severity, hit.rule) == (Label.SPAM, Severity.MEDIUM, "service.mine")


@pytest.mark.parametrize(
    ("phrase", "text", "hit"),
    [
        ("tincture", "TINCTURE", "TINCTURE"),
        ("tincture", "buy t.i.n.c.t.u.r.e for you", "t.i.n.c.t.u.r.e"),
        ("tincture", "buy t i n c t u r e for you", "t i n c t u r e"),
        ("tincture", "tiiiincture", "tiiiincture"),
        ("tincture", "t1nctur3", "t1nctur3"),
        ("tincture", "tinct\u200bure", "tinct\u200bure"),
        ("tincture", "тіnсturе", "тіnсturе"),  # noqa: RUF001
        ("tincture", "*tincture*", "*tincture*"),
        ("tincture", "the tincture's price", "tincture's"),
        ("miracle tincture", "miracle, tincture", "miracle, tincture"),
        ("miracle tincture", "miracle-tincture", "miracle-tincture"),
        ("miracle tincture", "miracle_tincture", "miracle_tincture"),
        ("miracle tincture", "miracletincture", "miracletincture"),
        ("miracle tincture", "a miracle\u00a0tincture", "miracle\u00a0tincture"),
        ("don't tell", "Dont tell", "Dont tell"),
        ("don’t tell", "DON'T TELL", "DON'T TELL"),  # noqa: RUF001
        ("self-harm", "self harm", "self harm"),
        ("quick.example", "see quick.example now", "quick.example"),
        ("tinct*", "two tinctures", "tinctures"),
        ("tinct*", "t1nctures", "t1nctures"),
        ("good", "gooood", "gooood"),
        ("miracle ..2 tincture", "miracle of a tincture", "miracle of a tincture"),
        ("miracle ..2 tincture", "miracle tincture", "miracle tincture"),
        ("miracle tinct*", "miracle tinctures", "miracle tinctures"),
        ("自杀", "自杀", "自杀"),
    ],
)
def test_a_phrase_is_found_however_it_is_written(phrase, text, hit):
    assert found(text, phrase) == [hit]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("tincture", PLAIN),
        ("god", "good"),
        ("tincture", "tinctures"),
        ("the rapist", "my therapist"),
        ("no where", "it is nowhere"),
        ("miracle tincture", "It was a miracle. Tincture of what?"),
        ("miracle tincture", "a miracle\ntincture"),
        ("miracle tincture", "tincture miracle"),
        ("miracle ..2 tincture", "miracle of such a tincture"),
        ("miracle tincture", "miracle of tincture"),
        ("tinct*", "distinct"),
    ],
)
def test_its_harmless_neighbours_are_left_alone(phrase, text):
    assert found(text, phrase) == []


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "   ",
        "x",
        "é",
        "...",
        "*",
        "a*",
        "ab*",
        "..2",
        "..2 word",
        "word ..2",
        "word ..0 word",
        f"word ..{MOST_BETWEEN + 1} word",
        "one ..1 two ..1 three",
        "wo*rd",
        "*word",
        "one* two*",
        "(a+)+$",
        "[a-z]",
        "wo.*rd?",
        "a|b",
        "word_word",
        "a\nb",
        "\u200b",
        "w" * 41,
        "one two three four five six seven eight nine",
        "word " * 17,
        "one\x00two",
    ],
)
def test_a_phrase_that_cannot_be_meant_is_refused_without_being_repeated(phrase):
    with pytest.raises(PhraseRefused) as refusal:
        read_phrase(phrase)
    assert len(phrase) < 3 or phrase not in str(refusal.value)


def test_the_longest_phrase_is_taken():
    assert found("abcdefgh " * 8, "abcdefgh " * 7 + "abcdefgh") == [("abcdefgh " * 8).strip()]


def test_a_silenced_rule_does_not_count_and_others_do():
    text = "You are a pathetic idiot"
    (rule,) = {hit.rule for hit in screen(text)}
    assert rule in SHIPPED
    assert screen(text, service=ServiceRules((), {rule})) == ()
    assert screen(text, service=ServiceRules((), {"hostility.no_longer_there"})) == screen(text)


def exception(phrase, label=Label.HOSTILITY):
    return read_rule("except", label, None, [phrase])


def test_a_hit_inside_an_exception_does_not_count():
    text = "You are a pathetic idiot"
    assert screen(text, service=ServiceRules([exception("you are a pathetic idiot")])) == ()


def test_an_exception_takes_back_nothing_of_another_label_and_nothing_that_goes_beyond_it():
    text = "You are a pathetic idiot"
    for other in (exception(text, Label.SPAM), exception("pathetic"), exception("somebody else")):
        assert screen(text, service=ServiceRules([other])) == screen(text) != ()


def test_an_exception_also_holds_for_what_the_service_added():
    added = read_rule("mine", Label.SPAM, Severity.HIGH, ["tincture"])
    both = ServiceRules([added, exception("tincture of iodine", Label.SPAM)])
    assert screen("tincture of iodine", service=both) == ()
    assert [hit.rule for hit in screen("tincture of iodine, and a tincture", service=both)] == ["service.mine"]


def test_without_rules_nothing_changes():
    assert not NO_RULES
    for text in (PLAIN, "You are a pathetic idiot", "I want to kill myself"):
        assert screen(text) == screen(text, service=ServiceRules(()))


def test_one_message_repeating_itself_is_not_counted_without_end():
    assert len(found("tincture " * 400, "tincture")) == 5


def test_disguises_are_read_as_the_shipped_rules_read_them():
    for ours, shipped in zip(service_phrases.LEET, lexicon._LEETS, strict=True):
        assert bytes(range(256)).translate(shipped) == bytes(ours.get(code, code) for code in range(256))


LETTERS = "bdfghjklmnpqrtvwyz"  # without those that text-speak or leet would read as something else
words = st.text(LETTERS, min_size=4, max_size=9).filter(lambda word: service_phrases.squeeze(word) == word)
DRAWN = {letter: [drawn for drawn, read in READ_AS.items() if read == letter] for letter in LETTERS}


def disguise(draw, word):
    way = draw(st.sampled_from(["upper", "alike", "wide", "hidden", "repeated", "dotted", "blanks", "leet"]))
    place = draw(st.integers(0, len(word) - 1))
    letter = word[place]
    if way == "alike" and DRAWN[letter]:
        return word[:place] + draw(st.sampled_from(DRAWN[letter])) + word[place + 1 :]
    if way == "leet":
        return word.replace("g", "9").replace("b", "8").replace("l", "1").replace("t", "7")
    ways = {
        "wide": "".join(chr(ord(each) + 0xFEE0) for each in word),
        "hidden": f"{word[:1]}\u200d{word[1:]}",
        "repeated": word[:place] + letter * draw(st.integers(3, 6)) + word[place + 1 :],
        "dotted": ".".join(word),
        "blanks": " ".join(word),
    }
    return ways.get(way, word.upper())


@given(st.data())
def test_a_disguised_phrase_is_found_in_any_text(data):
    wanted = data.draw(st.lists(words, min_size=1, max_size=3))
    written = ", ".join(disguise(data.draw, word) for word in wanted)
    before, after = (data.draw(st.sampled_from(["", PLAIN, "Ünïcödé ﬁrst.", "1,000"])) for _ in range(2))
    text = f"{before}; {written}; {after}"
    assert found(text, " ".join(wanted)) == [written], unicodedata.normalize("NFKD", text)


GLUE = st.sampled_from([" ", "  ", ", ", " - ", "-", "/", ".", ". ", "\n", " ... ", "_", "!", "'s ", ' "', "(", " & "])


@given(st.lists(st.tuples(st.sampled_from(["aaa", "bbb", "bbbc", "ccc", "zzz", "a"]), GLUE), max_size=8))
def test_nothing_is_lost_by_looking_at_whole_pieces_first(parts):
    service = rules("aaa bbb", "bbb*", "ccc ..2 aaa", "aaa ccc bbb", "zzz")
    reading = Reading("".join(chain.from_iterable(parts)), screen.__globals__["_BOOK"].lexicon)
    assert service.apply(reading, []) == service._weigh(reading, [])


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))
def test_no_phrase_and_no_text_is_too_strange(text, phrases):
    taken = [phrase for phrase in phrases if is_taken(phrase)]
    for hit in screen(text, service=rules(*taken, "the", "tinct*", "a ..3 b")):
        assert 0 <= hit.span[0] < hit.span[1] <= len(text)


def is_taken(phrase):
    try:
        read_phrase(phrase)
    except PhraseRefused:
        return False
    return True


def cost_us(text, service, runs=15):
    times = []
    for _ in range(runs):
        began = time.process_time_ns()
        screen(text, service=service)
        times.append((time.process_time_ns() - began) / 1_000)
    return min(times)


def test_the_cost_does_not_grow_with_the_number_of_phrases():
    """Loosely: a busy machine counts too. The figures proper are of `python -m bench.screening`."""
    vocabulary = sorted(word for word in screen.__globals__["_BOOK"].lexicon.words if word.isalpha() and len(word) < 20)
    many = [f"{one} {other}" for one in vocabulary[::40] for other in vocabulary[::60]][:MOST_ENTRIES]
    text = (PLAIN + " He slept, she slept, and I sat in the kitchen with the radio on. ") * 4
    few, all_of_them = rules(*many[:20]), rules(*many)
    assert cost_us(text, all_of_them) < 2 * cost_us(text, few) + 50


def test_a_message_written_against_the_phrases_ends_soon():
    stars = [f"{'a' * size}*" for size in range(3, 40)]
    hostile = rules(*stars, *(f"aaaa ..3 {star}" for star in stars), *(f"{star} {'aaaa ' * 6}" for star in stars))
    text = "aaaa " * 800
    assert cost_us(text, hostile) < cost_us(text, NO_RULES) + 20_000
