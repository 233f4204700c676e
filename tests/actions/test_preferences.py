"""What a carer looks for: theirs alone, changed as a whole."""

import pytest

from models.peer_vocabulary import Trait
from models.preferences import Preference, Weight
from models.roles import Role
from models.session import reading
from server.actions.preferences import change_preferences
from server.queries.preferences import own_preferences
from tests.factories.people import act, make_person
from tests.factories.privacy import erase, places_with
from tests.factories.refusals import assert_refused
from tests.factories.worker_profiles import look_for


@pytest.fixture
def carer():
    return make_person()


def own(carer):
    with reading() as session:
        return [(each.kind.value, each.value, each.weight.value) for each in own_preferences(session, carer)]


def test_they_are_kept_in_their_order_and_replaced_as_a_whole(carer):
    look_for(carer, (Trait.LANGUAGE, "xh", Weight.MATTERS_A_LOT), (Trait.TIME, "thu_evening"))
    assert own(carer) == [("language", "xh", "matters_a_lot"), ("time", "thu_evening", "matters")]
    look_for(carer, (Trait.GENDER, "woman"))
    assert own(carer) == [("gender", "woman", "matters")]
    look_for(carer)
    assert own(carer) == []


def test_one_carers_are_not_anothers(carer):
    look_for(carer, (Trait.GENDER, "woman"))
    assert own(make_person()) == []


def test_what_is_not_in_the_vocabulary_or_is_there_twice_is_refused(carer):
    look_for(carer, (Trait.GENDER, "woman"))
    strange = [Preference(kind=Trait.GENDER, value="man"), Preference(kind=Trait.TIME, value="whenever")]
    refused = assert_refused("invalid", act, change_preferences, carer, preferences=strange)
    assert set(refused.facts["errors"]["preferences"]) == {1}
    twice = [
        Preference(kind=Trait.GENDER, value="man"),
        Preference(kind=Trait.GENDER, value="man", weight=Weight.MATTERS_A_LOT),
    ]
    assert_refused("invalid", act, change_preferences, carer, preferences=twice)
    assert own(carer) == [("gender", "woman", "matters")]


def test_only_carers_have_any():
    for role in set(Role) - {Role.CARER}:
        assert_refused("forbidden", act, change_preferences, make_person(role), preferences=[])


def test_they_go_with_the_account(carer):
    look_for(carer, (Trait.CONDITION, "bipolar"))
    assert places_with("bipolar") == {"carer_preferences.content"}
    erase(carer)
    assert places_with("bipolar") == set()
