"""A change of role: nothing of the old role is left over, nobody who counted on the person is forgotten, all or nothing."""

import pytest
from sqlalchemy import select

from models.accounts import AccountChange
from models.audit import AuditEntry
from models.auth import EndReason, SignIn
from models.clock import clock
from models.contacts import Contact, ContactState, Handover, Wall, WallKind
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.groups import JoinPolicy
from models.ids import new_id
from models.people import Person, PersonState
from models.review import CaseState
from models.roles import Role
from models.second_factor import SecondFactor
from models.session import reading, transaction
from server.actions.accounts import suspend_account
from server.actions.groups import join_group, put_member
from server.actions.role_changes import change_role
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, case_of, claim, message_now, post
from tests.factories.one_to_ones import contact_now, make_one_to_one, make_private, make_request, write
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

REASON = "Agreed with them on Monday."
CARER, WORKER, CONSUMER_PEER = Role.CARER, Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def worker():
    return make_person(WORKER)


@pytest.fixture
def colleague():
    return make_person(WORKER)


def now(person):
    with reading() as session:
        return session.get(Person, person.id)


def change(by, person, role, *, handovers=None, current=None):
    facts = {"role": role, "current_role": current or now(person).role, "reason": REASON, "handovers": handovers or {}}
    return act(change_role, by, person.id, **facts)


def handovers():
    with reading() as session:
        return session.scalars(select(Handover).order_by(Handover.id)).all()


def conversation(conversation_id):
    with reading() as session:
        return session.get(Conversation, conversation_id)


def place(person, group):
    membership = membership_of(person, group)
    return (membership.state, membership.standing)


def suggestions(person):
    return [event.data for event in events_of(person.id) if event.kind == "notice.handover"]


def wall(carer, worker, *, withdrawn=False):
    at = clock.now()
    with transaction() as session:
        session.add(
            Wall(
                id=new_id(),
                carer_id=carer.id,
                worker_id=worker.id,
                declared_by=carer.id,
                kind=WallKind.OTHER,
                declared_at=at,
                withdrawn_at=at if withdrawn else None,
            )
        )


def test_the_person_holds_the_new_role_is_signed_out_and_may_read_why(coordinator, worker):
    make_sign_in(worker)
    change(coordinator, worker, Role.MODERATOR)
    assert now(worker).role is Role.MODERATOR
    with reading() as session:
        assert session.scalars(select(SignIn.end_reason)).all() == [EndReason.ROLE_CHANGED]
        (kept,) = session.scalars(select(AccountChange)).all()
    assert (kept.kind.value, kept.role, kept.reason) == ("role_changed", Role.MODERATOR, REASON)
    assert audited(worker.id)[-1] == "person.role_changed"
    told = [event.data for event in events_of(worker.id) if event.kind == "notice.account"]
    assert told == [{"what": "role_changed"}]


def test_the_trail_says_from_what_to_what_and_no_words(coordinator, worker):
    change(coordinator, worker, Role.MODERATOR)
    with reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.role_changed")).one()
    assert (entry.data["from"], entry.data["to"]) == ("carer_peer_worker", "moderator")
    assert REASON not in str(entry.data)


def test_nobody_changes_their_own_role(coordinator):
    make_person(Role.COORDINATOR)
    assert_refused("forbidden", change, coordinator, coordinator, Role.MODERATOR)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_but_a_coordinator_changes_roles(worker, role):
    assert_refused("forbidden", change, make_person(role), worker, Role.MODERATOR)


def test_a_role_that_another_has_changed_meanwhile_is_not_changed_again(coordinator, worker):
    change(coordinator, worker, Role.MODERATOR)
    assert_refused("stale_version", change, coordinator, worker, CARER, current=WORKER)


def test_the_role_they_have_is_no_change(coordinator, worker):
    assert_refused("invalid", change, coordinator, worker, WORKER)


