"""Tokens that were made up, altered, borrowed or kept too long: one kind of refusal each, at every door they are shown."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from models.ids import new_id
from server.tokens import AUDIENCE
from tests.factories import settings as keys
from tests.factories.api import Caller, assert_problem
from tests.factories.people import make_person, make_sign_in
from tests.http.test_hostile_fields import assert_quiet

MINUTE = timedelta(minutes=1)


@pytest.fixture
def carer(caller):
    return caller()


def claims(carer, **changes):
    """What a good access token of this person says."""
    now = datetime.now(UTC)
    usual = {
        "type": "access",
        "fresh": False,
        "sub": carer.person.id,
        "sid": carer.sign_in.id,
        "iat": now,
        "nbf": now,
        "exp": now + MINUTE,
        "jti": new_id(),
        "iss": AUDIENCE,
        "aud": AUDIENCE,
        **changes,
    }
    return {name: value for name, value in usual.items() if value is not None}


def made(carer, *, key=keys.JWT_SECRET_KEY, algorithm="HS256", headers=None, **changes):
    return jwt.encode(claims(carer, **changes), key, algorithm=algorithm, headers=headers)


def show(app, token, *, method="GET", path="/me", scheme="Bearer"):
    caller = Caller(app)
    caller.headers = {"Authorization": f"{scheme} {token}"}
    return caller.request(method, path)


def refresh(app, token):
    return show(app, token, method="POST", path="/auth/refresh")


def test_a_token_made_like_ours_with_our_key_is_good(app, carer):
    assert show(app, made(carer)).status_code == 200


def long_ago(carer):
    past = datetime.now(UTC) - timedelta(days=1)
    return made(carer, iat=past, nbf=past, exp=past + MINUTE)


def altered(carer):
    header, payload, signature = carer.tokens.access_token.split(".")
    return f"{header}.{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}.{signature}"


INVALID = {
    "wrong key": lambda carer: made(carer, key="another key that is as long as ours, or longer"),
    "no algorithm": lambda carer: made(carer, key=None, algorithm="none"),
    "another algorithm": lambda carer: made(carer, key=keys.JWT_SECRET_KEY * 2, algorithm="HS512"),
    "key id path": lambda carer: made(carer, key="", algorithm="none", headers={"kid": "../../dev/null"}),
    "other audience": lambda carer: made(carer, aud="another service"),
    "no audience": lambda carer: made(carer, aud=None),
    "other issuer": lambda carer: made(carer, iss="another service"),
    "not yet": lambda carer: made(carer, nbf=datetime.now(UTC) + timedelta(hours=1)),
    "no person": lambda carer: made(carer, sub=None),
    "no session": lambda carer: made(carer, sid=None),
    "session that is no text": lambda carer: made(carer, sid=["x"]),
    "person that is no id": lambda carer: made(carer, sub="x"),
    "session that is no id": lambda carer: made(carer, sid="x' OR 1=1"),
    "no signature": lambda carer: carer.tokens.access_token.rpartition(".")[0] + ".",
    "altered": altered,
    "not a token": lambda _carer: "x",
    "dots": lambda _carer: "a.b.c",
    "long": lambda _carer: "x" * 4_000,
    "two": lambda carer: f"{carer.tokens.access_token} {carer.tokens.access_token}",
    "refresh as access": lambda carer: carer.tokens.refresh_token,
}


@pytest.mark.parametrize("kind", INVALID)
def test_a_token_that_is_not_ours_or_not_for_this_is_invalid(app, carer, logs, kind):
    token = INVALID[kind](carer)
    for path in ("/me", "/groups", "/conversations"):
        assert_problem(show(app, token, path=path), 401, "token_invalid")
    assert_quiet(logs)
    assert token[:40] not in logs.getvalue()


@pytest.mark.parametrize("kind", [kind for kind in INVALID if kind != "refresh as access"])
def test_nor_does_it_refresh(app, carer, logs, kind):
    assert_problem(refresh(app, INVALID[kind](carer)), 401, "token_invalid")
    assert_quiet(logs)


def test_an_access_token_does_not_refresh(app, carer):
    assert_problem(refresh(app, carer.tokens.access_token), 401, "token_invalid")


def test_a_token_that_ran_out_says_so(app, carer, logs):
    for answer in (show(app, long_ago(carer)), refresh(app, long_ago(carer))):
        assert_problem(answer, 401, "token_expired")
    assert_quiet(logs)


def test_a_refresh_token_without_its_number_ends_nothing_by_guessing(app, carer):
    """A used number ends the session on purpose; one that was never given out cannot be signed by anybody else."""
    assert_problem(refresh(app, made(carer, type="refresh", rid=None)), 401, "session_ended")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Basic", "Token", ""])
def test_only_a_bearer_token_counts(app, carer, logs, scheme):
    answer = show(app, carer.tokens.access_token, scheme=scheme)
    if scheme.lower() == "bearer":
        assert answer.status_code in {200, 401}
    else:
        assert answer.status_code == 401
        assert answer.get_json()["code"] in {"sign_in_required", "token_invalid"}
    assert_quiet(logs)


@pytest.mark.parametrize("place", ["query", "cookie", "body"])
def test_a_token_anywhere_but_in_the_header_is_not_looked_at(app, carer, place):
    token = carer.tokens.access_token
    more = {
        "query": {"query_string": {"jwt": token, "access_token": token}},
        "cookie": {"headers": {"Cookie": f"access_token_cookie={token}"}},
        "body": {"json": {"access_token": token}},
    }[place]
    assert_problem(Caller(app).request("GET", "/me", **more), 401, "sign_in_required")


def test_a_token_for_another_persons_session_is_no_good(app, carer):
    other = make_sign_in(make_person())
    assert_problem(show(app, made(carer, sid=other.id)), 401, "session_ended")


def test_a_token_for_a_person_who_is_not_there_is_no_good(app, carer):
    assert_problem(show(app, made(carer, sub=new_id())), 401, "session_ended")
    assert_problem(show(app, made(carer, sid=new_id())), 401, "session_ended")
