"""Whatever roles people are given one after the other, and whoever is named: what must hold holds after each change."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.audit import verify
from models.contacts import Contact, ContactState, Handover
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.decisions import PeerRoleModel
from models.pairings import Pairing, pairing
from models.people import Person
from models.policy import STANDINGS
from models.roles import Role
from models.session import reading
from models.streams import Event
from server.actions.groups import put_member
from server.actions.role_changes import HandoverNeeded, SuccessorNotPossible, change_role
from tests.factories.groups import make_group
from tests.factories.one_to_ones import make_one_to_one, make_request, write
from tests.factories.people import act, make_person

PEOPLE, GROUPS = 6, 3


@dataclass
class World:
    coordinator: Person
    people: list[Person]
    groups: list
    conversations: set[str] = field(default_factory=set)


def role_now(person):
    with reading() as session:
        return session.get(Person, person.id).role


def make_world(roles, places, pairs):
    world = World(
        coordinator=make_person(Role.COORDINATOR),
        people=[make_person(role) for role in roles],
        groups=[make_group() for _ in range(GROUPS)],
    )
    world.conversations |= {group.conversation_id for group in world.groups}
    for who, where, which in places:
        standings = sorted(STANDINGS[roles[who]])
        standing = standings[which % len(standings)]
        act(put_member, world.coordinator, world.groups[where].id, world.people[who].id, state="member", standing=standing)
    for one, other, begun in dict.fromkeys(pairs):
        begin(world, world.people[one], world.people[other], begun=begun)
    return world


def begin(world, carer, worker, *, begun):
    with reading() as session:
        open_ones = (ContactState.REQUESTED, ContactState.ACCEPTED)
        mine = (Contact.carer_id == carer.id, Contact.worker_id == worker.id, Contact.state.in_(open_ones))
        if session.scalars(select(Contact).where(*mine)).first() is not None:
            return
    if begun:
        contact = make_one_to_one(carer, worker)
        world.conversations.add(contact.conversation_id)
        write(carer, contact.conversation_id)
    else:
        make_request(carer, worker)


def give(world, who, role, choices):
    """Change the role as a coordinator would: ask, name for each conversation what is asked for, nobody after a refusal."""
    person, handovers = world.people[who], {}
    if role is role_now(person):
        return
    for _ in range(3):
        facts = {"role": role, "current_role": role_now(person), "reason": "Agreed.", "handovers": handovers}
        try:
            act(change_role, world.coordinator, person.id, **facts)
        except HandoverNeeded as needed:
            ids = [row["conversation_id"] for row in needed.facts["conversations"]]
            handovers = {
                conversation_id: world.people[choice].id if choice is not None else None
                for conversation_id, choice in zip(ids, choices, strict=False)
            }
            handovers |= {conversation_id: None for conversation_id in ids if conversation_id not in handovers}
        except SuccessorNotPossible:
            handovers = dict.fromkeys(handovers)
        else:
            return
    raise AssertionError("a coordinator who names everything asked for is let through")


def assert_all_holds(world):
    with reading() as session:
        people = {person.id: person.role for person in session.scalars(select(Person))}
        group_places = select(Membership).join(Conversation).where(Conversation.kind == ConversationKind.GROUP)
        here = Membership.state.in_((MemberState.MEMBER, MemberState.REQUESTED))
        for membership in session.scalars(group_places.where(here)):
            assert membership.standing in STANDINGS[people[membership.person_id]]
        for contact in session.scalars(select(Contact)):
            open_now = contact.state in (ContactState.REQUESTED, ContactState.ACCEPTED)
            pair = pairing(people[contact.carer_id], people[contact.worker_id], PeerRoleModel.DISTINCT)
            assert not open_now or pair is not Pairing.REFUSED
            assert not open_now or people[contact.carer_id] is Role.CARER
        handed = set(session.scalars(select(Handover.conversation_id)))
        ended = session.scalars(select(Conversation.id).where(Conversation.ended_at.is_not(None)))
        assert set(ended) <= handed
        for stream_id in [*world.conversations, *people]:
            seqs = session.scalars(select(Event.seq).where(Event.stream_id == stream_id).order_by(Event.seq)).all()
            assert list(seqs) == list(range(1, len(seqs) + 1))


index = st.integers(0, PEOPLE - 1)
# Two carers and two carer peer workers, with whom there is something to lose, and whoever else there is.
CARERS, WORKERS = (0, 1), (2, 3)
FIRST = [Role.CARER, Role.CARER, Role.CARER_PEER_WORKER, Role.CARER_PEER_WORKER]


@pytest.mark.timeout(600)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    others=st.lists(st.sampled_from(list(Role)), min_size=PEOPLE - len(FIRST), max_size=PEOPLE - len(FIRST)),
    places=st.lists(st.tuples(index, st.integers(0, GROUPS - 1), st.integers(0, 1)), max_size=8),
    pairs=st.lists(st.tuples(st.sampled_from(CARERS), st.sampled_from(WORKERS), st.booleans()), max_size=4),
    changes=st.lists(
        st.tuples(index, st.sampled_from(list(Role)), st.lists(st.none() | index, max_size=4)), min_size=1, max_size=5
    ),
)
def test_after_any_changes_of_role_nothing_of_an_old_role_is_left(others, places, pairs, changes):
    world = make_world([*FIRST, *others], places, pairs)
    for who, role, choices in changes:
        give(world, who, role, choices)
        assert_all_holds(world)
    with reading() as session:
        verify(session)
