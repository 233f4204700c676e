"""What screening finds, where, and what it costs."""

import random
import statistics
import time
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import NumberParseException

from bench.screening import adversarial, unseen
from moderation.screening import RULES_VERSION, Hit, Label, Severity, screen
from moderation.screening.folding import fold, join_spaced_letters
from moderation.screening.lexicon import UNKNOWN
from moderation.screening.matching import MOST_REFUSED
from moderation.screening.phrases import BadPattern, Compiler, VocabularyClass
from moderation.screening.rulebook import DATA, load

BOOK = load()
LONGEST = 4_000


def severity(text, label, **context):
    return max((hit.severity for hit in screen(text, **context) if hit.label is label), default=None)


def marked(text, rule):
    """The parts of the original text that hits of the rule point at."""
    return [text[slice(*hit.span)] for hit in screen(text) if hit.rule == rule]


def cases(kind):
    return [
        pytest.param(rule, text, id=f"{rule.id}-{n}") for rule in BOOK.rules for n, text in enumerate(getattr(rule, kind))
    ]


def fires(rule, text):
    previous, _, reply = text.rpartition(" // ")  # "the message before // the message"
    return any(hit.rule == rule.id for hit in screen(reply, previous=previous or None))


# --- the rule data -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "text"), cases("examples"))
def test_every_example_in_the_data_is_hit_by_its_rule(rule, text):
    assert fires(rule, text)


@pytest.mark.parametrize(("rule", "text"), cases("neighbours"))
def test_no_neighbour_in_the_data_is_hit_by_its_rule(rule, text):
    assert not fires(rule, text)


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_shows_what_it_hits_and_what_it_leaves(rule):
    assert rule.why
    assert rule.examples
    assert rule.neighbours
    assert rule.id.startswith(f"{rule.label}.")


def test_every_label_has_rules_and_the_rules_have_a_version():
    assert {rule.label for rule in BOOK.rules} == set(Label)
    assert BOOK.version == RULES_VERSION


def test_every_easing_names_rules_that_exist():
    ids = [rule.id for rule in BOOK.rules]
    prefixes = {prefix for _, easing in BOOK.easings.patterns for prefix in easing.rules}
    assert [prefix for prefix in prefixes if not any(map(str.startswith, ids, [prefix] * len(ids)))] == []


@pytest.mark.parametrize("pattern", ["NOSUCHCLASS", "i GROUP{1,3}", "a? b?", "i {2}"])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern):
    compiler = Compiler({"GROUP": VocabularyClass((), ("a b",))}, lambda word: word[0])
    with pytest.raises(BadPattern):
        compiler.compile(pattern)


def test_every_pattern_can_be_made_though_most_are_made_only_when_they_are_needed():
    for index in (BOOK.index, BOOK.easings):
        assert all(pattern.expression.search("") is None for pattern, _ in index.patterns)


def test_slurs_stand_in_the_data_files_only():
    slurs = [word for word in BOOK.lexicon.words if BOOK.lexicon[word] == BOOK.lexicon["shemale"]]
    sources = [path.read_text("utf-8").casefold() for path in (DATA.parent.parent / "screening").glob("*.py")]
    assert len(slurs) > 20
    assert [slur for slur in slurs if len(slur) > 5 and any(slur in source for source in sources)] == []


# --- whose risk --------------------------------------------------------------------------------------------------


def test_a_carer_who_wants_to_die_is_at_high_risk():
    assert severity("I can't do this any more, I want to die", Label.RISK_TO_SELF) is Severity.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "My son said he wants to die",
        'She screamed "I want to die" all night',
        "“I am going to kill myself,” my daughter said",
        "This killed me",
        "We were dying of laughter",
        "I could murder a coffee",
        "I'd die of embarrassment",
        "I'm not suicidal",
        "I would never hurt myself",
        "I cut myself chopping onions",
    ],
)
def test_somebody_elses_risk_an_idiom_or_a_denial_is_no_risk_to_self(text):
    assert severity(text, Label.RISK_TO_SELF) is None


def test_a_past_that_is_over_is_low_at_most():
    assert severity("Years ago I tried to kill myself, I'm well now", Label.RISK_TO_SELF) is Severity.LOW


def test_a_past_that_has_come_back_is_not_eased():
    text = "Years ago I tried to kill myself but now I want to die again"
    assert severity(text, Label.RISK_TO_SELF) is Severity.HIGH


