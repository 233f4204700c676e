"""/waiting-list at the door: a carer sees their own place and nobody else's; coordinators see all of it."""

import pytest

from models.roles import Role
from tests.factories.api import Caller, assert_problem, items
from tests.factories.contacts import contacts_between
from tests.factories.openings import make_terms
from tests.factories.people import make_person


@pytest.fixture
def carer(app):
    return Caller(app, make_person(display_name="Fern"))


@pytest.fixture
def coordinator(app):
    return Caller(app, make_person(Role.COORDINATOR))


def test_a_carer_joins_looks_and_leaves(carer):
    joined = carer.post("/waiting-list", wish="Somebody who knows hospitals.")
    assert joined.status_code == 201
    seen = joined.get_json()["waiting"]
    assert {name: seen[name] for name in ("place", "total", "exceptions_ahead", "brought_forward", "offer_id", "wish")} == {
        "place": 1,
        "total": 1,
        "exceptions_ahead": 0,
        "brought_forward": False,
        "offer_id": None,
        "wish": "Somebody who knows hospitals.",
    }
    assert carer.post("/waiting-list").status_code == 200
    assert carer.get("/waiting-list/mine").get_json()["waiting"] == seen
    assert carer.delete("/waiting-list/mine").status_code == 204
    assert_problem(carer.get("/waiting-list/mine"), 404, "not_found")


def test_coordinators_see_who_waits_in_order_and_assign(app, carer, coordinator):
    second = Caller(app, make_person(display_name="Moss"))
    for person in (carer, second):
        person.post("/waiting-list")
    listed = items(coordinator.get("/waiting-list"))
    assert [(row["carer"]["display_name"], row["place"]) for row in listed] == [("Fern", 1), ("Moss", 2)]
    worker = make_person(Role.CARER_PEER_WORKER)
    make_terms(worker)
    path = f"/waiting-list/{listed[1]['id']}"
    assert_problem(coordinator.post(f"{path}/assign", worker_id=worker.id), 422, "reason_needed")
    answer = coordinator.post(f"{path}/assign", worker_id=worker.id, reason="They share a language.")
    assert answer.get_json()["waiting"]["forward_reason"] == "They share a language."
    (contact,) = contacts_between(second.person, worker)
    assert answer.get_json()["waiting"]["offer_id"] == contact.id
    assert carer.get("/waiting-list/mine").get_json()["waiting"]["exceptions_ahead"] == 1
    assert "language" not in second.get("/waiting-list/mine").text


def test_whoever_was_offered_a_worker_who_says_no_reads_that_they_keep_their_place(app, carer, coordinator):
    carer.post("/waiting-list")
    entry = carer.get("/waiting-list/mine").get_json()["waiting"]["id"]
    worker = Caller(app, make_person(Role.CARER_PEER_WORKER))
    offer = coordinator.post(f"/waiting-list/{entry}/assign", worker_id=worker.person.id).get_json()["waiting"]["offer_id"]
    worker.post(f"/contact-requests/{offer}/decline")
    words = carer.get(f"/contact-requests/{offer}").get_json()["contact"]["next_step"]["words"]
    assert "You keep your place" in words
    assert carer.get("/waiting-list/mine").get_json()["waiting"]["place"] == 1


def test_a_coordinator_lets_somebody_go_first_with_a_reason(app, carer, coordinator):
    second = Caller(app, make_person())
    for person in (carer, second):
        person.post("/waiting-list")
    entry = second.get("/waiting-list/mine").get_json()["waiting"]["id"]
    answer = coordinator.post(f"/waiting-list/{entry}/bring-forward", reason="Alone with two children.")
    assert (answer.get_json()["waiting"]["place"], answer.get_json()["waiting"]["brought_forward"]) == (1, True)
    assert_problem(carer.post(f"/waiting-list/{entry}/bring-forward", reason="Me first."), 403, "forbidden")
