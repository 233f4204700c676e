"""/decisions: what stands for everybody, who and why for those who answer for it."""

import pytest

from models.decisions import DEFAULTS
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.contacts import ask
from tests.factories.people import make_person


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def decide(person, value="by_consent", *, name="peer_role_model", version=0, **more):
    return person.put(f"/decisions/{name}", value=value, reason="The carers asked for it.", version=version, **more)


def standing(person, name="peer_role_model"):
    return next(row for row in items(person.get("/decisions")) if row["name"] == name)


def test_before_anybody_decides_the_defaults_stand(caller):
    rows = items(caller().get("/decisions"))
    assert {row["name"]: row["value"] for row in rows} == {name.value: value for name, value in DEFAULTS.items()}
    assert all((row["version"], row["since"], row["decided_by"]) == (0, None, None) for row in rows)


def test_a_decision_stands_at_once_for_everybody(caller, coordinator):
    decided = decide(coordinator).get_json()
    assert (decided["value"], decided["version"], decided["reason"]) == ("by_consent", 1, "The carers asked for it.")
    seen = standing(caller())
    assert (seen["value"], seen["since"]) == ("by_consent", decided["since"])


@pytest.mark.parametrize("role", Role)
def test_who_and_why_is_for_coordinators_and_supervisors(caller, coordinator, role):
    decide(coordinator)
    seen = standing(caller(role))
    told = (seen["reason"], seen["decided_by"] and seen["decided_by"]["id"])
    may = role in {Role.COORDINATOR, Role.SUPERVISOR}
    assert told == (("The carers asked for it.", coordinator.person.id) if may else (None, None))


def test_the_history_pages_from_the_newest(coordinator):
    for version, value in enumerate(("365", "400", "500")):
        assert decide(coordinator, value, name="retention_group", version=version).status_code == 200
    page = coordinator.get("/decisions/retention_group", limit=2).get_json()
    rest = coordinator.get("/decisions/retention_group", limit=2, cursor=page["next_cursor"]).get_json()
    assert [row["value"] for row in (*page["items"], *rest["items"])] == ["500", "400", "365"]
    assert rest["next_cursor"] is None


def test_deciding_from_what_stands_no_more_is_refused(coordinator):
    decide(coordinator)
    assert assert_problem(decide(coordinator), 409, "stale_version")["version"] == 1


def test_a_name_nobody_knows_does_not_exist(coordinator):
    assert_problem(coordinator.get("/decisions/lunch"), 404, "not_found")
    assert_problem(decide(coordinator, name="lunch"), 404, "not_found")


def test_what_is_not_a_choice_is_refused_by_name(coordinator):
    assert_refused_field(decide(coordinator, "mixed"), "value")
    assert_refused_field(decide(coordinator, "7", name="retention_group"), "value")
    assert_refused_field(coordinator.put("/decisions/team_model", value="integrated", version=0), "reason")


def test_contacts_under_it_are_ended_only_when_that_is_said(coordinator):
    decide(coordinator)
    ask(make_person(), make_person(Role.CONSUMER_PEER_WORKER))
    problem = assert_problem(decide(coordinator, "distinct", version=1), 409, "contacts_open")
    assert problem["contacts"] == 1
    assert standing(coordinator)["value"] == "by_consent"
    assert decide(coordinator, "distinct", version=1, end_open_contacts=True).status_code == 200
    assert standing(coordinator)["value"] == "distinct"
