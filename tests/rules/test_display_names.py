"""Display names: what looks alike is alike, nobody passes for staff, and who gives themselves away is warned."""

from itertools import combinations

import pytest

from models.display_names import LONGEST, NameWarning, ideas_like, passes_for_staff, warnings_about
from models.name_skeletons import LONGEST as LONGEST_SKELETON
from models.name_skeletons import skeleton_of
from server.demo import LOGINS

ALIKE = [
    ["Wattle", "wattle", "WATTLE", "WattIe", "Watt1e", "Wattl3", "W\u0430ttle", "\uff37attle", "\U0001d4e6attle"],
    ["Wattle", "W a t t l e", "Wattle.", "-Wattle-", "Wa\u200bttle", "W\u00e4ttle", "Watt\u0336le", "Wattle\u0301\u0301"],
    ["Wattle", "Vvattle", "Wattle \u2764"],
    ["Fern", "Fem", "F\u0435rn", "FERN"],
    ["Lily", "Iily", "L1ly", "Li|y"],
    ["Heron", "\u041deron", "\u043d\u0435r\u043en"],
    ["\u041d\u0438\u043d\u0430", "\u043d\u0438\u043d\u0430"],
    ["Oak", "0ak", "\u00d8ak"],
]
APART = [
    *("Wattle", "Waddle", "Fern", "Corn", "Dover", "Clover", "Hobby", "Nobby", "Carer 1", "Carer 2", "Carer 12", "Carer 16"),
    *("Carer 18", "\u0915\u093f", "\u0915\u0940", "\u738b\u5c0f\u660e", "\u738b\u5c0f\u670b", "\U0001f33f", "\U0001f338"),
]


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_names_that_look_alike_have_one_skeleton(names):
    assert len({skeleton_of(name) for name in names}) == 1


@pytest.mark.parametrize(("one", "other"), list(combinations(APART, 2)))
def test_names_that_do_not_have_two(one, other):
    assert skeleton_of(one) != skeleton_of(other)


@pytest.mark.parametrize("name", ["\ufdfa" * LONGEST, "m" * 400, "\u2e3a" * LONGEST])
def test_a_skeleton_fits_its_column_and_is_never_empty(name):
    assert 0 < len(skeleton_of(name)) <= LONGEST_SKELETON
    assert skeleton_of(name) != skeleton_of(name + "x")


@pytest.mark.parametrize(
    "name",
    [
        *("Moderator", "moderators", "Coordinator Fern", "Co-ordinator", "Carer peer worker Jo", "Admin", "ADMlN", "Adm1n"),
        *("Hearthside support", "H e a r t h s i d e", "M0derator", "Mod-Ash", "Mod Birch", "Dr Moss", "Nurse Joy"),
        *("\u0410dmin", "Supervisor Hazel", "Support", "Team facilitator", "Counsellor Bea", "Clinical psychologist"),
    ],
)
def test_a_name_that_could_be_staffs_is_known(name):
    assert passes_for_staff(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Wattle", "Modest Fern", "Badminton fan", "Drum", "Carer", "Mum of two", "Supportive mum", "Nursery", "Heron"),
        *(login.display_name for login in LOGINS if login.role.value == "carer"),
        *ideas_like("Wattle"),
    ],
)
def test_other_names_are_not(name):
    assert not passes_for_staff(name)


@pytest.mark.parametrize(
    ("name", "region", "codes"),
    [
        ("Anna Smith", None, [NameWarning.FULL_NAME]),
        ("Smith John", None, [NameWarning.FULL_NAME]),
        ("Maria Garcia Lopez", "ES", [NameWarning.FULL_NAME]),
        ("Anna", None, []),
        ("Blue Heron", "AU", []),
        ("Wattle 2024", "AU", []),
        ("ann@example.org", None, [NameWarning.EMAIL_ADDRESS]),
        ("ann @ example.org", None, [NameWarning.EMAIL_ADDRESS]),
        ("0412 345 678", "AU", [NameWarning.PHONE_NUMBER]),
        ("Fern 0412345678", None, [NameWarning.PHONE_NUMBER]),
    ],
)
def test_who_gives_themselves_away_is_warned(name, region, codes):
    warned = warnings_about(name, region)
    assert [warning.code for warning in warned] == codes
    assert all(warning.text for warning in warned)


def test_ideas_fit_and_look_different_from_the_name_and_each_other():
    for name in ("Wattle", "x" * LONGEST):
        skeletons = {skeleton_of(idea) for idea in ideas_like(name)}
        assert len(skeletons) == len(ideas_like(name))
        assert skeleton_of(name) not in skeletons
        assert all(len(idea) <= LONGEST for idea in ideas_like(name))