def test_hopelessness_is_low():
    assert severity("I can't do this any more", Label.RISK_TO_SELF) is Severity.LOW


def test_a_carer_who_quotes_herself_is_heard():
    assert severity('I told him "I want to die"', Label.RISK_TO_SELF) is Severity.HIGH


def test_a_yes_to_the_question_about_suicide_is_heard():
    assert severity("yes, most nights", Label.RISK_TO_SELF, previous="Are you thinking about suicide?") is Severity.MEDIUM


@pytest.mark.parametrize("previous", [None, "Are you coming on Thursday?", "Is he thinking about suicide?"])
def test_a_yes_to_anything_else_is_just_a_yes(previous):
    assert screen("yes, most nights", previous=previous) == ()


# --- hostility ---------------------------------------------------------------------------------------------------


def test_a_threat_is_high_an_insult_medium_an_unkindness_low():
    assert severity("I'm going to kill you", Label.HOSTILITY) is Severity.HIGH
    assert severity("You are an idiot", Label.HOSTILITY) is Severity.MEDIUM
    assert severity("You're so selfish", Label.HOSTILITY) is Severity.LOW


def test_likening_a_group_to_vermin_is_hostile():
    assert severity("Immigrants are vermin", Label.HOSTILITY) is Severity.HIGH


def test_what_the_cared_for_person_screamed_is_low_at_most():
    text = "he screamed 'I hate you, you bitch' at me last night"
    assert severity(text, Label.HOSTILITY) in (None, Severity.LOW)


def test_self_deprecation_is_not_hostility():
    assert severity("I'm such an idiot", Label.HOSTILITY) is None


def test_negated_hate_is_low_at_most():
    assert severity("Nobody deserves to be called scum", Label.HOSTILITY) in (None, Severity.LOW)


def test_naming_a_group_kindly_is_nothing():
    assert screen("Gay people and refugees care for their families too") == ()


# --- contact details ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["000", "111", "112", "911", "988", "999", "116 123", "13 11 14", "1800 011 511", "1300 22 4636"]
)
@pytest.mark.parametrize("region", ["AU", "GB", "US"])
def test_an_emergency_number_or_a_helpline_is_never_a_hit(number, region):
    assert screen(f"Please call {number} now", region=region) == ()


def test_a_number_without_its_country_code_is_read_in_the_region():
    assert severity("ring 07911 123456", Label.CONTACT_DETAILS, region="GB") is Severity.MEDIUM
    assert severity("ring 07911 123456", Label.CONTACT_DETAILS, region="AU") is None


@pytest.mark.parametrize("region", ["", "ZZ", "au", "not a region"])
def test_an_unknown_region_still_reads_international_numbers(region):
    assert severity("ring +61 412 345 678", Label.CONTACT_DETAILS, region=region) is Severity.MEDIUM


def test_only_the_number_is_marked_when_a_time_stands_before_it():
    assert marked("at 10.30 0412 345 678 please", "contact_details.phone.1") == ["0412 345 678"]


def test_an_ordinary_link_is_low_and_a_profile_medium():
    assert severity("https://www.example.org/respite", Label.CONTACT_DETAILS) is Severity.LOW
    assert severity("https://www.facebook.com/jo.bloggs.5", Label.CONTACT_DETAILS) is Severity.MEDIUM


# --- third party privacy -----------------------------------------------------------------------------------------


def test_the_name_alone_is_marked():
    assert marked("My son Daniel is home", "third_party_privacy.name.1") == ["Daniel"]


@pytest.mark.parametrize(
    "text", ["my mum says hello", "I see my son Monday", "MY SON IS HOME AGAIN", "My mum. Then we left"]
)
def test_a_relation_without_a_name_is_nothing(text):
    assert severity(text, Label.THIRD_PARTY_PRIVACY) is None


def test_the_hospital_by_name_is_medium_with_somebody_in_it_and_low_without():
    assert severity("He is at Royal Park Hospital", Label.THIRD_PARTY_PRIVACY) is Severity.MEDIUM
    assert severity("Royal Park Hospital has good parking", Label.THIRD_PARTY_PRIVACY) is Severity.LOW


