"""Crisis alerts over HTTP: what each side is told, and that nobody who asks is ever turned away."""

import pytest

from models.roles import Role
from models.rota import Layer
from server.limits import LIMITS
from tests.factories.alerts import NOTE, go_on, on_duty, times_paged
from tests.factories.api import Caller, assert_problem
from tests.factories.people import make_person
from tests.factories.queries import counted

ASK = {"whose": "consumer", "note": NOTE}


@pytest.fixture
def carer(app):
    return Caller(app, make_person(region="AU"))


def asked(caller, **more):
    return caller.post("/crisis/alerts", **{**ASK, **more}).get_json()["alert"]


def test_a_carer_asks_and_follows_it_to_the_end(app, carer):
    worker = Caller(app, on_duty())
    answer = carer.post("/crisis/alerts", **ASK)
    assert answer.status_code == 201
    alert = answer.get_json()["alert"]
    path = f"/crisis/alerts/{alert['id']}"
    assert (alert["state"], alert["note"], alert["taken_by"], alert["conversation_id"]) == ("paging", NOTE, None, None)

    taken = worker.post(f"{path}/acknowledge").get_json()["alert"]
    assert (taken["state"], taken["note"], taken["taken_by"]["role_label"]) == ("acknowledged", NOTE, "Carer peer worker")
    seen = carer.get(path).get_json()["alert"]
    assert seen["conversation_id"] == taken["conversation_id"]
    assert seen["taken_by"]["display_name"] in seen["text"]

    place = f"/conversations/{taken['conversation_id']}/messages"
    assert worker.post(place, client_id="1", body="I am here. What is happening?").status_code == 201
    go_on()
    assert carer.get(path).get_json()["alert"]["state"] == "in_contact"
    assert worker.post(f"{path}/resolve", outcome="supported").get_json()["alert"]["state"] == "resolved"
    assert_problem(carer.post(place, client_id="2", body="Thank you."), 403, "conversation_ended")
    assert carer.get("/crisis/alerts").get_json()["items"][0]["outcome"] == "supported"


def test_where_nobody_can_be_reached_the_carer_is_told_so_with_numbers_on_top(app, carer):
    alert = asked(carer)
    assert alert["state"] == "unanswered"
    assert "could not reach anybody" in alert["text"]
    assert list(alert)[:2] == ["emergency", "helplines"]
    assert alert["emergency"]["numbers"] == ["000"]
    assert {line["region"] for line in alert["helplines"]} == {"AU"}


@pytest.mark.parametrize("whose", ["carer", "consumer", "child", "violence"])
def test_each_kind_of_crisis_has_its_own_signposts(app, carer, whose):
    alert = asked(carer, whose=whose)
    assert (alert["whose"], bool(alert["helplines"])) == (whose, True)


def test_asking_again_is_answered_with_what_is_open(app, carer):
    on_duty()
    first = asked(carer)
    again = carer.post("/crisis/alerts", **ASK)
    assert (again.status_code, again.get_json()["alert"]["id"]) == (200, first["id"])


def test_who_comes_second_is_told_who_was_first(app, carer):
    first, second = Caller(app, on_duty()), Caller(app, on_duty())
    alert = asked(carer)
    winner = first.post(f"/crisis/alerts/{alert['id']}/acknowledge").get_json()["alert"]["taken_by"]
    problem = assert_problem(second.post(f"/crisis/alerts/{alert['id']}/acknowledge"), 409, "alert_taken")
    assert problem["taken_by"] == winner
    assert winner["display_name"] in problem["user_message"]


def test_nobody_is_refused_for_asking_too_often_whatever_else_they_did(app, carer):
    worker = on_duty()
    for _ in range(LIMITS["request.person"].amount + 1):
        last = carer.get("/me")
    assert last.status_code == 429
    first = carer.post("/crisis/alerts", **ASK)
    assert first.status_code == 201
    answers = [carer.post("/crisis/alerts", **ASK) for _ in range(50)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.get_json()["alert"]["id"] for answer in answers} == {first.get_json()["alert"]["id"]}
    assert times_paged(worker) == 1


def test_the_desk_sees_who_was_called_and_no_words(app, carer):
    worker = on_duty()
    alert = asked(carer)
    for role in (Role.SUPERVISOR, Role.COORDINATOR):
        seen = Caller(app, make_person(role)).get(f"/crisis/alerts/{alert['id']}").get_json()["alert"]
        assert (seen["note"], seen["message"]) == (None, None)
        assert [(page["person"]["id"], page["times"]) for page in seen["pages"]] == [(worker.id, 1)]
    assert "pages" not in alert


def test_lists_go_on_from_where_they_ended(app):
    on_duty(Layer.BACKUP)
    ids = [asked(Caller(app, make_person()))["id"] for _ in range(5)]
    desk, found, cursor = Caller(app, make_person(Role.SUPERVISOR)), [], None
    while True:
        page = desk.get("/crisis/alerts", limit=2, **({"cursor": cursor} if cursor else {})).get_json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == ids[::-1]


def test_what_is_owed_afterwards_is_listed_and_answered(app, carer):
    worker = Caller(app, on_duty())
    path = f"/crisis/alerts/{asked(carer)['id']}"
    for step in ("acknowledge", "contact"):
        worker.post(f"{path}/{step}")
    worker.post(f"{path}/resolve", outcome="referred")
    go_on(hours=34)
    (offer,) = carer.get("/crisis/follow-ups").get_json()["items"]
    assert (offer["kind"], offer["state"]) == ("offer", "open")
    answered = carer.post(f"/crisis/follow-ups/{offer['id']}/answer", answer="wanted").get_json()["follow_up"]
    assert answered["state"] == "wanted"
    assert_problem(carer.post(f"/crisis/follow-ups/{offer['id']}/answer", answer="open"), 422, "invalid")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CARER_PEER_WORKER])
def test_a_list_takes_as_many_queries_however_long_it_is(app, role):
    worker = on_duty()
    looking = Caller(app, worker if role is Role.CARER_PEER_WORKER else make_person(role))
    counts = set()
    for _ in range(2):
        for _ in range(5):
            asked(Caller(app, make_person()))
        with counted() as sent:
            looking.get("/crisis/alerts")
        counts.add(len(sent))
    assert len(counts) == 1
