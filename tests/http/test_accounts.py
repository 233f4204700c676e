"""The people desk over HTTP: what it shows, to whom, and what the person themselves may know."""

import pytest

from models.people import Person, PersonState
from models.roles import Role
from models.session import transaction
from tests.factories.api import Caller, assert_problem, items
from tests.factories.groups import make_group
from tests.factories.people import make_person

REASON = "Until we have spoken on the phone."


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def names(answer):
    return [row["display_name"] for row in items(answer)]


def test_the_list_has_names_roles_and_states_and_no_address(coordinator):
    person = make_person(display_name="Wattle")
    (row,) = items(coordinator.get("/people", q="Wattle"))
    assert row.pop("created_at")
    assert row == {
        "id": person.id,
        "display_name": "Wattle",
        "role": "carer",
        "role_label": "Carer",
        "state": "active",
    }
    for answer in (coordinator.get("/people"), coordinator.get(f"/people/{person.id}")):
        assert "@" not in answer.text


def test_the_list_is_narrowed_by_state_role_and_how_the_name_begins(coordinator):
    for name in ("Wren", "wren two", "Swren", "Wr%n"):
        make_person(display_name=name)
    make_person(Role.MODERATOR, display_name="Wren three")
    assert sorted(names(coordinator.get("/people", q="wren"))) == ["Wren", "Wren three", "wren two"]
    assert names(coordinator.get("/people", q="Wr%")) == ["Wr%n"]
    assert names(coordinator.get("/people", q="Wren", role="moderator")) == ["Wren three"]
    assert names(coordinator.get("/people", q="Wren", state="pending")) == []


def test_the_list_is_paged_without_losing_or_repeating_anybody(coordinator):
    for name in ("Heron", "Kettle", "Lantern", "Pebble", "Wattle"):
        make_person(display_name=f"Same {name}")
    seen, cursor = [], {}
    while True:
        page = coordinator.get("/people", limit=2, q="Same", **cursor).get_json()
        seen += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


def test_erased_people_are_shown_only_when_asked_for(coordinator):
    person = make_person(display_name="Gone")
    with transaction() as session:
        session.get(Person, person.id).state = PersonState.ERASED
    assert names(coordinator.get("/people", q="Gone")) == []
    assert names(coordinator.get("/people", q="Gone", state="erased")) == ["Gone"]


def test_a_supervisor_sees_peer_workers_only_whatever_they_ask_for(caller):
    for role in Role:
        make_person(role)
    supervisor = caller(Role.SUPERVISOR)
    assert {row["role"] for row in items(supervisor.get("/people"))} == {"carer_peer_worker", "consumer_peer_worker"}
    assert items(supervisor.get("/people", role="carer")) == []


def test_an_account_says_what_a_coordinator_must_know_and_not_how_somebody_signs_in(coordinator):
    person = make_person()
    make_group(person)
    make_group(person)
    detail = coordinator.get(f"/people/{person.id}").get_json()
    assert (detail["email_verified"], detail["second_factor"], detail["memberships"]) == (True, False, 2)
    assert set(detail) == {
        "id",
        "display_name",
        "role",
        "role_label",
        "state",
        "created_at",
        "email_verified",
        "second_factor",
        "memberships",
    }


def test_an_account_that_is_not_there_is_not_found_by_those_who_may_look_only(coordinator, caller):
    nobody = f"/people/{make_group().id}"
    assert_problem(coordinator.get(nobody), 404, "not_found")
    assert_problem(caller().get(nobody), 403, "forbidden")
    assert_problem(coordinator.post(f"{nobody}/suspend", reason=REASON), 404, "not_found")
    assert_problem(caller().post(f"{nobody}/suspend", reason=REASON), 403, "forbidden")


def test_somebody_suspended_reads_why_and_is_refused_everything_else(app, coordinator, caller):
    carer = caller()
    assert coordinator.post(f"/people/{carer.person.id}/suspend", reason=REASON).get_json()["state"] == "suspended"
    assert_problem(carer.get("/me/account-changes"), 401, "session_ended")
    again = Caller(app, carer.person)
    (change,) = items(again.get("/me/account-changes"))
    assert (change["kind"], change["reason"], change["role"]) == ("suspended", REASON, None)
    assert "by" not in change
    assert again.get("/me").status_code == 200
    for path in ("/conversations", "/groups", "/people"):
        assert_problem(again.get(path), 403, "suspended")
    coordinator.post(f"/people/{carer.person.id}/reinstate", reason="We have spoken.")
    assert again.get("/conversations").status_code == 200
    assert [row["kind"] for row in items(again.get("/me/account-changes"))] == ["reinstated", "suspended"]


def test_nobody_reads_what_was_done_to_another(coordinator, caller):
    carer = caller()
    coordinator.post(f"/people/{make_person().id}/suspend", reason=REASON)
    assert items(carer.get("/me/account-changes")) == []


def test_somebody_who_waits_is_welcomed_and_can_begin(app, coordinator):
    person = make_person()
    with transaction() as session:
        session.get(Person, person.id).state = PersonState.PENDING
    carer = Caller(app, person)
    assert_problem(carer.get("/conversations"), 403, "approval_pending")
    assert [row["id"] for row in items(coordinator.get("/people", state="pending"))] == [person.id]
    coordinator.post(f"/people/{person.id}/approve")
    assert carer.get("/conversations").status_code == 200


def test_all_sign_ins_of_a_person_are_ended_at_once(app, coordinator):
    person = make_person()
    phones = [Caller(app, person), Caller(app, person)]
    assert coordinator.delete(f"/people/{person.id}/sessions").status_code == 204
    for phone in phones:
        assert_problem(phone.get("/me"), 401, "session_ended")
    assert Caller(app, person).get("/conversations").status_code == 200
