"""/auth: signing up, in and out, and one's own sessions."""

import threading
from datetime import timedelta

import pytest

from models import code_of_conduct
from models.auth import IDLE_LASTS, SignIn
from models.clock import clock
from models.ids import new_id
from models.session import transaction
from server.passwords import hash_password
from server.queries.auth import is_current_refresh
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.people import make_person, make_sign_in
from tests.factories.queries import counted
from tests.factories.races import Racer
from tests.factories.registrations import PASSWORD, registration


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
    assert set(body) == {"person", "access_token", "refresh_token", "expires_in", "warnings"}
    assert body["expires_in"] == 900
    assert body["person"]["email"] == "ann@example.test"
    assert (body["person"]["role"], body["person"]["role_label"]) == ("carer", "Carer")


def test_one_is_signed_in_after_signing_up(nobody):
    token = nobody.post("/auth/register", **registration(display_name="Wattle")).get_json()["access_token"]
    assert bearing(nobody, token).get("/me").get_json()["display_name"] == "Wattle"


def test_a_password_is_never_given_back(nobody):
    assert PASSWORD not in nobody.post("/auth/register", **registration()).text


def test_nobody_signs_up_into_another_role(nobody):
    assert_refused_field(nobody.post("/auth/register", **registration(role="moderator")), "role")


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


def test_a_wrong_password_a_wrong_and_an_unproven_address_look_and_cost_the_same(nobody, ann, password_hash, hashing):
    make_person(email="cleo@example.test", password_hash=password_hash, email_proven=False)
    tried = [("ann@example.test", "wrong"), ("ben@example.test", PASSWORD), ("cleo@example.test", PASSWORD)]
    seen = []
    for email, password in tried:
        hashing.clear()
        with counted() as sent:
            answer = nobody.post("/auth/login", email=email, password=password)
        seen.append((answer.status_code, answer.data, list(hashing), sent))
    assert seen[0] == seen[1] == seen[2]
    status, _, hashes, queries = seen[0]
    assert (status, hashes, len(queries)) == (401, ["_verify"], 1)


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


@pytest.fixture
def arrived(monkeypatch):
    """Set once a refresh has looked at its token, on its way to the session's lock."""
    looked = threading.Event()

    def look(*args):
        found = is_current_refresh(*args)
        looked.set()
        return found

    monkeypatch.setattr("server.http.auth.is_current_refresh", look)
    return looked


def test_a_refresh_that_waited_for_another_with_the_same_token_ends_nothing(app, caller, arrived):
    ann = caller()
    with transaction() as session:
        begun = session.get(SignIn, ann.sign_in.id, with_for_update=True)
        late = Racer(lambda: bearing(Caller(app), ann.tokens.refresh_token).post("/auth/refresh"))
        assert arrived.wait(10)
        begun.previous_refresh_id, begun.refresh_id = begun.refresh_id, new_id()
    assert_problem(late.outcome(), 409, "refresh_raced")
    assert ann.get("/me").status_code == 200


def refresh_with(caller, token, key):
    caller.headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return caller.request("POST", "/auth/refresh")


def test_a_refresh_whose_answer_got_lost_can_be_repeated_with_its_key(caller):
    ann = caller()
    lost, heard = (refresh_with(ann, ann.tokens.refresh_token, "a-key-of-chance-1") for _ in range(2))
    assert (lost.status_code, heard.status_code) == (200, 200)
    pair = heard.get_json()
    assert bearing(ann, pair["access_token"]).get("/me").status_code == 200
    assert refresh_with(ann, pair["refresh_token"], "a-key-of-chance-2").status_code == 200


def test_another_key_does_not_open_a_used_token(caller):
    ann = caller()
    refresh_with(ann, ann.tokens.refresh_token, "a-key-of-chance-1")
    assert_problem(refresh_with(ann, ann.tokens.refresh_token, "a-key-of-chance-2"), 401, "session_ended")


@pytest.mark.parametrize("key", ["short", "x" * 65, "with spaces in it", "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"])
def test_a_key_that_cannot_be_one_is_refused(caller, key):
    ann = caller()
    assert_refused_field(refresh_with(ann, ann.tokens.refresh_token, key), "Idempotency-Key")
    assert bearing(ann, ann.tokens.refresh_token).post("/auth/refresh").status_code == 200


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


def test_a_session_that_was_not_used_for_two_weeks_is_not_listed(app, caller):
    phone = caller()
    clock.move(IDLE_LASTS + timedelta(minutes=1))
    tablet = Caller(app, phone.person)
    assert [row["id"] for row in items(tablet.get("/auth/sessions"))] == [tablet.sign_in.id]


def test_ones_sessions_page_newest_first(app, caller):
    ann = caller()
    others = [make_sign_in(ann.person).id for _ in range(4)]
    make_sign_in(make_person())
    first = ann.get("/auth/sessions", limit=3)
    second = ann.get("/auth/sessions", limit=3, cursor=first.get_json()["next_cursor"])
    assert [row["id"] for row in items(first) + items(second)] == [*reversed(others), ann.sign_in.id]
    assert second.get_json()["next_cursor"] is None
    assert_refused_field(ann.get("/auth/sessions", cursor="!"), "cursor")
