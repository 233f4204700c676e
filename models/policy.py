"""Who may do what: permission -> alternatives, each a tuple of named predicates that must all hold.

A permission that is not in the table is refused to everyone. A predicate looks at the actor and the facts of the case and
touches neither the database nor the clock. `tests/rules/test_policy.py` pins the table with a matrix written by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.conversations import Membership, Standing
from models.errors import Forbidden
from models.groups import Group, JoinPolicy
from models.roles import Role


class Actor(Protocol):
    """Whoever acts: their id and the one role they hold now."""

    @property
    def id(self) -> str: ...
    @property
    def role(self) -> Role: ...


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the decision is about. A fact left out makes every predicate that needs it false."""

    group: Group | None = None
    membership: Membership | None = None
    # Who made the thing in question.
    made_by: str | None = None
    # The role an invite would give.
    invited_role: Role | None = None
    # People with a part in the case: the author of its message and everyone who reported it.
    parties: frozenset[str] | None = None
    # Whose account it is about.
    about: str | None = None


Predicate = Callable[[Actor, Facts], bool]


def signed_in(actor: Actor, facts: Facts) -> bool:
    return True


def a_carer(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.CARER


def a_carer_peer_worker(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.CARER_PEER_WORKER


def a_moderator(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.MODERATOR


def a_supervisor(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.SUPERVISOR


def a_coordinator(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.COORDINATOR


def a_professional(actor: Actor, facts: Facts) -> bool:
    return actor.role is Role.PROFESSIONAL


def inviting_a_carer(actor: Actor, facts: Facts) -> bool:
    return facts.invited_role is Role.CARER


def a_member(actor: Actor, facts: Facts) -> bool:
    return facts.membership is not None and facts.membership.active


def a_facilitator(actor: Actor, facts: Facts) -> bool:
    membership = facts.membership
    return membership is not None and membership.active and membership.standing is Standing.FACILITATOR


def no_party_to_the_case(actor: Actor, facts: Facts) -> bool:
    return facts.parties is not None and actor.id not in facts.parties


def a_maker(actor: Actor, facts: Facts) -> bool:
    return facts.made_by is not None and facts.made_by == actor.id


def about_another(actor: Actor, facts: Facts) -> bool:
    return facts.about is not None and facts.about != actor.id


def listed(actor: Actor, facts: Facts) -> bool:
    """The group may be found by people who do not belong to it."""
    return facts.group is not None and facts.group.join_policy is not JoinPolicy.INVITE


POLICY: Mapping[str, tuple[tuple[Predicate, ...], ...]] = {
    "group.list": ((signed_in,),),
    "group.read": ((listed,), (a_member,), (a_coordinator,)),
    "group.create": ((a_coordinator,),),
    "group.update": ((a_coordinator,),),
    "group.join": ((a_carer, listed), (a_carer_peer_worker, listed)),
    "group.members": ((a_member,), (a_coordinator,)),
    "group.admit": ((a_facilitator,), (a_coordinator,)),
    "conversation.read": ((a_member,),),
    "message.post": ((a_member,),),
    "message.report": ((a_member,),),
    "review.read": ((a_moderator,), (a_supervisor,), (a_coordinator,)),
    # Nobody looks into a case about their own words or report: it holds what others said of it.
    "review.open": (
        (a_moderator, no_party_to_the_case),
        (a_supervisor, no_party_to_the_case),
        (a_coordinator, no_party_to_the_case),
    ),
    "review.decide": ((a_moderator, no_party_to_the_case), (a_supervisor, no_party_to_the_case)),
    "role.describe": ((a_coordinator,),),
    "code_of_conduct.write": ((a_coordinator,),),
    # A professional's invite is a referral: of a carer, never of staff.
    "invite.create": ((a_coordinator,), (a_professional, inviting_a_carer)),
    "invite.list": ((a_coordinator,), (a_professional,)),
    "invite.revoke": ((a_coordinator,), (a_professional, a_maker)),
    "audit.read": ((a_coordinator,),),
    # Nobody gets rid of their own this way: for that they need a good code.
    "second_factor.reset": ((a_coordinator, about_another),),
}

# How each role may belong to a group. The two peer roles stay apart here too: a consumer peer worker is a guest, named so.
STANDINGS: Mapping[Role, frozenset[Standing]] = {
    Role.CARER: frozenset({Standing.MEMBER}),
    Role.CARER_PEER_WORKER: frozenset({Standing.MEMBER, Standing.FACILITATOR}),
    Role.CONSUMER_PEER_WORKER: frozenset({Standing.GUEST}),
    Role.MODERATOR: frozenset({Standing.GUEST}),
    Role.SUPERVISOR: frozenset({Standing.GUEST}),
    Role.COORDINATOR: frozenset({Standing.GUEST}),
    Role.PROFESSIONAL: frozenset({Standing.GUEST}),
}


def allows(permission: str, actor: Actor, facts: Facts) -> bool:
    alternatives = POLICY.get(permission, ())
    return any(all(predicate(actor, facts) for predicate in alternative) for alternative in alternatives)


def authorise(permission: str, actor: Actor, facts: Facts) -> None:
    """Raise Forbidden unless an alternative of the permission holds."""
    if not allows(permission, actor, facts):
        raise Forbidden(permission=permission)
