"""/me/load and /loads: what workers carry, seen by them and by who looks after them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from models.contact_windows import Window
from models.roles import Role
from models.rota import Layer
from tests.factories.api import assert_problem, items
from tests.factories.digests import at
from tests.factories.messages import PLAIN
from tests.factories.one_to_ones import make_one_to_one, make_request
from tests.factories.openings import DAYTIME, make_terms
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.factories.rota import make_leave, put_on_duty

TUESDAY = datetime(2030, 6, 11, tzinfo=UTC), datetime(2030, 6, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday():
    at(2030, 6, 10, 10)


@pytest.fixture
def worker(caller):
    return caller(make_person(Role.CARER_PEER_WORKER, display_name="Wren", timezone="UTC"))


@pytest.fixture
def supervisor(caller):
    return caller(Role.SUPERVISOR)


def load(worker):
    answer = worker.get("/me/load")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_worker_sees_whom_they_talk_with_and_who_waits(worker):
    make_terms(worker.person, capacity=3)
    make_one_to_one(worker=worker.person)
    make_request(make_person(), worker.person)
    found = load(worker)
    assert {name: found[name] for name in ("contacts", "waiting", "capacity", "places_left")} == {
        "contacts": 1,
        "waiting": 1,
        "capacity": 3,
        "places_left": 2,
    }


def test_their_week_is_windows_and_shifts_and_what_is_in_both_counts_once(worker):
    make_terms(worker.person, weekly_hours=60)
    put_on_duty(worker.person, Layer.PRIMARY)  # from ten to six, of which the window covers seven hours
    week = load(worker)["week"]
    assert (week["window_minutes"], week["shift_minutes"], week["minutes"]) == (7 * 8 * 60, 8 * 60, 57 * 60)
    assert (week["most_minutes"], week["over"]) == (3600, False)
    assert week["since"] == "2030-06-10T00:00:00.000Z"
    assert "once" in week["counted"]


def test_more_than_they_said_is_shown_as_too_much(worker):
    make_terms(worker.person, DAYTIME, weekly_hours=40)
    assert load(worker)["week"]["over"] is True


def test_leave_is_no_work(worker):
    make_terms(worker.person)
    make_leave(worker.person, *TUESDAY)
    assert load(worker)["week"]["window_minutes"] == 6 * 8 * 60


def test_what_they_wrote_outside_their_windows_this_week_is_counted(worker):
    make_terms(worker.person)
    talk = make_one_to_one(worker=worker.person)
    path = f"/conversations/{talk.conversation_id}/messages"
    for days in (9, 10):  # on Sunday, and on Monday
        at(2030, 6, days, 22)
        assert worker.post(path, client_id=uuid4().hex, body=PLAIN, acknowledged_advice=True).status_code == 201
    at(2030, 6, 11, 10)
    assert load(worker)["after_hours_messages"] == 1


def test_who_named_no_windows_has_none_counted(worker):
    found = load(worker)
    assert (found["windows_named"], found["week"]["minutes"], found["week"]["over"]) == (False, 0, False)


def test_who_looks_after_them_sees_everybody_by_name_and_no_score(caller, worker, supervisor):
    for name in ("Rook", "Wagtail", "Finch"):
        make_one_to_one(worker=make_person(Role.CARER_PEER_WORKER, display_name=name))
    make_one_to_one(worker=worker.person)
    for reader in (supervisor, caller(Role.COORDINATOR)):
        listed = items(reader.get("/loads"))
        assert [each["person"]["display_name"] for each in listed] == ["Finch", "Rook", "Wagtail", "Wren"]
    assert listed[3] == load(worker)


def test_a_page_of_them_says_where_to_go_on(worker, supervisor):
    make_person(Role.CARER_PEER_WORKER, display_name="Finch")
    page = supervisor.get("/loads", limit=1).get_json()
    rest = supervisor.get("/loads", limit=1, cursor=page["next_cursor"]).get_json()
    assert [each["person"]["display_name"] for each in (*page["items"], *rest["items"])] == ["Finch", "Wren"]
    assert rest["next_cursor"] is None


def test_nobody_sees_anothers_load_who_does_not_look_after_them(caller, worker):
    for role in (Role.CARER, Role.CARER_PEER_WORKER, Role.MODERATOR, Role.PROFESSIONAL):
        assert_problem(caller(role).get("/loads"), 403, "forbidden")
    assert_problem(caller(Role.CARER).get("/me/load"), 403, "forbidden")


@pytest.mark.parametrize("count", [1, 12])
def test_it_takes_as_many_queries_however_many_they_are(supervisor, count):
    for _ in range(count):
        worker = make_person(Role.CARER_PEER_WORKER)
        make_terms(worker, [Window(day, 540, 600) for day in range(5)])
        make_one_to_one(worker=worker)
    with counted() as sent:
        assert len(items(supervisor.get("/loads", limit=100))) == count
    assert len(sent) == 18, sent
