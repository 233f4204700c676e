"""What a carer looks for, what a worker has, and the words for why they fit."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contact_windows import DAY_MINUTES, Window, open_stretches, windows_text
from models.groups import Audience
from models.matching import PARTS, Wish, bit_of, drawn, find_bit, form_of, lot_of, reasons, times_of
from models.peer_vocabulary import Trait, in_a_sentence, is_value, label, labels, reason
from models.preferences import Preference, Weight, read_preferences, write_preferences
from models.worker_profiles import EMPTY

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def profile(**fields):
    return form_of({**EMPTY, **fields})


def wish(kind, value, weight=Weight.MATTERS):
    return Preference(kind=kind, value=value, weight=weight)


def test_the_audiences_of_groups_are_relationships_too():
    assert {kind.value for kind in Audience} - {"any"} <= set(labels(Trait.RELATIONSHIP))


def test_every_code_has_a_label_and_words_for_why():
    for trait in Trait:
        for value in labels(trait):
            assert is_value(trait, value)
            assert label(trait, value).strip()
            assert label(trait, value) in reason(trait, value) or len(reason(trait, value).split()) > 1


@pytest.mark.parametrize(
    ("trait", "value", "words"),
    [
        (Trait.RELATIONSHIP, "parent", "Also cared for a son or daughter"),
        (Trait.CONDITION, "ptsd", "Knows about PTSD or trauma from caring"),
        (Trait.CONDITION, "psychosis", "Knows about psychosis or schizophrenia from caring"),
        (Trait.LANGUAGE, "el", "Speaks Greek"),
        (Trait.LANGUAGE, "el-CY", "Speaks Greek"),
        (Trait.LANGUAGE, "xh", "Speaks xh"),
        (Trait.CULTURE, "greek", "Background: Greek"),
        (Trait.YEARS_AS_CARER, "10_plus", "Has been a carer for ten years or more"),
        (Trait.TOPIC, "respite", "Is glad to talk about respite and time off"),
        (Trait.TIME, "thu_evening", "Free on Thursday evenings"),
    ],
)
def test_reasons_are_sentences(trait, value, words):
    assert reason(trait, value) == words


def test_what_is_written_in_capitals_stays_so_in_a_sentence():
    assert (in_a_sentence("OCD"), in_a_sentence("Housing"), in_a_sentence("")) == ("OCD", "housing", "")


@pytest.mark.parametrize("tag", ["el", "yue", "zh-Hant", "el-CY", "zh-Hant-TW", "es-419"])
def test_tags_of_languages_are_known_by_their_form(tag):
    assert is_value(Trait.LANGUAGE, tag)


@pytest.mark.parametrize("tag", ["", "e", "EL", "el-cy", "greek!", "el_CY", "el-", "el\n"])
def test_what_is_no_tag_is_not(tag):
    assert not is_value(Trait.LANGUAGE, tag)


def test_a_worker_fits_by_what_they_have_and_more_where_it_matters_a_lot():
    form = profile(languages=["el"], topics=["respite"], conditions=["bipolar"])
    little = [wish(Trait.LANGUAGE, "el"), wish(Trait.TOPIC, "respite"), wish(Trait.TOPIC, "money")]
    assert Wish.of([]).fits(form) == 0
    assert Wish.of(little).fits(form) == 2
    assert Wish.of([wish(Trait.CONDITION, "bipolar", Weight.MATTERS_A_LOT)]).fits(form) > Wish.of(little).fits(form)


def test_a_language_of_a_place_counts_as_the_language_and_not_the_other_way_round():
    cyprus, greek = profile(languages=["el-CY"]), profile(languages=["el"])
    assert Wish.of([wish(Trait.LANGUAGE, "el")]).fits(cyprus) == 1
    assert Wish.of([wish(Trait.LANGUAGE, "el-CY")]).fits(greek) == 0


def test_years_are_matched_by_how_many_at_least():
    ten = [wish(Trait.YEARS_AS_CARER, "10_plus")]
    found = [Wish.of(ten).fits(profile(years_as_carer=years)) for years in (None, 0, 9, 10, 40)]
    assert found == [0, 0, 0, 1, 1]


def test_what_nobody_has_is_not_kept_when_it_is_looked_for():
    before = find_bit(Trait.LANGUAGE, "qqq")
    Wish.of([wish(Trait.LANGUAGE, "qqq")])
    assert before == find_bit(Trait.LANGUAGE, "qqq") == 0


def test_reasons_give_what_matters_a_lot_first_then_by_trait():
    form = profile(languages=["el"], relationships=["parent"], topics=["money"])
    wishes = [
        wish(Trait.TOPIC, "money"),
        wish(Trait.LANGUAGE, "el", Weight.MATTERS_A_LOT),
        wish(Trait.RELATIONSHIP, "parent"),
        wish(Trait.RELATIONSHIP, "sibling"),
    ]
    assert reasons(wishes, form) == [
        "Speaks Greek",
        "Also cared for a son or daughter",
        "Is glad to talk about money and payments",
    ]


def free(text, ahead=0):
    return {value for value in labels(Trait.TIME) if times_of(text, ahead) & bit_of(Trait.TIME, value)}


def test_windows_are_parts_of_days_on_the_viewers_clock():
    thursday = windows_text([Window(3, 18 * 60, 20 * 60)])
    assert free(thursday) == {"thu_evening"}
    assert free(thursday, ahead=12 * 60) == {"fri_morning"}
    assert free(thursday, ahead=-10 * 60) == {"thu_morning"}


def test_a_few_minutes_of_a_part_of_a_day_do_not_count_but_a_short_window_does():
    assert free(windows_text([Window(0, 11 * 60, 12 * 60 + 20)])) == {"mon_morning"}
    assert free(windows_text([Window(0, 13 * 60, 13 * 60 + 15)])) == {"mon_afternoon"}


def test_a_night_from_sunday_on_goes_into_monday():
    assert free(windows_text([Window(6, 22 * 60, 24 * 60 + 7 * 60)])) == {"sun_evening", "mon_morning"}


@given(st.integers(0, 6), st.integers(0, 95).map(lambda n: n * 15), st.integers(30, DAY_MINUTES), st.integers(-48, 48))
def test_who_is_called_free_is_there_for_half_an_hour_of_it(day, opens, minutes, quarters):
    text, ahead = windows_text([Window(day, opens, opens + minutes)]), quarters * 15
    found = open_stretches("UTC", text, MONDAY, MONDAY.replace(day=15))
    there = {
        int((since - MONDAY).total_seconds() // 60) + ahead + step
        for since, until in found
        for step in range(int((until - since).total_seconds() // 60))
    }
    expected = set()
    for value, name in zip(labels(Trait.TIME), labels(Trait.TIME), strict=True):
        number, part = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(name[:3]), name[4:]
        since, until = PARTS[part]
        week = 7 * DAY_MINUTES
        minutes_of = range(week + number * DAY_MINUTES + since * 60, week + number * DAY_MINUTES + until * 60)
        if sum((minute in there or minute - week in there) for minute in minutes_of) >= 30:
            expected.add(value)
    assert free(text, ahead) == expected


def test_lots_order_workers_the_same_for_one_carer_and_not_for_all():
    workers = [lot_of(f"worker {number}") for number in range(20)]
    orders = set()
    firsts = set()
    for number in range(200):
        carer = lot_of(f"carer {number}")
        ordered = tuple(sorted(workers, key=lambda each, carer=carer: drawn(each, carer)))
        orders.add(ordered)
        firsts.add(ordered[0])
    assert len(orders) == 200
    assert len(firsts) == 20


def test_preferences_are_kept_as_they_were_given():
    given_ = [wish(Trait.LANGUAGE, "el", Weight.MATTERS_A_LOT), wish(Trait.TIME, "thu_evening")]
    assert read_preferences(write_preferences(given_)) == given_
