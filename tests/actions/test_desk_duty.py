"""Who is at the desk, and how a group is moderated while nobody is."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.desk_duty import LONGEST, PROLONGED_BY
from models.groups import ModerationMode, Tightening
from models.messages import MessageState
from models.review import DecisionKind, Queue
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.actions.accounts import suspend_account
from server.actions.desk_duty import begin_desk_duty, end_desk_duty
from server.actions.groups import update_group
from server.queries.desk_duty import list_at_desk
from server.queries.groups import get_group, groups_now
from tests.factories.alerts import on_duty
from tests.factories.concerns import concerns
from tests.factories.groups import make_group, put_out
from tests.factories.messages import PLAIN, RISKY, case_of, claim, decide, message_now, post
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.refusals import assert_refused
from tests.factories.rota import put_on_duty
from tests.factories.streams import audited

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AFTER, NEW, BEFORE = ModerationMode
HELD, VISIBLE = MessageState.HELD, MessageState.VISIBLE


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def group(carer, worker):
    return make_group(carer, facilitator=worker, tighten_when_unstaffed=Tightening.BEFORE)


def be_there(person, hours=2):
    return act(begin_desk_duty, person, until=clock.now() + hours * HOUR)


def there():
    with reading() as session:
        page = list_at_desk(session, make_person(Role.COORDINATOR), limit=100, cursor=None, now=clock.now())
        return {each.person.id: each.every_group for each in page.items}


def now_in(group, person):
    with reading() as session:
        return groups_now(session, [get_group(session, person, group.id)], now=clock.now())[0].moderation


def test_it_ends_by_itself(moderator):
    be_there(moderator, hours=2)
    clock.move(2 * HOUR - MINUTE)
    assert there() == {moderator.id: True}
    clock.move(2 * MINUTE)
    assert there() == {}


def test_it_is_ended_by_who_said_so_and_again_without_harm(moderator):
    be_there(moderator)
    act(end_desk_duty, moderator)
    assert there() == {}
    act(end_desk_duty, moderator)
    assert audited(moderator.id)[-2:] == ["desk_duty.said", "desk_duty.ended"]


@pytest.mark.parametrize("until", [-MINUTE, timedelta(0), LONGEST + MINUTE])
def test_a_time_that_is_past_or_too_far_off_is_refused(moderator, until):
    assert_refused("invalid", act, begin_desk_duty, moderator, until=clock.now() + until)
    assert there() == {}


def test_saying_it_again_moves_the_end_and_keeps_the_beginning(moderator):
    began = be_there(moderator, hours=1).since
    clock.move(HOUR / 2)
    again = be_there(moderator, hours=4)
    assert (again.since, again.until > began + 4 * HOUR) == (began, True)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.CARER, False), (Role.CARER_PEER_WORKER, False), (Role.COORDINATOR, False), (Role.SUPERVISOR, True)],
)
def test_only_who_looks_after_things_says_so(role, may):
    person = make_person(role)
    if may:
        assert be_there(person)
    else:
        assert_refused("forbidden", be_there, person)


def test_work_at_the_desk_prolongs_it_and_begins_nothing(carer, moderator):
    message = post(carer, make_group(carer), RISKY).message
    claim(moderator, case_of(message.id))
    assert there() == {}
    be_there(moderator, hours=1)
    clock.move(HOUR - MINUTE)
    claim(moderator, case_of(message.id))
    clock.move(PROLONGED_BY - MINUTE)
    assert there() == {moderator.id: True}
    clock.move(2 * MINUTE)
    assert there() == {}


def test_a_facilitator_is_there_for_their_own_groups(worker, group):
    be_there(worker)
    assert there() == {worker.id: False}


def test_who_facilitates_no_more_is_not_there(worker, group):
    be_there(worker)
    put_out(group, worker)
    assert there() == {}


def test_a_group_that_nobody_looks_after_tightens_and_loosens_by_itself(carer, moderator, group):
    waited = post(carer, group).message
    assert waited.state is HELD
    assert case_of(waited.id).queue is Queue.PRE_MODERATION
    be_there(moderator, hours=2)
    assert post(carer, group).message.state is VISIBLE
    clock.move(2 * HOUR + MINUTE)
    assert post(carer, group).message.state is HELD
    decide(moderator, case_of(waited.id), DecisionKind.APPROVE)
    assert message_now(waited.id).state is VISIBLE


def test_members_are_told_how_it_is(carer, moderator, group):
    assert (now_in(group, carer).now, now_in(group, carer).tightened) == (BEFORE, True)
    be_there(moderator)
    assert (now_in(group, carer).now, now_in(group, carer).tightened) == (AFTER, False)


@pytest.mark.parametrize("how", ["at the desk", "on the rota"])
def test_its_own_facilitator_is_enough(carer, worker, group, how):
    assert post(carer, group).message.state is HELD
    if how == "at the desk":
        be_there(worker)
    else:
        put_on_duty(worker, Layer.PRIMARY)
    assert post(carer, group).message.state is VISIBLE


def test_another_groups_facilitator_is_not(carer, group):
    other = make_person(Role.CARER_PEER_WORKER)
    make_group(facilitator=other)
    be_there(other)
    put_on_duty(other, Layer.PRIMARY)
    assert post(carer, group).message.state is HELD


def test_a_moderator_whose_account_is_paused_is_not_there(carer, moderator, group):
    be_there(moderator)
    assert post(carer, group).message.state is VISIBLE

    act(suspend_account, make_person(Role.COORDINATOR), moderator.id, reason="Away for good.")

    assert post(carer, group).message.state is HELD


@pytest.mark.parametrize(
    ("mode", "tighten", "newcomer", "state"),
    [
        (AFTER, Tightening.NONE, True, VISIBLE),
        (AFTER, Tightening.NEW_MEMBERS, True, HELD),
        (AFTER, Tightening.NEW_MEMBERS, False, VISIBLE),
        (NEW, Tightening.BEFORE, False, HELD),
        (BEFORE, Tightening.NEW_MEMBERS, False, HELD),
    ],
)
def test_the_stricter_of_the_two_holds(carer, moderator, mode, tighten, newcomer, state):
    group = make_group(carer, moderation=AFTER, newcomer_messages=1)
    if not newcomer:
        post(carer, group)

    changes = {"moderation": mode, "tighten_when_unstaffed": tighten}
    act(update_group, make_person(Role.COORDINATOR), group.id, version=1, changes=changes)
    assert post(carer, group).message.state is state


def test_words_of_risk_do_not_wait_for_somebody_to_come_and_somebody_is_called(carer, group):
    on_duty()
    sent = post(carer, group, RISKY)
    assert sent.message.state is VISIBLE
    assert case_of(sent.message.id).queue is Queue.SAFETY
    assert [concern.message_id for concern in concerns()] == [sent.message.id]


def test_while_somebody_is_there_nobody_else_is_called(carer, moderator, group):
    on_duty()
    be_there(moderator)
    post(carer, group, RISKY)
    assert concerns() == []


def test_a_group_that_always_looks_first_holds_words_of_risk_as_ever(carer):
    group = make_group(carer, moderation=BEFORE, tighten_when_unstaffed=Tightening.BEFORE)
    assert post(carer, group, RISKY).message.state is HELD


def test_a_group_says_how_many_first_messages_it_looks_at(carer):
    group = make_group(carer, moderation=NEW, newcomer_messages=1)
    first = post(carer, group, PLAIN).message
    assert first.state is HELD
    decide(make_person(Role.MODERATOR), case_of(first.id), DecisionKind.APPROVE)
    assert post(carer, group, PLAIN).message.state is VISIBLE


def test_a_group_that_does_not_tighten_asks_nothing_more(carer, moderator):
    def queries(group):
        with counted() as sent:
            post(carer, group)
        return len(sent)

    plain, tight = make_group(carer), make_group(carer, tighten_when_unstaffed=Tightening.BEFORE)
    be_there(moderator)
    assert queries(tight) == queries(plain) + 1
    slow = make_group(carer, slow_mode_seconds=60)
    assert queries(slow) == queries(plain) + 1
