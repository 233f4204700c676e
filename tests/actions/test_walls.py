"""Two people who must not meet one-to-one: neither begins, nothing goes on, and the other side never learns why."""

import pytest

from models.contacts import ContactState, WallKind
from models.ids import new_id
from models.roles import Role
from models.session import reading
from server.actions.contacts import accept_contact, decline_contact, end_conversation, request_contact, withdraw_contact
from server.actions.walls import declare_wall, record_consent, withdraw_consent, withdraw_wall
from server.queries.walls import get_wall, list_walls
from tests.factories.contacts import ask, by_consent, connect, contact_now, suspend, wall_off
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

SUPPORTS = WallKind.SUPPORTS_THE_CONSUMER


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture(params=[Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER])
def worker(request):
    """The rule is the same for both peer roles."""
    by_consent()
    return make_person(request.param)


@pytest.fixture(params=["carer", "worker"])
def pair(request, carer, worker):
    """(who declares, the other)"""
    return (carer, worker) if request.param == "carer" else (worker, carer)


def walls_of(person):
    with reading() as session:
        return list_walls(session, person, limit=50, cursor=None).items


def test_across_a_wall_nobody_asks(carer, worker, pair):
    wall_off(*pair)
    assert_refused("worker_unavailable", ask, carer, worker)


def test_a_wall_is_between_two_people_only(carer, worker, pair):
    wall_off(*pair)
    assert ask(make_person(), worker).state is ContactState.REQUESTED
    assert ask(carer, make_person(Role.CARER_PEER_WORKER)).state is ContactState.REQUESTED


def test_a_wall_taken_back_stands_no_more(carer, worker, pair):
    wall = wall_off(*pair)
    act(withdraw_wall, pair[0], wall.id)
    assert ask(carer, worker).state is ContactState.REQUESTED
    assert_refused("not_found", act, withdraw_wall, pair[0], wall.id)


def test_of_two_walls_one_taken_back_leaves_the_other(carer, worker):
    own, _ = wall_off(carer, worker), wall_off(worker, carer)
    act(withdraw_wall, carer, own.id)
    assert_refused("worker_unavailable", ask, carer, worker)


def test_a_wall_ends_what_goes_on_with_the_notice_of_any_end(carer, worker, pair):
    contact = connect(carer, worker)
    wall_off(*pair, reason="We are neighbours.")
    by_wall = [(event.kind, set(event.data)) for event in events_of(pair[1].id)][-1]
    other_carer = make_person()
    plain = connect(other_carer, worker)
    act(end_conversation, worker, plain.conversation_id)
    assert contact_now(contact.id).state is ContactState.ENDED
    assert by_wall == [(event.kind, set(event.data)) for event in events_of(other_carer.id)][-1]


def test_a_workers_wall_looks_like_a_request_declined_without_a_reply(carer, worker):
    contact = ask(carer, worker)
    wall_off(worker, carer)
    walled = contact_now(contact.id)
    assert (walled.state, walled.reply) == (ContactState.DECLINED, None)
    assert kinds_of(carer.id)[-1] == "contact.declined"


def test_a_carers_wall_looks_like_a_request_taken_back(carer, worker):
    contact = ask(carer, worker)
    wall_off(carer, worker)
    assert contact_now(contact.id).state is ContactState.WITHDRAWN
    assert kinds_of(worker.id) == ["contact.requested", "contact.withdrawn"]
    assert_refused("contact_closed", act, accept_contact, worker, contact.id)


def test_declaring_again_is_the_same_wall(pair):
    first = wall_off(*pair)
    assert wall_off(*pair, reason="Again.").id == first.id
    assert wall_off(*pair, SUPPORTS).id != first.id


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.PROFESSIONAL])
def test_only_carers_and_peer_workers_declare_walls(carer, role):
    assert_refused("forbidden", wall_off, make_person(role), carer)
    assert_refused("not_found", wall_off, carer, make_person(role))


def test_a_wall_is_between_a_carer_and_a_worker(carer, worker):
    assert_refused("not_found", wall_off, carer, make_person())
    assert_refused("not_found", wall_off, worker, make_person(Role.CARER_PEER_WORKER))


