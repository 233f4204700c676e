"""Making groups, and coming into and going out of them by oneself."""

import pytest

from models.conversations import MemberState, Standing
from models.groups import JoinPolicy, ModerationMode
from models.roles import Role
from server.actions.groups import create_group, join_group, leave_group, update_group
from tests.factories.groups import group_fields, make_group, membership_of, put_out
from tests.factories.messages import post
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of

OPEN, REQUEST, INVITE = JoinPolicy.OPEN, JoinPolicy.REQUEST, JoinPolicy.INVITE
JOINING = [Role.CARER, Role.CARER_PEER_WORKER]
NOT_JOINING = [role for role in Role if role not in JOINING]


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def join(person, group):
    return act(join_group, person, group.id)


def leave(person, group):
    return act(leave_group, person, group.id)


def update(person, group, *, version=1, **changes):
    return act(update_group, person, group.id, version=version, changes=changes)


def changes_told_to(person):
    return [event.data["change"] for event in events_of(person.id) if event.kind == "notice.membership"]


def test_a_coordinator_makes_a_group_with_an_empty_conversation(coordinator):
    group = act(create_group, coordinator, **group_fields()).group
    assert head_of(group.conversation_id) == 0
    assert audited(group.id) == ["group.created"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_else_makes_a_group(role):
    assert_refused("forbidden", act, create_group, make_person(role), **group_fields())


def test_two_groups_cannot_have_the_same_name(coordinator):
    act(create_group, coordinator, **group_fields(name="Parents"))
    assert_refused("group_name_taken", act, create_group, coordinator, **group_fields(name="Parents"))


def test_two_groups_of_the_same_name_at_once_make_one(coordinator):
    made = race(*[lambda: act(create_group, coordinator, **group_fields(name="Parents"))] * 3)
    refused = [one for one in made if isinstance(one, str)]
    assert len(refused) == 2
    assert set(refused) <= {"group_name_taken", "conflict"}


def test_a_change_counts_the_version_up(coordinator):
    changed = update(coordinator, make_group(), moderation=ModerationMode.BEFORE, capacity=5).group
    assert (changed.version, changed.moderation, changed.capacity) == (2, ModerationMode.BEFORE, 5)
    assert audited(changed.id)[-1] == "group.updated"


@pytest.mark.parametrize("version", [0, 2])
def test_a_change_of_another_version_is_stale(coordinator, version):
    error = assert_refused("stale_version", update, coordinator, make_group(), version=version, name="Other")
    assert error.extras() == {"version": 1}


def test_two_changes_at_once_are_one_change_and_one_refusal(coordinator):
    group = make_group()
    changed = race(*[lambda n=n: update(coordinator, group, description=f"Words {n}") for n in range(2)])
    assert [one for one in changed if isinstance(one, str)] == ["stale_version"]


def test_a_group_cannot_take_anothers_name(coordinator):
    taken = make_group(name="Parents").name
    assert_refused("group_name_taken", update, coordinator, make_group(), name=taken)


def test_a_group_may_keep_its_own_name(coordinator):
    assert update(coordinator, make_group(name="Parents"), name="Parents").group.version == 2


def test_a_facilitator_cannot_change_the_group():
    worker = make_person(Role.CARER_PEER_WORKER)
    assert_refused("forbidden", update, worker, make_group(facilitator=worker), name="Mine")


@pytest.mark.parametrize("role", JOINING)
def test_an_open_group_takes_in_who_joins(role):
    person, group = make_person(role), make_group()
    joined = join(person, group)
    assert (joined.state, joined.standing) == (MemberState.MEMBER, Standing.MEMBER)
    assert [(event.kind, event.subject_id) for event in events_of(group.conversation_id)] == [("member.joined", person.id)]
    assert changes_told_to(person) == ["joined"]


def test_joining_twice_changes_nothing(carer):
    group = make_group()
    join(carer, group)
    join(carer, group)
    assert kinds_of(group.conversation_id) == ["member.joined"]


def test_joining_from_two_phones_at_once_is_joining_once(carer):
    group = make_group()
    race(*[lambda: join(carer, group)] * 4)
    assert kinds_of(group.conversation_id) == ["member.joined"]


def test_a_group_by_request_notes_the_wish_and_tells_the_room_nothing(carer):
    group = make_group(join_policy=REQUEST)
    assert join(carer, group).state is MemberState.REQUESTED
    assert head_of(group.conversation_id) == 0


@pytest.mark.parametrize("role", JOINING)
def test_a_group_by_invitation_does_not_exist_for_who_was_not_invited(role):
    assert_refused("not_found", join, make_person(role), make_group(join_policy=INVITE))


@pytest.mark.parametrize("policy", [OPEN, REQUEST])
@pytest.mark.parametrize("role", NOT_JOINING)
def test_other_roles_do_not_come_in_by_themselves(role, policy):
    assert_refused("forbidden", join, make_person(role), make_group(join_policy=policy))


def test_a_full_group_takes_nobody_in(carer):
    group = make_group(make_person(), make_person(), capacity=2)
    assert_refused("group_full", join, carer, group)
    assert membership_of(carer, group) is None


def test_a_place_that_was_left_is_free_again(carer):
    friend = make_person()
    group = make_group(make_person(), friend, capacity=2)
    leave(friend, group)
    assert join(carer, group).state is MemberState.MEMBER


def test_who_asked_to_join_takes_no_place(carer):
    group = make_group(make_person(), capacity=2, join_policy=REQUEST)
    join(make_person(), group)
    assert join(carer, group).state is MemberState.REQUESTED


def test_the_last_place_goes_to_one_of_those_who_come_at_once():
    group = make_group(make_person(), capacity=2)
    people = [make_person() for _ in range(4)]
    joined = race(*[lambda person=person: join(person, group) for person in people])
    assert joined.count("group_full") == 3


def test_who_was_removed_cannot_come_back_by_themselves(carer):
    group = make_group(carer)
    put_out(group, carer)
    assert_refused("removed_from_group", join, carer, group)


def test_who_was_removed_cannot_ask_again(carer):
    group = make_group(carer, join_policy=REQUEST)
    put_out(group, carer)
    assert_refused("removed_from_group", join, carer, group)


def test_who_left_can_come_back(carer):
    group = make_group(carer)
    leave(carer, group)
    assert join(carer, group).state is MemberState.MEMBER


def test_what_was_said_before_one_came_does_not_count_as_unread(carer):
    friend = make_person()
    group = make_group(friend)
    post(friend, group)
    assert join(carer, group).read_seq == head_of(group.conversation_id)


def test_leaving_is_seen_by_the_room_and_told_to_oneself(carer):
    group = make_group(carer)
    leave(carer, group)
    assert membership_of(carer, group).state is MemberState.LEFT
    assert kinds_of(group.conversation_id) == ["member.joined", "member.left"]
    assert changes_told_to(carer) == ["joined", "left"]


def test_taking_back_a_request_is_not_seen_by_the_room(carer):
    group = make_group(join_policy=REQUEST)
    join(carer, group)
    leave(carer, group)
    assert membership_of(carer, group).state is MemberState.LEFT
    assert head_of(group.conversation_id) == 0


def test_one_cannot_leave_where_one_is_not(carer):
    group = make_group()
    assert_refused("not_found", leave, carer, group)


def test_one_cannot_leave_twice(carer):
    group = make_group(carer)
    leave(carer, group)
    assert_refused("not_found", leave, carer, group)
