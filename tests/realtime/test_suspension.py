"""A live socket of somebody whose account is paused, whose role changes, or who is signed out by the service."""

import time

import pytest

from tests.factories.clients import NEW_PASSWORD, Phone, Refused, sign_up

CUT_WITHIN_S = 1.0


@pytest.fixture
def newcomer(server):
    """`newcomer()`: somebody of one test's own, with a live socket."""
    made = []

    def make() -> Phone:
        made.append(sign_up(server.url))
        return made[-1].connect()

    yield make
    for phone in made:
        phone.disconnect()


@pytest.fixture
def coordinator(phone):
    return phone("coordinator", connect=False)


def sign_in_again(phone):
    return phone.take(phone.post("/auth/login", email=phone.email, password=NEW_PASSWORD))


def suspend(coordinator, phone):
    coordinator.post(f"/people/{phone.person['id']}/suspend", reason="Until we have spoken.")


def change_role(coordinator, phone):
    body = {"role": "carer_peer_worker", "current_role": "carer", "reason": "Agreed.", "handovers": []}
    coordinator.post(f"/people/{phone.person['id']}/role", **body)


def sign_out(coordinator, phone):
    coordinator.request("DELETE", f"/people/{phone.person['id']}/sessions")


WAYS = {"suspended": suspend, "role_changed": change_role, "revoked_by_service": sign_out}


@pytest.mark.parametrize("reason", WAYS)
def test_the_socket_is_told_why_and_cut_within_a_second(coordinator, newcomer, reason):
    somebody = newcomer()
    since = time.monotonic()
    WAYS[reason](coordinator, somebody)
    somebody.wait_for(lambda: somebody.closed, "the end of the connection")
    assert time.monotonic() - since < CUT_WITHIN_S
    assert somebody.ended == [{"reason": reason}]


def test_somebody_suspended_signs_in_again_reads_why_and_opens_no_socket(coordinator, newcomer):
    somebody = newcomer()
    suspend(coordinator, somebody)
    somebody.wait_for(lambda: somebody.closed, "the end of the connection")
    sign_in_again(somebody)
    assert somebody.get("/me/account-changes")["items"][0]["reason"] == "Until we have spoken."
    with pytest.raises(Refused) as refused:
        somebody.connect()
    assert (refused.value.status, refused.value.code) == (403, "suspended")
    coordinator.post(f"/people/{somebody.person['id']}/reinstate", reason="We have spoken.")
    assert somebody.connect().heads


def test_nothing_said_in_a_room_after_the_suspension_reaches_the_socket(coordinator, newcomer, room, phone):
    somebody, speaker = newcomer(), phone("carer1")
    made = room("carer1")
    somebody.post(f"/groups/{made.group_id}/join")
    somebody.wait_event("member.joined")
    suspend(coordinator, somebody)
    said = speaker.send(made.conversation_id, "Said after the suspension.")["message"]
    somebody.wait_for(lambda: somebody.closed, "the end of the connection")
    speaker.wait_event("message.created", lambda data: data["message"]["id"] == said["id"])
    assert said["seq"] not in somebody.seqs_of(made.conversation_id)