@pytest.mark.parametrize("state", [PersonState.PENDING, PersonState.ERASED])
def test_only_an_account_that_is_in_use_or_paused_changes_its_role(coordinator, worker, state):
    with transaction() as session:
        session.get(Person, worker.id).state = state
    code = "not_found" if state is PersonState.ERASED else "account_change_not_possible"
    assert_refused(code, change, coordinator, worker, CARER)


def test_a_coordinator_goes_only_while_another_is_left(coordinator):
    another = make_person(Role.COORDINATOR)
    change(coordinator, another, CARER)
    assert now(another).role is CARER


def test_of_two_coordinators_who_demote_each_other_at_once_one_is_left(coordinator):
    another = make_person(Role.COORDINATOR)
    race(
        lambda: change(coordinator, another, CARER, current=Role.COORDINATOR),
        lambda: change(another, coordinator, CARER, current=Role.COORDINATOR),
    )
    assert {now(coordinator).role, now(another).role} == {Role.COORDINATOR, CARER}


def test_demoting_the_last_active_coordinator_is_refused(coordinator):
    """Whoever asks for it lost the role or was paused a moment before: nobody else could."""
    another, supervisor = make_person(Role.COORDINATOR), make_person(Role.SUPERVISOR)
    act(suspend_account, supervisor, another.id, reason=REASON)
    assert_refused("suspended", change, another, coordinator, CARER)


# -- the second factor ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "has_one", "due"),
    [
        (CARER, Role.MODERATOR, False, True),
        (CARER, Role.MODERATOR, True, False),
        (Role.MODERATOR, CARER, False, False),
        (WORKER, Role.SUPERVISOR, False, True),
    ],
)
def test_staff_must_have_a_second_factor_and_carers_need_none(coordinator, before, after, has_one, due):
    person = make_person(before, second_factor_due=before is not CARER)
    if has_one:
        with transaction() as session:
            session.add(SecondFactor(person_id=person.id, secret="JBSWY3DPEHPK3PXP", confirmed_at=clock.now()))
    change(coordinator, person, after)
    assert now(person).second_factor_due is due


# -- groups -----------------------------------------------------------------------------------------------------------


def test_a_place_the_new_role_may_not_hold_ends_and_the_room_hears_of_it(coordinator):
    carer = make_person()
    group = make_group(carer)
    change(coordinator, carer, Role.MODERATOR)
    assert place(carer, group)[0] is MemberState.LEFT
    assert kinds_of(group.conversation_id)[-1] == "member.left"


def test_a_place_the_new_role_may_hold_stays(coordinator):
    carer = make_person()
    group = make_group(carer)
    change(coordinator, carer, WORKER)
    assert place(carer, group) == (MemberState.MEMBER, Standing.MEMBER)
    assert "member.left" not in kinds_of(group.conversation_id)


def test_a_request_to_join_ends_where_the_new_role_may_not_be_a_member(coordinator):
    carer, group = make_person(), make_group(join_policy=JoinPolicy.REQUEST)
    act(join_group, carer, group.id)
    change(coordinator, carer, Role.MODERATOR)
    assert place(carer, group)[0] is MemberState.LEFT
    assert "member.left" not in kinds_of(group.conversation_id)  # the room never knew that they had asked


def test_a_group_somebody_facilitates_must_be_named_and_nothing_is_half_done(coordinator, worker):
    other, group = make_group(worker), make_group(facilitator=worker)
    refusal = assert_refused("handover_needed", change, coordinator, worker, CARER)
    assert refusal.extras() == {
        "conversations": [{"conversation_id": group.conversation_id, "kind": "group", "title": group.name}]
    }
    assert now(worker).role is WORKER
    assert place(worker, group) == (MemberState.MEMBER, Standing.FACILITATOR)
    assert place(worker, other) == (MemberState.MEMBER, Standing.MEMBER)
    assert audited(worker.id)[-1] != "person.role_changed"


def test_what_need_not_be_named_is_refused_too_and_said(coordinator, worker):
    plain = make_group(worker)
    refusal = assert_refused("handover_needed", change, coordinator, worker, CARER, handovers={plain.conversation_id: None})
    assert refusal.extras() == {"conversations": []}


