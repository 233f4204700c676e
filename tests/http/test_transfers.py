"""/transfers and /covers at the door, as the three concerned see them."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text
from models.roles import Role
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.contacts import connect
from tests.factories.people import make_person


@pytest.fixture
def carer(app):
    return Caller(app, make_person(display_name="Fern"))


@pytest.fixture
def worker(app):
    return Caller(app, make_person(Role.CARER_PEER_WORKER, display_name="Wren"))


@pytest.fixture
def other(app):
    return Caller(app, make_person(Role.CARER_PEER_WORKER, display_name="Rook"))


def step(person, transfer, what, **body):
    path = f"/transfers/{transfer['id']}/{what}"
    answer = person.post(path, **body) if body else person.request("POST", path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["transfer"]


def test_a_handover_through_the_door(carer, worker, other):
    contact = connect(carer.person, worker.person)
    path = f"/contact-requests/{contact.id}/transfers"
    answer = worker.post(path, kind="handover", worker_id=other.person.id, note="We spoke of sleep.")
    assert answer.status_code == 201, answer.text
    transfer = answer.get_json()["transfer"]
    assert (transfer["state"], transfer["to_worker"]["display_name"]) == ("proposed", "Rook")
    assert items(carer.get("/transfers")) == []
    assert step(other, transfer, "accept")["note"] is None
    (shown,) = items(carer.get("/transfers", state="accepted"))
    assert (shown["note"], shown["worker"]["display_name"]) == ("We spoke of sleep.", "Wren")
    done = step(carer, transfer, "agree", with_note=True)
    assert done["state"] == "done"
    assert other.get(f"/transfers/{transfer['id']}").get_json()["transfer"]["note"] == "We spoke of sleep."
    assert worker.get(f"/transfers/{transfer['id']}").get_json()["transfer"]["new_contact_id"] is None
    titles = {row["title"] for row in items(carer.get("/conversations"))}
    assert titles == {"Wren (Carer peer worker)", "Rook (Carer peer worker)"}
    (mine,) = items(other.get("/conversations"))
    assert mine["title"] == "Fern (Carer)"


def test_a_colleague_for_all_carers_of_who_is_away(app, carer, worker, other):
    connect(carer.person, worker.person)
    coordinator = Caller(app, make_person(Role.COORDINATOR))
    times = {"starts_at": utc_text(clock.now()), "ends_at": utc_text(clock.now() + timedelta(days=5))}
    answer = coordinator.post("/covers", worker_id=worker.person.id, colleague_id=other.person.id, **times)
    assert (answer.status_code, answer.get_json()) == (201, {"proposed": 1, "skipped": 0})
    assert "Fern" not in answer.text
    (seen,) = items(coordinator.get("/transfers"))
    assert (seen["state"], seen["carer"]) == ("proposed", None)
    (transfer,) = items(other.get("/transfers"))
    assert transfer["carer"]["display_name"] == "Fern"
    assert (transfer["kind"], transfer["ends_at"][:19]) == ("cover", times["ends_at"][:19])
    backwards = {"starts_at": times["ends_at"], "ends_at": times["starts_at"]}
    facts = {"worker_id": worker.person.id, "colleague_id": other.person.id}
    assert_refused_field(coordinator.post("/covers", **facts, **backwards), "ends_at")
    assert_problem(carer.post("/covers", **facts, **times), 403, "forbidden")
