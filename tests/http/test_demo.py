"""`flask demo`: made-up people with a known password, and only ever in a database of their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.app import create_app
from server.demo import GROUPS, LOGINS, PASSWORD, has_people, is_demo_database
from server.queries.fitness import find_gaps
from server.queries.people import find_by_email
from server.queries.rota import on_duty
from tests.factories.people import make_person


@pytest.fixture
def demo_app(app, settings):
    return create_app(replace(settings, demo=True))


@pytest.fixture
def flask(demo_app):
    runner = demo_app.test_cli_runner()
    return lambda *args: runner.invoke(args=args)


def test_demo_fills_an_empty_database_and_prints_the_logins(flask):
    result = flask("demo")
    assert result.exit_code == 0, result.output
    assert PASSWORD in result.output
    assert all(login.email in result.output for login in LOGINS)
    with reading() as session:
        assert is_demo_database(session)


def test_the_demo_has_somebody_of_each_layer_on_duty_now_and_one_gap_within_a_week(flask):
    flask("demo")
    now = clock.now()
    with reading() as session:
        there = on_duty(session, at=now)
        assert [one.layer for one in there] == list(Layer)
        assert len({one.person_id for one in there}) == len(Layer)
        coordinator = find_by_email(session, "coordinator@demo.test")
        (found,) = find_gaps(session, coordinator, now, now + timedelta(days=7), now=now)
    assert found.gap.layer is Layer.PRIMARY
    assert found.gap.until - found.gap.since <= timedelta(hours=2)


def test_outside_a_demo_it_is_refused(app):
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "DEMO=1" in result.output
    with reading() as session:
        assert not has_people(session)


def test_demo_twice_makes_it_once(flask):
    flask("demo")
    again = flask("demo")
    assert again.exit_code == 0
    assert "already" in again.output


def test_demo_refuses_a_database_with_real_people(flask):
    make_person(Role.CARER)
    result = flask("demo")
    assert result.exit_code == 1
    assert "people in this database" in result.output
    assert PASSWORD not in result.output
    assert "Traceback" not in result.output
    with reading() as session:
        assert not is_demo_database(session)


@pytest.fixture
def demo_client(demo_app, flask):
    flask("demo")
    return demo_app.test_client()


def sign_in(client, name):
    answer = client.post("/api/v1/auth/login", json={"email": f"{name}@demo.test", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def test_every_demo_login_signs_in_with_its_role(demo_client):
    for login in LOGINS:
        me = demo_client.get("/api/v1/me", headers=sign_in(demo_client, login.name)).get_json()
        assert (me["role"], me["display_name"]) == (login.role.value, login.display_name)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("carer1", ["Parents"]),
        ("carer4", ["Parents"]),
        ("carer5", ["Partners", "Siblings"]),
        ("worker1", ["Parents"]),
        ("moderator1", []),
    ],
)
def test_demo_people_are_in_their_groups(demo_client, name, titles):
    rows = demo_client.get("/api/v1/conversations", headers=sign_in(demo_client, name)).get_json()["items"]
    assert [row["title"] for row in rows] == titles


def test_demo_carers_are_suggested_workers_who_differ_each_with_a_reason(demo_client):
    def suggestions(name):
        answer = demo_client.get("/api/v1/peer-workers/suggestions", headers=sign_in(demo_client, name))
        return [(each["display_name"], bool(each["reasons"])) for each in answer.get_json()["items"]]

    assert suggestions("carer1")[0] == ("Rowan", True)
    assert suggestions("carer3")[0] == ("Maple", True)
    assert suggestions("carer5")[0] == ("Clover", True)
    assert {name for name, _ in suggestions("carer4")} == {"Rowan", "Maple", "Clover"}


def test_demo_groups_are_moderated_as_promised(demo_client):
    rows = demo_client.get("/api/v1/groups", headers=sign_in(demo_client, "carer1")).get_json()["items"]
    assert {row["name"]: row["moderation"] for row in rows} == {
        "Parents": "after",
        "Partners": "before",
        "Siblings": "new_members",
    }
    assert len(GROUPS) == 3


def test_the_demo_library_answers_and_says_that_nobody_has_read_it_yet(demo_client):
    answer = demo_client.get("/api/v1/resources?q=a break from caring", headers=sign_in(demo_client, "carer1"))
    found = answer.get_json()["items"]
    assert "respite-and-how-to-ask" in [piece["slug"] for piece in found[:3]]
    assert not any(piece["current"] for piece in found)
