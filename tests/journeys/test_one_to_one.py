"""A carer and a worker find each other, talk, and part; real clients, a real server, nobody else in the room."""

from contextlib import suppress

import pytest

from tests.factories.clients import Refused
from tests.factories.rooms import begin
from tests.factories.words import fresh_mark

LABELS = {
    "carer1": "Carer",
    "carer2": "Carer",
    "carer3": "Carer",
    "worker1": "Carer peer worker",
    "worker2": "Carer peer worker",
    "consumerpeer": "Consumer peer worker",
}


@pytest.fixture
def here(own_server, phone):
    """`here("carer1")`: that person, connected to a server of this file's own."""
    return lambda name: phone(name, at=own_server)


def act(person, contact, what):
    return person.post(f"/contact-requests/{contact['id']}/{what}")["contact"]


def ask(carer, worker):
    contact = carer.post("/contact-requests", worker_id=worker.person["id"], note="My son is ill.")["contact"]
    heard = worker.wait_event("contact.requested", lambda data: data["contact_id"] == contact["id"])
    assert "My son" not in str(heard)
    assert worker.get(f"/contact-requests/{contact['id']}")["contact"]["note"] == "My son is ill."
    return contact


def joined(person, conversation_id):
    """Their open socket is in the room: it has heard from its first event on."""
    person.wait_for(lambda: 2 in person.seqs_of(conversation_id), "both to come in")
    assert person.seqs_of(conversation_id) == [1, 2]


def say(speaker, hearers, conversation_id, text):
    message = speaker.send(conversation_id, text)["message"]
    for hearer in hearers:
        event = hearer.wait_event("message.created", lambda data: data["message"]["id"] == message["id"])
        author = event["data"]["message"]["author"]
        assert (event["stream_id"], author["role_label"]) == (conversation_id, LABELS[speaker.name])
    return message


def refused(code, action, *args):
    with pytest.raises(Refused) as caught:
        action(*args)
    assert caught.value.code == code


def test_a_carer_and_a_worker_talk_and_the_carer_changes_the_worker(here):
    carer, wren, other, moderator = here("carer1"), here("worker1"), here("worker2"), here("moderator1")
    contact = act(wren, ask(carer, wren), "accept")
    carer.wait_event("contact.accepted", lambda data: data["conversation_id"] == contact["conversation_id"])
    place, mark = contact["conversation_id"], fresh_mark()
    for person in (carer, wren):
        joined(person, place)
    refused("agreement_required", carer.send, place, "May I?")
    begin(contact, carer, wren)
    wren.wait_event("contact.beginning", lambda data: data["begun"])
    say(carer, [carer, wren], place, f"Good evening {mark}")
    say(wren, [carer, wren], place, f"I remember such evenings {mark}")
    row = next(row for row in carer.get("/conversations")["items"] if row["id"] == place)
    assert row["title"] == f"{wren.person['display_name']} (Carer peer worker)"
    assert row["other"]["role_label"] == "Carer peer worker"

    refused("not_found", moderator.get, f"/conversations/{place}/messages")
    refused("not_found", moderator.send, place, "Hello?")
    assert place not in moderator.sync({place: 0})
    assert mark not in str(moderator.events)

    changed = carer.post(f"/conversations/{place}/change-worker", worker_id=other.person["id"])
    assert changed["ended"]["state"] == "ended"
    ended = wren.wait_event("contact.ended", lambda data: data["conversation_id"] == place)
    assert set(ended["data"]) == {"contact_id", "conversation_id"}
    refused("conversation_ended", wren.send, place, "Are you there?")
    refused("conversation_ended", carer.send, place, "I am.")
    assert [message["body"] for message in wren.history(place)] == [
        f"Good evening {mark}",
        f"I remember such evenings {mark}",
    ]

    other.wait_event("contact.requested", lambda data: data["contact_id"] == changed["contact"]["id"])
    second = act(other, changed["contact"], "accept")["conversation_id"]
    joined(carer, second)
    joined(other, second)
    begin(changed["contact"], carer, other)
    say(other, [carer, other], second, f"Hello from me {mark}")
    assert second not in str(wren.events)


