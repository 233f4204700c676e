"""A group outside its opening hours: nothing is lost, nobody has to answer, and words of risk find somebody."""

import pytest

from models.clock import clock
from models.contact_windows import Window
from models.helplines import Whose
from models.messages import MessageState
from models.review import DecisionKind, Queue
from models.roles import Role
from models.streams import CRISIS_DESK, REVIEW_DESK
from server.actions.alerts import open_alert
from server.actions.concerns import offer_contact
from server.actions.edits import delete_message, edit_message
from tests.factories.alerts import on_duty
from tests.factories.concerns import concerns
from tests.factories.digests import at
from tests.factories.groups import make_group
from tests.factories.messages import NUMBERED, PLAIN, RISKY, case_of, decide, find_case, message_now, post
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import kinds_of

EVENINGS = {"timezone": "UTC", "windows": [Window(day, 18 * 60, 21 * 60) for day in range(7)]}
DAILY = "My son said he wants to die"


@pytest.fixture(autouse=True)
def _afternoon():
    at(2030, 6, 10, 15)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer, opening_hours=EVENINGS)


def test_outside_its_hours_a_group_takes_nothing_and_says_when_it_does(carer, group):
    error = assert_refused("group_closed", post, carer, group, client_id="c1")
    assert error.extras()["opens_at"] == "2030-06-10T18:00:00.000Z"
    assert error.extras()["support"]["helplines"]
    assert "Tuesday at 4:00 (Sydney time)" in error.plain_words()
    at(2030, 6, 10, 18)
    assert post(carer, group, client_id="c1").message.state is MessageState.VISIBLE
    at(2030, 6, 10, 21)
    assert_refused("group_closed", post, carer, group)


def test_what_was_sent_while_it_was_open_is_answered_later_too(carer, group):
    at(2030, 6, 10, 20)
    first = post(carer, group, client_id="c1")
    at(2030, 6, 10, 22)
    assert post(carer, group, client_id="c1").message.id == first.message.id


def test_it_is_closed_for_who_facilitates_it_as_well(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    group = make_group(carer, facilitator=worker, opening_hours=EVENINGS)
    assert_refused("group_closed", post, worker, group)


def test_words_of_risk_are_kept_for_a_human_and_answered_with_numbers(carer, group):
    sent = post(carer, group, RISKY)
    assert (sent.message.state, sent.message.seq) == (MessageState.HELD, None)
    assert sent.support["helplines"]
    assert sent.support["alert"] == {"whose": "carer"}
    assert case_of(sent.message.id).queue is Queue.SAFETY
    assert kinds_of(REVIEW_DESK) == ["case.opened"]


def test_whoever_is_on_duty_learns_of_it_and_may_offer_to_talk(carer, group):
    worker = on_duty()
    sent = post(carer, group, RISKY)
    (concern,) = concerns()
    assert (concern.message_id, concern.carer_id) == (sent.message.id, carer.id)
    assert kinds_of(worker.id).count("notice.concern") == kinds_of(CRISIS_DESK).count("notice.concern") == 1
    act(offer_contact, worker, concern.id)
    assert "notice.crisis_offer" in kinds_of(carer.id)
    asked = act(open_alert, carer, whose=Whose.CARER, note=None, message_id=sent.message.id)
    assert asked.view.alert.message_id == sent.message.id


def test_a_risk_is_not_told_of_beside_a_number_alone(carer, group):
    """It would be advised; in a closed group it waits, with the numbers."""
    sent = post(carer, group, f"{RISKY}. {NUMBERED}")
    assert sent.message.state is MessageState.HELD
    assert case_of(sent.message.id).queue is Queue.SAFETY


def test_a_daily_sentence_is_not_refused_either_but_calls_nobody(carer, group):
    on_duty()
    sent = post(carer, group, DAILY)
    assert sent.message.state is MessageState.HELD
    assert sent.support["whose"] == "consumer"
    assert case_of(sent.message.id).queue is Queue.SAFETY
    assert concerns() == []
    at(2030, 6, 10, 19)
    open_now = post(carer, group, DAILY)
    assert (open_now.message.state, find_case(open_now.message.id)) == (MessageState.VISIBLE, None)


def test_in_an_open_group_words_of_risk_are_posted_and_nobody_is_called(carer, group):
    on_duty()
    at(2030, 6, 10, 19)
    assert post(carer, group, RISKY).message.state is MessageState.VISIBLE
    assert concerns() == []


def test_what_waited_goes_to_the_room_when_somebody_approves(carer, group):
    sent = post(carer, group, RISKY)
    decide(make_person(Role.MODERATOR), case_of(sent.message.id), DecisionKind.APPROVE)
    assert message_now(sent.message.id).state is MessageState.VISIBLE


def test_ones_own_words_can_be_mended_and_taken_back_at_any_hour(carer, group):
    at(2030, 6, 10, 20)
    said = post(carer, group).message
    at(2030, 6, 10, 22)
    assert_refused("group_closed", post, carer, group)
    changed = act(edit_message, carer, said.id, body="Thank you both.", content_warning=None, acknowledged_advice=False)
    assert changed.message.body == "Thank you both."
    assert act(delete_message, carer, said.id).state is MessageState.DELETED


def test_words_of_risk_put_into_an_old_message_call_somebody_too(carer, group):
    on_duty()
    at(2030, 6, 10, 20)
    said = post(carer, group).message
    at(2030, 6, 10, 22)
    act(edit_message, carer, said.id, body=RISKY, content_warning=None, acknowledged_advice=False)
    assert [concern.message_id for concern in concerns()] == [said.id]


def test_clocks_are_those_of_the_groups_own_place(carer):
    sydney = make_group(carer, opening_hours={**EVENINGS, "timezone": "Australia/Sydney"})
    assert_refused("group_closed", post, carer, sydney, PLAIN)
    at(2030, 6, 11, 8)  # 18:00 there
    assert post(carer, sydney, PLAIN).message.created_at <= clock.now()
