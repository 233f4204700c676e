"""What a worker said, and what they let others see, through changes of mind, of supervisor, and of who is still here."""

from datetime import timedelta

import pytest

from models.alerts import FollowUpAnswer, FollowUpKind, FollowUpState, Outcome
from models.clock import clock
from models.debriefs import DebriefRequest, DebriefState
from models.people import Person
from models.roles import Role
from models.rota import Layer
from models.session import reading
from models.shifts import Debrief
from models.supervision import SupervisionSession, SupervisionState, Theme
from server.actions.alerts import acknowledge_alert, begin_contact, resolve_alert
from server.actions.debriefs import finish_debrief, take_debrief, withdraw_debrief
from server.actions.diary import share_entry
from server.actions.follow_ups import answer_follow_up
from server.actions.role_changes import change_role
from server.actions.shifts import end_shift
from server.actions.supervision import hold_session
from server.jobs.debriefs import watch_debriefs
from server.queries.debriefs import list_debriefs
from server.queries.diary import find_pointers, get_entry, list_shared_entries
from server.queries.wellbeing import list_shared_check_ins
from tests.factories.alerts import alert_now, follow_ups, on_duty
from tests.factories.alerts import ask as ask_for_help
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.rota import put_on_duty
from tests.factories.supervision import ask, assign, check, make_pair, plan, write


@pytest.fixture
def pair():
    return make_pair()


def share(pair, entry):
    return act(share_entry, pair.worker, entry.id, version=entry.version, acknowledged_advice=False)


def seen_by(supervisor):
    with reading() as session:
        entries = list_shared_entries(session, supervisor, limit=50, cursor=None)
        check_ins = list_shared_check_ins(session, supervisor, limit=50, cursor=None)
        return [row[0].id for page in (entries, check_ins) for row in page.items]


def to_role(person, role, current):
    facts = {"role": role, "current_role": current, "reason": "Agreed with them.", "handovers": {}}
    act(change_role, make_person(Role.COORDINATOR), person.id, **facts)


def replaced(pair):
    assign(pair.worker, make_person(Role.SUPERVISOR))
    return lambda: assign(pair.worker, pair.supervisor)


def another_role_for_a_time(pair):
    to_role(pair.supervisor, Role.MODERATOR, Role.SUPERVISOR)
    return lambda: to_role(pair.supervisor, Role.SUPERVISOR, Role.MODERATOR)


@pytest.mark.parametrize("parted", [replaced, another_role_for_a_time])
def test_what_was_shared_with_a_former_supervisor_is_not_theirs_again_when_they_come_back(pair, parted):
    entry, checked = write(pair.worker), check(pair.worker, share=True)
    share(pair, entry)
    assert seen_by(pair.supervisor) == [entry.id, checked.id]
    back = parted(pair)
    assert seen_by(pair.supervisor) == []
    back()
    assert seen_by(pair.supervisor) == []


def test_an_entry_says_that_nobody_reads_it_once_nobody_does(pair):
    entry = write(pair.worker)
    share(pair, entry)
    assign(pair.worker, None)
    with reading() as session:
        assert get_entry(session, pair.worker, entry.id).shared_at is None


def test_a_former_supervisor_keeps_nobody_in_supervision_by_a_session_planned_before(pair):
    planned = plan(pair, hours=1)
    assign(pair.worker, make_person(Role.SUPERVISOR))
    facts = {"themes": [Theme.ROLE], "words": None}
    assert_refused("supervision_session_over", act, hold_session, pair.supervisor, planned.id, **facts)


def test_a_session_with_somebody_who_left_is_called_off(pair):
    planned = plan(pair, hours=1)
    erase(pair.worker)
    with reading() as session:
        assert session.get_one(SupervisionSession, planned.id).state is SupervisionState.CANCELLED


def open_debriefs(viewer):
    with reading() as session:
        return [view.request for view in list_debriefs(session, viewer, state=None, limit=50, cursor=None).items]


def end(worker, debrief):
    act(end_shift, worker, layer=Layer.PRIMARY, debrief=debrief, handover_note=None)


def test_whoever_wants_a_debrief_after_all_is_heard(pair):
    put_on_duty(pair.worker, Layer.PRIMARY)
    for said in (Debrief.SOON, Debrief.NO):
        end(pair.worker, said)
    assert open_debriefs(pair.supervisor) == []
    end(pair.worker, Debrief.SOON)
    (request,) = open_debriefs(pair.supervisor)
    assert (request.person_id, request.state) == (pair.worker.id, DebriefState.OPEN)


