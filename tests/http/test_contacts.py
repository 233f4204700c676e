"""/contact-requests and the one-to-one conversations that come of them, as the people concerned see them."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text
from models.contacts import REQUEST_LASTS
from models.ids import new_id
from models.roles import Role
from server.jobs.contacts import watch_contacts
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.contacts import begin_by_http, by_consent, suspend
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN
from tests.factories.people import make_person


@pytest.fixture
def carer(caller):
    return caller(make_person(display_name="Fern"))


@pytest.fixture
def worker(caller):
    return caller(make_person(Role.CARER_PEER_WORKER, display_name="Wren"))


@pytest.fixture
def rook(caller):
    by_consent()
    return caller(make_person(Role.CONSUMER_PEER_WORKER, display_name="Rook"))


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def ask(carer, worker, **more):
    answer = carer.post("/contact-requests", worker_id=worker.person.id, **more)
    assert answer.status_code in {200, 201}, answer.text
    return answer.get_json()["contact"]


def step(person, contact, what, **body):
    path = f"/contact-requests/{contact['id']}/{what}"
    answer = person.post(path, **body) if what == "decline" else person.request("POST", path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["contact"]


def end(person, contact):
    return person.request("POST", f"/conversations/{contact['conversation_id']}/end")


def connected(carer, worker):
    """They may write to each other."""
    contact = step(worker, ask(carer, worker), "accept")
    begin_by_http(contact, carer, worker)
    return seen_by(carer, contact)


def seen_by(person, contact):
    return person.get(f"/contact-requests/{contact['id']}").get_json()["contact"]


def messages(contact):
    return f"/conversations/{contact['conversation_id']}/messages"


def test_a_request_is_answered_with_who_what_and_whose_agreement_is_missing(carer, worker):
    answer = carer.post("/contact-requests", worker_id=worker.person.id, note="My son is ill.")
    assert answer.status_code == 201
    contact = answer.get_json()["contact"]
    shown = {name: contact[name] for name in ("state", "pairing", "needs", "note", "reply", "conversation_id", "ended_at")}
    assert shown == {
        "state": "requested",
        "pairing": "usual",
        "needs": ["worker"],
        "note": "My son is ill.",
        "reply": None,
        "conversation_id": None,
        "ended_at": None,
    }
    assert (contact["carer"]["role"], contact["worker"]["role_label"]) == ("carer", "Carer peer worker")
    assert contact["agreements"] == [{"party": "carer", "agreed_at": contact["created_at"]}]


def test_asking_again_is_answered_200_with_the_first(carer, worker):
    first = carer.post("/contact-requests", worker_id=worker.person.id)
    again = carer.post("/contact-requests", worker_id=worker.person.id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()


def test_both_see_the_same_contact_and_others_none(caller, carer, worker, coordinator):
    contact = ask(carer, worker)
    path = f"/contact-requests/{contact['id']}"
    assert carer.get(path).get_json() == worker.get(path).get_json() == {"contact": contact}
    for stranger in (coordinator, caller(Role.MODERATOR), caller(Role.SUPERVISOR), caller(), caller(Role.CARER_PEER_WORKER)):
        assert_problem(stranger.get(path), 404, "not_found")


def test_a_coordinator_sees_who_asks_whom_by_consent_and_not_what_they_wrote(carer, rook, coordinator):
    contact = ask(carer, rook, note="My son is ill.")
    (listed,) = items(coordinator.get("/contact-requests", state="requested"))
    assert (listed["id"], listed["needs"], listed["note"]) == (contact["id"], ["worker", "coordinator"], None)
    step(rook, contact, "decline", reply="I am away.")
    answered = coordinator.get(f"/contact-requests/{contact['id']}").get_json()["contact"]
    assert (answered["state"], answered["reply"]) == ("declined", None)
    assert carer.get(f"/contact-requests/{contact['id']}").get_json()["contact"]["reply"] == "I am away."


def test_a_coordinator_is_not_shown_usual_contacts(carer, worker, coordinator):
    ask(carer, worker)
    assert items(coordinator.get("/contact-requests")) == []


def test_the_list_has_ones_own_by_state_and_page(caller, carer, worker):
    first = ask(carer, worker)
    second = ask(carer, caller(Role.CARER_PEER_WORKER))
    ask(caller(), worker)
    step(worker, first, "decline")
    assert [row["id"] for row in items(carer.get("/contact-requests"))] == [second["id"], first["id"]]
    assert [row["id"] for row in items(carer.get("/contact-requests", state="declined"))] == [first["id"]]
    page = carer.get("/contact-requests", limit=1).get_json()
    rest = carer.get("/contact-requests", limit=1, cursor=page["next_cursor"]).get_json()
    assert [row["id"] for row in (*page["items"], *rest["items"])] == [second["id"], first["id"]]
    assert rest["next_cursor"] is None
    assert_refused_field(carer.get("/contact-requests", state="open"), "state")


def test_consent_of_three_opens_it(carer, rook, coordinator):
    contact = ask(carer, rook)
    contact = step(coordinator, contact, "agree")
    assert (contact["state"], contact["needs"]) == ("requested", ["worker"])
    contact = step(rook, contact, "accept")
    assert (contact["state"], contact["needs"]) == ("accepted", [])
    assert {agreement["party"] for agreement in contact["agreements"]} == {"carer", "worker", "coordinator"}


def test_the_conversation_shows_with_whom_and_in_which_role(carer, worker):
    contact = connected(carer, worker)
    (row,) = items(carer.get("/conversations"))
    assert (row["id"], row["kind"], row["title"]) == (contact["conversation_id"], "one_to_one", "Wren (Carer peer worker)")
    assert row["other"] == contact["worker"]
    assert (row["can_post"], row["ended_at"]) == (True, None)


def test_conversations_of_both_kinds_page_in_one_order(carer, caller):
    make_group(carer.person, name="Zebra finches")
    make_group(carer.person, name="Avocets")
    names = ("Wren", "Bittern", "Dunlin")
    for name in names:
        connected(carer, caller(make_person(Role.CARER_PEER_WORKER, display_name=name)))
    titles, cursor = [], None
    while True:
        page = carer.get("/conversations", limit=1, **({"cursor": cursor} if cursor else {})).get_json()
        titles += [row["title"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    talks = [f"{name} (Carer peer worker)" for name in ("Bittern", "Dunlin", "Wren")]
    assert titles == ["Avocets", *talks, "Zebra finches"]


def test_they_talk_and_each_message_bears_a_role(carer, worker):
    contact = connected(carer, worker)
    worker.post(messages(contact), client_id="c1", body=PLAIN)
    (row,) = items(carer.get(messages(contact)))
    assert row["author"]["role_label"] == "Carer peer worker"
    missed = carer.post("/sync", streams={contact["conversation_id"]: 0}).get_json()["streams"]
    kinds = [event["kind"] for event in missed[contact["conversation_id"]]["events"]]
    assert kinds == ["member.joined", "member.joined", "message.created"]


def test_after_the_end_it_can_be_read_and_not_written(carer, worker):
    contact = connected(carer, worker)
    worker.post(messages(contact), client_id="c1", body=PLAIN)
    assert end(worker, contact).get_json()["contact"]["state"] == "ended"
    for person in (carer, worker):
        assert_problem(person.post(messages(contact), client_id="late", body=PLAIN), 403, "conversation_ended")
        assert [row["body"] for row in items(person.get(messages(contact)))] == [PLAIN]
        (row,) = items(person.get("/conversations"))
        assert (row["can_post"], row["ended_at"] is not None) == (False, True)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.PROFESSIONAL, Role.CARER])
def test_nobody_else_finds_or_reads_a_one_to_one(caller, carer, rook, coordinator, role):
    contact = ask(carer, rook)
    step(coordinator, contact, "agree")
    contact = step(rook, contact, "accept")
    carer.post(messages(contact), client_id="c1", body="heron at dusk")
    stranger = coordinator if role is Role.COORDINATOR else caller(role)
    conversation_id = contact["conversation_id"]
    assert_problem(stranger.get(messages(contact)), 404, "not_found")
    assert_problem(stranger.post(messages(contact), client_id="c2", body=PLAIN), 404, "not_found")
    assert_problem(end(stranger, contact), 404, "not_found")
    assert conversation_id not in stranger.get("/conversations").text
    assert conversation_id not in stranger.post("/sync", streams={conversation_id: 0}).get_json()["streams"]
    assert "heron" not in stranger.post("/sync", streams={conversation_id: 0}).text


def test_a_carer_changes_the_worker_in_one_step(caller, carer, worker):
    contact, other = connected(carer, worker), caller(Role.CARER_PEER_WORKER)
    path = f"/conversations/{contact['conversation_id']}/change-worker"
    answer = carer.post(path, worker_id=other.person.id).get_json()
    assert (answer["ended"]["id"], answer["ended"]["state"]) == (contact["id"], "ended")
    assert (answer["contact"]["worker"]["id"], answer["contact"]["state"]) == (other.person.id, "requested")
    assert carer.post(path, worker_id=other.person.id).get_json() == answer  # the answer got lost on the way


def test_a_carer_may_leave_a_worker_without_naming_another(carer, worker):
    contact = connected(carer, worker)
    answer = carer.post(f"/conversations/{contact['conversation_id']}/change-worker")
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["ended"]["state"], answer.get_json()["contact"]) == ("ended", None)


def test_requests_are_limited(carer):
    answers = [carer.post("/contact-requests", worker_id=new_id()).status_code for _ in range(31)]
    assert answers == [409] * 30 + [429]


def test_why_a_worker_cannot_take_a_contact_is_never_told(caller, carer):
    """Their wall, one's own wall, somebody away, nobody at all: the same answer, byte for byte."""
    workers = [caller(Role.CARER_PEER_WORKER) for _ in range(3)]
    theirs, own, away = workers
    assert theirs.post("/walls", person_id=carer.person.id, kind="other", reason="Neighbours").status_code == 201
    assert carer.post("/walls", person_id=own.person.id, kind="supports_the_consumer").status_code == 201
    suspend(away.person)
    asked = [*(worker.person.id for worker in workers), new_id()]
    answers = [carer.post("/contact-requests", worker_id=worker_id) for worker_id in asked]
    assert_problem(answers[0], 409, "worker_unavailable")
    # But for how often one may still ask, which goes down with each.
    told = [[pair for pair in answer.headers if not pair[0].startswith("RateLimit")] for answer in answers]
    assert all(headers == told[0] for headers in told)
    assert len({(answer.status_code, answer.data) for answer in answers}) == 1


