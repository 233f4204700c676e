"""What a worker notes and whom the carer opens it to; a supervisor who comes in for a while: real clients, a real server."""

import pytest

from tests.factories.clients import Refused
from tests.factories.doors import DOORS
from tests.factories.rooms import begin
from tests.factories.words import fresh_mark


@pytest.fixture
def here(own_server, phone):
    """`here("carer1")`: that person, connected to a server of this file's own."""
    return lambda name: phone(name, at=own_server)


def connect(carer, worker):
    """Their one-to-one, both in it."""
    asked = carer.post("/contact-requests", worker_id=worker.person["id"])["contact"]
    place = worker.post(f"/contact-requests/{asked['id']}/accept")["contact"]["conversation_id"]
    begin(asked, carer, worker)
    for person in (carer, worker):
        person.wait_for(lambda person=person: 2 in person.seqs_of(place), "both to come in")
    return place


def refused(code, action, *args, **facts):
    with pytest.raises(Refused) as caught:
        action(*args, **facts)
    assert caught.value.code == code


def test_a_note_goes_to_whom_the_carer_says_and_comes_back(here):
    carer, wren, coordinator, doctor = here("carer1"), here("worker1"), here("coordinator"), here("professional")
    place, mark = connect(carer, wren), fresh_mark()
    note = wren.post(f"/conversations/{place}/notes", body=f"We talked about sleep {mark}")["note"]
    told = carer.wait_event("note.written", lambda data: data["note_id"] == note["id"])
    assert mark not in str(told)
    (read,) = carer.get(f"/conversations/{place}/notes")["items"]
    assert (read["body"], read["version"]) == (note["body"], 1)
    refused("notes_stay_between_two", carer.post, f"/notes/{note['id']}/agree", version=1)

    coordinator.put("/decisions/team_model", value="integrated", reason="The team asked.", version=0)
    code = doctor.post("/invites", role="carer")["code"]
    assert carer.post("/me/care-team", invite_code=code)["person"]["id"] == doctor.person["id"]
    refused("not_found", doctor.get, f"/notes/{note['id']}")
    shared = carer.post(f"/notes/{note['id']}/agree", version=1)["note"]
    assert [person["id"] for person in shared["shared_with"]] == [doctor.person["id"]]
    doctor.wait_event("note.shared", lambda data: data["note_id"] == note["id"])
    (listed,) = doctor.get("/notes")["items"]
    assert mark not in str(listed)
    opened = doctor.get(f"/notes/{note['id']}")["note"]
    assert (opened["body"], opened["conversation_id"], opened["shared_with"]) == (note["body"], None, [])
    carer.wait_event("note.read", lambda data: data["reader_id"] == doctor.person["id"])
    (seen,) = carer.get(f"/notes/{note['id']}/reads")["items"]
    assert (seen["who"]["id"], seen["who"]["role_label"]) == (doctor.person["id"], "Mental health professional")

    refused("stale_version", wren.request, "PATCH", f"/notes/{note['id']}", {"body": "Else.", "version": 2})
    wren.request("PATCH", f"/notes/{note['id']}", {"body": f"We talked about rest {mark}", "version": 1})
    doctor.wait_event("note.unshared", lambda data: data["note_id"] == note["id"])
    refused("not_found", doctor.get, f"/notes/{note['id']}")
    refused("stale_version", carer.post, f"/notes/{note['id']}/agree", version=1)
    refused("note_unread", carer.post, f"/notes/{note['id']}/agree", version=2)
    assert carer.get(f"/notes/{note['id']}")["note"]["body"] == f"We talked about rest {mark}"
    (before,) = carer.get(f"/notes/{note['id']}/versions")["items"]
    assert before["body"] == note["body"]
    carer.post(f"/notes/{note['id']}/agree", version=2, professional_ids=[doctor.person["id"]])
    assert doctor.get(f"/notes/{note['id']}")["note"]["version"] == 2
    carer.post(f"/notes/{note['id']}/withdraw")
    refused("not_found", doctor.get, f"/notes/{note['id']}")
    for staff in (coordinator, here("supervisor"), here("moderator1"), here("worker2")):
        refused("not_found", staff.get, f"/notes/{note['id']}")
        refused("not_found", staff.get, f"/conversations/{place}/notes")
        assert mark not in str(staff.events)
    assert mark not in str([doctor.events, carer.events])
    audit = coordinator.get("/audit?limit=100")
    assert {"note.written", "note.shared", "note.read", "note.unshared"} <= {row["action"] for row in audit["items"]}
    assert mark not in str(audit)


