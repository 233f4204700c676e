"""The policy table, pinned by a matrix written by hand: each permission, for each role, in each situation."""

from dataclasses import dataclass

import pytest

from models.conversations import Membership, MemberState, Standing
from models.errors import Forbidden
from models.groups import Group, JoinPolicy
from models.policy import POLICY, STANDINGS, Facts, allows, authorise
from models.roles import Role


@dataclass(frozen=True)
class Somebody:
    role: Role
    id: str = "me"


LETTERS = {
    "c": Role.CARER,
    "w": Role.CARER_PEER_WORKER,
    "p": Role.CONSUMER_PEER_WORKER,
    "m": Role.MODERATOR,
    "s": Role.SUPERVISOR,
    "o": Role.COORDINATOR,
    "f": Role.PROFESSIONAL,
}

LISTED = Group(join_policy=JoinPolicy.OPEN)
ASKING = Group(join_policy=JoinPolicy.REQUEST)
UNLISTED = Group(join_policy=JoinPolicy.INVITE)


def belonging(state: MemberState, standing: Standing = Standing.MEMBER) -> Membership:
    return Membership(state=state, standing=standing)


MEMBER = belonging(MemberState.MEMBER)
FACILITATOR = belonging(MemberState.MEMBER, Standing.FACILITATOR)
OTHERS = frozenset({"author", "reporter"})

# A stranger to a listed group; somebody who asked to join it, left it, was removed from it; a member, guest, facilitator,
# and one who used to be; an unlisted group's stranger and member; a party to the case; another's account and one's own;
# nothing known at all.
SITUATIONS = {
    "stranger": Facts(group=LISTED, membership=None, parties=OTHERS),
    "by_request": Facts(group=ASKING, membership=None, parties=OTHERS),
    "asked": Facts(group=ASKING, membership=belonging(MemberState.REQUESTED), parties=OTHERS),
    "left": Facts(group=LISTED, membership=belonging(MemberState.LEFT, Standing.FACILITATOR), parties=OTHERS),
    "removed": Facts(group=LISTED, membership=belonging(MemberState.REMOVED, Standing.FACILITATOR), parties=OTHERS),
    "member": Facts(group=LISTED, membership=MEMBER, parties=OTHERS),
    "guest": Facts(group=LISTED, membership=belonging(MemberState.MEMBER, Standing.GUEST), parties=OTHERS),
    "facilitator": Facts(group=LISTED, membership=FACILITATOR, parties=OTHERS),
    "unlisted": Facts(group=UNLISTED, membership=None, parties=OTHERS),
    "unlisted_left": Facts(group=UNLISTED, membership=belonging(MemberState.LEFT), parties=OTHERS),
    "unlisted_member": Facts(group=UNLISTED, membership=MEMBER, parties=OTHERS),
    "party": Facts(group=LISTED, membership=None, parties=OTHERS | {"me"}),
    "referral": Facts(invited_role=Role.CARER),
    "staff_invite": Facts(invited_role=Role.MODERATOR),
    "own_making": Facts(made_by="me"),
    "another": Facts(about="other"),
    "oneself": Facts(about="me"),
    "nothing": Facts(),
}

ALL, NONE = "cwpmsof", ""
GROUPLESS = ("referral", "staff_invite", "own_making", "another", "oneself", "nothing")
INSIDE = {"member": ALL, "guest": ALL, "facilitator": ALL, "unlisted_member": ALL}

# permission -> (roles allowed where nothing else is said, {situation: roles allowed there})
MATRIX = {
    "group.list": (ALL, {}),
    "group.read": (ALL, {"unlisted": "o", "unlisted_left": "o", **dict.fromkeys(GROUPLESS, "o")}),
    "group.create": ("o", {}),
    "group.update": ("o", {}),
    "group.join": ("cw", dict.fromkeys(("unlisted", "unlisted_left", "unlisted_member", *GROUPLESS), NONE)),
    "group.members": ("o", INSIDE),
    "group.admit": ("o", {"facilitator": ALL}),
    "conversation.read": (NONE, INSIDE),
    "message.post": (NONE, INSIDE),
    "message.report": (NONE, INSIDE),
    "review.read": ("mso", {}),
    "review.open": ("mso", dict.fromkeys(("party", *GROUPLESS), NONE)),
    "review.decide": ("ms", dict.fromkeys(("party", *GROUPLESS), NONE)),
    "role.describe": ("o", {}),
    "code_of_conduct.write": ("o", {}),
    "invite.create": ("o", {"referral": "of"}),
    "invite.list": ("of", {}),
    "invite.revoke": ("o", {"own_making": "of"}),
    "audit.read": ("o", {}),
    "second_factor.reset": (NONE, {"another": "o"}),
}


def test_every_permission_has_a_row_in_the_matrix():
    assert set(MATRIX) == set(POLICY)


def test_every_role_has_a_letter():
    assert set(LETTERS.values()) == set(Role)


@pytest.mark.parametrize("permission", MATRIX)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_exactly_the_named_roles_are_allowed(permission, situation):
    usual, exceptions = MATRIX[permission]
    expected = {LETTERS[letter] for letter in exceptions.get(situation, usual)}
    assert {role for role in Role if allows(permission, Somebody(role), SITUATIONS[situation])} == expected


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", ["", "group", "group.delete", "*"])
def test_a_permission_that_is_not_in_the_table_is_refused_to_everyone(role, permission):
    assert not allows(permission, Somebody(role), SITUATIONS["facilitator"])


def test_authorise_raises_where_the_table_does_not_allow():
    with pytest.raises(Forbidden):
        authorise("group.create", Somebody(Role.CARER), Facts())


def test_authorise_is_silent_where_the_table_allows():
    authorise("group.create", Somebody(Role.COORDINATOR), Facts())


# How each role may belong to a group: m member, f facilitator, g guest.
STANDING_ROWS = {
    Role.CARER: "m",
    Role.CARER_PEER_WORKER: "mf",
    Role.CONSUMER_PEER_WORKER: "g",
    Role.MODERATOR: "g",
    Role.SUPERVISOR: "g",
    Role.COORDINATOR: "g",
    Role.PROFESSIONAL: "g",
}


@pytest.mark.parametrize("role", Role)
def test_each_role_stands_only_in_the_named_ways(role):
    expected = {standing for standing in Standing if standing.value[0] in STANDING_ROWS[role]}
    assert STANDINGS[role] == expected


def test_no_role_may_stand_in_both_peer_ways():
    """A carer peer worker belongs to the circle, a consumer peer worker visits it; no role does both."""
    for standings in STANDINGS.values():
        assert not (Standing.GUEST in standings and standings & {Standing.MEMBER, Standing.FACILITATOR})


def test_a_consumer_peer_worker_is_only_ever_a_guest():
    assert STANDINGS[Role.CONSUMER_PEER_WORKER] == {Standing.GUEST}