def test_why_a_contact_ended_is_never_told(caller, carer):
    """Ended by a wall or by a person; declined by a wall or by the worker: the carer is shown the same."""
    shown = []
    for ending in ("end", "wall"):
        worker = caller(make_person(Role.CARER_PEER_WORKER))
        talk = connected(carer, worker)
        if ending == "end":
            end(worker, talk)
        else:
            worker.post("/walls", person_id=carer.person.id, kind="other", reason="Neighbours")
        request = ask(caller(), caller(make_person(Role.CARER_PEER_WORKER)))
        assert request["state"] == "requested"
        ended = carer.get(f"/contact-requests/{talk['id']}").get_json()["contact"]
        inbox = carer.post("/sync", streams={carer.person.id: 0}).get_json()["streams"][carer.person.id]["events"]
        last = inbox[-1]
        assert last["data"] == {"contact_id": talk["id"], "conversation_id": talk["conversation_id"]}
        shown.append((ended["state"], ended["reply"], ended["needs"], set(ended), last["kind"], set(last["data"])))
    assert shown[0] == shown[1]


def test_a_wall_on_a_waiting_request_is_shown_as_a_plain_no(caller):
    shown = []
    for by_wall in (True, False):
        carer, worker = caller(), caller(Role.CARER_PEER_WORKER)
        contact = ask(carer, worker)
        if by_wall:
            worker.post("/walls", person_id=carer.person.id, kind="other")
        else:
            step(worker, contact, "decline")
        seen = carer.get(f"/contact-requests/{contact['id']}").get_json()["contact"]
        told = carer.post("/sync", streams={carer.person.id: 0}).get_json()["streams"][carer.person.id]["events"]
        shown.append((seen["state"], seen["reply"], set(seen), [(event["kind"], set(event["data"])) for event in told]))
    assert shown[0] == shown[1]
    assert shown[0][0] == "declined"


