"""/me/availability: what a worker says of when and for whom they are there, and what becomes of it."""

from datetime import timedelta

import pytest

from models.clock import clock, whole_second
from models.roles import Role
from models.rota import Layer
from tests.factories.api import assert_problem, assert_refused_field
from tests.factories.people import make_person
from tests.factories.rota import fit_worker, make_leave, put_on_duty
from tests.factories.streams import audited, events_of, kinds_of

PATH = "/me/availability"
MORNING = {"day": "mon", "opens": "09:00", "closes": "12:30"}
NIGHT = {"day": "thu", "opens": "22:00", "closes": "01:00"}
DAY = timedelta(days=1)


@pytest.fixture
def worker(caller):
    return caller(make_person(Role.CARER_PEER_WORKER))


@pytest.fixture
def carer(caller):
    return caller(Role.CARER)


def put(worker, **changes):
    answer = worker.put(PATH, **changes)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def stretch(since, until):
    return {"since": whole_second(since).isoformat(), "until": whole_second(until).isoformat()}


def ask(carer, worker):
    return carer.post("/contact-requests", worker_id=worker.person.id)


def accept(worker, asked):
    return worker.request("POST", f"/contact-requests/{asked.get_json()['contact']['id']}/accept")


def test_whoever_said_nothing_has_what_the_service_says_and_promises_no_hour(worker):
    found = worker.get(PATH).get_json()
    assert (found["windows"], found["capacity"], found["paused"], found["version"]) == (None, None, False, 0)
    assert (found["limits"], found["places_left"]) == ({"capacity": 8, "weekly_hours": 38}, 8)
    assert (found["takes_new"], found["open_now"], found["next_open_at"]) == (True, False, None)


def test_windows_are_on_the_workers_own_clock_and_come_back_in_order(worker):
    found = put(worker, windows=[NIGHT, MORNING])
    assert found["windows"] == [MORNING, NIGHT]
    assert found["timezone"] == "Australia/Sydney"
    assert worker.get(PATH).get_json() == {**found, "next_open_at": worker.get(PATH).get_json()["next_open_at"]}
    assert put(worker, timezone="Europe/Dublin")["timezone"] == "Europe/Dublin"


def test_a_whole_day_can_be_named(worker):
    whole = {"day": "sun", "opens": "00:00", "closes": "24:00"}
    assert put(worker, windows=[whole])["windows"] == [whole]


def test_what_is_left_out_stays_as_it_is(worker):
    put(worker, windows=[MORNING], capacity=3, weekly_hours=20)
    found = put(worker, paused=True)
    assert (found["windows"], found["capacity"], found["weekly_hours"], found["paused"]) == ([MORNING], 3, 20, True)
    assert put(worker, windows=None)["windows"] is None


def test_the_same_again_changes_nothing(worker):
    first = put(worker, windows=[MORNING])
    assert put(worker, windows=[MORNING])["version"] == first["version"] == 1
    assert audited(worker.person.id).count("availability.changed") == 1
    assert kinds_of(worker.person.id).count("notice.availability") == 1


def test_another_phones_change_is_not_lost(worker):
    first = put(worker, capacity=3)
    assert put(worker, capacity=4, version=first["version"])["version"] == 2
    assert_problem(worker.put(PATH, capacity=5, version=first["version"]), 409, "stale_version")
    assert worker.get(PATH).get_json()["capacity"] == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("windows", []),
        ("windows", [{"day": "mon", "opens": "09:00", "closes": "09:14"}]),
        ("windows", [{"day": "funday", "opens": "09:00", "closes": "10:00"}]),
        ("windows", [{"day": "mon", "opens": "24:00", "closes": "10:00"}]),
        ("windows", [{"day": "mon", "opens": "09:00"}]),
        ("capacity", 51),
        ("capacity", -1),
        ("weekly_hours", 61),
        ("timezone", "Mars/Olympus"),
        ("leave", [{"since": "2026-01-02T00:00:00Z", "until": "2099-01-01T00:00:00Z"}]),
    ],
)
def test_what_cannot_be_meant_is_refused(worker, field, value):
    assert_refused_field(worker.put(PATH, **{field: value}), field)
    assert worker.get(PATH).get_json()["version"] == 0


