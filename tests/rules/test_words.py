"""What search takes for the same word."""

import pytest

from moderation.words import LONGEST_WORD, stems_of, words_of


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("She helped me", "helping"),
        ("RESPITE at last", "respite"),
        ("He worries", "worried"),
        ("Über München", "uber munchen"),
        ("the café's garden", "cafes"),
        ("\uff46\uff55\uff4c\uff4c width", "full"),
        ("Пётр писал", "петр"),
        ("day3 of it", "day3"),
    ],
)
def test_the_same_word_in_another_form_is_found(said, sought):
    assert set(stems_of(sought, most=10)) <= set(stems_of(said, most=10))


def test_another_word_is_not():
    assert not set(stems_of("hospital", most=10)) & set(stems_of("hospice hostile host", most=10))


def test_words_too_common_to_search_for_are_left_out():
    assert stems_of("and the of it is", most=10) == []
    assert stems_of("", most=10) == stems_of("?! ...", most=10) == []


def test_each_word_counts_once_and_only_so_many_do():
    assert stems_of("kettle kettle KETTLE", most=10) == ["kettl"]
    assert len(stems_of(" ".join(f"w{n}" for n in range(50)), most=8)) == 8


def test_an_apostrophe_within_a_word_is_left_out_of_it():
    assert [word for word, _ in words_of("don't, 'kettle' o'clock's rock ''n'' roll a''b")] == [
        *("dont", "kettle", "oclocks", "rock", "n", "roll", "b")
    ]


def test_every_word_comes_with_its_stem_as_often_as_it_is_said():
    assert words_of("It's kettles, kettles") == [("kettles", "kettl"), ("kettles", "kettl")]
    assert words_of("the") == words_of("") == []


def test_an_endless_word_is_cut():
    assert stems_of("7'" * 30 + "8", most=10) == ["7" * 30 + "8"]
    assert stems_of("7" * 39 + "'89", most=10) == ["7" * 39 + "8"]
    assert all(len(stem) <= LONGEST_WORD for stem in stems_of("x" * 4000, most=10))
