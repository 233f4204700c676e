"""What becomes of a message in which screening found something, or which its group looks at first."""

import pytest

from models.groups import MOST_LOOKED_AT, USUALLY_LOOKED_AT, ModerationMode
from models.messages import MessageState
from models.review import CaseState, DecisionKind, Queue
from models.roles import Role
from models.streams import REVIEW_DESK
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, NUMBERED, PLAIN, RISKY, RUDE, case_of, decide, find_case, message_now, post
from tests.factories.people import make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, head_of, kinds_of, notices_to

BEFORE, NEW = ModerationMode.BEFORE, ModerationMode.NEW_MEMBERS


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer)


def approve(message):
    decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.APPROVE)


def test_a_held_message_has_no_place_and_nobody_learns_of_it(carer, group):
    head = head_of(group.conversation_id)
    held = post(carer, group, HOSTILE).message
    assert (held.state, held.seq) == (MessageState.HELD, None)
    assert head_of(group.conversation_id) == head
    assert membership_of(carer, group).delivered_count == 0


def test_a_held_message_is_on_the_desk(carer, group):
    held = post(carer, group, HOSTILE).message
    case = case_of(held.id)
    assert (case.state, case.queue) == (CaseState.OPEN, Queue.CONDUCT)
    assert [(event.kind, event.subject_id) for event in events_of(REVIEW_DESK)] == [("case.opened", case.id)]


def test_a_released_message_gets_the_place_after_what_was_said_meanwhile(carer, group):
    held = post(carer, group, HOSTILE).message
    meanwhile = post(carer, group).message
    approve(held)
    released = message_now(held.id)
    assert (released.state, released.seq) == (MessageState.VISIBLE, meanwhile.seq + 1)
    (event,) = events_of(group.conversation_id, after=meanwhile.seq)
    assert (event.kind, event.subject_id) == ("message.created", held.id)
    assert membership_of(carer, group).delivered_count == 2


def test_sending_a_held_message_again_changes_nothing(carer, group):
    held = post(carer, group, HOSTILE, client_id="c1")
    again = post(carer, group, HOSTILE, client_id="c1")
    assert (again.message.id, again.is_new, again.message.state) == (held.message.id, False, MessageState.HELD)
    assert kinds_of(REVIEW_DESK) == ["case.opened"]


@pytest.mark.parametrize(("text", "label"), [(RUDE, "hostility"), (NUMBERED, "contact_details")])
def test_advice_offers_other_words_and_posts_nothing(carer, group, text, label):
    error = assert_refused("advice_given", post, carer, group, text)
    assert [one["label"] for one in error.extras()["advice"]] == [label]
    assert all(one["text"] for one in error.extras()["advice"])
    assert "support" not in error.extras()
    assert kinds_of(REVIEW_DESK) == []


def test_acknowledged_advice_posts_and_remembers_what_was_advised(carer, group):
    assert_refused("advice_given", post, carer, group, RUDE, client_id="c1")
    sent = post(carer, group, RUDE, client_id="c1", acknowledged_advice=True)
    assert (sent.is_new, sent.message.state, sent.message.advice) == (True, MessageState.VISIBLE, ["hostility"])


def test_acknowledging_does_not_let_a_threat_through(carer, group):
    assert post(carer, group, HOSTILE, acknowledged_advice=True).message.state is MessageState.HELD


def test_a_harmless_message_sent_with_the_acknowledgement_remembers_no_advice(carer, group):
    assert post(carer, group, PLAIN, acknowledged_advice=True).message.advice == []


def test_a_content_warning_is_screened_too(carer, group):
    assert_refused("advice_given", post, carer, group, PLAIN, content_warning=NUMBERED)


def test_words_of_risk_reach_the_room_and_the_safety_queue_at_once(carer, group):
    sent = post(carer, group, RISKY)
    assert sent.message.state is MessageState.VISIBLE
    assert case_of(sent.message.id).queue is Queue.SAFETY


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (RISKY, {}),  # flagged
        (f"{RISKY}. {NUMBERED}", {}),  # would be advised for its number
        (f"{RISKY}. {HOSTILE}", {}),  # held
        (RISKY, {"moderation": BEFORE}),
        (RISKY, {"screening": {"risk_to_self": "hold"}}),
        (RISKY, {"screening": {"risk_to_self": "allow"}}),
        (RISKY, {"screening": {"risk_to_self": "advise"}}),
    ],
)
def test_words_of_risk_bring_support_and_a_human_whatever_the_outcome(carer, text, fields):
    sent = post(carer, make_group(carer, **fields), text)
    assert sent.support["helplines"]
    assert sent.support["emergency"] == {"region": "AU", "numbers": ["000"]}
    assert case_of(sent.message.id).queue is Queue.SAFETY


