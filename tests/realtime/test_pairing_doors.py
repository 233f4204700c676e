"""Whoever begins a contact with whom, by whatever way, under both models, with a wall or without: what each of the two doors
answers is what tables written by hand say. Nothing else lets two people write to each other one-to-one.
"""

from uuid import uuid4

import pytest

from models.clock import clock, utc_text
from models.contacts import REQUEST_LASTS
from models.decisions import PeerRoleModel
from models.ids import new_id
from models.roles import ROLE_LABELS, Role
from server.jobs.contacts import watch_contacts
from tests.factories.api import Caller, items
from tests.factories.contacts import begin_by_http, by_consent, connect
from tests.factories.people import make_person
from tests.http.test_pairing_matrix import CASES, LETTERS, REFUSED, THREE, TWO

# way -> who is to talk with the carer -> what comes of it under (distinct, by consent).
NOBODY, WALLED = "nobody's turn", "worker_unavailable"
NO_ONE = dict.fromkeys("cmsof", (REFUSED, REFUSED))
WAYS = {
    "assigned": {**NO_ONE, "w": (TWO, TWO), "p": (REFUSED, THREE)},
    "turn": {**dict.fromkeys("cmsofp", (NOBODY, NOBODY)), "w": (TWO, TWO)},
    "handover": {**NO_ONE, "w": (TWO, TWO), "p": (REFUSED, REFUSED)},
    "cover": {**NO_ONE, "w": (TWO, TWO), "p": (REFUSED, REFUSED)},
}


def behind_wall(way, outcome):
    return outcome if outcome in {REFUSED, NOBODY} else NOBODY if way == "turn" else WALLED


CASES_BY_WAY = [
    (way, letter, model, wall, expected)
    for way, row in WAYS.items()
    for letter, outcomes in row.items()
    for place, model in enumerate(PeerRoleModel)
    for wall in ((False, True) if letter in "wp" else (False,))
    for expected in [behind_wall(way, outcomes[place]) if wall else outcomes[place]]
]


@pytest.fixture
def socket(app, wire):
    return wire.answer_events(app, app.extensions["limits"])


def test_the_table_has_every_role_in_every_way():
    assert all(set(row) == set(LETTERS) for row in WAYS.values())
    assert len(CASES_BY_WAY) == len(WAYS) * 2 * (len(LETTERS) + 2)


def send(app, socket, person, conversation_id):
    """What each door answers this person: the label the message bears, or the code of the refusal."""
    words = {"body": "Good evening.", "client_id": uuid4().hex}
    by_http = Caller(app, person).post(f"/conversations/{conversation_id}/messages", **words)
    sid = uuid4().hex
    socket.connect(person, sid)
    ack = socket.say(sid, "message:send", {"conversation_id": conversation_id, **words, "client_id": uuid4().hex})
    told = by_http.get_json()
    return (
        told["message"]["author"]["role_label"] if by_http.status_code == 201 else told["code"],
        ack["message"]["author"]["role_label"] if ack["ok"] else ack["error"]["code"],
    )


def refused_with(code):
    return (code, code)


def assert_talk(app, socket, contact, people):
    """Once both have agreed each writes in their role, through either door; across a wall nobody does any more."""
    place = contact["conversation_id"]
    for person in people:
        assert send(app, socket, person, place) == refused_with("agreement_required")
    begin_by_http(contact, *(Caller(app, person) for person in people))
    for person in people:
        assert send(app, socket, person, place) == (ROLE_LABELS[person.role],) * 2
    for role in Role:
        assert send(app, socket, make_person(role), place) == refused_with("not_found")
    assert Caller(app, people[1]).post("/walls", person_id=people[0].id, kind="other").status_code == 201
    for person in people:
        assert send(app, socket, person, place) == refused_with("conversation_ended")


