"""What the two are shown before they talk one-to-one, and agree to."""

from models.roles import Role
from tests.factories.api import Caller, assert_problem, items
from tests.factories.contacts import ask, begin_by_http
from tests.factories.messages import PLAIN, RISKY
from tests.factories.openings import make_terms
from tests.factories.people import make_person


def test_both_are_shown_all_they_agree_to(app):
    carer, worker = Caller(app, make_person()), Caller(app, make_person(Role.CARER_PEER_WORKER))
    make_terms(worker.person, zone="Australia/Sydney")
    path = f"/contact-requests/{ask(carer.person, worker.person).id}/beginning"
    shown, to_worker = carer.get(path).get_json(), worker.get(path).get_json()
    for page in (shown, to_worker):  # while windows are open the next opening is now, and now moves on
        assert page["contact_windows"].pop("next_open_at")
    assert shown == to_worker
    assert (shown["version"], shown["begins"]) == (1, ["carer", "worker"])
    assert (shown["role"]["role"], shown["role"]["version"]) == ("carer_peer_worker", 1)
    assert any("emergency" in line for line in shown["is_not"])
    assert all(shown[name] for name in ("title", "is_this", "duty_of_care", "confidentiality_broken_when", "crisis"))
    assert shown["contact_windows"]["timezone"] == "Australia/Sydney"
    assert shown["contact_windows"]["windows"][0] == {"day": "mon", "opens": "09:00", "closes": "17:00"}
    assert_problem(Caller(app, make_person()).get(path), 404, "not_found")


def test_where_a_worker_named_no_windows_nothing_is_promised(app):
    carer, worker = Caller(app, make_person()), make_person(Role.CARER_PEER_WORKER)
    windows = carer.get(f"/contact-requests/{ask(carer.person, worker).id}/beginning").get_json()["contact_windows"]
    assert windows == {"timezone": None, "windows": None, "open_now": False, "next_open_at": None}


def test_a_message_before_that_is_refused_in_words_that_keep_the_way_to_help_open(app):
    carer, worker = Caller(app, make_person()), Caller(app, make_person(Role.CARER_PEER_WORKER))
    contact = carer.post("/contact-requests", worker_id=worker.person.id).get_json()["contact"]
    contact = worker.request("POST", f"/contact-requests/{contact['id']}/accept").get_json()["contact"]
    assert contact["begins"] == ["carer", "worker"]
    path = f"/conversations/{contact['conversation_id']}/messages"
    problem = assert_problem(carer.post(path, client_id="c1", body=PLAIN), 403, "agreement_required")
    assert (problem["contact_id"], problem["needs"]) == (contact["id"], ["carer", "worker"])
    assert "crisis" in problem["user_message"]
    begin_by_http(contact, carer, worker)
    assert carer.get(f"/contact-requests/{contact['id']}").get_json()["contact"]["begins"] == []
    sent = carer.post(path, client_id="c1", body=PLAIN)
    assert sent.status_code == 201
    assert sent.get_json()["message"]["author"]["role_label"] == "Carer"


def test_words_of_a_risk_that_cannot_be_sent_yet_are_answered_with_where_to_turn(app):
    carer, worker = Caller(app, make_person()), Caller(app, make_person(Role.CARER_PEER_WORKER))
    contact = carer.post("/contact-requests", worker_id=worker.person.id).get_json()["contact"]
    contact = worker.request("POST", f"/contact-requests/{contact['id']}/accept").get_json()["contact"]
    path = f"/conversations/{contact['conversation_id']}/messages"
    problem = assert_problem(carer.post(path, client_id="c1", body=RISKY), 403, "agreement_required")
    assert problem["support"]["emergency"]
    assert items(carer.get(path)) == []
    assert "support" not in carer.post(path, client_id="c1", body=PLAIN).get_json()


def test_a_coordinator_writes_the_next_version_and_old_ones_can_be_read(app):
    coordinator = Caller(app, make_person(Role.COORDINATOR))
    text = {"title": "Anew", "is_this": ["Listening."], "is_not": ["Treatment."], "duty_of_care": "We care."}
    written = coordinator.put("/contact-beginning", **text, in_substance=True, version=1).get_json()
    assert (written["version"], written["title"]) == (2, "Anew")
    anybody = Caller(app, make_person())
    assert anybody.get("/contact-beginning").get_json() == written
    assert anybody.get("/contact-beginning", version=1).get_json()["created_at"] is None
    assert_problem(anybody.get("/contact-beginning", version=9), 404, "not_found")
    assert_problem(coordinator.put("/contact-beginning", **text, in_substance=True, version=1), 409, "stale_version")
