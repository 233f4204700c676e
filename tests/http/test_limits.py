"""Limits: wrong passwords, sign-ups and guesses run into a wall; a person who does nothing wrong does not."""

import logging
from datetime import timedelta

import pytest

from models.clock import clock
from models.errors import TooMany
from models.roles import Role
from server.app import create_app
from server.counts import Here
from server.limits import GUESSES, LIMITS, RateLimits, network_of
from server.passwords import hash_password
from server.sign_in_guard import SignInGuard
from tests.factories.api import PREFIX, Caller, assert_problem
from tests.factories.groups import make_group
from tests.factories.people import make_person
from tests.factories.refusals import assert_refused
from tests.factories.settings import make_settings
from tests.factories.valkey import running_valkey

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


# -- the table -------------------------------------------------------------------------------------------------------


def test_whatever_guesses_a_secret_is_among_the_guesses():
    secret = ("sign_in", "password", "otp", "code", "passkey", "factor", "reauthentication", "guess", "recipient")
    assert {name for name in LIMITS if any(word in name for word in secret)} == GUESSES


@pytest.mark.parametrize("name", LIMITS)
def test_the_factor_multiplies_every_limit_but_that_of_guesses(app, name):
    usual, tenfold = RateLimits().look(name, "a"), RateLimits(factor=10).look(name, "a")
    times = 1 if name in GUESSES else 10
    assert [one.amount * times for one in usual] == [one.amount for one in tenfold]


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_lets_its_amount_through_and_opens_again_when_it_said(app, name):
    limits = RateLimits()
    amount = min(one.amount for one in limits.look(name, "a"))
    for _ in range(amount):
        limits.spend(name, "a")
    refused = assert_refused("too_many_requests", limits.spend, name, "a")
    limits.spend(name, "b")
    clock.move(timedelta(seconds=refused.facts["retry_after"]))
    limits.spend(name, "a")


def test_a_refused_minute_does_not_use_up_the_hour(app):
    limits = RateLimits()
    for _ in range(700):
        limits.count("message.person", "a")
    clock.move(timedelta(minutes=1))
    limits.spend("message.person", "a")


def test_the_hour_is_refused_after_ten_full_minutes(app):
    limits = RateLimits()
    for _ in range(10):
        for _ in range(60):
            limits.spend("message.person", "a")
        clock.move(timedelta(minutes=1))
    refused = assert_refused("too_many_requests", limits.spend, "message.person", "a")
    assert 2900 < refused.facts["retry_after"] <= 3000


# -- what it keeps in memory ------------------------------------------------------------------------------------------


def test_ended_windows_are_forgotten(app):
    counts = Here()
    for number in range(1000):
        counts.count(f"a{number}", 60)
    clock.move(timedelta(seconds=61))
    counts.count("b", 60)
    assert len(counts) == 1


def test_memory_is_bounded_by_forgetting_what_began_first(app):
    counts = Here(most_keys=100)
    for number in range(250):
        counts.count(f"a{number}", 60)
    assert len(counts) == 100
    assert counts.look("a0", 60) == (0, 60)
    assert counts.look("a249", 60)[0] == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("198.51.100.1", "198.51.100.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.1", "198.51.100.1", True),
        ("unknown", "unknown", True),
    ],
)
def test_addresses_that_cost_nothing_to_change_count_as_one(one, other, same):
    assert (network_of(one) == network_of(other)) is same


# -- every request ----------------------------------------------------------------------------------------------------


def test_a_person_who_asks_without_end_is_refused_wherever_they_ask_from(app, caller):
    carer, other = caller(), caller()
    places = [{"environ_base": {"REMOTE_ADDR": f"198.51.100.{number % 4}"}} for number in range(601)]
    answers = [carer.request("GET", "/me", **place).status_code for place in places]
    assert answers == [200] * 600 + [429]
    assert_problem(carer.get("/groups"), 429, "too_many_requests")
    assert other.get("/me").status_code == 200


