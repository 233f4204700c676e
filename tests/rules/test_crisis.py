"""Crisis information: never empty, wherever somebody is and whoever is in danger."""

from datetime import date

import phonenumbers
import pytest

from models.crisis import INTERNATIONAL, Whose, emergency_numbers, helplines
from models.people import Person
from models.roles import Role
from server.queries.crisis import support_for

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
ANYWHERE = [*REGIONS, INTERNATIONAL, "XX", ""]


@pytest.mark.parametrize("whose", Whose)
def test_no_region_is_without_a_helpline_for_anyone(whose):
    assert [region for region in ANYWHERE if not helplines(region, whose)] == []


def test_no_region_is_without_an_emergency_number():
    assert [region for region in ANYWHERE if not emergency_numbers(region)] == []


@pytest.mark.parametrize("whose", Whose)
def test_every_helpline_can_be_reached_and_says_when_and_where_it_was_found(whose):
    for region in ANYWHERE:
        for line in helplines(region, whose):
            assert line.name
            assert line.hours
            assert line.source
            assert line.phone or line.sms or line.chat_url


def test_a_region_with_lines_of_its_own_gets_those():
    assert {line.region for line in helplines("AU", Whose.CARER)} == {"AU"}


def test_a_region_without_gets_the_international_ones():
    assert {line.region for line in helplines("XX", Whose.CHILD)} == {INTERNATIONAL}


def test_a_date_of_verification_is_a_date():
    for region in ANYWHERE:
        for line in helplines(region, Whose.CARER):
            assert line.last_verified_on is None or date.fromisoformat(line.last_verified_on)


@pytest.mark.parametrize("region", ["AU", "DE", "TO"])
def test_support_names_the_number_to_call_and_lines_that_answer(region):
    support = support_for(Person(region=region))
    assert all(number in support["text"] for number in support["emergency"]["numbers"])
    assert support["helplines"]
    assert support["whose"] == "carer"


def test_support_tells_a_carer_how_to_ask_for_somebody_and_others_not():
    """They decide: nobody is called because of what they wrote."""
    assert support_for(Person(region="AU", role=Role.CARER), Whose.CONSUMER)["alert"] == {"whose": "consumer"}
    for role in set(Role) - {Role.CARER}:
        assert "alert" not in support_for(Person(region="AU", role=role))
