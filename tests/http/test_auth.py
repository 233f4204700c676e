"""/auth: signing up, in and out, and one's own sessions."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import code_of_conduct
from models.clock import clock
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.people import make_person, make_sign_in

PASSWORD = "seven herons by the lake"


def registration(**changes):
    return {
        "email": f"{uuid4().hex}@example.test",
        "password": PASSWORD,
        "display_name": "Wattle",
        "timezone": "Australia/Sydney",
        "region": "AU",
        "accepted_code_version": code_of_conduct.STARTER_VERSION,
        **changes,
    }


@pytest.fixture
def nobody(caller):
    return caller(None)


@pytest.fixture(scope="session")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def ann(app, password_hash):
    return make_person(email="ann@example.test", password_hash=password_hash)


def bearing(caller, token):
    caller.headers = {"Authorization": f"Bearer {token}"}
    return caller


def test_signing_up_answers_with_the_person_and_a_pair_of_tokens(nobody):
    answer = nobody.post("/auth/register", **registration(email="Ann@Example.test"))
    assert answer.status_code == 201
    body = answer.get_json()
    assert set(body) == {"person", "access_token", "refresh_token", "expires_in"}
    assert body["expires_in"] == 900
    assert body["person"]["email"] == "ann@example.test"
    assert (body["person"]["role"], body["person"]["role_label"]) == ("carer", "Carer")


def test_one_is_signed_in_after_signing_up(nobody):
    token = nobody.post("/auth/register", **registration()).get_json()["access_token"]
    assert bearing(nobody, token).get("/me").get_json()["display_name"] == "Wattle"


def test_a_password_is_never_given_back(nobody):
    assert PASSWORD not in nobody.post("/auth/register", **registration()).text


def test_nobody_signs_up_into_another_role(nobody):
    assert_refused_field(nobody.post("/auth/register", **registration(role="moderator")), "role")


def test_an_address_that_has_an_account_is_refused(nobody, ann):
    assert_problem(nobody.post("/auth/register", **registration(email="ANN@example.test")), 409, "email_taken")


def test_an_outdated_code_of_conduct_is_refused(nobody):
    outdated = registration(accepted_code_version=code_of_conduct.STARTER_VERSION + 1)
    assert_problem(nobody.post("/auth/register", **outdated), 409, "code_version_outdated")


@pytest.mark.parametrize("name", registration())
def test_every_field_of_a_registration_is_needed(nobody, name):
    body = registration()
    del body[name]
    assert_refused_field(nobody.post("/auth/register", **body), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "not an address"),
        ("email", "a" * 250 + "@example.test"),
        ("password", "seven c"),
        ("password", "x" * 129),
        ("display_name", "A"),
        ("display_name", "x" * 41),
        ("display_name", "Two\nlines"),
        ("timezone", "Mars/Base"),
        ("region", "ZZ"),
        ("accepted_code_version", "1"),
    ],
)
def test_a_registration_that_cannot_be_meant_is_refused(nobody, name, value):
    assert_refused_field(nobody.post("/auth/register", **registration(**{name: value})), name)


@pytest.mark.parametrize("email", ["ann@example.test", "ANN@Example.Test", " ann@example.test "])
def test_the_password_signs_in_however_the_address_is_written(nobody, ann, email):
    answer = nobody.post("/auth/login", email=email, password=PASSWORD)
    assert answer.status_code == 200
    assert answer.get_json()["person"]["id"] == ann.id


@pytest.mark.parametrize(
    ("email", "password"),
    [("ann@example.test", "wrong"), ("ann@example.test", PASSWORD + " "), ("nobody@example.test", PASSWORD), ("", "")],
)
def test_what_does_not_go_together_does_not_sign_in(nobody, ann, email, password):
    answer = nobody.post("/auth/login", email=email or "x", password=password or "x")
    assert_problem(answer, 401, "wrong_credentials")


def test_a_wrong_password_and_a_wrong_address_look_the_same(nobody, ann):
    wrong_password = nobody.post("/auth/login", email="ann@example.test", password="wrong")
    wrong_address = nobody.post("/auth/login", email="ben@example.test", password="wrong")
    assert wrong_password.data == wrong_address.data


def test_a_device_is_named_in_the_list_of_sessions(nobody, ann):
    token = nobody.post("/auth/login", email="ann@example.test", password=PASSWORD, device_name="Blue phone")
    (row,) = items(bearing(nobody, token.get_json()["access_token"]).get("/auth/sessions"))
    assert (row["device_name"], row["current"]) == ("Blue phone", True)
    assert set(row) == {"id", "device_name", "created_at", "refreshed_at", "expires_at", "current"}


def test_refreshing_gives_a_new_pair_that_works(caller):
    ann = caller()
    answer = bearing(ann, ann.tokens.refresh_token).post("/auth/refresh")
    assert answer.status_code == 200
    pair = answer.get_json()
    assert pair["refresh_token"] != ann.tokens.refresh_token
    assert bearing(ann, pair["access_token"]).get("/me").status_code == 200
    assert bearing(ann, pair["refresh_token"]).post("/auth/refresh").status_code == 200


def test_a_refresh_token_used_twice_ends_the_whole_session(caller):
    ann = caller()
    pair = bearing(ann, ann.tokens.refresh_token).post("/auth/refresh").get_json()
    assert_problem(bearing(ann, ann.tokens.refresh_token).post("/auth/refresh"), 401, "session_ended")
    assert_problem(bearing(ann, pair["access_token"]).get("/me"), 401, "session_ended")
    assert_problem(bearing(ann, pair["refresh_token"]).post("/auth/refresh"), 401, "session_ended")


def test_signing_out_ends_this_session_and_no_other(app, caller):
    phone = caller()
    tablet = Caller(app, phone.person)
    assert phone.post("/auth/logout").status_code == 204
    assert_problem(phone.get("/me"), 401, "session_ended")
    assert_problem(bearing(phone, phone.tokens.refresh_token).post("/auth/refresh"), 401, "session_ended")
    assert tablet.get("/me").status_code == 200


def test_another_of_ones_sessions_can_be_ended(app, caller):
    phone = caller()
    lost = Caller(app, phone.person)
    assert phone.delete(f"/auth/sessions/{lost.sign_in.id}").status_code == 204
    assert_problem(lost.get("/me"), 401, "session_ended")
    assert [row["id"] for row in items(phone.get("/auth/sessions"))] == [phone.sign_in.id]


def test_ending_a_session_twice_is_harmless(app, caller):
    phone = caller()
    lost = Caller(app, phone.person)
    answers = [phone.delete(f"/auth/sessions/{lost.sign_in.id}").status_code for _ in range(2)]
    assert answers == [204, 204]


def test_another_persons_session_does_not_exist(caller):
    other = make_sign_in(make_person())
    assert_problem(caller().delete(f"/auth/sessions/{other.id}"), 404, "not_found")


def test_a_session_that_ran_out_is_not_listed(app, caller):
    phone = caller()
    clock.move(timedelta(days=29))
    tablet = Caller(app, phone.person)
    clock.move(timedelta(days=2))
    listed = [row["id"] for row in items(tablet.get("/auth/sessions"))]
    assert listed == [tablet.sign_in.id]
