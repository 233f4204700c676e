"""Slow mode: room between two messages of the same member, for everybody's sake."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.groups import ModerationMode
from models.messages import MessageState
from models.roles import Role
from server.actions.groups import update_group
from server.actions.slow_mode import SlowMode
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, NUMBERED, PLAIN, RISKY, post
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import kinds_of

PAUSE = 300


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer, slow_mode_seconds=PAUSE)


def later(seconds):
    clock.move(timedelta(seconds=seconds))


def test_a_second_message_waits_and_the_same_one_goes_out_later(carer, group):
    post(carer, group)
    later(60)
    refused = assert_refused("slow_mode", post, carer, group, "And one more thing.", client_id="c2")
    assert refused.extras()["retry_after"] in (PAUSE - 60, PAUSE - 61)
    later(refused.extras()["retry_after"])
    sent = post(carer, group, "And one more thing.", client_id="c2")
    assert (sent.is_new, sent.message.state) == (True, MessageState.VISIBLE)


def test_what_was_refused_leaves_nothing_behind(carer, group):
    post(carer, group)
    heard = kinds_of(group.conversation_id)
    for _ in range(3):
        assert_refused("slow_mode", post, carer, group, client_id="c2")
    assert kinds_of(group.conversation_id) == heard
    later(PAUSE)
    post(carer, group, client_id="c2")  # refusals do not make the wait longer


def test_an_outbox_goes_out_in_its_order_one_pause_after_another(carer, group):
    """As a phone sends it that was without a network: the first that is refused is tried again before the next."""
    waiting = [f"Message {number}." for number in range(3)]
    sent = []
    while waiting:
        try:
            sent.append(post(carer, group, waiting[0], client_id=waiting[0]).message)
            waiting.pop(0)
        except SlowMode as refused:
            later(refused.extras()["retry_after"])
    assert [message.body for message in sorted(sent, key=lambda message: message.seq)] == [f"Message {n}." for n in range(3)]
    assert len({message.seq for message in sent}) == 3


def test_what_was_sent_before_is_answered_at_any_time(carer, group):
    first = post(carer, group, client_id="c1")
    again = post(carer, group, client_id="c1")
    assert (again.is_new, again.message.id) == (False, first.message.id)


def test_of_two_phones_that_send_at_once_one_waits(carer, group):
    outcomes = race(*[lambda number=number: post(carer, group, f"Message {number}.").is_new for number in range(2)])
    assert sorted(map(str, outcomes)) == ["True", "slow_mode"]


def test_each_member_has_a_pause_of_their_own(carer):
    other = make_person()
    group = make_group(carer, other, slow_mode_seconds=PAUSE)
    post(carer, group)
    assert post(other, group).message.seq
    assert_refused("slow_mode", post, carer, group)


def test_words_of_risk_never_wait_for_it(carer, group):
    post(carer, group)
    assert_refused("slow_mode", post, carer, group, PLAIN)
    assert post(carer, group, RISKY).message.state is MessageState.VISIBLE
    assert post(carer, group, "My son said he wants to die").support


@pytest.mark.parametrize("how", ["facilitator", "guest"])
def test_who_looks_after_the_group_is_not_bound_by_it(carer, how):
    worker = make_person(Role.CARER_PEER_WORKER if how == "facilitator" else Role.MODERATOR)
    members = [worker] if how == "guest" else []
    group = make_group(carer, *members, facilitator=worker if how == "facilitator" else None, slow_mode_seconds=PAUSE)
    for person in (worker, worker):
        post(person, group)
    post(carer, group)
    assert_refused("slow_mode", post, carer, group)


def test_a_message_that_waits_for_a_look_counts_too(carer):
    group = make_group(carer, slow_mode_seconds=PAUSE, moderation=ModerationMode.BEFORE)
    assert post(carer, group, HOSTILE).message.state is MessageState.HELD
    assert_refused("slow_mode", post, carer, group)


def test_advice_is_no_message(carer, group):
    assert_refused("advice_given", post, carer, group, NUMBERED, client_id="c1")
    assert post(carer, group, NUMBERED, client_id="c1", acknowledged_advice=True).is_new


def test_nothing_is_kept_where_there_is_no_slow_mode(carer):
    group = make_group(carer)
    for _ in range(3):
        post(carer, group)
    assert membership_of(carer, group).last_sent_at is None


def test_a_clock_that_was_put_back_silences_nobody_for_longer_than_a_pause(carer, group):
    post(carer, group)
    later(-3600)
    assert assert_refused("slow_mode", post, carer, group).extras()["retry_after"] == PAUSE


def test_taking_slow_mode_back_lets_everybody_speak_at_once(carer, group):
    post(carer, group)
    assert_refused("slow_mode", post, carer, group)
    act(update_group, make_person(Role.COORDINATOR), group.id, version=1, changes={"slow_mode_seconds": 0})
    assert post(carer, group).is_new
