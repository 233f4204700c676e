"""Pieces of the library beside a message, and at a group's opening."""

from uuid import uuid4

import pytest

from models.groups import ModerationMode
from models.roles import Role
from server.actions.resources import archive_resource
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import case_of
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.resources import WORDS, draft, put_on_shelf, resource_now

SLUG = "asking-for-respite"


@pytest.fixture
def worker(caller):
    return caller(Role.CARER_PEER_WORKER)


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(worker, carer):
    return make_group(carer.person, facilitator=worker.person)


@pytest.fixture
def piece(app):  # there is a database first
    return put_on_shelf(SLUG)


def send(caller, group, resource=SLUG, *, body="This may help.", client_id=None):
    path = f"/conversations/{group.conversation_id}/messages"
    return caller.post(path, client_id=client_id or uuid4().hex, body=body, resource=resource)


def shown(caller, group):
    return caller.get(f"/conversations/{group.conversation_id}/messages").get_json()["items"][0]


def test_a_worker_shows_a_carer_a_piece_of_the_library(worker, carer, group, piece):
    answer = send(worker, group)
    assert answer.status_code == 201, answer.text
    card = answer.get_json()["message"]["resource"]
    assert card == {
        "slug": SLUG,
        "kind": "article",
        "language": "en",
        "title": WORDS["title"],
        "summary": WORDS["summary"],
        "reading_minutes": card["reading_minutes"],
        "review_due": piece.review_due.isoformat(),
        "gone": False,
    }
    assert card["reading_minutes"] > 0
    assert shown(carer, group)["resource"] == card
    snapshot = carer.get("/snapshot", messages=5).get_json()
    assert snapshot["messages"][group.conversation_id][0]["resource"] == card
    events = carer.post("/sync", streams={group.conversation_id: 0}).get_json()["streams"][group.conversation_id]["events"]
    assert events[-1]["data"]["message"]["resource"] == card


def test_a_message_without_a_piece_says_so(worker, group):
    assert send(worker, group, None).get_json()["message"]["resource"] is None


@pytest.mark.usefixtures("piece")
def test_what_is_not_shown_in_the_library_is_shown_nowhere(worker, group):
    draft(make_person(Role.CARER_PEER_WORKER), "not-ready")
    for slug in ("not-ready", "nowhere-to-be-found"):
        assert_refused_field(send(worker, group, slug), "resource")
    for slug in ("Not a slug", "", "x" * 81, 7, ["a"]):
        assert_refused_field(send(worker, group, slug), "resource")
    assert items(worker.get(f"/conversations/{group.conversation_id}/messages")) == []


@pytest.mark.usefixtures("piece")
def test_the_same_send_with_another_piece_is_a_mistake_and_with_the_same_one_is_not(worker, group):
    put_on_shelf("a-night-at-a-time")
    first = send(worker, group, client_id="c1")
    again = send(worker, group, client_id="c1")
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    for other in ("a-night-at-a-time", None):
        assert_problem(send(worker, group, other, client_id="c1"), 409, "idempotency_conflict")


@pytest.mark.usefixtures("piece")
def test_a_card_goes_with_the_words_and_stays_through_an_edit(worker, carer, group):
    message = send(worker, group).get_json()["message"]
    edited = worker.patch(f"/messages/{message['id']}", body="This may help you both.").get_json()["message"]
    assert edited["resource"] == message["resource"]
    assert worker.delete(f"/messages/{message['id']}").status_code in (200, 204)
    assert shown(carer, group)["resource"] is None


@pytest.mark.usefixtures("piece")
def test_a_held_card_is_seen_by_its_author_and_by_who_looks_at_it(carer, caller, worker):
    group = make_group(carer.person, worker.person, moderation=ModerationMode.BEFORE)
    message = send(carer, group).get_json()["message"]
    assert (message["state"], message["resource"]["slug"]) == ("held", SLUG)
    assert worker.get(f"/conversations/{group.conversation_id}/messages").get_json()["items"] == []
    moderator = caller(Role.MODERATOR)
    case = case_of(message["id"])
    assert moderator.get(f"/review/cases/{case.id}").get_json()["message"]["resource"]["slug"] == SLUG


def test_a_piece_that_the_library_takes_out_is_gone_from_what_was_said(worker, carer, group, piece):
    message = send(worker, group, client_id="c1").get_json()["message"]
    act(archive_resource, make_person(Role.COORDINATOR), SLUG, version=resource_now(SLUG).newest)
    gone = {"slug": SLUG, "gone": True}
    assert shown(carer, group)["resource"] == gone
    events = carer.post("/sync", streams={group.conversation_id: 0}).get_json()["streams"][group.conversation_id]["events"]
    assert events[-1]["data"]["message"]["resource"] == gone
    assert carer.get("/snapshot", messages=5).get_json()["messages"][group.conversation_id][0]["resource"] == gone
    assert send(worker, group, client_id="c1").get_json()["message"] == {**message, "resource": gone}
    assert_refused_field(send(worker, group), "resource")


@pytest.mark.usefixtures("piece")
def test_cards_cost_a_page_one_query_however_many_there_are_and_none_without(worker, carer, group):
    path = f"/conversations/{group.conversation_id}/messages"

    def queries():
        with counted() as sent:
            assert carer.get(path).status_code == 200
        return len(sent)

    send(worker, group, None)
    without = queries()
    for number in range(3):
        send(worker, group, body=f"Number {number}.")
        assert queries() == without + 1


def test_a_group_opens_with_pieces_in_its_order_as_long_as_they_are_shown(caller, carer, group, piece):
    coordinator = caller(Role.COORDINATOR)
    put_on_shelf("a-night-at-a-time")
    path = f"/groups/{group.id}"
    chosen = coordinator.patch(path, resources=["a-night-at-a-time", SLUG], version=1)
    assert chosen.status_code == 200, chosen.text
    assert [one["slug"] for one in chosen.get_json()["resources"]] == ["a-night-at-a-time", SLUG]
    assert carer.get(path).get_json()["resources"] == chosen.get_json()["resources"]
    assert [one["resources"] for one in items(carer.get("/groups")) if one["id"] == group.id] == [
        chosen.get_json()["resources"]
    ]
    act(archive_resource, make_person(Role.COORDINATOR), SLUG, version=resource_now(SLUG).newest)
    assert [one["slug"] for one in carer.get(path).get_json()["resources"]] == ["a-night-at-a-time"]
    for wrong in ([SLUG], ["nowhere-to-be-found"], ["a-night-at-a-time"] * 2, [f"piece-{number}" for number in range(6)]):
        assert_refused_field(coordinator.patch(path, resources=wrong, version=2), "resources")