def test_a_group_is_handed_to_the_facilitator_named(coordinator, worker, colleague):
    group = make_group(facilitator=worker)
    change(coordinator, worker, CARER, handovers={group.conversation_id: colleague.id})
    assert place(worker, group)[0] is MemberState.LEFT
    assert place(colleague, group) == (MemberState.MEMBER, Standing.FACILITATOR)
    assert kinds_of(group.conversation_id)[-2:] == ["member.left", "member.joined"]
    (row,) = handovers()
    assert (row.conversation_id, row.from_person_id, row.to_person_id) == (group.conversation_id, worker.id, colleague.id)
    assert (row.decided_by, row.reason) == (coordinator.id, REASON)


def test_a_full_group_has_room_for_the_successor_because_the_other_leaves(coordinator, worker, colleague):
    group = make_group(make_person(), facilitator=worker, capacity=2)
    change(coordinator, worker, CARER, handovers={group.conversation_id: colleague.id})
    assert place(colleague, group) == (MemberState.MEMBER, Standing.FACILITATOR)


def test_a_group_may_be_handed_to_nobody(coordinator, worker):
    group = make_group(make_person(), facilitator=worker)
    change(coordinator, worker, CARER, handovers={group.conversation_id: None})
    assert [row.to_person_id for row in handovers()] == [None]


@pytest.mark.parametrize("role", [role for role in Role if role is not WORKER])
def test_only_who_may_facilitate_is_handed_a_group(coordinator, worker, role):
    group, successor = make_group(facilitator=worker), make_person(role)
    handing = {group.conversation_id: successor.id}
    assert_refused("successor_not_possible", change, coordinator, worker, CARER, handovers=handing)
    assert now(worker).role is WORKER


def test_a_suspended_colleague_or_oneself_is_no_successor(coordinator, worker, colleague):
    group = make_group(facilitator=worker)
    act(suspend_account, coordinator, colleague.id, reason=REASON)
    for successor in (colleague, worker):
        handing = {group.conversation_id: successor.id}
        assert_refused("successor_not_possible", change, coordinator, worker, CARER, handovers=handing)


# -- one-to-one -------------------------------------------------------------------------------------------------------


def test_a_one_to_one_must_be_named_and_the_coordinator_is_told_whom_it_is_with(coordinator, worker):
    carer = make_person()
    contact = make_one_to_one(carer, worker)
    refusal = assert_refused("handover_needed", change, coordinator, worker, CARER)
    expected = {"conversation_id": contact.conversation_id, "kind": "one_to_one", "with": [carer.id]}
    assert refusal.extras() == {"conversations": [expected]}
    assert contact_now(contact).state is ContactState.ACCEPTED


def test_a_one_to_one_ends_and_the_carer_decides_about_the_one_suggested(coordinator, worker, colleague):
    carer = make_person()
    contact = make_one_to_one(carer, worker)
    change(coordinator, worker, Role.MODERATOR, handovers={contact.conversation_id: colleague.id})
    assert contact_now(contact).state is ContactState.ENDED
    assert conversation(contact.conversation_id).ended_at is not None
    assert suggestions(carer) == [{"conversation_id": contact.conversation_id, "to": colleague.id}]
    assert "contact.ended" in kinds_of(carer.id)
    assert "contact.ended" in kinds_of(worker.id)
    with reading() as session:
        assert session.scalars(select(Contact).where(Contact.worker_id == colleague.id)).all() == []
        assert session.get(Membership, (contact.conversation_id, colleague.id)) is None
        assert session.get(Membership, (contact.conversation_id, worker.id)).state is MemberState.LEFT
        assert session.get(Membership, (contact.conversation_id, carer.id)).state is MemberState.MEMBER


def test_a_one_to_one_handed_to_nobody_just_ends(coordinator, worker):
    carer = make_person()
    contact = make_one_to_one(carer, worker)
    change(coordinator, worker, Role.MODERATOR, handovers={contact.conversation_id: None})
    assert contact_now(contact).state is ContactState.ENDED
    assert suggestions(carer) == []
    assert [row.to_person_id for row in handovers()] == [None]


