"""The transparency report at the door, and as files."""

import json
from datetime import UTC, datetime

import pytest

from models.clock import clock
from models.roles import Role
from models.sanctions import SanctionKind
from moderation.screening import RULES_VERSION
from server.queries.transparency_page import CSP
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, post
from tests.factories.people import make_person

MARCH = datetime(2027, 3, 10, 9, tzinfo=UTC)
ASKED = {"since": "2027-03", "until": "2027-03"}


@pytest.fixture
def coordinator(caller):
    """In April, when five cases were opened in March."""
    coordinator = make_person(Role.COORDINATOR)
    clock.move(MARCH - clock.now())
    for _ in range(5):
        author = make_person()
        post(author, make_group(author), RISKY)
    clock.move(datetime(2027, 4, 2, tzinfo=UTC) - clock.now())
    return caller(coordinator)


def test_months_come_as_json_and_as_a_page(coordinator):
    answer = coordinator.get("/reports/moderation", **ASKED)
    (month,) = items(answer)
    assert answer.json["rules_version"] == RULES_VERSION
    assert (month["month"], month["labels"]["total"], month["labels"]["parts"]["risk_to_self"]) == ("2027-03", 5, 5)
    assert month["times"]["safety"] == {"until_decision": {"median": None, "ninetieth": None}, "in_time": None}
    assert month["sanctions"] == {"total": 0, "parts": dict.fromkeys(SanctionKind, 0)}
    assert (month["appeals"]["total"], month["appeals_made"]) == (0, 0)
    page = coordinator.get("/reports/moderation.html", **ASKED)
    assert (page.content_type, page.headers["Content-Security-Policy"]) == ("text/html; charset=utf-8", CSP)
    assert "Risk to oneself" in page.text


def test_what_is_no_month_is_refused_and_so_is_who_does_not_answer_for_the_service(coordinator, caller):
    assert_refused_field(coordinator.get("/reports/moderation", since="2027-13", until="2027-03"), "since")
    assert_problem(caller(Role.MODERATOR).get("/reports/moderation", **ASKED), 403, "forbidden")


def test_an_operator_writes_the_files(app, coordinator, tmp_path):
    def run(month):
        return app.test_cli_runner().invoke(args=["transparency", "--month", month, "--out", str(tmp_path / "public")])

    assert run("2027-03").exit_code == 0
    written = json.loads((tmp_path / "public/moderation-2027-03.json").read_text())
    assert written == coordinator.get("/reports/moderation", **ASKED).json
    page = (tmp_path / "public/moderation-2027-03.html").read_text()
    assert page == coordinator.get("/reports/moderation.html", **ASKED).text
    assert "not over yet" in run("2027-04").output
    assert run("March").exit_code != 0
    assert sorted(path.name for path in (tmp_path / "public").iterdir()) == [
        "moderation-2027-03.html",
        "moderation-2027-03.json",
    ]