# --- disguises and offsets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("hey. kill yourself now", "kill yourself"),
        ("hey. Ｋｉｌｌ yourself now", "Ｋｉｌｌ yourself"),  # noqa: RUF001
        ("hey. кіll yourself now", "кіll yourself"),  # noqa: RUF001
        ("hey. k\u200bi\u200bll yourself now", "k\u200bi\u200bll yourself"),
        ("ﬁne. kíll yourself now", "kíll yourself"),
        ("hey. k1ll y0urs3lf now", "k1ll y0urs3lf"),
        ("hey. k i l l yourself now", "k i l l yourself"),
        ("hey. k.i.l.l yourself now", "k.i.l.l yourself"),
        ("hey. killlll yourselffff now", "killlll yourselffff"),
        ("hey. 🅺🅸🅻🅻 yourself now", "🅺🅸🅻🅻 yourself"),
        ("😢😢 kys", "kys"),
    ],
)
def test_a_span_points_into_the_original_text_of_a_disguise(text, part):
    assert marked(text, "hostility.threat_you.1") == [part]


@pytest.mark.parametrize(
    "text", ["you f*cking idi0t", "you\u2019re an idiot", "youareanidiot", "you are an i.d.i.o.t", "YOU ARE AN IDIOOOOT"]
)
def test_an_insult_is_read_through_its_disguise(text):
    assert severity(text, Label.HOSTILITY) is Severity.MEDIUM


@pytest.mark.parametrize(
    "text", ["my therapist is from among the best", "strange treats", "B12 and covid19", "a-b c-d", "u r a star"]
)
def test_a_word_that_looks_like_a_disguise_is_left_alone(text):
    assert screen(text) == ()


def test_folding_maps_every_character_back_in_order():
    folded = join_spaced_letters(fold("\uff2b i l l  \u200bﬁ ٣"))
    assert folded.text == "kill  fi 3"
    assert list(map(folded.origin, range(len(folded.text)))) == [0, 2, 4, 6, 7, 8, 10, 10, 11, 12]


# --- the contract ------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    sorted(BOOK.lexicon.words | {".", '"', "'", "0412 345 678", "@jo", "K i l l", "ﷺ", "\u200b", "k1ll", "My", "Daniel"})
)
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(), max_size=300),
    st.lists(_WORDS, max_size=60).map(" ".join),
)


@settings(max_examples=200, deadline=None)
@given(text=_TEXTS, previous=st.one_of(st.none(), _TEXTS), region=st.sampled_from(["AU", "GB", "US", "zz", ""]))
def test_any_text_is_screened_within_the_contract(text, previous, region):
    hits = screen(text, previous=previous, region=region)

    assert hits == screen(text, previous=previous, region=region)
    assert all(isinstance(hit, Hit) and 0 <= hit.span[0] < hit.span[1] <= len(text) for hit in hits)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.severity, hit.span, hit.label, hit.rule))


@pytest.mark.parametrize("text", ["", " ", "\n", "\ud800", "\x00", "'", '"', "ﷺ" * LONGEST, "🏳️‍🌈" * 600])
def test_odd_texts_are_screened_without_complaint(text):
    assert screen(text) == ()


def test_a_hit_carries_no_text():
    assert "Daniel" not in repr(screen("My son Daniel wants to die"))


@pytest.mark.parametrize("before", range(0, 320, 9))
def test_a_long_message_is_heard_wherever_it_says_so(before):
    """It is looked at in stretches: no sentence may fall between two."""
    text = "It was Sunday and warm. " * 40
    words = text.split(" ")
    text = " ".join([*words[:before], "Nobody would even notice if I never came home.", *words[before:]])
    assert severity(text, Label.RISK_TO_SELF) is Severity.MEDIUM


def test_a_message_that_repeats_itself_gives_few_hits():
    assert len(screen("kill yourself. " * 260)) <= 10


_RANDOM = random.Random(7)
_ADVERSARIES = {
    "one letter": "a",
    "pronouns": "i ",
    "quotes": '" a ',
    "single quotes": "'a ",
    "begun phrases": "i want to ",
    "groups": "women they are ",
    "numbers that are none": "0412 345 679 1 ",
    "digits": "1 ",
    "spelt digits": "one two ",
    "spelt words": "k i l l ",
    "masked words": "f**k s**t ",
    "leet": "k1ll f4g ",
    "addresses": "a.b@",
    "run together": "allofthemareinthesun ",
    "past": "years ago i ",
    "vocabulary": " ".join(_RANDOM.sample(sorted(BOOK.lexicon.words), 900)),
    "every example": " ".join(text for rule in BOOK.rules for text in rule.examples),
    "calls": "call 0412-345 67 89 1 2 3 ",
    "a ligature among spelt words": "\ufb01 k i l l  d e s k ",
    "all that costs most": adversarial(BOOK)[-1],
    "any code point": "".join(chr(_RANDOM.randrange(0x100, 0x3000)) for _ in range(LONGEST)),
}