def test_a_consumer_peer_worker_talks_with_a_carer_once_three_have_agreed(here):
    carer, rook, coordinator = here("carer1"), here("consumerpeer"), here("coordinator")
    refused("pairing_not_allowed", lambda: ask(carer, rook))
    decision = {"value": "by_consent", "reason": "Asked for by carers.", "version": 0}
    coordinator.put("/decisions/peer_role_model", **decision)
    contact = ask(carer, rook)
    assert act(rook, contact, "accept")["needs"] == ["coordinator"]
    carer.wait_event("contact.agreed", lambda data: data["party"] == "worker")
    (listed,) = coordinator.get("/contact-requests?state=requested")["items"]
    assert (listed["id"], listed["note"]) == (contact["id"], None)
    place = act(coordinator, contact, "agree")["conversation_id"]
    for person in (carer, rook):
        joined(person, place)
    begin(contact, carer, rook)
    say(rook, [carer, rook], place, "It got better for me, slowly.")
    refused("not_found", coordinator.get, f"/conversations/{place}/messages")

    back = {"value": "distinct", "reason": "Roles got confused.", "version": 1}
    refused("contacts_open", lambda: coordinator.put("/decisions/peer_role_model", **back))
    coordinator.put("/decisions/peer_role_model", **back, end_open_contacts=True)
    for person in (carer, rook):
        person.wait_event("contact.ended", lambda data: data["conversation_id"] == place)
        refused("conversation_ended", person.send, place, "Still there?")


def test_a_carer_goes_from_one_worker_to_another_with_a_note_they_have_read(here):
    carer, wren, other = here("carer3"), here("worker1"), here("worker2")
    contact = act(wren, ask(carer, wren), "accept")
    place, mark = contact["conversation_id"], fresh_mark()
    for person in (carer, wren):
        joined(person, place)
    begin(contact, carer, wren)
    say(carer, [carer, wren], place, f"Of my son {mark}")

    proposal = {"kind": "handover", "worker_id": other.person["id"], "note": f"We spoke of sleep {mark}"}
    transfer = wren.post(f"/contact-requests/{contact['id']}/transfers", **proposal)["transfer"]
    other.wait_event("contact.transfer", lambda data: data["transfer_id"] == transfer["id"])
    path = f"/transfers/{transfer['id']}"
    refused("not_found", carer.get, path)
    assert other.post(f"{path}/accept")["transfer"]["note"] is None
    carer.wait_event("contact.transfer", lambda data: data["state"] == "accepted")
    assert carer.get(path)["transfer"]["note"] == f"We spoke of sleep {mark}"
    done = carer.post(f"{path}/agree", with_note=True)["transfer"]
    other.wait_event("contact.transfer", lambda data: data["state"] == "done")
    assert other.get(path)["transfer"]["note"] == f"We spoke of sleep {mark}"

    new = carer.get(f"/contact-requests/{done['new_contact_id']}")["contact"]
    second = new["conversation_id"]
    for person in (carer, other):
        joined(person, second)
    begin(new, carer, other)
    say(other, [carer, other], second, "Hello, I am glad to meet you.")
    wren.wait_event("contact.ended", lambda data: data["conversation_id"] == place)
    refused("conversation_ended", wren.send, place, "Still there?")
    refused("not_found", other.get, f"/conversations/{place}/messages")
    assert f"Of my son {mark}" not in str(other.events)
    assert [message["body"] for message in carer.history(place)] == [f"Of my son {mark}"]
    assert second not in str(wren.events)


def test_a_carer_waits_and_is_met(here):
    carer, wren, coordinator = here("carer2"), here("worker1"), here("coordinator")
    for name in ("worker2", "worker3"):
        here(name).put("/me/availability", paused=True)  # there is one who can be asked
    assert carer.post("/waiting-list", wish="Somebody who knows hospitals.")["waiting"]["place"] == 1
    (entry,) = coordinator.get("/waiting-list")["items"]
    with suppress(Refused):  # the service itself may have been there a moment before
        coordinator.post(f"/waiting-list/{entry['id']}/assign", worker_id=wren.person["id"])
    offer = carer.get("/waiting-list/mine")["waiting"]["offer_id"]
    for person in (carer, wren):
        person.wait_event("contact.requested", lambda data: data["contact_id"] == offer)
    assert wren.get(f"/contact-requests/{offer}")["contact"]["note"] == "Somebody who knows hospitals."
    place = act(wren, {"id": offer}, "accept")["conversation_id"]
    carer.wait_event("contact.waiting", lambda data: data["state"] == "met")
    begin({"id": offer}, carer, wren)
    for person in (carer, wren):
        joined(person, place)
    say(wren, [carer, wren], place, "I know hospitals well.")
    assert coordinator.get("/waiting-list")["items"] == []
    for name in ("worker2", "worker3"):
        here(name).put("/me/availability", paused=False)  # the next test asks them
