"""/walls: what its declarer, a coordinator and the other side are shown."""

import pytest

from models.ids import new_id
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def worker(caller):
    return caller(Role.CARER_PEER_WORKER)


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def declare(person, other, **more):
    answer = person.post("/walls", **{"person_id": other.person.id, "kind": "supports_the_consumer", **more})
    assert answer.status_code == 201, answer.text
    return answer.get_json()["wall"]


def test_who_declared_it_is_shown_what_they_wrote(carer, worker):
    wall = declare(carer, worker, reason="She sees my son.")
    assert (wall["declared_by"], wall["kind"], wall["reason"], wall["stands"]) == (
        "carer",
        "supports_the_consumer",
        "She sees my son.",
        True,
    )
    assert items(carer.get("/walls")) == [wall]


def test_the_other_side_is_shown_nothing_and_may_declare_their_own(carer, worker):
    wall = declare(carer, worker, reason="She sees my son.")
    assert items(worker.get("/walls")) == []
    assert_problem(worker.delete(f"/walls/{wall['id']}"), 404, "not_found")
    own = declare(worker, carer, reason="I know the family.")
    assert items(worker.get("/walls")) == [own]
    assert items(carer.get("/walls")) == [wall]


def test_declaring_against_somebody_with_a_wall_is_answered_like_any_other(caller, carer):
    """A worker cannot find out by declaring one themselves."""
    workers = [caller(Role.CARER_PEER_WORKER) for _ in range(2)]
    declare(carer, workers[0])
    shown = [declare(worker, carer, kind="other") for worker in workers]
    for wall in shown:
        for differs in ("id", "worker", "declared_at"):
            wall.pop(differs)
    assert shown[0] == shown[1]


def test_a_coordinator_sees_who_what_kind_and_when_but_not_why(carer, worker, coordinator):
    declare(carer, worker, reason="She sees my son.")
    (wall,) = items(coordinator.get("/walls"))
    assert (wall["carer"]["id"], wall["worker"]["id"], wall["reason"]) == (carer.person.id, worker.person.id, None)


def test_consent_is_recorded_and_taken_back(carer, worker, coordinator):
    path = f"/walls/{declare(carer, worker)['id']}/consent"
    recorded = coordinator.post(path, note="In the file of March.").get_json()["wall"]
    assert (recorded["stands"], recorded["consent_note"]) == (False, "In the file of March.")
    (own,) = items(carer.get("/walls"))
    assert (own["stands"], own["consent_note"]) == (False, None)
    assert carer.post("/contact-requests", worker_id=worker.person.id).status_code == 201
    taken_back = coordinator.delete(path).get_json()["wall"]
    assert (taken_back["stands"], taken_back["consent_recorded_at"]) == (True, None)
    assert_problem(carer.post("/contact-requests", worker_id=worker.person.id), 409, "worker_unavailable")


def test_only_what_is_about_supporting_the_consumer_can_be_consented_to(carer, worker, coordinator):
    wall = declare(carer, worker, kind="other")
    assert_problem(coordinator.post(f"/walls/{wall['id']}/consent", note="x"), 409, "consent_not_possible")


def test_a_wall_is_taken_back_by_who_declared_it(carer, worker, coordinator):
    wall = declare(carer, worker)
    assert_problem(coordinator.delete(f"/walls/{wall['id']}"), 403, "forbidden")
    assert carer.delete(f"/walls/{wall['id']}").status_code == 204
    assert items(carer.get("/walls")) == items(coordinator.get("/walls")) == []
    assert carer.post("/contact-requests", worker_id=worker.person.id).status_code == 201


def test_somebody_who_is_no_worker_is_answered_like_nobody(caller, carer):
    ids = [new_id(), caller().person.id, caller(Role.COORDINATOR).person.id]
    answers = [carer.post("/walls", person_id=person_id, kind="other") for person_id in ids]
    assert_problem(answers[0], 404, "not_found")
    assert len({answer.data for answer in answers}) == 1


def test_the_list_pages(caller, carer):
    walls = [declare(carer, caller(Role.CARER_PEER_WORKER)) for _ in range(3)]
    page = carer.get("/walls", limit=2).get_json()
    rest = carer.get("/walls", limit=2, cursor=page["next_cursor"]).get_json()
    assert [wall["id"] for wall in (*page["items"], *rest["items"])] == [wall["id"] for wall in reversed(walls)]
    assert rest["next_cursor"] is None


def test_what_cannot_be_meant_is_refused_by_name(carer, worker):
    assert_refused_field(carer.post("/walls", person_id="x", kind="other"), "person_id")
    assert_refused_field(carer.post("/walls", person_id=worker.person.id, kind="none"), "kind")
    assert_refused_field(carer.post("/walls", person_id=worker.person.id), "kind")