def test_a_worker_may_say_that_they_talked_before_anybody_took_it(pair):
    request = ask(pair.worker)
    act(finish_debrief, pair.worker, request.id)
    assert open_debriefs(pair.supervisor) == []


def test_nobody_is_reminded_of_somebody_who_left(pair):
    ask(pair.worker)
    erase(pair.worker)
    assert open_debriefs(pair.supervisor) == []
    clock.move(timedelta(days=2))
    assert watch_debriefs() == 0


@pytest.mark.parametrize("leave", [erase, lambda who: to_role(who, Role.MODERATOR, Role.SUPERVISOR)])
def test_whoever_waits_for_a_supervisor_who_is_no_more_is_met_by_another(pair, leave):
    request = ask(pair.worker)
    act(take_debrief, pair.supervisor, request.id)
    leave(pair.supervisor)
    (waiting,) = open_debriefs(make_person(Role.SUPERVISOR))
    assert (waiting.state, waiting.taken_by) == (DebriefState.OPEN, None)


@pytest.fixture
def owed():
    """A worker who took an alert and would like to talk about it; what is owed to them."""
    worker = on_duty()
    assign(worker, make_person(Role.SUPERVISOR))
    alert_id = ask_for_help().alert.id
    for step in (acknowledge_alert, begin_contact):
        act(step, worker, alert_id)
    act(resolve_alert, worker, alert_id, outcome=Outcome.SUPPORTED)
    act(answer_follow_up, worker, debrief_owed(alert_id).id, answer=FollowUpAnswer.WANTED)
    return worker, alert_id


def debrief_owed(alert_id):
    (found,) = [each for each in follow_ups(alert_id) if each.kind is FollowUpKind.DEBRIEF]
    return found


def test_a_debrief_taken_back_settles_what_it_came_from(owed):
    worker, alert_id = owed
    (request,) = open_debriefs(worker)
    act(withdraw_debrief, worker, request.id)
    assert debrief_owed(alert_id).state is FollowUpState.NOT_WANTED


def test_said_to_be_done_where_it_was_owed_it_is_done_and_not_taken_back(owed):
    worker, alert_id = owed
    supervisor = make_person(Role.SUPERVISOR)
    (request,) = open_debriefs(worker)
    act(take_debrief, supervisor, request.id)
    act(answer_follow_up, supervisor, debrief_owed(alert_id).id, answer=FollowUpAnswer.DONE)
    with reading() as session:
        assert session.get_one(DebriefRequest, request.id).state is DebriefState.DONE


@pytest.mark.parametrize("_round", range(5))
def test_said_to_be_done_in_both_places_at_once_it_is_done(owed, _round):
    worker, alert_id = owed
    supervisor, follow_up = make_person(Role.SUPERVISOR), debrief_owed(alert_id)
    (request,) = open_debriefs(worker)
    act(take_debrief, supervisor, request.id)
    race(
        lambda: act(finish_debrief, supervisor, request.id),
        lambda: act(answer_follow_up, worker, follow_up.id, answer=FollowUpAnswer.DONE),
    )
    assert debrief_owed(alert_id).state is FollowUpState.DONE
    with reading() as session:
        assert session.get_one(DebriefRequest, request.id).state is DebriefState.DONE


@pytest.mark.parametrize("_round", range(5))
def test_shared_at_the_moment_the_supervisor_changes_it_is_not_read_by_the_one_before(pair, _round):
    entry = write(pair.worker)
    race(lambda: share(pair, entry).id, lambda: assign(pair.worker, make_person(Role.SUPERVISOR)))
    assign(pair.worker, pair.supervisor)
    assert seen_by(pair.supervisor) == []


def labels(worker, text):
    with reading() as session:
        return [pointer.label for pointer in find_pointers(session, worker, {"happened": text})]


@pytest.mark.parametrize("text", ["wren  ashby wept.", "Wren\nAshby wept."])
def test_a_name_is_pointed_at_however_it_is_spaced(pair, text):
    make_one_to_one(make_person(display_name="Wren Ashby"), pair.worker)
    assert "known_name" in labels(pair.worker, text)
    assert "known_name" not in labels(pair.worker, "A wren, an ashby: wept.")


def test_the_name_of_a_carer_met_in_a_crisis_is_pointed_at(owed):
    worker, alert_id = owed
    with reading() as session:
        name = session.get_one(Person, alert_now(alert_id).carer_id).display_name
    assert labels(worker, f"Then {name} rang off.") == ["known_name"]
