"""Crisis information: never empty, wherever somebody is and whoever is in danger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import phonenumbers
import pytest

from models.crisis import base_directory, emergency_numbers, helplines, unverified
from models.helplines import INTERNATIONAL, REGION_NAMES, VERIFIED_FOR, Whose
from models.people import Person
from models.roles import Role
from server.queries.crisis import look_up_crisis, support_for

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
ANYWHERE = [*REGIONS, INTERNATIONAL, "XX", ""]
NOW = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)  # a Wednesday, 14:30 in Sydney
NIGHT = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)  # 1:00 in Sydney


@pytest.mark.parametrize("whose", Whose)
def test_no_region_is_without_a_helpline_for_anyone(whose):
    assert [region for region in ANYWHERE if not helplines(base_directory(), region, whose)] == []


def test_no_region_is_without_an_emergency_number():
    assert [region for region in ANYWHERE if not emergency_numbers(base_directory(), region)] == []


@pytest.mark.parametrize("whose", Whose)
def test_every_helpline_can_be_reached_and_says_when_and_where_it_was_found(whose):
    for region in ANYWHERE:
        for line in helplines(base_directory(), region, whose):
            assert line.name
            assert line.hours_in_words()
            assert line.languages
            assert line.for_whom
            assert line.source
            assert line.phone or line.sms or line.chat_url


def test_a_region_with_lines_of_its_own_gets_those():
    assert {line.region for line in helplines(base_directory(), "AU", Whose.CARER)} == {"AU"}


def test_a_region_without_gets_the_international_ones():
    assert {line.region for line in helplines(base_directory(), "XX", Whose.CHILD)} == {INTERNATIONAL}


@pytest.mark.parametrize("region", ["AU", "DE", "TO"])
def test_support_names_the_number_to_call_and_lines_that_answer(region):
    support = support_for(Person(region=region), now=NOW)
    assert all(number in support["text"] for number in support["emergency"]["numbers"])
    assert support["helplines"]
    assert support["whose"] == "carer"


def test_support_tells_a_carer_how_to_ask_for_somebody_and_others_not():
    """They decide: nobody is called because of what they wrote."""
    assert support_for(Person(region="AU", role=Role.CARER), Whose.CONSUMER, now=NOW)["alert"] == {"whose": "consumer"}
    for role in set(Role) - {Role.CARER}:
        assert "alert" not in support_for(Person(region="AU", role=role), now=NOW)


@pytest.mark.parametrize("whose", [None, *Whose])
def test_the_crisis_page_is_empty_for_nobody_anywhere_at_any_hour(whose):
    for region in ANYWHERE:
        for at in (NOW, NIGHT):
            page = look_up_crisis(base_directory(), region=region, whose=whose, at=at)
            assert page["helplines"]
            assert page["emergency"]["numbers"]
            assert page["what_to_do"]
            assert all(number in page["text"] for number in page["emergency"]["numbers"])


@pytest.mark.parametrize("region", [*REGION_NAMES, "XX"])
def test_somebody_can_be_reached_at_every_hour_of_the_week(region):
    for hour in range(7 * 24):
        for whose in Whose:
            lines = look_up_crisis(base_directory(), region=region, whose=whose, at=NOW + timedelta(hours=hour))["helplines"]
            assert lines[0]["open_now"], (region, whose, hour)


def test_while_all_lines_of_a_case_sleep_the_way_to_others_is_there_too():
    regions = [
        line["region"] for line in look_up_crisis(base_directory(), region="NZ", whose=Whose.CHILD, at=NIGHT)["helplines"]
    ]
    assert regions == [INTERNATIONAL, "NZ"]
    noon = look_up_crisis(base_directory(), region="NZ", whose=Whose.CHILD, at=NOW)["helplines"]
    assert [line["region"] for line in noon] == ["NZ"]


def test_who_is_open_comes_first():
    def names(at):
        return [
            line["name"] for line in look_up_crisis(base_directory(), region="AU", whose=Whose.CARER, at=at)["helplines"]
        ]

    def opened(at):
        return [line["open_now"] for line in look_up_crisis(base_directory(), region="NZ", whose=None, at=at)["helplines"]]

    assert set(names(NOW)) == set(names(NIGHT))
    assert names(NIGHT)[-1] == "Carer Gateway"
    noon, night = NOW - timedelta(hours=3), NOW + timedelta(hours=9)
    assert all(opened(noon))
    assert opened(night) == [True, True, True, False]


def test_without_a_case_lines_of_every_case_are_there_once():
    lines = look_up_crisis(base_directory(), region="CA", whose=None, at=NOW)["helplines"]
    assert {kind for line in lines for kind in line["audience"]} == {whose.value for whose in Whose}
    assert len({line["name"] for line in lines}) == len(lines)


def test_a_line_that_is_closed_still_says_when_it_opens():
    lines = {
        line["name"]: line
        for line in look_up_crisis(base_directory(), region="AU", whose=Whose.CARER, at=NIGHT)["helplines"]
    }
    gateway = lines["Carer Gateway"]
    assert (gateway["open_now"], gateway["open_ways"]) == (False, [])
    assert gateway["hours"] == "Monday to Friday, 8:00 to 17:00 (Sydney time)"


def test_nobody_is_on_duty_while_there_is_no_rota():
    page = look_up_crisis(base_directory(), region="AU", whose=None, at=NOW)
    assert (page["staffed_now"], page["on_duty"], page["next_staffed_at"]) == (False, [], None)


def test_lines_that_nobody_verified_are_named():
    today = date(2026, 3, 4)
    assert unverified(base_directory(), today) == tuple(
        line for line in base_directory().lines if line.last_verified_on is None
    )
    assert {line.region for line in unverified(base_directory(), today, ("NZ", "ZZ"))} == {"NZ", "ZZ"}


@pytest.mark.parametrize(("days_ago", "holds"), [(None, False), (0, True), (90, True), (91, False), (-1, False)], ids=str)
def test_a_verification_counts_for_ninety_days(days_ago, holds):
    today = date(2026, 3, 4)
    line = replace(
        base_directory().lines[0], last_verified_on=None if days_ago is None else today - timedelta(days=days_ago)
    )
    assert VERIFIED_FOR.days == 90
    assert line.verified_at(today) is holds
