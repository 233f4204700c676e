"""Whatever people do in whatever order, what must never be is never so."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.beginnings import BeginningAgreement
from models.clock import clock
from models.contacts import CONTACT_MOVES, NEEDED, OPEN, Agreement, Contact, ContactState, Party, Wall, WallKind
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.decisions import DecisionName, PeerRoleModel
from models.errors import DomainError, NotFound
from models.ids import new_id
from models.pairings import Pairing
from models.people import Person
from models.roles import Role
from models.session import reading
from models.transfers import OPEN_TRANSFERS, Transfer, TransferKind, TransferState
from models.waiting import Waiting, WaitingState
from server.actions.contacts import (
    accept_contact,
    agree_to_contact,
    change_worker,
    decline_contact,
    end_conversation,
    request_contact,
    withdraw_contact,
)
from server.actions.decisions import make_decision
from server.actions.endings import plan_ending
from server.actions.messages import post_message
from server.actions.transfers import accept_transfer, agree_to_transfer, propose_transfer
from server.actions.waiting import assign_worker, join_waiting_list, leave_waiting_list
from server.actions.walls import declare_wall, record_consent, withdraw_consent, withdraw_wall
from server.jobs.contacts import watch_contacts
from server.queries.decisions import current_decision, standing_decision
from server.queries.waiting import find_waiting, list_waiting
from tests.factories.contacts import begin, by_consent, decided
from tests.factories.messages import PLAIN
from tests.factories.people import act, make_person

CARERS, WORKERS = 2, 3
PEER_ROLES = {Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER}
OPERATIONS = [
    "ask",
    "ask",
    "accept",
    "accept",
    "agree",
    "decline",
    "withdraw",
    "end_by_carer",
    "end_by_worker",
    "change",
    "wall_by_carer",
    "wall_by_worker",
    "withdraw_wall",
    "consent",
    "withdraw_consent",
    "decide",
    "wait",
    "wait",
    "leave_list",
    "look_after",
    "look_after",
    "time_passes",
    "assign",
    "plan_end",
    "hand_over",
    "cover",
    "take",
    "take",
    "let_go",
    "let_go",
    "agree_to_all",
    "write",
]
STEPS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, CARERS - 1), st.integers(0, WORKERS - 1), st.booleans()),
    min_size=5,
    max_size=40,
)


@dataclass
class Small:
    """Two carers, a carer peer worker and two consumer peer workers, in a service that begins by consent."""

    carers: list[Person] = field(default_factory=lambda: [make_person() for _ in range(CARERS)])
    workers: list[Person] = field(
        default_factory=lambda: [
            make_person(Role.CARER_PEER_WORKER),
            make_person(Role.CONSUMER_PEER_WORKER),
            make_person(Role.CONSUMER_PEER_WORKER),
        ]
    )
    coordinator: Person = field(default_factory=lambda: make_person(Role.COORDINATOR))
    states: dict[str, ContactState] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    @property
    def ids(self):
        return [person.id for person in (*self.carers, *self.workers)]

    def newest(self, table, carer, worker):
        with reading() as session:
            query = select(table).where(table.carer_id == carer.id, table.worker_id == worker.id)
            return session.scalars(query.order_by(table.id.desc()).limit(1)).one_or_none()

    def do(self, operation, carer, worker, flag):
        """One thing somebody tries; a refusal is an answer like any other."""
        contact, wall = self.newest(Contact, carer, worker), self.newest(Wall, carer, worker)
        place = contact.conversation_id if contact else None
        kind = WallKind.SUPPORTS_THE_CONSUMER if flag else WallKind.OTHER
        steps = {
            "wait": lambda: act(join_waiting_list, carer, wish=None),
            "leave_list": lambda: act(leave_waiting_list, carer),
            "look_after": self.look_after,
            "time_passes": lambda: clock.move(timedelta(days=2 if flag else 8)),
            "assign": lambda: self.assign(carer, worker),
            "take": lambda: self.move_transfer(TransferState.PROPOSED),
            "let_go": lambda: self.move_transfer(TransferState.ACCEPTED),
            "ask": lambda: act(request_contact, carer, worker_id=worker.id, note=None),
            "wall_by_carer": lambda: act(declare_wall, carer, person_id=worker.id, kind=kind, reason=None),
            "wall_by_worker": lambda: act(declare_wall, worker, person_id=carer.id, kind=kind, reason=None),
            "decide": lambda: self.decide(flag),
        }
        if contact is not None:
            steps |= {
                "accept": lambda: act(accept_contact, worker, contact.id),
                "agree": lambda: act(agree_to_contact, self.coordinator, contact.id),
                "decline": lambda: act(decline_contact, worker, contact.id, reply=None),
                "withdraw": lambda: act(withdraw_contact, carer, contact.id),
                "agree_to_all": lambda: begin(contact, carer, worker),
                "hand_over": lambda: self.propose(contact, worker, TransferKind.HANDOVER),
                "cover": lambda: self.propose(contact, worker, TransferKind.COVER),
            }
        if place is not None:
            other = self.workers[(self.workers.index(worker) + 1) % WORKERS] if flag else None
            other_id = other.id if other else None
            steps |= {
                "end_by_carer": lambda: act(end_conversation, carer, place),
                "end_by_worker": lambda: act(end_conversation, worker, place),
                "plan_end": lambda: self.plan_end(worker if flag else carer, place),
                "write": lambda: self.write(carer if flag else worker, contact),
                "change": lambda: act(change_worker, carer, place, worker_id=other_id),
            }
        if wall is not None:
            declarer = carer if wall.declared_by == carer.id else worker
            steps |= {
                "withdraw_wall": lambda: act(withdraw_wall, declarer, wall.id),
                "consent": lambda: act(record_consent, self.coordinator, wall.id, note="On file."),
                "withdraw_consent": lambda: act(withdraw_consent, self.coordinator, wall.id),
            }
        if operation in steps:
            try:
                steps[operation]()
            except DomainError:
                return
            self.done.add(operation)

    def decide(self, flag):
        with reading() as session:
            version = standing_decision(session, DecisionName.PEER_ROLE_MODEL).version
            now = current_decision(session, DecisionName.PEER_ROLE_MODEL)
        value = PeerRoleModel.BY_CONSENT if now == PeerRoleModel.DISTINCT else PeerRoleModel.DISTINCT
        facts = {"value": value, "reason": "So.", "version": version, "end_open_contacts": flag}
        act(make_decision, self.coordinator, DecisionName.PEER_ROLE_MODEL, **facts)

    def look_after(self):
        if not watch_contacts(lasts=timedelta(days=3)):
            raise NotFound

    def assign(self, carer, worker):
        with reading() as session:
            waiting = find_waiting(session, carer.id)
        if waiting is None:
            raise NotFound
        act(assign_worker, self.coordinator, waiting.id, worker_id=worker.id, reason="So.")

    def propose(self, contact, worker, kind):
        other = self.workers[(self.workers.index(worker) + 1) % WORKERS]
        times = {"starts_at": None, "ends_at": None}
        if kind is TransferKind.COVER:
            times = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=7)}
        act(propose_transfer, worker, contact.id, kind=kind, worker_id=other.id, note=None, **times)

    def move_transfer(self, state):
        with reading() as session:
            transfer = session.scalars(
                select(Transfer)
                .join(Contact, Contact.id == Transfer.contact_id)
                .where(Transfer.state == state, Contact.carer_id.in_(self.ids))
                .limit(1)
            ).one_or_none()
            contact = session.get(Contact, transfer.contact_id) if transfer is not None else None
        if contact is None:
            raise NotFound
        if state is TransferState.PROPOSED:
            other = next(worker for worker in self.workers if worker.id == transfer.to_worker_id)
            act(accept_transfer, other, transfer.id)
        else:
            carer = next(carer for carer in self.carers if carer.id == contact.carer_id)
            act(agree_to_transfer, carer, transfer.id, with_note=True)

    def plan_end(self, person, place):
        act(plan_ending, person, place, ends_at=clock.now() + timedelta(days=3), summary=None)

    def write(self, person, contact):
        """Whoever gets a message through has agreed, and so has the other, in a contact that goes on."""
        act(
            post_message,
            person,
            conversation_id=contact.conversation_id,
            client_id=new_id(),
            body=PLAIN,
            acknowledged_advice=True,
        )
        with reading() as session:
            agreed = session.scalars(
                select(BeginningAgreement.person_id).where(BeginningAgreement.contact_id == contact.id)
            ).all()
            state = session.get_one(Contact, contact.id).state
        assert set(agreed) == {contact.carer_id, contact.worker_id}
        assert state is ContactState.ACCEPTED

    def check_list(self, session):
        """Nobody waits twice, nobody waits behind who came later but by an exception, and offers name those who wait."""
        waiting = session.scalars(select(Waiting).where(Waiting.state == WaitingState.WAITING)).all()
        assert len({each.carer_id for each in waiting}) == len(waiting)
        shown = [view.waiting for view in list_waiting(session, limit=100, cursor=None).items]
        assert {each.id for each in shown} == {each.id for each in waiting}
        plain = [each.joined_at for each in shown if each.forward_at is None]
        assert plain == sorted(plain)
        assert all(each.forward_reason for each in shown if each.forward_at is not None)

    def check_transfers(self, session):
        transfers = session.scalars(select(Transfer)).all()
        for transfer in transfers:
            contact = session.get_one(Contact, transfer.contact_id)
            if transfer.state in OPEN_TRANSFERS:
                assert contact.state is ContactState.ACCEPTED
            if transfer.state is TransferState.DONE:
                assert transfer.accepted_at is not None
                assert transfer.agreed_at is not None
                new = session.get_one(Contact, transfer.new_contact_id)
                assert (new.carer_id, new.worker_id) == (contact.carer_id, transfer.to_worker_id)
                assert new.conversation_id != contact.conversation_id

    def check(self):
        with reading() as session:
            self.check_list(session)
            self.check_transfers(session)
        with reading() as session:
            contacts = session.scalars(select(Contact).where(Contact.carer_id.in_(self.ids))).all()
            agreements = session.execute(select(Agreement.contact_id, Agreement.party)).all()
            walls = session.scalars(select(Wall).where(Wall.carer_id.in_(self.ids))).all()
            people = session.scalars(select(Person).where(Person.id.in_(self.ids))).all()
            talks = session.scalars(select(Conversation).where(Conversation.kind == ConversationKind.ONE_TO_ONE)).all()
            members = session.scalars(select(Membership).where(Membership.person_id.in_(self.ids))).all()
            model = current_decision(session, DecisionName.PEER_ROLE_MODEL)
        self.check_moves(contacts)
        self.check_agreements(contacts, {tuple(row) for row in agreements})
        open_pairs = [(contact.carer_id, contact.worker_id) for contact in contacts if contact.state in OPEN]
        assert len(open_pairs) == len(set(open_pairs)), "two open contacts between two people"
        assert not set(open_pairs) & {(wall.carer_id, wall.worker_id) for wall in walls if wall.stands}, "across a wall"
        if model == PeerRoleModel.DISTINCT:
            by_two = {contact.pairing for contact in contacts if contact.state in OPEN}
            assert by_two <= {Pairing.USUAL}, "by consent without the service's consent"
        self.check_talks(contacts, {talk.id: talk for talk in talks}, members)
        assert all(isinstance(person.role, Role) for person in people)
        assert {person.role for person in people if person.id in {worker.id for worker in self.workers}} <= PEER_ROLES

    def check_moves(self, contacts):
        for contact in contacts:
            before = self.states.get(contact.id, ContactState.REQUESTED)
            assert contact.state is before or contact.state in CONTACT_MOVES[before], (before, contact.state)
            self.states[contact.id] = contact.state

    def check_agreements(self, contacts, agreements):
        for contact in contacts:
            agreed = {party for contact_id, party in agreements if contact_id == contact.id}
            assert Party.CARER in agreed
            if contact.state in {ContactState.ACCEPTED, ContactState.ENDED}:
                assert set(NEEDED[contact.pairing]) <= agreed, "begun with too few agreements"

    def check_talks(self, contacts, talks, members):
        for contact in contacts:
            begun = contact.state in {ContactState.ACCEPTED, ContactState.ENDED}
            assert (contact.conversation_id is not None) is begun
            if begun:
                talk = talks[contact.conversation_id]
                assert (talk.ended_at is not None) is (contact.state is ContactState.ENDED)
                there = {m.person_id for m in members if m.conversation_id == talk.id and m.state is MemberState.MEMBER}
                assert there == {contact.carer_id, contact.worker_id}


@pytest.mark.timeout(600)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_of_events_breaks_a_rule(steps):
    decided(DecisionName.PEER_ROLE_MODEL, PeerRoleModel.BY_CONSENT)
    small = Small()
    for operation, carer, worker, flag in steps:
        small.do(operation, small.carers[carer], small.workers[worker], flag)
        small.check()


def test_the_steps_can_do_everything_they_are_meant_to():
    """Or the test above would prove nothing: one fixed order in which each of them succeeds."""
    by_consent()
    small = Small()
    order = [
        *[(name, 0, 1, True) for name in ("ask", "accept", "agree", "end_by_carer", "ask", "decline", "ask", "withdraw")],
        *[(name, 0, 0, True) for name in ("ask", "accept", "end_by_worker", "ask", "accept", "change")],
        *[(name, 1, 1, True) for name in ("wall_by_worker", "consent", "withdraw_consent", "withdraw_wall")],
        ("wall_by_carer", 1, 0, False),
        ("decide", 0, 0, True),
        *[(name, 0, 0, True) for name in ("wait", "assign", "leave_list", "ask")],
        *[(name, 0, 0, False) for name in ("time_passes", "look_after")],
        *[(name, 0, 0, True) for name in ("ask", "accept", "agree_to_all", "write", "plan_end", "end_by_worker", "decide")],
        *[(name, 0, 2, False) for name in ("ask", "accept", "agree", "hand_over", "take", "let_go")],
        ("end_by_carer", 0, 0, False),
        *[(name, 0, 2, False) for name in ("ask", "accept", "agree", "cover")],
    ]
    for operation, carer, worker, flag in order:
        small.do(operation, small.carers[carer], small.workers[worker], flag)
        small.check()
    assert small.done == set(OPERATIONS)