def answered(app, contact_id, worker, coordinator, expected):
    """Everybody who is needed agrees: the contact as it is then."""
    path = f"/contact-requests/{contact_id}"
    contact = Caller(app, worker).request("POST", f"{path}/accept").get_json()["contact"]
    if expected == THREE:
        assert contact["state"] == "requested"
        contact = Caller(app, coordinator).request("POST", f"{path}/agree").get_json()["contact"]
    assert contact["state"] == "accepted"
    return contact


@pytest.mark.parametrize(("pair", "model", "wall", "expected"), CASES)
def test_who_asks_whom(app, socket, pair, model, wall, expected):
    if model is PeerRoleModel.BY_CONSENT:
        by_consent()
    asker, asked = (make_person(LETTERS[letter]) for letter in pair)
    if wall is not None:
        declarer, other = (asker, asked) if wall == "asker" else (asked, asker)
        assert Caller(app, declarer).post("/walls", person_id=other.id, kind="other").status_code == 201
    answer = Caller(app, asker).post("/contact-requests", worker_id=asked.id)
    if expected not in {TWO, THREE}:
        assert answer.get_json()["code"] == expected
        for person in (asker, asked):
            assert items(Caller(app, person).get("/conversations")) == []
            assert send(app, socket, person, new_id()) == refused_with("not_found")
        return
    contact = answer.get_json()["contact"]
    contact = answered(app, contact["id"], asked, make_person(Role.COORDINATOR), expected)
    assert_talk(app, socket, contact, [asker, asked])


@pytest.mark.parametrize(("way", "letter", "model", "wall", "expected"), CASES_BY_WAY)
def test_who_is_brought_together_by_the_service(app, socket, way, letter, model, wall, expected):
    if model is PeerRoleModel.BY_CONSENT:
        by_consent()
    carer, named, coordinator = make_person(), make_person(LETTERS[letter]), make_person(Role.COORDINATOR)
    if wall:
        assert Caller(app, named).post("/walls", person_id=carer.id, kind="other").status_code == 201
    came = (by_list if way in {"assigned", "turn"} else by_transfer)(app, way, carer, named, coordinator, expected)
    if expected not in {TWO, THREE}:
        assert came == expected
        theirs = {row["id"] for row in items(Caller(app, named).get("/conversations"))}
        assert theirs == set()
        return
    assert_talk(app, socket, came, [carer, named])


def by_list(app, way, carer, named, coordinator, expected):
    Caller(app, carer).post("/waiting-list")
    entry = Caller(app, carer).get("/waiting-list/mine").get_json()["waiting"]
    if way == "assigned":
        answer = Caller(app, coordinator).post(f"/waiting-list/{entry['id']}/assign", worker_id=named.id)
        if answer.status_code != 200:
            return answer.get_json()["code"]
    else:
        watch_contacts(lasts=REQUEST_LASTS)
    offer = Caller(app, carer).get("/waiting-list/mine").get_json()["waiting"]["offer_id"]
    return NOBODY if offer is None else answered(app, offer, named, coordinator, expected)


def by_transfer(app, way, carer, named, coordinator, expected):
    present = make_person(Role.CARER_PEER_WORKER)
    contact = connect(carer, present)
    times = {}
    if way == "cover":
        times = {"starts_at": utc_text(clock.now()), "ends_at": utc_text(clock.now() + REQUEST_LASTS)}
    path = f"/contact-requests/{contact.id}/transfers"
    answer = Caller(app, present).post(path, kind=way, worker_id=named.id, **times)
    if answer.status_code != 201:
        return answer.get_json()["code"]
    transfer = f"/transfers/{answer.get_json()['transfer']['id']}"
    assert Caller(app, named).request("POST", f"{transfer}/accept").status_code == 200
    done = Caller(app, carer).post(f"{transfer}/agree", with_note=False).get_json()["transfer"]
    return Caller(app, carer).get(f"/contact-requests/{done['new_contact_id']}").get_json()["contact"]