@pytest.mark.parametrize("role", [CARER, CONSUMER_PEER, Role.MODERATOR])
def test_a_worker_is_followed_by_a_worker_of_the_same_role_only(coordinator, worker, role):
    contact, successor = make_one_to_one(worker=worker), make_person(role)
    handing = {contact.conversation_id: successor.id}
    assert_refused("successor_not_possible", change, coordinator, worker, Role.MODERATOR, handovers=handing)


@pytest.mark.parametrize("stands", [True, False])
def test_nobody_is_suggested_across_a_wall_that_stands(coordinator, worker, colleague, stands):
    carer = make_person()
    contact = make_one_to_one(carer, worker)
    wall(carer, colleague, withdrawn=not stands)
    handing = {contact.conversation_id: colleague.id}
    if stands:
        assert_refused("successor_not_possible", change, coordinator, worker, Role.MODERATOR, handovers=handing)
    else:
        change(coordinator, worker, Role.MODERATOR, handovers=handing)


def test_a_carer_who_becomes_staff_is_followed_by_nobody(coordinator, worker, colleague):
    carer = make_person()
    contact = make_one_to_one(carer, worker)
    handing = {contact.conversation_id: colleague.id}
    assert_refused("successor_not_possible", change, coordinator, carer, WORKER, handovers=handing)
    change(coordinator, carer, WORKER, handovers={contact.conversation_id: None})
    assert contact_now(contact).state is ContactState.ENDED
    assert suggestions(worker) == []


def test_requests_that_wait_are_closed_without_being_named(coordinator, worker):
    carer = make_person()
    request = make_request(carer, worker)
    change(coordinator, worker, CONSUMER_PEER)
    assert contact_now(request).state is ContactState.DECLINED
    assert "contact.declined" in kinds_of(carer.id)
    assert handovers() == []


def test_a_crisis_contact_that_goes_on_is_named_like_any_other(coordinator, worker):
    carer = make_person()
    crisis = make_private(carer, worker, kind=ConversationKind.CRISIS)
    assert_refused("handover_needed", change, coordinator, worker, CARER)
    change(coordinator, worker, CARER, handovers={crisis: None})
    assert conversation(crisis).ended_at is not None
    assert [row.conversation_id for row in handovers()] == [crisis]


def test_from_one_peer_role_to_the_other_nothing_of_the_old_one_is_left(coordinator, worker, colleague):
    circle, led = make_group(worker), make_group(facilitator=worker)
    contact, request = make_one_to_one(worker=worker), make_request(make_person(), worker)
    handing = {contact.conversation_id: colleague.id, led.conversation_id: colleague.id}
    change(coordinator, worker, CONSUMER_PEER, handovers=handing)
    assert [place(worker, group)[0] for group in (circle, led)] == [MemberState.LEFT, MemberState.LEFT]
    assert {contact_now(one).state for one in (contact, request)} == {ContactState.ENDED, ContactState.DECLINED}
    assert_refused("not_found", post, worker, circle)
    act(put_member, coordinator, circle.id, worker.id, state="member", standing=None)
    assert place(worker, circle) == (MemberState.MEMBER, Standing.GUEST)


def test_messages_keep_the_role_in_which_they_were_written(coordinator, worker):
    carer = make_person()
    group = make_group(worker)
    contact = make_one_to_one(carer, worker)
    said, confided = post(worker, group).message, write(worker, contact.conversation_id)
    change(coordinator, worker, Role.MODERATOR, handovers={contact.conversation_id: None})
    assert {message_now(message.id).author_role for message in (said, confided)} == {WORKER}


def test_cases_in_hand_go_back_to_the_desk(coordinator):
    author, moderator = make_person(), make_person(Role.MODERATOR)
    message = post(author, make_group(author), HOSTILE).message
    claim(moderator, case_of(message.id))
    change(coordinator, moderator, Role.SUPERVISOR)
    assert (case_of(message.id).state, case_of(message.id).claimed_by) == (CaseState.OPEN, None)
