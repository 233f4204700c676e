"""Signing in costs the same for an address that has an account and one that has none: counted, not timed."""

import pytest

from server import passwords
from server.passwords import hash_password
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.http.test_limits import PASSWORD, try_to_sign_in


@pytest.fixture
def hashes(monkeypatch):
    """Every hash that is computed, with the password it was computed for; each is computed for real."""
    computed = []
    usual = passwords._hasher

    class Counting:
        def verify(self, hashed, password):
            computed.append(("verify", password))
            return usual.verify(hashed, password)

        def hash(self, password):
            computed.append(("hash", password))
            return usual.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    return computed


def cost_of(client, hashes, email, password="wrong"):
    hashes.clear()
    with counted() as statements:
        status = try_to_sign_in(client, email, password).status_code
    return status, list(hashes), [statement.split("FROM")[-1] for statement in statements]


def test_a_wrong_password_costs_the_same_with_an_account_and_without(client, hashes):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    known, unknown = cost_of(client, hashes, "fern@example.test"), cost_of(client, hashes, "nobody@example.test")
    assert known == unknown
    assert known[:2] == (401, [("verify", "wrong")])
    assert len(known[2]) == 1


def test_the_answer_is_the_same_too(client):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    known, unknown = (try_to_sign_in(client, f"{name}@example.test", "wrong") for name in ("fern", "nobody"))
    assert known.get_json() == unknown.get_json()
    assert set(known.headers.keys()) == set(unknown.headers.keys())


def test_the_hash_nobody_has_costs_what_every_hash_costs():
    costs = {stored.rsplit("$", 2)[0] for stored in (passwords._nobody, hash_password(PASSWORD))}
    assert len(costs) == 1


def test_a_right_password_is_checked_once_too(client, hashes):
    make_person(email="fern@example.test", password_hash=hash_password(PASSWORD))
    assert cost_of(client, hashes, "fern@example.test", PASSWORD)[:2] == (200, [("verify", PASSWORD)])