def test_who_is_not_there_gives_the_answer_of_who_is_away(carer, worker):
    suspend(worker)
    assert_refused("not_found", wall_off, carer, worker)
    assert_refused("not_found", act, declare_wall, carer, person_id=new_id(), kind=WallKind.OTHER, reason=None)


def test_the_other_side_knows_of_no_wall(pair):
    declarer, other = pair
    wall = wall_off(declarer, other)
    assert walls_of(other) == []
    assert [view.wall.id for view in walls_of(declarer)] == [wall.id]
    assert_refused("not_found", act, withdraw_wall, other, wall.id)
    assert_refused("not_found", act, record_consent, other, wall.id, note="x")
    with reading() as session:
        assert_refused("not_found", get_wall, session, other, wall.id)


def test_a_coordinator_sees_that_a_wall_stands(coordinator, pair):
    wall = wall_off(*pair)
    assert [(view.wall.id, view.own) for view in walls_of(coordinator)] == [(wall.id, False)]
    assert_refused("forbidden", act, withdraw_wall, coordinator, wall.id)


def test_the_consumers_consent_lifts_the_wall_about_supporting_them(carer, worker, coordinator, pair):
    wall = wall_off(*pair, SUPPORTS)
    assert_refused("worker_unavailable", ask, carer, worker)
    assert not act(record_consent, coordinator, wall.id, note="In the file.").wall.stands
    assert connect(carer, worker).state is ContactState.ACCEPTED


def test_consent_lifts_no_other_wall(carer, worker, coordinator):
    wall = wall_off(carer, worker, WallKind.OTHER)
    assert_refused("consent_not_possible", act, record_consent, coordinator, wall.id, note="In the file.")
    assert_refused("worker_unavailable", ask, carer, worker)


def test_only_a_coordinator_records_consent(pair):
    wall = wall_off(*pair, SUPPORTS)
    assert_refused("forbidden", act, record_consent, pair[0], wall.id, note="They said so.")
    assert_refused("forbidden", act, withdraw_consent, pair[0], wall.id)


def test_consent_taken_back_ends_what_began_under_it(carer, worker, coordinator, pair):
    wall = wall_off(*pair, SUPPORTS)
    act(record_consent, coordinator, wall.id, note="In the file.")
    contact = connect(carer, worker)
    act(withdraw_consent, coordinator, wall.id)
    assert contact_now(contact.id).state is ContactState.ENDED
    assert kinds_of(carer.id)[-1] == kinds_of(worker.id)[-1] == "contact.ended"
    assert_refused("worker_unavailable", ask, carer, worker)
    assert audited(wall.id) == ["wall.declared", "wall.consent_recorded", "wall.consent_withdrawn"]


def test_consent_taken_back_that_was_never_given_changes_nothing(coordinator, pair):
    wall = wall_off(*pair, SUPPORTS)
    act(withdraw_consent, coordinator, wall.id)
    assert audited(wall.id) == ["wall.declared"]


def test_declaring_again_what_was_consented_to_ends_nothing(carer, worker, coordinator):
    wall = wall_off(worker, carer, SUPPORTS)
    act(record_consent, coordinator, wall.id, note="In the file.")
    contact = connect(carer, worker)
    assert wall_off(worker, carer, SUPPORTS).id == wall.id
    assert contact_now(contact.id).state is ContactState.ACCEPTED


def test_after_a_wall_whatever_one_does_with_the_old_request_is_answered_as_always(carer, worker):
    """Declined by a wall or by the worker: the carer cannot tell by asking on."""
    one, other = make_person(), make_person()
    walled, declined = ask(one, worker), ask(other, worker)
    wall_off(worker, one)
    act(decline_contact, worker, declined.id, reply=None)
    answers = [
        assert_refused("contact_closed", act, withdraw_contact, carer, contact.id).plain_words()
        for carer, contact in ((one, walled), (other, declined))
    ]
    assert answers[0] == answers[1]


def test_asking_is_refused_before_anything_is_written(carer, worker, pair):
    wall_off(*pair)
    assert_refused("worker_unavailable", act, request_contact, carer, worker_id=worker.id, note="Hello.")
    assert "contact.requested" not in kinds_of(worker.id)
