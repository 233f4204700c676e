"""Two at once over a note or a visit: whoever comes second decides by what the first left behind."""

import pytest

from models.clock import clock
from models.decisions import DecisionName, TeamModel
from models.people import Person
from models.roles import Role
from models.session import transaction
from models.visits import VisitState
from server.actions.accounts import suspend_account
from server.actions.care_team import unname_professional
from server.actions.contacts import end_conversation
from server.actions.decisions import make_decision
from server.actions.notes import edit_note, read_note, share_note, take_back_note, unshare_note
from server.actions.role_changes import change_role
from server.actions.visits import begin_visit, end_visit
from tests.factories.notes import integrated, make_note, named_by, note_now, opened, person_of
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person
from tests.factories.races import behind, race
from tests.factories.refusals import assert_refused
from tests.factories.streams import kinds_of
from tests.factories.visits import agree, asked_visit, come_in, visit_now

NEW = "We talked about rest, and who could take a night."
EDIT = {"body": NEW, "version": 1, "acknowledged_advice": False}


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def note(carer, worker):
    """One that the carer has read, and could open to a professional."""
    integrated()
    note = make_note(carer, worker)
    act(read_note, carer, note.id)
    return note


@pytest.fixture
def professional(carer):
    return named_by(carer)


@pytest.fixture
def contact():
    return make_one_to_one()


def during(action, actor, *args, then, **facts):
    """`then` starts once this action is done and not committed; what `then` came to after the commit."""
    with transaction() as session:
        action(session, session.get(Person, actor.id), *args, **facts, now=clock.now())
        session.flush()
        second = behind(then)
    return second.outcome()


def sharing(carer, note, *professionals):
    ids = [professional.id for professional in professionals] or None
    return lambda: act(share_note, carer, note.id, version=1, professional_ids=ids) and "shared"


def reading_it(professional, note):
    return lambda: act(read_note, professional, note.id).note.body


def go_back(coordinator):
    decision = {"value": TeamModel.COMPLEMENTARY, "reason": "As it was.", "version": 1, "end_open_contacts": False}
    return lambda: act(make_decision, coordinator, DecisionName.TEAM_MODEL, **decision) and "decided"


def test_who_agrees_while_the_note_is_changed_agreed_to_what_is_no_more(carer, worker, note, professional):
    assert during(edit_note, worker, note.id, **EDIT, then=sharing(carer, note, professional)) == "stale_version"
    assert not note_now(note.id).agreed
    assert_refused("not_found", act, read_note, professional, note.id)


def test_a_note_changed_while_its_carer_agrees_is_closed_again(carer, worker, note, professional):
    facts = {"version": 1, "professional_ids": [professional.id]}
    edit = lambda: act(edit_note, worker, note.id, **EDIT).note.version  # noqa: E731
    assert during(share_note, carer, note.id, **facts, then=edit) == 2
    assert_refused("not_found", act, read_note, professional, note.id)


def test_who_agrees_while_the_worker_takes_it_back_finds_nothing_to_share(carer, worker, note, professional):
    assert during(take_back_note, worker, note.id, then=sharing(carer, note, professional)) == "note_taken_back"


def test_who_reads_while_the_carer_takes_it_back_reads_nothing(carer, note, professional):
    opened(note, professional)
    assert during(unshare_note, carer, note.id, then=reading_it(professional, note)) == "not_found"


def test_who_reads_while_they_are_taken_off_the_list_reads_nothing(carer, note, professional):
    opened(note, professional)
    assert during(unname_professional, carer, professional.id, then=reading_it(professional, note)) == "not_found"


def test_who_agrees_while_the_service_goes_back_shares_nothing(carer, note, professional):
    coordinator = make_person(Role.COORDINATOR)
    decision = {"value": TeamModel.COMPLEMENTARY, "reason": "As it was.", "version": 1, "end_open_contacts": False}
    then = sharing(carer, note, professional)
    assert during(make_decision, coordinator, DecisionName.TEAM_MODEL, **decision, then=then) == "notes_stay_between_two"
    integrated()
    assert_refused("not_found", act, read_note, professional, note.id)


def test_a_service_that_goes_back_while_a_carer_agrees_closes_that_too(carer, note, professional):
    facts = {"version": 1, "professional_ids": [professional.id]}
    assert during(share_note, carer, note.id, **facts, then=go_back(make_person(Role.COORDINATOR))) == "decided"
    integrated()
    assert_refused("not_found", act, read_note, professional, note.id)


def test_who_agrees_while_the_professionals_role_changes_names_nobody(carer, note, professional):
    facts = {"current_role": Role.PROFESSIONAL, "role": Role.MODERATOR, "reason": "A new post.", "handovers": {}}
    then = sharing(carer, note, professional)
    coordinator = make_person(Role.COORDINATOR)
    assert during(change_role, coordinator, professional.id, **facts, then=then) == "professional_not_linked"


def test_two_agreements_at_once_are_one(carer, note, professional):
    assert race(*[sharing(carer, note)] * 3) == ["shared"] * 3
    assert kinds_of(carer.id).count("note.shared") == 1
    assert kinds_of(professional.id).count("note.shared") == 1


def test_who_comes_in_while_the_conversation_ends_does_not(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    then = lambda: act(begin_visit, supervisor, visit.id)  # noqa: E731
    assert during(end_conversation, person_of(contact.carer_id), contact.conversation_id, then=then) == "visit_closed"
    assert "member.joined" not in kinds_of(contact.conversation_id)


def test_a_conversation_that_ends_while_somebody_comes_in_sends_them_away(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    carer = person_of(contact.carer_id)
    then = lambda: act(end_conversation, carer, contact.conversation_id) and "ended"  # noqa: E731
    assert during(begin_visit, supervisor, visit.id, then=then) == "ended"
    assert visit_now(visit.id).state is VisitState.ENDED
    assert kinds_of(contact.conversation_id)[-2:] == ["member.joined", "member.left"]


def test_two_who_end_it_at_once_end_it_once(contact, supervisor):
    visit = come_in(contact, supervisor)
    people = [person_of(contact.carer_id), person_of(contact.worker_id), supervisor]
    race(*[lambda person=person: act(end_visit, person, visit.id) for person in people])
    assert kinds_of(contact.conversation_id).count("member.left") == 1


def test_a_supervisor_paused_while_they_come_in_is_not_in(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    coordinator = make_person(Role.COORDINATOR)
    then = lambda: act(suspend_account, coordinator, supervisor.id, reason="Until we have spoken.") and "paused"  # noqa: E731
    assert during(begin_visit, supervisor, visit.id, then=then) == "paused"
    assert visit_now(visit.id).state is VisitState.ENDED


def test_two_supervisors_who_ask_at_once_do_not_both_come(contact):
    outcomes = race(*[lambda: asked_visit(contact) and "asked"] * 2)
    assert sorted(outcomes) == ["asked", "visit_open"]
