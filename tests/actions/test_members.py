"""Who facilitators and coordinators let in, name and take out."""

import pytest

from models.conversations import MemberState, Standing
from models.groups import JoinPolicy
from models.ids import new_id
from models.policy import STANDINGS
from models.roles import Role
from server.actions.groups import join_group, put_member
from tests.factories.groups import make_group, membership_of, put_out
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of

MEMBER, FACILITATOR, GUEST = Standing.MEMBER, Standing.FACILITATOR, Standing.GUEST
PAIRS = [(role, standing) for role in Role for standing in Standing]


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def put(actor, group, person, *, state="member", standing=None):
    membership, _ = act(put_member, actor, group.id, person.id, state=state, standing=standing)
    return membership


@pytest.mark.parametrize(("role", "standing"), [pair for pair in PAIRS if pair[1] in STANDINGS[pair[0]]])
def test_a_role_may_stand_as_the_table_says(coordinator, role, standing):
    person, group = make_person(role), make_group()
    assert put(coordinator, group, person, standing=standing).standing is standing


@pytest.mark.parametrize(("role", "standing"), [pair for pair in PAIRS if pair[1] not in STANDINGS[pair[0]]])
def test_a_role_may_not_stand_otherwise(coordinator, role, standing):
    person, group = make_person(role), make_group()
    assert_refused("standing_not_for_role", put, coordinator, group, person, standing=standing)
    assert membership_of(person, group) is None


@pytest.mark.parametrize(
    ("role", "standing"),
    [(Role.CARER, MEMBER), (Role.CARER_PEER_WORKER, MEMBER), (Role.CONSUMER_PEER_WORKER, GUEST), (Role.PROFESSIONAL, GUEST)],
)
def test_where_nothing_is_said_a_role_stands_as_usual(coordinator, role, standing):
    assert put(coordinator, make_group(), make_person(role)).standing is standing


def test_who_asked_is_admitted_by_the_facilitator(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    group = make_group(facilitator=worker, join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, group.id)
    assert put(worker, group, carer).state is MemberState.MEMBER
    assert kinds_of(group.conversation_id)[-1] == "member.joined"


def test_being_admitted_starts_at_what_is_said_from_then_on(carer, coordinator):
    group = make_group(make_person(), join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, group.id)
    assert put(coordinator, group, carer).read_seq == head_of(group.conversation_id)


def test_a_group_by_invitation_is_entered_by_invitation(carer, coordinator):
    assert put(coordinator, make_group(join_policy=JoinPolicy.INVITE), carer).state is MemberState.MEMBER


def test_members_cannot_admit_or_remove(carer):
    friend = make_person()
    group = make_group(carer, friend)
    assert_refused("forbidden", put, carer, group, make_person())
    assert_refused("forbidden", put, carer, group, friend, state="removed")


@pytest.mark.parametrize("role", [Role.CARER, Role.CARER_PEER_WORKER, Role.MODERATOR, Role.SUPERVISOR, Role.PROFESSIONAL])
def test_strangers_cannot_admit(role, carer):
    assert_refused("forbidden", put, make_person(role), make_group(), carer)


def test_a_facilitator_of_one_group_is_nobody_in_another(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    make_group(facilitator=worker)
    assert_refused("forbidden", put, worker, make_group(), carer)


def test_who_was_removed_as_facilitator_is_one_no_more(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    group = make_group(facilitator=worker)
    put_out(group, worker)
    assert_refused("forbidden", put, worker, group, carer)


def test_naming_a_facilitator_keeps_them_where_they_are(coordinator):
    worker = make_person(Role.CARER_PEER_WORKER)
    group = make_group(worker)
    assert put(coordinator, group, worker, standing=FACILITATOR).standing is FACILITATOR
    assert kinds_of(group.conversation_id) == ["member.joined"]


def test_admitting_again_keeps_the_standing(coordinator):
    worker = make_person(Role.CARER_PEER_WORKER)
    group = make_group(facilitator=worker)
    assert put(coordinator, group, worker).standing is FACILITATOR


def test_a_removal_is_seen_by_the_room_and_told_to_the_one_removed(carer, coordinator):
    group = make_group(carer)
    put(coordinator, group, carer, state="removed")
    assert membership_of(carer, group).state is MemberState.REMOVED
    assert kinds_of(group.conversation_id)[-1] == "member.left"
    assert events_of(carer.id)[-1].data["change"] == "removed"


def test_a_request_is_turned_down_without_the_room_hearing(carer, coordinator):
    group = make_group(join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, group.id)
    put(coordinator, group, carer, state="removed")
    assert membership_of(carer, group).state is MemberState.REMOVED
    assert head_of(group.conversation_id) == 0


def test_who_is_not_in_it_cannot_be_removed(carer, coordinator):
    assert_refused("not_found", put, coordinator, make_group(), carer, state="removed")


def test_the_service_can_let_in_again_who_was_removed(carer, coordinator):
    group = make_group(carer)
    put_out(group, carer)
    assert put(coordinator, group, carer).state is MemberState.MEMBER


def test_nobody_is_admitted_past_the_capacity(carer, coordinator):
    group = make_group(make_person(), make_person(), capacity=2)
    assert_refused("group_full", put, coordinator, group, carer)


def test_who_does_not_exist_cannot_be_admitted(coordinator):
    ghost = make_person()
    ghost.id = new_id()
    assert_refused("not_found", put, coordinator, make_group(), ghost)


def test_each_step_is_in_the_audit_trail(carer, coordinator):
    group = make_group()
    put(coordinator, group, carer)
    put(coordinator, group, carer, state="removed")
    assert audited(group.id) == ["group.created", "member.member", "member.removed"]