def test_a_carer_is_told_kindly_and_where_to_look_when_a_worker_says_no_or_nothing(caller, carer, worker, coordinator):
    declined = step(worker, ask(carer, worker), "decline", reply="I am full.", private_reason="We are neighbours.")
    silent = ask(carer, caller(Role.CARER_PEER_WORKER))
    clock.move(REQUEST_LASTS)
    watch_contacts(lasts=REQUEST_LASTS)
    seen = {row["id"]: row for row in items(carer.get("/contact-requests"))}
    for contact, state in ((declined, "declined"), (silent, "expired")):
        shown = seen[contact["id"]]
        assert (shown["state"], shown["private_reason"]) == (state, None)
        assert "says nothing about you" in shown["next_step"]["words"]
        assert shown["next_step"]["suggestions"] == "/api/v1/peer-workers/suggestions"
    assert "neighbours" not in carer.get("/contact-requests").text
    assert declined["private_reason"] == "We are neighbours."
    unmet = items(coordinator.get("/contact-requests/unmet"))
    assert [(row["state"], row["private_reason"], row["reply"]) for row in unmet] == [
        ("expired", None, None),
        ("declined", "We are neighbours.", None),
    ]


def test_only_coordinators_see_whom_nobody_took(caller, carer, worker):
    step(worker, ask(carer, worker), "decline", private_reason="We are neighbours.")
    for person in (carer, worker, *(caller(role) for role in (Role.MODERATOR, Role.SUPERVISOR, Role.PROFESSIONAL))):
        assert_problem(person.get("/contact-requests/unmet"), 403, "forbidden")


def test_an_end_is_planned_seen_and_taken_back_at_the_door(carer, worker):
    contact = connected(carer, worker)
    path, day = f"/conversations/{contact['conversation_id']}/ending", utc_text(clock.now() + timedelta(days=7))
    assert worker.put(path, ends_at=day, summary="You rest again.").status_code == 200
    shown = seen_by(carer, contact)["ending"]
    assert (shown["proposed_by"], shown["summary"]) == ("worker", "You rest again.")
    assert_problem(carer.delete(path), 403, "forbidden")
    assert worker.delete(path).get_json()["contact"]["ending"] is None
    assert_refused_field(worker.put(path, ends_at=utc_text(clock.now())), "ends_at")