def test_only_who_takes_carers_has_windows(carer, worker):
    assert worker.get(PATH).status_code == 200
    assert_problem(carer.get(PATH), 403, "forbidden")
    assert_problem(carer.put(PATH, paused=True), 403, "forbidden")


def test_leave_is_all_that_is_to_come_and_what_is_not_named_again_is_taken_back(worker):
    now = clock.now()
    first, second = stretch(now + DAY, now + 2 * DAY), stretch(now + 5 * DAY, now + 9 * DAY)
    assert len(put(worker, leave=[first, second])["leave"]) == 2
    assert len(put(worker, leave=[second])["leave"]) == 1
    assert put(worker, leave=[])["leave"] == []


def test_leave_that_has_begun_ends_now_when_it_is_taken_back(worker):
    now = clock.now()
    put(worker, leave=[stretch(now, now + 5 * DAY)])
    assert not worker.get(PATH).get_json()["takes_new"]
    clock.move(DAY)
    found = put(worker, leave=[])
    assert (found["leave"], found["takes_new"]) == ([], True)


def test_leave_the_rota_knows_counts_as_well_and_is_not_theirs_to_change(worker):
    now = clock.now()
    make_leave(worker.person, now, now + 3 * DAY)
    found = put(worker, leave=[])
    assert (len(found["rota_leave"]), found["takes_new"]) == (1, False)


def test_leave_takes_nobody_off_the_rota_and_says_so(caller):
    worker = fit_worker()
    put_on_duty(worker, Layer.PRIMARY)
    now = clock.now()
    found = put(caller(worker), leave=[stretch(now, now + 2 * DAY)])
    assert found["shifts_during_leave"] == 1


def test_a_pause_stops_new_requests_at_once_and_ends_as_quickly(carer, worker):
    put(worker, paused=True)
    assert_problem(ask(carer, worker), 409, "worker_unavailable")
    put(worker, paused=False)
    assert ask(carer, worker).status_code == 201


def test_whoever_is_away_is_not_asked(carer, worker):
    now = clock.now()
    put(worker, leave=[stretch(now, now + 2 * DAY)])
    assert_problem(ask(carer, worker), 409, "worker_unavailable")
    clock.move(3 * DAY)
    assert ask(carer, worker).status_code == 201


def test_whoever_waits_when_a_worker_pauses_is_told_and_keeps_their_request(carer, worker):
    asked = ask(carer, worker)
    put(worker, paused=True)
    told = [event.data for event in events_of(carer.person.id) if event.kind == "contact.paused"]
    contact_id = asked.get_json()["contact"]["id"]
    assert told == [{"contact_id": contact_id, "conversation_id": None, "worker_id": worker.person.id, "paused": True}]
    assert carer.get(f"/contact-requests/{contact_id}").get_json()["contact"]["state"] == "requested"
    assert_problem(accept(worker, asked), 409, "worker_paused")
    put(worker, paused=False)
    assert [event.data["paused"] for event in events_of(carer.person.id) if event.kind == "contact.paused"] == [True, False]
    assert accept(worker, asked).status_code == 200


def test_whoever_waits_is_told_so_kindly_and_where_others_are(carer, worker):
    ask(carer, worker)
    for paused in (True, False):
        put(worker, paused=paused)
    streams = carer.post("/sync", streams={carer.person.id: 0}).get_json()["streams"]
    told = [event["data"] for event in streams[carer.person.id]["events"] if event["kind"] == "contact.paused"]
    assert [(data["paused"], data.get("others")) for data in told] == [
        (True, "/api/v1/peer-workers/suggestions"),
        (False, None),
    ]
    assert "nothing to do with you" in told[0]["user_message"]


def test_who_is_full_begins_nothing_more_and_the_request_stays(caller, worker):
    put(worker, capacity=1)
    first, second = (ask(caller(make_person()), worker) for _ in range(2))
    assert accept(worker, first).status_code == 200
    assert_problem(accept(worker, second), 409, "worker_full")
    assert worker.get(PATH).get_json()["places_left"] == 0
    worker.request("POST", f"/conversations/{_conversation(worker, first)}/end")
    assert accept(worker, second).status_code == 200


def _conversation(worker, asked):
    path = f"/contact-requests/{asked.get_json()['contact']['id']}"
    return worker.get(path).get_json()["contact"]["conversation_id"]