@pytest.mark.parametrize("token", [None, "Bearer made.up.token"])
def test_who_is_not_signed_in_is_refused_by_address_sooner(app, client, caller, token):
    headers = {"Authorization": token} if token else {}
    path = f"{PREFIX}/me" if token else f"{PREFIX}/roles"
    answers = [client.get(path, headers=headers).status_code for _ in range(301)]
    assert answers == [401 if token else 200] * 300 + [429]
    assert caller().get("/me").status_code == 200
    assert client.get(path, headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code != 429


def test_numbers_to_call_are_shown_to_an_address_that_is_refused_everything_else(client):
    for _ in range(301):
        client.get(f"{PREFIX}/roles")
    assert client.get(f"{PREFIX}/roles").status_code == 429
    assert client.get("/").status_code == 200


def test_every_counted_answer_says_how_the_limits_stand(caller):
    answer = caller().get("/me")
    assert answer.headers["RateLimit-Policy"] == '"request.address";q=1200;w=60, "request.person";q=600;w=60'
    assert answer.headers["RateLimit"] == '"request.address";r=1199;t=60, "request.person";r=599;t=60'
    trio = [answer.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert trio == ["600", "599", "60"]


def test_a_refusal_says_which_limit_it_was_and_when_to_come_back(app, caller):
    carer = caller()
    for _ in range(60):
        app.extensions["limits"].count("message.person", carer.person.id)
    answer = carer.post(f"/conversations/{carer.person.id}/messages", client_id="c1", body="Hello.")
    assert answer.status_code == 404  # who may not know of it is not told that it is full
    group = make_group(carer.person)
    answer = carer.post(f"/conversations/{group.conversation_id}/messages", client_id="c1", body="Hello.")
    assert_problem(answer, 429, "too_many_requests")
    assert '"message.person.60";r=0;t=' in answer.headers["RateLimit"]
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert answer.headers["RateLimit-Reset"] == answer.headers["Retry-After"]


def test_a_browser_may_read_how_the_limits_stand(client):
    answer = client.get(f"{PREFIX}/roles", headers={"Origin": make_settings().origins[0]})
    shown = {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert shown >= {"ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Reset"}


# -- messages ---------------------------------------------------------------------------------------------------------


def send(carer, group, client_id, body="Good evening."):
    return carer.post(f"/conversations/{group.conversation_id}/messages", client_id=client_id, body=body)


def test_a_message_that_was_taken_is_answered_again_when_nothing_more_may_be_sent(app, caller):
    carer = caller()
    group = make_group(carer.person)
    first = send(carer, group, "c0").get_json()["message"]
    answers = [send(carer, group, f"c{number}").status_code for number in range(1, 61)]
    assert answers == [201] * 59 + [429]
    again = send(carer, group, "c0")
    assert (again.status_code, again.get_json()["message"]["id"]) == (200, first["id"])
    assert_problem(send(carer, group, "c0", "Other words."), 409, "idempotency_conflict")
    clock.move(timedelta(minutes=1))
    assert send(carer, group, "c60").status_code == 201


def test_a_conversation_takes_only_so_much_from_all_together(app, caller):
    carer, other = caller(), caller()
    group = make_group(carer.person, other.person)
    first = send(carer, group, "c0").get_json()["message"]
    for _ in range(299):
        app.extensions["limits"].count("message.conversation", group.conversation_id)
    assert_problem(send(other, group, "c1"), 429, "too_many_requests")
    assert send(carer, group, "c0").get_json()["message"]["id"] == first["id"]


def test_nobody_can_fill_a_conversation_they_are_not_in_nor_learn_that_it_is_full(app, caller):
    carer, stranger = caller(), caller()
    group = make_group(carer.person)
    for number in range(40):
        assert_problem(send(stranger, group, f"c{number}"), 404, "not_found")
    assert app.extensions["limits"].look("message.conversation", group.conversation_id)[0].tries == 0
    for _ in range(300):
        app.extensions["limits"].count("message.conversation", group.conversation_id)
    assert_problem(send(stranger, group, "c"), 404, "not_found")
    assert_problem(send(carer, group, "c"), 429, "too_many_requests")


@pytest.mark.parametrize(
    ("role", "limit", "path", "body"),
    [
        (Role.COORDINATOR, "invite.person", "/invites", {"role": "carer"}),
        (Role.CARER, "group_join.person", "/groups/{group}/join", {}),
        (Role.CARER, "report.person", "/messages/{group}/report", {"reason": "abuse"}),
    ],
)
def test_what_costs_others_something_has_a_limit_of_its_own(app, caller, role, limit, path, body):
    person = caller(role)
    path = path.format(group=make_group().id)
    assert person.post(path, **body).status_code != 429
    for _ in range(RateLimits().look(limit, "a")[0].amount):
        app.extensions["limits"].count(limit, person.person.id)
    assert_problem(person.post(path, **body), 429, "too_many_requests")


# -- behind proxies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "192.0.2.66, 203.0.113.7", "203.0.113.7"),  # what the client wrote itself stands before
        (2, "192.0.2.66, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),  # one hop short: somebody went around a proxy
        (1, "nonsense", "nonsense"),
        (1, "", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_as_far_as_trusted_proxies_says(app, database_url, hops, forwarded, address):
    behind = create_app(make_settings(database_url=database_url, trusted_proxies=hops))
    behind.test_client().get(f"{PREFIX}/roles", headers={"X-Forwarded-For": forwarded})
    assert behind.extensions["limits"].look("request.address", address)[0].tries == 1


# -- wrong passwords over all accounts ---------------------------------------------------------------------------------


def guess(limits, account, place):
    SignInGuard(limits=limits, account=account, place=place).wrong()


def may_try(limits, account, place) -> bool:
    try:
        SignInGuard(limits=limits, account=account, place=place).refuse_if_spent()
    except TooMany:
        return False
    return True


def test_many_addresses_together_close_an_account_but_not_to_its_owner_where_they_were_before(app):
    limits = RateLimits()
    SignInGuard(limits=limits, account="fern", place="198.51.100.1").right()
    for number in range(100):
        guess(limits, "fern", f"203.0.113.{number}")
    assert not may_try(limits, "fern", "203.0.113.200")
    assert may_try(limits, "fern", "198.51.100.1")
    for _ in range(10):
        guess(limits, "fern", "198.51.100.1")
    assert not may_try(limits, "fern", "198.51.100.1")  # its own limit holds there too


def test_where_somebody_signed_in_is_known_for_thirty_days_from_the_last_time(app):
    limits = RateLimits()
    owner = SignInGuard(limits=limits, account="fern", place="198.51.100.1")
    for _ in range(2):
        owner.right()
        clock.move(timedelta(days=29))
    for known in (True, False):
        for number in range(100):
            guess(limits, "fern", f"203.0.113.{number}")
        assert may_try(limits, "fern", "198.51.100.1") is known
        clock.move(timedelta(days=2))


def test_signing_in_over_http_makes_the_address_known(app, client):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    assert try_to_sign_in(client, "fern@example.test", PASSWORD).status_code == 200
    for number in range(100):
        guess(app.extensions["limits"], "fern@example.test", f"203.0.113.{number}")
    assert try_to_sign_in(client, "fern@example.test", PASSWORD).status_code == 200
    assert try_to_sign_in(client, "fern@example.test", PASSWORD, "192.0.2.1").status_code == 429


def test_when_wrong_passwords_pour_in_everywhere_it_is_logged_and_each_address_gets_fewer_tries(app, logs):
    limits = RateLimits()
    for number in range(15):
        guess(limits, f"account{number}", "203.0.113.9")
    assert may_try(limits, "another", "203.0.113.9")
    for number in range(85):
        guess(limits, f"other{number}", f"198.51.100.{number}")
    assert not may_try(limits, "another", "203.0.113.9")
    assert may_try(limits, "another", "203.0.113.10")
    (line,) = [line for line in logs.getvalue().splitlines() if "many wrong passwords" in line]
    assert '"count":100' in line.replace(" ", "")
    assert "203.0.113" not in line
    clock.move(timedelta(minutes=5))
    assert may_try(limits, "another", "203.0.113.9")


# -- together, over Valkey ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def valkey():
    with running_valkey() as running:
        yield running


def test_two_processes_count_together(app, valkey):
    one, other = RateLimits(valkey.url), RateLimits(valkey.url)
    for _ in range(30):
        one.spend("report.person", "a")
    refused = assert_refused("too_many_requests", other.spend, "report.person", "a")
    assert 3500 < refused.facts["retry_after"] <= 3600
    assert other.look("report.person", "a")[0].over
    one.remember("known", "a", seconds=60)
    assert other.remembers("known", "a", seconds=60)
    assert not other.remembers("known", "b", seconds=60)


def test_nothing_readable_lies_in_valkey(app, valkey):
    limits = RateLimits(valkey.url)
    limits.spend("sign_in.account", "fern@example.test")
    keys = limits._counts._storage.storage.keys("*")
    assert keys
    assert all(b"fern" not in key and b"sign_in" not in key for key in keys)


def test_a_valkey_that_stopped_answering_is_waited_for_once_and_nothing_is_forgotten(app, valkey, caplog):
    limits = RateLimits(valkey.url)
    for _ in range(29):
        limits.spend("report.person", "b")
    valkey.freeze()
    try:
        with caplog.at_level(logging.WARNING):
            limits.spend("report.person", "b")
            assert_refused("too_many_requests", limits.spend, "report.person", "b")
            assert limits.look("report.person", "c")[0].tries == 0
    finally:
        valkey.thaw()
    assert limits._counts._resting()


def test_a_person_cannot_join_groups_without_end(caller, monkeypatch):
    monkeypatch.setattr("server.actions.groups.MOST_GROUPS", 2)
    carer = caller()
    groups = [make_group() for _ in range(3)]
    answers = [carer.post(f"/groups/{group.id}/join") for group in groups]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert_problem(answers[2], 409, "too_many_groups")
    assert carer.post(f"/groups/{groups[0].id}/join").status_code == 200  # done already
    carer.post(f"/groups/{groups[0].id}/leave")
    assert carer.post(f"/groups/{groups[2].id}/join").status_code == 200


def test_what_a_caller_with_no_token_asks_counts_against_no_person(app):
    Caller(app).get("/me")
    assert app.extensions["limits"].look("request.unsigned.address", "127.0.0.1")[0].tries == 1
