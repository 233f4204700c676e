"""/me/export and DELETE /me, as a client meets them."""

import pytest

from models.people import Person, PersonState
from models.roles import Role
from models.session import transaction
from server.limits import LIMITS
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, post
from tests.factories.people import make_person, signed_in_long_ago
from tests.factories.privacy import CANARY, open_zip, person_now, rows_of, run_jobs

PASSWORD = "seven herons by the lake"


def test_an_export_is_begun_waited_for_and_fetched(caller):
    carer = caller()
    begun = carer.get("/me/export")
    assert (begun.status_code, begun.get_json()) == (202, {"state": "waiting", "progress": 0, "retry_after": 5})
    run_jobs()
    ready = carer.get("/me/export")
    assert (ready.status_code, ready.content_type) == (200, "application/zip")
    assert ready.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert ready.headers["Cache-Control"] == "no-store"
    data, _ = open_zip(ready.data)
    assert rows_of(data, "profile")[0]["id"] == carer.person.id


def test_a_fresh_one_is_begun_by_asking_for_it(caller):
    carer = caller()
    carer.get("/me/export")
    run_jobs()
    assert carer.get("/me/export").status_code == 200
    begun = carer.post("/me/export")
    assert (begun.status_code, begun.get_json()["state"]) == (202, "waiting")
    assert carer.get("/me/export").status_code == 202


def test_one_that_failed_says_so(caller, monkeypatch):
    monkeypatch.setattr("server.jobs.export.MOST_BYTES", 100)
    carer = caller()
    carer.get("/me/export")
    run_jobs()
    failed = carer.get("/me/export")
    assert (failed.status_code, failed.get_json()) == (202, {"state": "failed", "progress": 0, "retry_after": None})


def test_a_ready_one_is_taken_away(caller):
    carer = caller()
    assert_problem(carer.delete("/me/export"), 404, "not_found")
    carer.get("/me/export")
    run_jobs()
    assert carer.delete("/me/export").status_code == 204
    assert carer.get("/me/export").status_code == 202


def test_the_sixth_of_a_day_is_refused(caller):
    carer = caller()
    for _ in range(5):
        carer.post("/me/export")
        run_jobs()
    assert assert_problem(carer.post("/me/export"), 429, "too_many_requests")["retry_after"] > 0


def test_nobody_gets_anothers(caller):
    carer, other = caller(), caller()
    carer.get("/me/export")
    run_jobs()
    assert other.get("/me/export").status_code == 202
    assert_problem(other.delete("/me/export"), 404, "not_found")
    assert carer.get("/me/export").status_code == 200


@pytest.fixture
def suspended(app):
    person = make_person(password_hash=hash_password(PASSWORD))
    with transaction() as session:
        session.get_one(Person, person.id).state = PersonState.SUSPENDED
    return Caller(app, person)


def test_a_suspended_person_has_their_data_and_can_leave(suspended):
    assert_problem(suspended.get("/groups"), 403, "suspended")
    assert suspended.get("/me/export").status_code == 202
    run_jobs()
    assert suspended.get("/me/export").status_code == 200
    assert suspended.delete("/me").status_code == 202


def test_leaving_says_what_stays_and_signs_out_everywhere(app):
    person = make_person()
    phone, tablet = Caller(app, person), Caller(app, person)
    post(person, make_group(person), HOSTILE)
    answer = phone.delete("/me")
    assert answer.status_code == 202
    said = answer.get_json()
    assert said["state"] == "running"
    assert {kept["kind"] for kept in said["kept"]} == {
        "messages_under_review",
        "sign_ins",
        "acceptances",
        "audit_entries",
        "places",
    }
    for kept in said["kept"]:
        assert set(kept) == {"kind", "count", "why", "until"}
        assert kept["until"] is None or kept["until"].endswith("Z")
    for device in (phone, tablet):
        assert_problem(device.get("/me"), 401, "session_ended")


def test_who_signed_in_long_ago_gives_the_password_again(app):
    person = make_person(password_hash=hash_password(PASSWORD))
    carer = Caller(app, person, signed_in_long_ago(person))
    for refused in (
        carer.delete("/me"),
        carer.request("DELETE", "/me", json={}),
        carer.request("DELETE", "/me", json={"password": None}),
        carer.request("DELETE", "/me", json={"password": "wrong"}),
    ):
        assert_problem(refused, 403, "reauthentication_required")
    assert person_now(person).state is PersonState.ACTIVE
    assert carer.request("DELETE", "/me", json={"password": PASSWORD}).status_code == 202


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}])
def test_the_body_may_be_left_out_whatever_a_web_server_makes_of_that(caller, headers):
    assert caller().request("DELETE", "/me", headers=headers).status_code == 202


def test_the_password_is_not_guessed_by_leaving(app):
    person = make_person(password_hash=hash_password(PASSWORD))
    carer = Caller(app, person, signed_in_long_ago(person))
    tries = LIMITS["reauthentication.person"].amount
    answers = [carer.request("DELETE", "/me", json={"password": "wrong"}).status_code for _ in range(tries + 1)]
    assert answers == [403] * tries + [429]
    assert_problem(carer.request("DELETE", "/me", json={"password": PASSWORD}), 429, "too_many_requests")


def test_the_last_coordinator_is_told_to_name_another(app):
    coordinator = Caller(app, make_person(Role.COORDINATOR))
    assert_problem(coordinator.delete("/me"), 409, "last_coordinator")
    assert coordinator.get("/me").status_code == 200


def test_others_see_a_name_that_says_nothing(app, caller):
    person, friend = make_person(display_name="Wattle"), make_person()
    group = make_group(person, friend)
    post(person, group)
    Caller(app, person).delete("/me")
    run_jobs()
    (message,) = Caller(app, friend).get(f"/conversations/{group.conversation_id}/messages").get_json()["items"]
    assert (message["author"]["display_name"], message["state"], message["body"]) == ("Someone who left", "deleted", "")


def test_a_moderator_still_sees_what_is_under_review_and_nobody_else_does(app):
    person, friend = make_person(), make_person()
    group = make_group(person, friend)
    message = post(person, group, f"Hello, {CANARY}.").message
    Caller(app, friend).post(f"/messages/{message.id}/report", reason="abuse")
    Caller(app, person).delete("/me")
    run_jobs()
    history = Caller(app, friend).get(f"/conversations/{group.conversation_id}/messages").get_json()
    assert CANARY not in str(history)
    moderator = Caller(app, make_person(Role.MODERATOR))
    (case,) = moderator.get("/review/cases").get_json()["items"]
    detail = moderator.post(f"/review/cases/{case['id']}/reveal").get_json()
    assert CANARY in detail["message"]["body"]
    assert detail["allowed_decisions"] == ["dismiss"]


def test_nothing_of_it_is_in_the_log(app, logs):
    person = make_person(display_name=CANARY, email=f"{CANARY}@example.test")
    carer = Caller(app, person)
    post(person, make_group(person), CANARY)
    carer.get("/me/export")
    run_jobs()
    carer.get("/me/export")
    carer.request("DELETE", "/me", json={"password": CANARY})
    carer.delete("/me")
    run_jobs()
    assert '"/api/v1/me/export"' in logs.getvalue()
    assert CANARY not in logs.getvalue()