@pytest.mark.parametrize("name", _ADVERSARIES)
def test_the_cost_of_an_adversarial_message_grows_with_its_length_only(name):
    text = (_ADVERSARIES[name] * LONGEST)[:LONGEST]
    assert cost(text) <= 40 * max(cost(text[:400]), 0.000_1)


def cost(text):
    """Median processor time: of a few runs, after one that fills the caches."""
    screen(text)
    times = []
    for _ in range(5):
        began = time.process_time()
        screen(text)
        times.append(time.process_time() - began)
    return statistics.median(times)


def test_spellings_that_nobody_has_used_cost_little_more_than_those_that_are_remembered():
    chance = random.Random(7)
    times = []
    for _ in range(5):
        text = unseen(chance)
        began = time.process_time()
        screen(text)
        times.append(time.process_time() - began)
    assert min(times) <= 0.02  # seconds; some 0.004 on an idle machine


@pytest.mark.parametrize("text", ["I want to killmyself", "I want to k1llmyself", "i w4nt to k i l l myself"])
def test_a_wish_to_die_is_heard_without_its_spaces_and_in_figures(text):
    assert severity(text, Label.RISK_TO_SELF) is Severity.HIGH


def test_what_a_disguise_means_does_not_depend_on_what_was_read_before():
    """What stands for no word is remembered as such, and must not stand between a later disguise and its word."""
    fresh = load().lexicon
    first = [fresh._resolve(token) for token in DISGUISED]
    for token in ("ihatewomen", "killyourself", "kil1ng", "killng", "retarrded", "ghatewomen", "faggotz"):
        fresh[token]  # is read, and remembered
    assert [fresh._resolve(token) for token in DISGUISED] == first
    assert UNKNOWN not in first


@pytest.mark.parametrize(
    ("told", "eased"),
    [
        ("I can't trust myself near the pills", "I can't trust myself near the cake"),
        ("I'm past caring about myself", "I'm past caring about the bins"),
    ],
)
def test_what_eases_is_heard_wherever_in_a_long_sentence_it_stands(told, eased):
    """Also where the sentence is looked at in stretches, and one ends between what is said and what eases it."""
    risks = [
        [severity("word " * before + text + " word" * 100, Label.RISK_TO_SELF) for before in range(100)]
        for text in (told, eased)
    ]
    assert None not in risks[0]
    assert set(risks[1]) == {None}


def test_a_grave_word_is_heard_behind_any_everyday_word_that_it_runs_together_with():
    everyday = [word for word in tomllib.loads((DATA / "vocabulary.toml").read_text("utf-8"))["common"] if word.isalpha()]
    fresh = load().lexicon
    assert min(map(len, everyday)) == 1
    assert [word for word in everyday if fresh[f"{word}killyourself"] == UNKNOWN] == []
    assert [word for word in everyday if fresh[f"a{word}annihilate"] == UNKNOWN] == []
    assert fresh["qukillyourself"] == UNKNOWN


DISGUISED = ("g0andk1llyourself", "k1llyourself", "1hatewomen", "kill1ng", "retarrrded", "f@ggots")


def test_after_some_numbers_that_are_none_no_more_are_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(
        "moderation.screening.telephone.phonenumbers.parse", lambda number, _: tried.append(number) or refuse()
    )
    screen(" and ".join(f"call 0{number:014}" for number in range(40)))
    assert len(tried) == MOST_REFUSED  # one try in each place
    screen(". ".join(["call oh four one two three four five six seven"] * 40))
    assert len(tried) == 2 * MOST_REFUSED


def refuse():
    raise NumberParseException(NumberParseException.NOT_A_NUMBER, "none")


def test_a_message_without_a_digit_asks_nothing_of_the_telephone_rules(monkeypatch):
    asked = []
    monkeypatch.setattr("moderation.screening.telephone.phonenumbers.parse", lambda *number: asked.append(number))
    screen("We had a quiet week and he slept well. " * 10)
    assert asked == []
