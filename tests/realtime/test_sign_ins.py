"""A socket lives as long as its sign-in: it is cut when that ends, and wants a fresh token now and then."""

import time

import pytest

from tests.factories.clients import Refused
from tests.factories.tokens import expiring
from tests.factories.waiting import ask_until

CUT_WITHIN_S = 1.0


def assert_cut(phone, reason: str, *, since: float) -> None:
    """The socket was told why, then closed, soon enough."""
    phone.wait_for(lambda: phone.closed, "the end of the connection", timeout=5)
    took = time.monotonic() - since
    assert phone.ended == [{"reason": reason}]
    assert took < CUT_WITHIN_S, f"cut after {took:.2f} s"


def test_signing_out_cuts_the_socket_within_a_second(phone):
    carer = phone("carer1", own_sign_in=True)
    since = time.monotonic()
    carer.post("/auth/logout")
    assert_cut(carer, "signed_out", since=since)


def test_ending_a_session_from_another_device_cuts_its_socket_only(phone):
    lost, kept = phone("carer1", own_sign_in=True), phone("carer1", own_sign_in=True)
    session_id = next(row["id"] for row in lost.get("/auth/sessions")["items"] if row["current"])
    since = time.monotonic()
    kept.request("DELETE", f"/auth/sessions/{session_id}")
    assert_cut(lost, "revoked", since=since)
    assert kept.wait_event("session.ended")["data"]["session_id"] == session_id
    assert kept.sync() is not None
    assert kept.closed == 0


def test_a_refresh_token_used_twice_cuts_the_socket_within_a_second(phone):
    carer = phone("carer1", own_sign_in=True)
    used = carer.refresh_token
    carer.refresh()
    since = time.monotonic()
    with pytest.raises(Refused) as refused:
        carer.refresh(used)
    assert refused.value.code == "session_ended"
    assert_cut(carer, "token_reused", since=since)


def test_a_cut_socket_hears_nothing_that_comes_after(phone, room):
    made = room("carer1", "carer2")
    carer, other = phone("carer1", own_sign_in=True), phone("carer2")
    carer.post("/auth/logout")
    carer.wait_for(lambda: carer.closed, "the end of the connection")
    other.send(made.conversation_id, "Said after that sign-out.")
    other.wait_event("message.created")
    assert carer.seqs_of(made.conversation_id) == []


def test_all_sockets_of_an_ended_session_are_cut(phone):
    first = phone("carer1", own_sign_in=True)
    second = phone("carer1", connect=False).take(
        {"person": first.person, "access_token": first.access_token, "refresh_token": first.refresh_token}
    )
    second.connect(transports=("polling",))
    since = time.monotonic()
    first.post("/auth/logout")
    for one in (first, second):
        assert_cut(one, "signed_out", since=since)


@pytest.fixture
def outlived(phone):
    """A phone whose socket is open and whose token has run out."""
    carer = phone("carer1", connect=False)
    fresh = carer.access_token
    carer.access_token = expiring(fresh, seconds=2)
    carer.connect()
    carer.access_token = fresh
    answer = ask_until(lambda: carer.call("sync", streams={}), lambda ack: not ack["ok"], within=5)
    assert answer["error"]["code"] == "token_expired"
    return carer


def test_an_outlived_token_is_refused_for_every_event(outlived, room):
    made = room("carer1")
    for event, data in {
        "message:send": {"conversation_id": made.conversation_id, "client_id": "late", "body": "Too late."},
        "read:mark": {"conversation_id": made.conversation_id, "seq": 1},
        "case:claim": {"case_id": made.group_id},
        "sync": {"streams": {}},
    }.items():
        ack = outlived.call(event, **data)
        assert (ack["error"]["code"], ack["error"]["status"]) == ("token_expired", 401), event
    assert outlived.history(made.conversation_id) == []
    assert outlived.closed == 0


def test_renewing_mends_an_outlived_token(outlived):
    assert outlived.call("token:renew", token=outlived.access_token) == {"ok": True}
    assert outlived.sync() is not None


def test_renewing_with_another_outlived_token_does_not_help(outlived):
    ack = outlived.call("token:renew", token=expiring(outlived.access_token, seconds=-1))
    assert ack["error"]["code"] == "token_expired"
    assert outlived.call("sync", streams={})["error"]["code"] == "token_expired"


def test_renewing_with_somebody_elses_token_is_refused(phone):
    carer, other = phone("carer1"), phone("carer2", connect=False)
    assert carer.call("token:renew", token=other.access_token)["error"]["code"] == "token_invalid"


def test_renewing_with_a_token_of_another_sign_in_of_ones_own_is_refused(phone):
    carer, elsewhere = phone("carer1"), phone("carer1", connect=False, own_sign_in=True)
    assert carer.call("token:renew", token=elsewhere.access_token)["error"]["code"] == "token_invalid"


def test_renewing_with_a_refresh_token_is_refused(phone):
    carer = phone("carer1")
    assert carer.call("token:renew", token=carer.refresh_token)["error"]["code"] == "token_invalid"


def test_a_refreshed_token_renews_the_socket_of_its_sign_in(phone):
    carer = phone("carer1", own_sign_in=True)
    carer.refresh()
    assert carer.call("token:renew", token=carer.access_token) == {"ok": True}