def test_support_is_of_the_authors_own_region():
    carer = make_person(region="DE")
    assert post(carer, make_group(carer), RISKY).support["emergency"]["region"] == "DE"


@pytest.mark.parametrize("words", [{"body": RISKY}, {"content_warning": RISKY}])
def test_sending_words_of_risk_again_brings_support_again(carer, group, words):
    first = post(carer, group, **{"body": PLAIN, "client_id": "c1", **words})
    again = post(carer, group, **{"body": PLAIN, "client_id": "c1", **words})
    assert again.support == first.support
    assert again.support["helplines"]


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("My son said he wants to die", "consumer"),
        ("My son threatened to kill me", "violence"),
        ("Her boyfriend hits the boy", "child"),
        ("My son said he wants to die, and so do I: I want to die", "carer"),
    ],
)
def test_the_numbers_beside_a_message_are_those_of_whose_crisis_it_is(carer, group, text, whose):
    assert post(carer, group, text).support["whose"] == whose


def test_a_carers_daily_sentence_opens_no_case(carer, group):
    sent = post(carer, group, "My son said he wants to die")
    assert sent.message.state is MessageState.VISIBLE
    assert find_case(sent.message.id) is None


def test_danger_to_somebody_else_is_seen_by_a_human(carer, group):
    sent = post(carer, group, "He has taken a whole box of paracetamol")
    assert sent.message.state is MessageState.VISIBLE
    assert case_of(sent.message.id).queue is Queue.SAFETY


def test_what_promises_money_waits(carer, group):
    assert post(carer, group, "Earn 500 a day from home").message.state is MessageState.HELD


def test_stigma_is_met_with_another_wording(carer, group):
    error = assert_refused("advice_given", post, carer, group, "Suicide is selfish")
    assert [advice["label"] for advice in error.extras()["advice"]] == ["stigma"]
    assert post(carer, group, "Suicide is selfish", acknowledged_advice=True).message.state is MessageState.VISIBLE


def test_harmless_words_bring_no_support(carer, group):
    assert post(carer, group).support is None


def test_a_group_may_hold_what_others_advise(carer):
    group = make_group(carer, screening={"contact_details": "hold"})
    assert post(carer, group, NUMBERED).message.state is MessageState.HELD


def test_a_group_may_allow_what_others_hold(carer):
    group = make_group(carer, screening={"hostility": "allow"})
    sent = post(carer, group, HOSTILE).message
    assert sent.state is MessageState.VISIBLE
    assert find_case(sent.id) is None


def test_a_group_that_reads_first_holds_every_message_of_a_carer(carer):
    group = make_group(carer, moderation=BEFORE)
    held = post(carer, group).message
    assert (held.state, case_of(held.id).queue) == (MessageState.HELD, Queue.PRE_MODERATION)
    approve(held)
    assert post(carer, group).message.state is MessageState.HELD


def test_a_newcomers_first_messages_wait_until_three_have_appeared(carer):
    group = make_group(carer, moderation=NEW)
    for _ in range(USUALLY_LOOKED_AT):
        held = post(carer, group).message
        assert held.state is MessageState.HELD
        approve(held)
    assert post(carer, group).message.state is MessageState.VISIBLE


def test_messages_are_counted_as_long_as_their_author_can_be_new_and_no_further(carer):
    group = make_group(carer, moderation=NEW, newcomer_messages=MOST_LOOKED_AT)
    for _ in range(MOST_LOOKED_AT):
        held = post(carer, group).message
        assert held.state is MessageState.HELD
        approve(held)
    assert post(carer, group).message.state is MessageState.VISIBLE
    approve(post(carer, group, HOSTILE).message)
    assert membership_of(carer, group).delivered_count == MOST_LOOKED_AT


def test_messages_that_were_never_released_make_nobody_settled(carer):
    group = make_group(carer, moderation=NEW)
    states = [post(carer, group).message.state for _ in range(USUALLY_LOOKED_AT + 1)]
    assert set(states) == {MessageState.HELD}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CARER])
@pytest.mark.parametrize("mode", [BEFORE, NEW])
def test_staff_do_not_wait_for_a_moderator(role, mode):
    person = make_person(role)
    assert post(person, make_group(person, moderation=mode)).message.state is MessageState.VISIBLE


def test_the_author_of_a_released_message_is_told(carer, group):
    held = post(carer, group, HOSTILE).message
    approve(held)
    assert notices_to(carer) == [("notice.message", "approved")]
