"""From what a worker writes of themselves to whom a carer is suggested and asks, through the door."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text, whole_second
from models.ids import new_id
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.openings import make_terms
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.factories.streams import events_of
from tests.factories.worker_profiles import listed_worker
from tests.http.routes import profile_body


@pytest.fixture
def carer(caller):
    return caller(make_person(timezone="UTC"))


@pytest.fixture
def worker(caller):
    return caller(Role.CARER_PEER_WORKER)


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def good(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_the_way_from_what_a_worker_writes_to_a_carers_request(carer, worker, coordinator):
    written = good(worker.put("/me/worker-profile", **profile_body()))
    assert (written["agreed"], written["draft"]["state"], written["version"]) == (None, "waiting", 1)
    assert items(carer.get("/peer-workers")) == []

    (waiting,) = items(coordinator.get("/worker-profiles"))
    assert waiting["worker"]["id"] == worker.person.id
    assert waiting["profile"]["approach"] == "I listen first."
    good(coordinator.post(f"/worker-profiles/{waiting['profile']['id']}/agree"))

    wishes = [
        {"kind": "relationship", "value": "parent"},
        {"kind": "language", "value": "el", "weight": "matters_a_lot"},
    ]
    kept = good(carer.put("/me/preferences", preferences=wishes))["preferences"]
    assert kept[1] == {"kind": "language", "value": "el", "label": "Greek", "weight": "matters_a_lot"}
    assert good(carer.get("/me/preferences"))["preferences"] == kept

    (found,) = items(carer.get("/peer-workers/suggestions"))
    assert found["reasons"] == ["Speaks Greek", "Also cared for a son or daughter"]
    assert "score" not in found
    good(carer.post("/contact-requests", worker_id=found["id"]), 201)
    assert items(carer.get("/peer-workers/suggestions")) == []


def test_an_entry_says_who_they_are_in_plain_words_and_when_they_are_there(carer):
    worker = listed_worker(languages=["el-CY", "xh"], gender="woman", years_as_carer=12, approach="I listen first.")
    make_terms(worker, capacity=3)
    entry = good(carer.get(f"/peer-workers/{worker.id}"))["peer_worker"]
    assert (entry["role"], entry["role_label"], entry["pairing"]) == ("carer_peer_worker", "Carer peer worker", "usual")
    assert entry["profile"] == {
        "relationships": [],
        "conditions": [],
        "languages": [{"code": "el-CY", "label": "Greek"}, {"code": "xh", "label": "xh"}],
        "cultures": [],
        "topics": [],
        "gender": {"code": "woman", "label": "Woman"},
        "age_band": None,
        "years_as_carer": 12,
        "approach": "I listen first.",
    }
    availability = entry["availability"]
    assert (availability["takes_new"], availability["places_left"], availability["timezone"]) == (True, 3, "UTC")
    assert availability["windows"][0] == {"day": "mon", "opens": "09:00", "closes": "17:00"}
    assert {"code": "mon_morning", "label": "Monday morning"} in availability["free"]
    assert entry["id"] in {each["id"] for each in items(carer.get("/peer-workers"))}


def test_sent_back_the_worker_reads_why_and_writes_anew(worker, coordinator):
    profile_id = good(worker.put("/me/worker-profile", **profile_body()))["draft"]["id"]
    assert_refused_field(coordinator.post(f"/worker-profiles/{profile_id}/send-back"), "reason")
    good(coordinator.post(f"/worker-profiles/{profile_id}/send-back", reason="Please leave the street out."))
    draft = good(worker.get("/me/worker-profile"))["draft"]
    assert (draft["state"], draft["reason"]) == ("sent_back", "Please leave the street out.")
    assert_problem(coordinator.post(f"/worker-profiles/{profile_id}/agree"), 409, "profile_not_waiting")
    stale = worker.put("/me/worker-profile", **profile_body(), version=0)
    assert assert_problem(stale, 409, "stale_version")["version"] == 1
    assert good(worker.put("/me/worker-profile", **profile_body(), version=1))["draft"]["version"] == 2
    assert [each["profile"]["id"] for each in items(coordinator.get("/worker-profiles", state="replaced"))] == [profile_id]


def test_a_coordinator_sees_what_carers_see_beside_what_waits(worker, coordinator):
    first = good(worker.put("/me/worker-profile", **profile_body()))["draft"]["id"]
    good(coordinator.post(f"/worker-profiles/{first}/agree"))
    second = good(worker.put("/me/worker-profile", languages=["it"]))["draft"]["id"]
    view = good(coordinator.get(f"/worker-profiles/{second}"))
    assert [language["code"] for language in view["profile"]["languages"]] == ["it"]
    assert view["agreed"]["id"] == first
    assert_problem(coordinator.get(f"/worker-profiles/{new_id()}"), 404, "not_found")


def test_a_worker_takes_it_back(carer, worker, coordinator):
    profile_id = good(worker.put("/me/worker-profile", **profile_body()))["draft"]["id"]
    good(coordinator.post(f"/worker-profiles/{profile_id}/agree"))
    good(carer.get(f"/peer-workers/{worker.person.id}"))
    assert worker.delete("/me/worker-profile").status_code == 204
    assert_problem(carer.get(f"/peer-workers/{worker.person.id}"), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("relationships", ["boss"]),
        ("languages", ["Greek"]),
        ("languages", ["el", "el"]),
        ("topics", "respite"),
        ("gender", "x"),
        ("years_as_carer", 91),
        ("approach", ""),
        ("email", "me@example.test"),
    ],
)
def test_what_cannot_be_said_is_refused_and_named(worker, field, value):
    assert_refused_field(worker.put("/me/worker-profile", **{field: value}), field)


def test_at_most_twenty_preferences(carer):
    topics = [each["code"] for each in good(carer.get("/peer-workers/vocabulary"))["topic"]]
    wishes = [{"kind": "topic", "value": code} for code in topics]
    assert len(good(carer.put("/me/preferences", preferences=wishes[:20]))["preferences"]) == 20
    assert_refused_field(carer.put("/me/preferences", preferences=wishes[:21]), "preferences")
    assert_refused_field(carer.put("/me/preferences", preferences=[{"kind": "topic", "value": "football"}]), "preferences")
    assert_refused_field(carer.put("/me/preferences", preferences=[wishes[0], wishes[0]]), "preferences")


def test_filters_are_checked_and_all_must_be_met(carer):
    greek = listed_worker(languages=["el"])
    listed_worker(languages=["it"])
    assert [each["id"] for each in items(carer.get("/peer-workers", language="el", has_capacity="true"))] == [greek.id]
    assert items(carer.get("/peer-workers", language="el", gender="man")) == []
    assert_refused_field(carer.get("/peer-workers", language="Greek"), "language")
    assert_refused_field(carer.get("/peer-workers", role="moderator"), "role")
    assert_refused_field(carer.get("/peer-workers", open_now="maybe"), "open_now")
    assert_refused_field(carer.get("/peer-workers", cursor="nonsense"), "cursor")
    assert_refused_field(carer.get("/peer-workers/suggestions", limit=21), "limit")


def test_the_directory_is_read_page_by_page(carer):
    workers = {listed_worker().id for _ in range(5)}
    first = good(carer.get("/peer-workers", limit=3))
    rest = good(carer.get("/peer-workers", limit=3, cursor=first["next_cursor"]))
    assert {each["id"] for each in [*first["items"], *rest["items"]]} == workers
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 2, None)


def test_training_is_recorded_by_kind_seen_by_worker_and_coordinator_and_hides_who_lacks_it(caller, carer, coordinator):
    worker = caller(make_person(Role.CARER_PEER_WORKER, trained=False))
    profile_id = good(worker.put("/me/worker-profile", **profile_body()))["draft"]["id"]
    assert_problem(coordinator.post(f"/worker-profiles/{profile_id}/agree"), 409, "training_missing")
    clear = {"person_id": worker.person.id, "kind": "training", "training": "peer_work"}
    until = utc_text(whole_second(clock.now()) + timedelta(days=20))
    assert good(coordinator.post("/rota/clearances", **clear, valid_until=until), 201)["training"] == "peer_work"
    good(coordinator.post(f"/worker-profiles/{profile_id}/agree"))

    own = good(worker.get("/me/worker-profile"))
    assert own["trained"] is True
    assert own["training"][0] == {
        "kind": "training",
        "training": "peer_work",
        "label": "Carer peer work",
        "required": True,
        "valid_until": until,
        "state": "lapses_soon",
    }
    assert items(coordinator.get(f"/people/{worker.person.id}/training")) == own["training"]
    assert_problem(carer.get(f"/people/{worker.person.id}/training"), 403, "forbidden")
    good(carer.get(f"/peer-workers/{worker.person.id}"))
    assert good(carer.get("/peer-workers/suggestions"))["items"] != []
    refused = coordinator.post("/rota/clearances", **{**clear, "training": "juggling"}, valid_until=until)
    assert_refused_field(refused, "training")


def test_no_word_of_a_profile_or_a_wish_is_in_events_or_the_audit_trail(carer, worker, coordinator):
    secret = "waxwing"
    profile_id = good(worker.put("/me/worker-profile", **{**profile_body(), "approach": secret}))["draft"]["id"]
    good(coordinator.post(f"/worker-profiles/{profile_id}/send-back", reason=secret))
    good(carer.put("/me/preferences", preferences=[{"kind": "language", "value": "xh"}]))
    trail = coordinator.get("/audit", limit=100).text
    told = repr([event.data for person in (worker, coordinator, carer) for event in events_of(person.person.id)])
    assert "worker_profile.sent_back" in trail
    for word in (secret, "psychosis", "xh", "el-CY"):
        assert word not in told
        assert f'"{word}"' not in trail


def test_what_is_told_of_a_profile_is_told_in_words(worker, coordinator):
    def words(person):
        streams = good(person.post("/sync", streams={person.person.id: 0}))["streams"]
        events = streams[person.person.id]["events"]
        return [event["data"]["user_message"] for event in events if event["kind"] == "notice.profile"]

    profile_id = good(worker.put("/me/worker-profile", **profile_body()))["draft"]["id"]
    assert "agree or send it back" in words(coordinator)[0]
    good(coordinator.post(f"/worker-profiles/{profile_id}/agree"))
    assert "Carers see it" in words(worker)[0]


def test_a_suggestion_takes_eight_queries(carer):
    """The actor; what they look for, the model, whom they asked, the candidates, walls, leave, and those who are shown."""
    for _ in range(2):
        listed_worker(languages=["el"])
        good(carer.get("/peer-workers/suggestions"))
        with counted() as sent:
            good(carer.get("/peer-workers/suggestions"))
        assert len(sent) == 8, sent
