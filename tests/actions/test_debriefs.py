"""Debrief requests: they reach a supervisor, and are not forgotten until they were held or taken back."""

from datetime import timedelta

import pytest

from models.alerts import FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState
from models.clock import clock
from models.debriefs import AGAIN, NOT_HELD, NOT_TAKEN, DebriefOver, DebriefSource, DebriefState, DebriefWish
from models.errors import Forbidden, NotFound
from models.ids import new_id
from models.roles import Role
from models.rota import Layer
from models.session import reading, transaction
from models.shifts import Debrief
from server.actions.debriefs import finish_debrief, take_debrief, withdraw_debrief
from server.actions.follow_ups import answer_follow_up
from server.actions.shifts import end_shift
from server.jobs.debriefs import watch_debriefs
from server.queries.debriefs import get_debrief, list_debriefs
from tests.factories.alerts import ask as ask_for_help
from tests.factories.people import act, make_person
from tests.factories.rota import put_on_duty
from tests.factories.streams import kinds_of
from tests.factories.supervision import ask, make_pair


@pytest.fixture
def pair(app):
    return make_pair()


def listed(person, state=None):
    with reading() as session:
        return [view.request.id for view in list_debriefs(session, person, state=state, limit=10, cursor=None).items]


def now_of(request, person):
    with reading() as session:
        return get_debrief(session, person, request.id).request


def told(person):
    return kinds_of(person.id).count("notice.debrief")


def test_it_reaches_the_workers_supervisor_and_nobody_else(pair):
    other, coordinator = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    request = ask(pair.worker)
    assert [told(each) for each in (pair.worker, pair.supervisor, other, coordinator)] == [1, 1, 0, 0]
    assert listed(pair.supervisor) == listed(other) == listed(coordinator) == listed(pair.worker) == [request.id]
    assert listed(make_person(Role.CARER_PEER_WORKER)) == []


def test_without_a_supervisor_it_reaches_all_who_could(app):
    supervisor, coordinator = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    ask(make_person(Role.CARER_PEER_WORKER))
    assert (told(supervisor), told(coordinator)) == (1, 1)


@pytest.mark.parametrize("wish", DebriefWish)
def test_where_nobody_comes_in_time_all_are_told_every_day(pair, wish):
    other = make_person(Role.SUPERVISOR)
    request = ask(pair.worker, wish)
    clock.move(NOT_TAKEN[wish] - timedelta(minutes=1))
    assert watch_debriefs() == 0
    clock.move(timedelta(minutes=2))
    assert (watch_debriefs(), watch_debriefs()) == (1, 0)
    assert told(other) == 1
    clock.move(AGAIN + timedelta(minutes=1))
    assert watch_debriefs() == 1
    assert (told(other), now_of(request, other).reminders) == (2, 2)


def test_whoever_takes_it_is_reminded_when_it_was_not_held(pair):
    request = ask(pair.worker)
    act(take_debrief, pair.supervisor, request.id)
    clock.move(NOT_HELD - timedelta(minutes=1))
    assert watch_debriefs() == 0
    before = told(pair.supervisor)
    clock.move(timedelta(minutes=2))
    assert watch_debriefs() == 1
    assert told(pair.supervisor) == before + 1


@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_either_of_the_two_says_that_they_talked(pair, who):
    request = ask(pair.worker)
    act(take_debrief, pair.supervisor, request.id)
    for _ in range(2):
        done = act(finish_debrief, getattr(pair, who), request.id).request
    assert (done.state, done.due_at) == (DebriefState.DONE, None)
    clock.move(timedelta(days=60))
    assert watch_debriefs() == 0
    assert listed(pair.supervisor) == []
    with pytest.raises(DebriefOver):
        act(take_debrief, pair.supervisor, request.id)


def test_another_supervisor_can_take_it_over(pair):
    request, other = ask(pair.worker), make_person(Role.SUPERVISOR)
    act(take_debrief, pair.supervisor, request.id)
    assert act(take_debrief, other, request.id).taken_by.id == other.id
    with pytest.raises(Forbidden):
        act(finish_debrief, pair.supervisor, request.id)


def test_a_supervisors_own_is_for_another(app):
    asking, other = make_person(Role.SUPERVISOR), make_person(Role.SUPERVISOR)
    request = ask(asking)
    with pytest.raises(Forbidden):
        act(take_debrief, asking, request.id)
    assert act(take_debrief, other, request.id).request.state is DebriefState.TAKEN


def test_its_words_are_for_who_asked_and_those_who_could_come(pair):
    request = ask(pair.worker, words="The call of last night.")
    with reading() as session:
        may = {
            role: get_debrief(session, person, request.id).words
            for role, person in (("worker", pair.worker), ("s", pair.supervisor), ("o", make_person(Role.COORDINATOR)))
        }
        assert may == {"worker": True, "s": True, "o": False}
        with pytest.raises(NotFound):
            get_debrief(session, make_person(Role.CARER_PEER_WORKER), request.id)


def test_it_can_be_taken_back(pair):
    request = ask(pair.worker)
    with pytest.raises(Forbidden):
        act(withdraw_debrief, pair.supervisor, request.id)
    assert act(withdraw_debrief, pair.worker, request.id).request.state is DebriefState.WITHDRAWN
    assert listed(pair.supervisor) == []


def end(worker, debrief):
    return act(end_shift, worker, layer=Layer.PRIMARY, debrief=debrief, handover_note=None)


def test_said_at_the_end_of_a_shift_it_is_asked_once_and_can_be_unsaid(pair):
    put_on_duty(pair.worker, Layer.PRIMARY)
    record = end(pair.worker, Debrief.LATER)
    end(pair.worker, Debrief.SOON)
    (request_id,) = listed(pair.supervisor)
    with reading() as session:
        request = get_debrief(session, pair.supervisor, request_id).request
    assert (request.source, request.source_id, request.wish) == (DebriefSource.SHIFT, record.id, DebriefWish.SOON)
    end(pair.worker, Debrief.NO)
    assert listed(pair.supervisor) == []


def test_wanted_after_an_alert_it_is_tracked_and_settles_what_was_owed(pair):
    owed = FollowUp(
        id=new_id(),
        alert_id=ask_for_help().alert.id,
        kind=FollowUpKind.DEBRIEF,
        person_id=pair.worker.id,
        state=FollowUpState.OPEN,
        due_at=clock.now(),
    )
    with transaction() as session:
        session.add(owed)
    act(answer_follow_up, pair.worker, owed.id, answer=FollowUpAnswer.WANTED)
    (request_id,) = listed(pair.supervisor)
    act(take_debrief, pair.supervisor, request_id)
    act(finish_debrief, pair.supervisor, request_id)
    with reading() as session:
        assert session.get_one(FollowUp, owed.id).state is FollowUpState.DONE
