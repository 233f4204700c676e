"""Limits: wrong passwords, sign-ups and guesses run into a wall; a person who does nothing wrong does not."""

from server.limits import RateLimits
from server.passwords import hash_password
from tests.factories.people import make_person

PASSWORD = "a quiet evening"


def try_to_sign_in(client, email: str, password: str, address: str = "198.51.100.1"):
    return client.post(
        "/api/v1/auth/login", json={"email": email, "password": password}, environ_base={"REMOTE_ADDR": address}
    )


def test_wrong_passwords_for_one_account_are_limited_and_say_how_long_to_wait(client):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    answers = [try_to_sign_in(client, "fern@example.test", "wrong").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    refused = try_to_sign_in(client, "fern@example.test", PASSWORD)
    assert refused.json["code"] == "too_many_requests"
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(client):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    for _ in range(12):
        try_to_sign_in(client, "fern@example.test", "wrong", "203.0.113.9")
    assert try_to_sign_in(client, "fern@example.test", PASSWORD, "198.51.100.2").status_code == 200


def test_one_address_cannot_try_many_accounts(client):
    answers = [try_to_sign_in(client, f"person{n}@example.test", "wrong").status_code for n in range(61)]
    assert answers == [401] * 60 + [429]


def test_signing_in_rightly_is_not_limited(client):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    assert {try_to_sign_in(client, "fern@example.test", PASSWORD).status_code for _ in range(15)} == {200}


def test_in_a_demo_everybody_shares_one_address_and_is_not_limited_by_it(app, client):
    app.extensions["limits"] = RateLimits(by_address=False)
    answers = {try_to_sign_in(client, f"person{n}@example.test", "wrong").status_code for n in range(61)}
    assert answers == {401}


def test_without_redis_each_process_counts_by_itself_and_lets_the_rightful_in(app, client):
    app.extensions["limits"] = RateLimits("redis://127.0.0.1:1/0")
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    assert try_to_sign_in(client, "fern@example.test", PASSWORD).status_code == 200
    answers = [try_to_sign_in(client, "fern@example.test", "wrong").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_invite_codes_cannot_be_guessed_for_long(client):
    body = {
        "email": "a@example.test",
        "password": PASSWORD,
        "display_name": "Someone",
        "timezone": "Europe/London",
        "region": "GB",
        "accepted_code_version": 1,
        "invite_code": "AAAA-BBBB-CCCC",
    }
    answers = [client.post("/api/v1/auth/register", json=body).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