def test_a_supervisor_reads_what_is_said_while_they_are_there(here):
    carer, wren, rose = here("carer2"), here("worker1"), here("supervisor")
    place = connect(carer, wren)
    before, during, after = fresh_mark(), fresh_mark(), fresh_mark()
    earlier = carer.send(place, f"Good morning {before}")["message"]
    assert rose.person["id"] in {person["id"] for person in wren.get("/supervisors")["items"]}
    asked = wren.post(f"/conversations/{place}/visits", supervisor_id=rose.person["id"], minutes=30)["visit"]
    assert asked["needs"] == ["carer"]
    carer.wait_event("visit.asked", lambda data: data["visit_id"] == asked["id"])
    refused("visit_not_agreed", rose.post, f"/visits/{asked['id']}/begin")
    carer.post(f"/visits/{asked['id']}/agree")
    rose.wait_event("visit.agreed", lambda data: data["visit_id"] == asked["id"])
    rose.post(f"/visits/{asked['id']}/begin")
    for person in (carer, wren, rose):
        person.wait_event("member.joined", lambda data: data["person"]["id"] == rose.person["id"])
    row = next(row for row in carer.get("/conversations")["items"] if row["id"] == place)
    assert (row["visitor"]["id"], row["visitor"]["role_label"]) == (rose.person["id"], "Supervisor")
    assert row["other"]["id"] == wren.person["id"]

    carer.send(place, f"Good evening {during}")
    rose.wait_event("message.created", lambda data: during in data["message"]["body"])
    carer.request("PATCH", f"/messages/{earlier['id']}", {"body": f"Good morning to you {before}", "content_warning": None})
    rose.wait_event("message.updated", lambda data: data == {"message_id": earlier["id"]})
    said = rose.send(place, "I listen.")["message"]
    assert said["author"]["role_label"] == "Supervisor"

    carer.post(f"/visits/{asked['id']}/end")
    carer.wait_event("member.left", lambda data: data["person"]["id"] == rose.person["id"])
    carer.send(place, f"Good night {after}")
    wren.wait_event("message.created", lambda data: after in data["message"]["body"])
    for door in DOORS:
        assert place not in door.sync(rose, streams={place: 0})["streams"]
        refused("not_found", door.send, rose, place, client_id=fresh_mark(), body="Still there?")
    refused("not_found", rose.get, f"/conversations/{place}/messages")
    refused("not_found", rose.get, f"/conversations/{place}/search?q={after}")
    assert rose.get(f"/search?q={during}")["items"] == []
    assert during in str(rose.events)
    assert before not in str(rose.events)
    assert after not in str(rose.events)
    assert len(wren.history(place)) == 4


def test_while_they_are_there_no_door_gives_a_supervisor_what_was_before(here):
    carer, wren, rose = here("carer3"), here("worker1"), here("supervisor")
    place, before, during = connect(carer, wren), fresh_mark(), fresh_mark()
    carer.send(place, f"Good morning {before}")
    visit = rose.post(f"/conversations/{place}/visits", minutes=30)["visit"]
    for person in (carer, wren):
        person.post(f"/visits/{visit['id']}/agree", show_earlier=person is wren)
    assert rose.post(f"/visits/{visit['id']}/begin")["visit"]["shows_earlier"] is False
    carer.send(place, f"Good evening {during}")
    rose.wait_event("message.created", lambda data: during in data["message"]["body"])
    rose.disconnect()
    rose.connect(streams={place: 0})
    rose.wait_for(lambda: len(rose.messages(place)) > 1, "the same once more")
    for door in DOORS:
        answer = str(door.sync(rose, streams={place: 0}))
        assert during in answer
        assert before not in answer
    for path in ("/snapshot", "/snapshot?messages=20", f"/conversations/{place}/messages?after=0"):
        assert during in str(rose.get(path))
        assert before not in str(rose.get(path))
    assert before not in str(rose.get(f"/conversations/{place}/messages?before=100"))
    assert rose.get(f"/search?q={before}")["items"] == []
    assert before not in str(rose.events)
