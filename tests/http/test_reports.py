"""The service's report at the door: as JSON and as a table."""

import csv
import io

import pytest

from models.contacts import ContactState
from models.roles import Role
from tests.actions.test_reports import MARCH, contact
from tests.factories.api import Caller, assert_refused_field, items
from tests.factories.people import make_person


@pytest.fixture
def coordinator(app):
    return Caller(app, make_person(Role.COORDINATOR))


@pytest.fixture
def six_declined(app):
    worker = make_person(Role.CARER_PEER_WORKER)
    for _ in range(6):
        contact(make_person(), worker, ContactState.DECLINED, answered_at=MARCH)


def test_months_come_as_json(coordinator, six_declined):
    (month,) = items(coordinator.get("/reports/service", since="2026-03", until="2026-03"))
    assert (month["month"], month["since"], month["until"]) == (
        "2026-03",
        "2026-03-01T00:00:00.000Z",
        "2026-04-01T00:00:00.000Z",
    )
    assert month["answers"] == {"total": 6, "parts": {"accepted": 0, "declined": 6, "withdrawn": 0, "expired": 0}}
    assert month["until_answer"] == {"median": 0, "ninetieth": None}


def test_months_come_as_a_table(coordinator, six_declined):
    contact(make_person(), make_person(Role.CARER_PEER_WORKER), created_at=MARCH)
    answer = coordinator.get("/reports/service.csv", since="2026-02", until="2026-03")
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hearthside-2026-02-2026-03.csv"'
    before, month = csv.DictReader(io.StringIO(answer.text))
    assert (before["month"], month["month"]) == ("2026-02", "2026-03")
    assert (month["answers"], month["answers declined"], month["until_answer median minutes"]) == ("6", "6", "0")
    assert month["until_answer ninetieth minutes"] == "too few"
    assert (before["requests"], month["requests"]) == ("0", "7")
    assert set(before.values()) <= {"2026-02", "0", "too few"}


def test_a_small_number_is_said_to_be_small(coordinator):
    contact(make_person(), make_person(Role.CARER_PEER_WORKER), ContactState.DECLINED, answered_at=MARCH)
    answer = coordinator.get("/reports/service.csv", since="2026-03", until="2026-03")
    (month,) = csv.DictReader(io.StringIO(answer.text))
    assert month["requests"] == month["answers"] == month["answers accepted"] == "fewer than 5"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-03"}, "until"),
        ({"since": "2026-3", "until": "2026-03"}, "since"),
        ({"since": "2026-03\n", "until": "2026-03"}, "since"),
        ({"since": "2026-03", "until": "2027-03"}, "until"),
        ({"since": "2026-03", "until": "2026-02"}, "until"),
    ],
)
def test_what_is_no_stretch_of_months_is_refused(coordinator, query, field):
    assert coordinator.get("/reports/service", since="2026-03", until="2026-03").status_code == 200
    for path in ("/reports/service", "/reports/service.csv"):
        assert_refused_field(coordinator.get(path, **query), field)
