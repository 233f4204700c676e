"""Sanctions at work: what they keep somebody from, what stays open, and how they end."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.conversations import MemberState, Standing
from models.errors import DomainError
from models.messages import MessageState, ReactionName
from models.review import DecisionKind
from models.roles import Role
from models.sanctions import SanctionEnding, SanctionKind
from server.actions.edits import edit_message
from server.actions.groups import join_group, leave_group, put_member
from server.actions.reactions import set_reaction
from server.actions.sanctions import lift_sanction
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, case_of, decide, post, report
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.sanctions import WORDS, asked, decide_with, impose, sanction_now, sweep
from tests.factories.streams import events_of, kinds_of

READ_ONLY, REMOVAL, SUSPENSION = SanctionKind.READ_ONLY, SanctionKind.REMOVAL, SanctionKind.SUSPENSION
DAY = timedelta(days=1)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def group(carer):
    return make_group(carer)


def test_who_is_read_only_reads_and_does_not_write(carer, moderator, group):
    mine = post(carer, group).message
    sanction = impose(moderator, carer, READ_ONLY, group)
    refusal = assert_refused("read_only", post, carer, group)
    assert WORDS in refusal.plain_words()
    assert refusal.extras()["decision_id"] == sanction.id
    assert_refused(
        "read_only", act, edit_message, carer, mine.id, body="Other.", content_warning=None, acknowledged_advice=False
    )
    assert_refused("read_only", act, set_reaction, carer, mine.id, name=ReactionName.HUG, on=True)
    assert membership_of(carer, group).active


def test_read_only_in_one_group_leaves_the_others_and_in_all_of_them_none(carer, moderator, group):
    other = make_group(carer)
    impose(moderator, carer, READ_ONLY, group)
    post(carer, other)
    impose(moderator, carer, READ_ONLY)
    assert_refused("read_only", post, carer, other)


def test_whoever_joins_later_is_read_only_there_too(carer, moderator):
    impose(moderator, carer, READ_ONLY)
    later = make_group()
    act(join_group, carer, later.id)
    assert_refused("read_only", post, carer, later)


def test_reading_only_is_over_by_the_clock_before_any_sweep(carer, moderator, group):
    impose(moderator, carer, READ_ONLY, group)
    clock.move(DAY)
    assert post(carer, group).message.state is MessageState.VISIBLE


def test_a_removal_puts_out_and_says_so_to_who_writes_on(carer, moderator, group):
    impose(moderator, carer, REMOVAL, group)
    assert membership_of(carer, group).state is MemberState.REMOVED
    assert "You are not in this group until" in assert_refused("removed_from_group", post, carer, group).plain_words()
    assert_refused("removed_from_group", act, join_group, carer, group.id)
    post(carer, make_group(carer))


def test_a_removal_is_over_by_the_clock_before_any_sweep(carer, moderator, group):
    impose(moderator, carer, REMOVAL, group)
    clock.move(DAY)
    assert_refused("not_found", post, carer, group)
    act(join_group, carer, group.id)
    post(carer, group)


def test_a_sweep_gives_the_place_back_as_it_was(moderator):
    worker, supervisor = make_person(Role.CARER_PEER_WORKER), make_person(Role.SUPERVISOR)
    group = make_group(facilitator=worker, capacity=1)
    sanction = impose(supervisor, worker, REMOVAL, group)
    act(put_member, make_person(Role.COORDINATOR), group.id, make_person().id, state="member", standing=None)
    assert sweep() == 0
    clock.move(DAY)
    assert sweep() == 1
    membership = membership_of(worker, group)
    assert (membership.state, membership.standing) == (MemberState.MEMBER, Standing.FACILITATOR)
    assert sanction_now(sanction).ending is SanctionEnding.EXPIRED
    assert sweep() == 0


def test_a_suspension_is_from_every_group_and_gives_every_place_back(carer, moderator, group):
    others = [make_group(carer), make_group(carer)]
    left = make_group(carer)
    act(leave_group, carer, left.id)
    impose(moderator, carer, SUSPENSION)
    for each in (group, *others):
        assert_refused("suspended_from_groups", post, carer, each)
    assert_refused("suspended_from_groups", act, join_group, carer, make_group().id)
    clock.move(DAY)
    sweep()
    for each in (group, *others):
        post(carer, each)
    assert membership_of(carer, left).state is MemberState.LEFT


def test_of_two_that_overlap_the_end_of_one_leaves_the_other(carer, moderator, group):
    impose(moderator, carer, REMOVAL, group, days=2)
    impose(moderator, carer, SUSPENSION, days=1)
    impose(moderator, carer, READ_ONLY, group, days=3)
    clock.move(DAY)
    sweep()
    assert_refused("removed_from_group", post, carer, group)
    clock.move(DAY)
    sweep()
    assert_refused("read_only", post, carer, group)
    clock.move(DAY)
    sweep()
    post(carer, group)


def test_a_lasting_removal_stays_until_it_is_lifted(carer, moderator, supervisor, group):
    sanction = impose(supervisor, carer, REMOVAL, group, days=None)
    clock.move(1000 * DAY)
    sweep()
    assert_refused("removed_from_group", post, carer, group)
    assert_refused("sanction_beyond_role", act, lift_sanction, moderator, sanction.id, reason="Enough.")
    act(lift_sanction, supervisor, sanction.id, reason="They wrote to us.")
    post(carer, group)
    assert_refused("sanction_over", act, lift_sanction, supervisor, sanction.id, reason="Again.")


def test_nobody_else_lets_in_who_is_sanctioned_until_it_is_over(carer, moderator, group):
    coordinator = make_person(Role.COORDINATOR)
    admit = {"state": "member", "standing": None}
    impose(moderator, carer, REMOVAL, group)
    assert_refused("member_sanctioned", act, put_member, coordinator, group.id, carer.id, **admit)
    clock.move(DAY)
    act(put_member, coordinator, group.id, carer.id, **admit)


def test_who_is_taken_out_for_good_meanwhile_has_no_place_to_come_back_to(carer, moderator, group):
    impose(moderator, carer, REMOVAL, group)
    act(put_member, make_person(Role.COORDINATOR), group.id, carer.id, state="removed", standing=None)
    clock.move(DAY)
    sweep()
    assert membership_of(carer, group).state is MemberState.REMOVED


def test_a_sanction_goes_with_the_decision_on_a_case(carer, moderator, group):
    others = [make_group(carer) for _ in range(3)]  # with ids before and after: streams are taken in their order
    held = post(carer, others[1], HOSTILE).message
    decide_with(moderator, held.id, asked(SUSPENSION, None))
    for each in (group, *others):
        assert_refused("suspended_from_groups", post, carer, each)


def test_putting_a_removal_right_lifts_what_came_with_it(carer, moderator, supervisor, group):
    for by, lifted in ((moderator, True), (supervisor, False)):
        held = post(carer, group, HOSTILE).message
        decide_with(by, held.id, asked(READ_ONLY, group, days=7 if by is moderator else 8))
        decide(make_person(Role.MODERATOR), case_of(held.id), DecisionKind.RESTORE)
        if lifted:
            post(carer, group)
        else:
            assert_refused("read_only", post, carer, group)  # more than a moderator decides alone


@pytest.mark.parametrize("decision", [DecisionKind.APPROVE, DecisionKind.DISMISS, DecisionKind.HIDE])
def test_a_sanction_does_not_go_with_a_decision_that_settles_nothing(carer, moderator, group, decision):
    reader = make_person()
    act(join_group, reader, group.id)
    message = post(carer, group).message
    report(reader, message)
    assert_refused("sanction_not_here", decide_with, moderator, message.id, asked(READ_ONLY, group), decision)
    post(carer, group)


def test_nobody_sanctions_themselves_or_as_a_moderator_the_services_own(moderator, group):
    for person in (moderator, make_person(Role.CARER_PEER_WORKER), make_person(Role.MODERATOR)):
        assert_refused("forbidden", impose, moderator, person, READ_ONLY)
    impose(make_person(Role.SUPERVISOR), moderator, READ_ONLY)


def test_what_is_no_group_cannot_be_named(carer, moderator, group):
    group.conversation_id = make_person().id
    assert_refused("invalid", impose, moderator, carer, REMOVAL, group)


def test_whoever_joins_while_they_are_suspended_is_not_in_the_group_afterwards(carer, moderator):
    """Whichever comes first."""
    for _ in range(5):
        group = make_group()
        race(
            lambda group=group: act(join_group, carer, group.id).state,
            lambda: impose(moderator, carer, SUSPENSION, hours=1).kind,
        )
        membership = membership_of(carer, group)
        assert membership is None or not membership.active
        assert_refused_as_suspended_or_unknown(carer, group)
        clock.move(DAY)
        sweep()
        assert membership is None or membership_of(carer, group).active


def assert_refused_as_suspended_or_unknown(person, group):
    with pytest.raises(DomainError) as refused:
        post(person, group)
    assert refused.value.code in {"suspended_from_groups", "not_found"}


def test_of_two_sweeps_and_a_return_at_once_the_place_is_given_back_once(carer, moderator, group):
    sanction = impose(moderator, carer, REMOVAL, group, hours=1)
    clock.move(timedelta(hours=1))
    outcomes = race(sweep, sweep, lambda: act(join_group, carer, group.id).state)
    assert sorted(outcomes[:2]) == [0, 1]
    assert membership_of(carer, group).active
    assert kinds_of(group.conversation_id).count("member.joined") == 2
    assert [event.data["change"] for event in events_of(carer.id) if event.kind == "notice.sanction"] == [
        "imposed",
        "expired",
    ]
    assert sanction_now(sanction).ending is SanctionEnding.EXPIRED


def test_what_is_sent_while_it_is_imposed_is_either_there_or_refused(carer, moderator):
    for _ in range(5):
        group = make_group(carer)
        outcomes = race(
            lambda group=group: post(carer, group).message.state.value,
            lambda group=group: impose(moderator, carer, READ_ONLY, group).kind,
        )
        assert outcomes[0] in {"visible", "read_only"}
        assert_refused("read_only", post, carer, group)
