"""/healthz: the process answers. /readyz: it can do its work."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models import migrations
from models.clock import clock
from models.crisis import base_directory
from models.session import bind, current_engine, transaction
from server.app import create_app
from server.jobs.audit_check import go_on_checking
from tests.factories import database
from tests.factories.api import assert_problem
from tests.factories.helplines import verify
from tests.factories.settings import make_settings


def test_a_live_process_answers(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_migrated_database_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ready")


def test_readiness_warns_of_every_helpline_that_nobody_verified(client):
    (warning,) = client.get("/readyz").get_json()["warnings"]
    assert warning["code"] == "helplines_unverified"
    assert [line["id"] for line in warning["helplines"]] == [line.id for line in base_directory().lines]
    lifeline = {"id": "au-lifeline", "name": "Lifeline", "region": "AU", "last_verified_on": None}
    assert lifeline in warning["helplines"]


def test_readiness_warns_of_a_line_again_ninety_days_after_it_was_verified(client):
    def named():
        return [line["id"] for line in client.get("/readyz").get_json()["warnings"][0]["helplines"]]

    verify("au-lifeline")
    assert "au-lifeline" not in named()
    clock.move(timedelta(days=90))
    assert "au-lifeline" not in named()
    clock.move(timedelta(days=1))
    assert "au-lifeline" in named()


def test_readiness_warns_of_nothing_once_every_line_is_verified(client):
    for line in base_directory().lines:
        verify(line.id)
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_readiness_warns_of_a_broken_audit_trail_and_not_of_a_whole_one(client):
    for line in base_directory().lines:
        verify(line.id)
    go_on_checking(pause=lambda: None)
    assert client.get("/readyz").get_json() == {"status": "ready"}
    with transaction() as session:
        session.execute(text("UPDATE audit_entry SET actor_id = NULL WHERE seq = 1"))
    go_on_checking(pause=lambda: None)
    (warning,) = client.get("/readyz").get_json()["warnings"]
    assert set(warning) == {"code", "detail"}  # anybody may ask: where it breaks is in the audit trail's own screen
    assert warning["code"] == "audit_broken"


@pytest.fixture
def unmigrated(database_url):
    url = database.new_database(database_url)
    return create_app(make_settings(database_url=url)).test_client()


def test_a_database_that_is_not_migrated_is_not_ready(app, unmigrated):
    problem = assert_problem(unmigrated.get("/readyz"), 503, "unavailable")
    assert problem["retry_after"] > 0
    assert unmigrated.get("/healthz").status_code == 200


def test_it_is_ready_once_migrated(app, unmigrated):
    migrations.upgrade(current_engine())
    assert unmigrated.get("/readyz").status_code == 200


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_is_away_is_not_ready(app, url):
    bind(url)
    assert_problem(app.test_client().get("/readyz"), 503, "unavailable")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/none"])
def test_while_the_database_is_away_people_are_told_to_try_again(caller, url):
    carer = caller()
    bind(url)
    assert_problem(carer.get("/me"), 503, "unavailable")
    assert_problem(carer.post("/auth/logout"), 503, "unavailable")
