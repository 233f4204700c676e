"""Another worker, for good or for a while: everybody agrees first, no text goes with it but a note the carer has read."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.contacts import REQUEST_LASTS, ContactState, Origin, WallKind
from models.people import Person
from models.roles import Role
from models.session import reading
from models.transfers import LONGEST_COVER, TRANSFER_MOVES, Transfer, TransferKind, TransferOver, TransferState
from server.actions.contacts import end_conversation
from server.actions.covers import arrange_cover
from server.actions.transfers import (
    accept_transfer,
    agree_to_transfer,
    decline_transfer,
    propose_transfer,
    withdraw_transfer,
)
from server.jobs.contacts import watch_contacts
from server.queries.conversations import get_place
from server.queries.transfers import get_transfer, list_transfers
from tests.factories.contacts import (
    begin,
    by_consent,
    connect,
    contact_now,
    contacts_between,
    conversation_now,
    propose,
    suspend,
    wall_off,
)
from tests.factories.one_to_ones import write
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of

DAY = timedelta(days=1)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def other():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def contact(carer, worker):
    return connect(carer, worker)


def cover(worker, contact, other, *, starts=DAY, lasts=7 * DAY, note=None):
    times = {"starts_at": clock.now() + starts, "ends_at": clock.now() + starts + lasts}
    return act(
        propose_transfer, worker, contact.id, kind=TransferKind.COVER, worker_id=other.id, note=note, **times
    ).transfer


def accept(person, transfer):
    return act(accept_transfer, person, transfer.id)


def agree(person, transfer, *, with_note=True):
    return act(agree_to_transfer, person, transfer.id, with_note=with_note)


def seen(person, transfer):
    with reading() as session:
        return get_transfer(session, session.get_one(Person, person.id), transfer.id)


def state_of(transfer):
    with reading() as session:
        return session.get_one(Transfer, transfer.id).state


def heard(person):
    return [event.data["state"] for event in events_of(person.id) if event.kind == "contact.transfer"]


def watch():
    return watch_contacts(lasts=REQUEST_LASTS)


@pytest.mark.parametrize("before", TransferState)
@pytest.mark.parametrize("after", TransferState)
def test_a_transfer_moves_only_as_the_table_says(before, after):
    transfer = Transfer(state=before)
    if after in TRANSFER_MOVES[before]:
        transfer.move(after, at=clock.now())
        assert transfer.state is after
        assert (transfer.closed_at is not None) is (not transfer.is_open)
    else:
        with pytest.raises(TransferOver):
            transfer.move(after, at=clock.now())


def test_a_handover_begins_a_new_conversation_and_leaves_the_old_to_its_two(carer, worker, other, contact):
    write(carer, contact.conversation_id, "heron at dusk")
    transfer = propose(contact, other, note="We spoke of sleep.")
    accept(other, transfer)
    view = agree(carer, transfer)
    new = contact_now(view.new_contact_id)
    assert (new.state, new.origin, new.worker_id) == (ContactState.ACCEPTED, Origin.HANDOVER, other.id)
    assert new.conversation_id != contact.conversation_id
    assert contact_now(contact.id).state is ContactState.ENDED
    assert conversation_now(contact).ended_at is not None
    begin(new, carer, other)
    assert write(other, new.conversation_id)
    assert_refused("conversation_ended", write, worker, contact.conversation_id)
    for person in (carer, worker):
        assert act_place(person, contact.conversation_id)
    assert_refused("not_found", act_place, other, contact.conversation_id)
    assert_refused("not_found", act_place, worker, new.conversation_id)
    assert audited(transfer.id) == ["transfer.proposed", "transfer.accepted", "transfer.agreed", "transfer.done"]


def act_place(person, conversation_id):
    with reading() as session:
        return get_place(session, session.get_one(Person, person.id), conversation_id)


def test_no_text_goes_with_it_and_the_new_two_begin_as_any_two(carer, worker, other, contact):
    write(carer, contact.conversation_id, "heron at dusk")
    transfer = propose(contact, other)
    accept(other, transfer)
    new = contact_now(agree(carer, transfer).new_contact_id)
    assert (new.note, new.reply, new.ending_summary) == (None, None, None)
    assert_refused("agreement_required", write, other, new.conversation_id)
    with reading() as session:
        place = get_place(session, session.get_one(Person, other.id), new.conversation_id)
        assert place.head_seq == 2  # both came in; nothing was said


def test_the_note_reaches_the_other_worker_only_when_the_carer_has_read_it_and_agreed(carer, other, contact):
    transfer = propose(contact, other, note="We spoke of sleep.")
    assert seen(other, transfer).note is None
    accept(other, transfer)
    assert seen(carer, transfer).note == "We spoke of sleep."
    assert seen(other, transfer).note is None
    agree(carer, transfer)
    assert seen(other, transfer).note == "We spoke of sleep."


def test_a_carer_may_agree_without_the_note(carer, other, contact):
    transfer = propose(contact, other, note="We spoke of sleep.")
    accept(other, transfer)
    agree(carer, transfer, with_note=False)
    assert state_of(transfer) is TransferState.DONE
    assert seen(other, transfer).note is None


def test_the_carer_never_hears_that_a_colleague_said_no(carer, worker, other, contact):
    transfer = propose(contact, other)
    assert_refused("not_found", seen, carer, transfer)
    assert_refused("not_found", agree, carer, transfer)
    act(decline_transfer, other, transfer.id)
    assert_refused("not_found", seen, carer, transfer)
    assert heard(carer) == []
    assert heard(worker) == heard(other) == ["proposed", "declined"]
    assert contact_now(contact.id).state is ContactState.ACCEPTED


def test_a_carer_who_would_rather_not_keeps_the_contact_as_it_is(carer, other, contact):
    transfer = propose(contact, other)
    accept(other, transfer)
    act(decline_transfer, carer, transfer.id)
    assert_refused("transfer_over", agree, carer, transfer)
    assert write(carer, contact.conversation_id)


def test_its_worker_takes_it_back(carer, worker, other, contact):
    transfer = propose(contact, other)
    assert_refused("transfer_open", propose, contact, make_person(Role.CARER_PEER_WORKER))
    act(withdraw_transfer, worker, transfer.id)
    assert_refused("transfer_over", accept, other, transfer)
    assert propose(contact, other)


@pytest.mark.parametrize("step", [accept_transfer, agree_to_transfer, decline_transfer, withdraw_transfer])
def test_nobody_else_has_a_part_in_it(contact, other, coordinator, step):
    transfer = propose(contact, other)
    more = {"with_note": True} if step is agree_to_transfer else {}
    for person in (make_person(), make_person(Role.CARER_PEER_WORKER), coordinator, make_person(Role.SUPERVISOR)):
        assert_refused("not_found", act, step, person, transfer.id, **more)


def test_only_its_worker_proposes_for_a_contact(carer, other, contact):
    facts = {"kind": TransferKind.HANDOVER, "worker_id": other.id, "note": None, "starts_at": None, "ends_at": None}
    assert_refused("forbidden", act, propose_transfer, carer, contact.id, **facts)
    assert_refused("not_found", act, propose_transfer, other, contact.id, **facts)


def test_pairing_walls_and_what_the_other_takes_hold(carer, worker, contact):
    by_consent()
    for role in (Role.CONSUMER_PEER_WORKER, Role.MODERATOR, Role.COORDINATOR, Role.CARER):
        assert_refused("pairing_not_allowed", propose, contact, make_person(role))
    walled, away, paused = (make_person(Role.CARER_PEER_WORKER) for _ in range(3))
    wall_off(carer, walled, WallKind.OTHER)
    suspend(away)
    make_terms(paused, paused_at=clock.now())
    talks = connect(carer, make_person(Role.CARER_PEER_WORKER))
    for person_id in (walled.id, away.id, paused.id, worker.id, talks.worker_id):
        with reading() as session:
            person = session.get_one(Person, person_id)
        assert_refused("worker_unavailable", propose, contact, person)


def test_a_wall_built_meanwhile_is_not_crossed(carer, other, contact):
    transfer = propose(contact, other)
    accept(other, transfer)
    wall_off(other, carer)
    assert_refused("contact_unavailable", agree, carer, transfer)
    assert contacts_between(carer, other) == []
    assert contact_now(contact.id).state is ContactState.ACCEPTED


def test_whoever_is_full_cannot_accept(other, contact):
    make_terms(other, capacity=0)
    assert_refused("worker_full", accept, other, propose(contact, other))


def test_agreeing_again_because_the_answer_got_lost_changes_nothing(carer, other, contact):
    transfer = propose(contact, other)
    accept(other, transfer)
    first = agree(carer, transfer)
    assert agree(carer, transfer).new_contact_id == first.new_contact_id
    assert len(contacts_between(carer, other)) == 1


def test_what_was_proposed_for_a_contact_that_ended_is_over(carer, worker, other, contact):
    transfer = propose(contact, other)
    act(end_conversation, carer, contact.conversation_id)
    assert state_of(transfer) is TransferState.LAPSED
    assert_refused("transfer_over", accept, other, transfer)
    assert heard(carer) == []


def test_a_cover_begins_on_its_day_beside_the_contact_and_ends_by_itself(carer, worker, other, contact):
    transfer = cover(worker, contact, other)
    accept(other, transfer)
    agree(carer, transfer)
    assert watch() == 0
    assert contacts_between(carer, other) == []
    clock.move(DAY)
    assert watch() == 1
    (covering,) = contacts_between(carer, other)
    assert (covering.state, covering.origin, covering.ends_at) == (ContactState.ACCEPTED, Origin.COVER, transfer.ends_at)
    begin(covering, carer, other)
    assert write(other, covering.conversation_id)
    assert write(carer, contact.conversation_id)  # their own worker reads it when they are back
    clock.move(7 * DAY)
    assert watch() == 1
    assert contact_now(covering.id).state is ContactState.ENDED
    assert contact_now(contact.id).state is ContactState.ACCEPTED


def test_a_cover_that_is_due_begins_as_soon_as_the_carer_agrees(carer, worker, other, contact):
    transfer = cover(worker, contact, other, starts=timedelta(0))
    accept(other, transfer)
    assert agree(carer, transfer).transfer.state is TransferState.DONE


@pytest.mark.parametrize("why", ["wall", "full", "gone"])
def test_a_cover_that_can_no_longer_be_lapses_and_all_three_hear_of_it(carer, worker, other, contact, why):
    transfer = cover(worker, contact, other)
    accept(other, transfer)
    agree(carer, transfer)
    if why == "wall":
        wall_off(carer, other)
    elif why == "full":
        make_terms(other, capacity=0)
    else:
        suspend(other)
    clock.move(DAY)
    assert watch() == 1
    assert state_of(transfer) is TransferState.LAPSED
    assert contacts_between(carer, other) == []
    for person in (carer, worker, other):
        assert heard(person)[-1] == "lapsed"


def test_a_cover_that_nobody_answered_is_let_go_of_when_its_time_is_over(worker, other, contact):
    transfer = cover(worker, contact, other)
    clock.move(DAY * 8)
    assert watch() == 1
    assert state_of(transfer) is TransferState.LAPSED
    assert watch() == 0


def test_a_carer_may_change_their_mind_before_it_begins(carer, worker, other, contact):
    transfer = cover(worker, contact, other)
    accept(other, transfer)
    agree(carer, transfer)
    act(decline_transfer, carer, transfer.id)
    clock.move(DAY)
    assert watch() == 0
    assert contacts_between(carer, other) == []


def test_a_cover_is_not_handed_on(carer, worker, other, contact):
    transfer = cover(worker, contact, other, starts=timedelta(0))
    accept(other, transfer)
    covering = contact_now(agree(carer, transfer).new_contact_id)
    assert_refused("cover_of_cover", propose, covering, make_person(Role.CARER_PEER_WORKER))


def test_times_of_a_cover_are_within_reason(worker, other, contact):
    for starts, lasts in ((DAY, -DAY), (-9 * DAY, DAY), (DAY, LONGEST_COVER + DAY), (200 * DAY, DAY)):
        assert_refused("invalid", cover, worker, contact, other, starts=starts, lasts=lasts)
    now = clock.now()
    facts = {"worker_id": other.id, "note": None}
    for kind, starts, ends in ((TransferKind.COVER, None, None), (TransferKind.HANDOVER, now, now + DAY)):
        times = {"kind": kind, "starts_at": starts, "ends_at": ends}
        assert_refused("invalid", act, propose_transfer, worker, contact.id, **times, **facts)


def test_a_coordinator_names_a_colleague_for_all_carers_of_who_is_away_and_learns_of_none(worker, other, coordinator):
    carers = [make_person() for _ in range(3)]
    contacts = [connect(carer, worker) for carer in carers]
    wall_off(carers[2], other)
    times = {"starts_at": clock.now(), "ends_at": clock.now() + DAY}
    done = act(arrange_cover, coordinator, worker_id=worker.id, colleague_id=other.id, **times)
    assert (done.proposed, done.skipped) == (2, 1)
    with reading() as session:
        page = list_transfers(session, session.get_one(Person, other.id), state=None, limit=10, cursor=None)
        mine = [view.transfer for view in page.items]
    assert {transfer.contact_id for transfer in mine} == {contact.id for contact in contacts[:2]}
    for transfer in mine:
        accept(other, transfer)
    first = next(transfer for transfer in mine if transfer.contact_id == contacts[0].id)
    agree(carers[0], first)
    assert [contact.origin for contact in contacts_between(carers[0], other)] == [Origin.COVER]
    assert contacts_between(carers[1], other) == []


def test_workers_name_a_colleague_for_themselves_only(worker, other, contact):
    times = {"starts_at": clock.now(), "ends_at": clock.now() + DAY}
    assert act(arrange_cover, worker, worker_id=worker.id, colleague_id=other.id, **times).proposed == 1
    assert_refused("forbidden", act, arrange_cover, other, worker_id=worker.id, colleague_id=other.id, **times)
    assert_refused("forbidden", act, arrange_cover, make_person(), worker_id=worker.id, colleague_id=other.id, **times)
