"""Supervision: who supervises whom, and sessions that are between the two."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.errors import Forbidden, Invalid, NotFound
from models.people import PersonState
from models.roles import Role
from models.session import reading, transaction
from models.supervision import SESSION_LASTS, NoSupervisor, SessionOver, SupervisionState, Theme
from server.actions.supervision import cancel_session, hold_session, plan_session
from server.queries.fitness import load_records
from server.queries.supervision import get_session, list_sessions, supervised_by, supervisor_of
from tests.factories.contacts import suspend
from tests.factories.people import act, make_person
from tests.factories.streams import kinds_of
from tests.factories.supervision import assign, make_pair, plan

SOON = timedelta(hours=2)


@pytest.fixture
def pair(app):
    return make_pair()


def supervised_until(worker):
    with reading() as session:
        return load_records(session, [worker.id], now=clock.now())[worker.id].supervised_until


def hold(person, session_id, *themes, words=None):
    return act(hold_session, person, session_id, themes=themes or [Theme.WORKLOAD], words=words).session


def of(query, *args):
    with reading() as session:
        return query(session, *args)


def test_a_worker_has_one_supervisor_at_a_time(pair):
    assert of(supervisor_of, pair.worker.id).id == pair.supervisor.id
    other = make_person(Role.SUPERVISOR)
    assign(pair.worker, other)
    assert of(supervisor_of, pair.worker.id).id == other.id
    assert (of(supervised_by, pair.supervisor.id), [each.id for each in of(supervised_by, other.id)]) == (
        [],
        [pair.worker.id],
    )
    assign(pair.worker, None)
    assert of(supervisor_of, pair.worker.id) is None


@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_a_relation_ends_with_what_the_two_are(pair, who):
    assert of(supervisor_of, pair.worker.id) is not None
    if who == "supervisor":
        suspend(pair.supervisor)
    else:
        with transaction() as session:
            session.get_one(type(pair.worker), pair.worker.id).role = Role.MODERATOR
    assert of(supervisor_of, pair.worker.id) is None
    assert of(supervised_by, pair.supervisor.id) == [] or who == "supervisor"


@pytest.mark.parametrize("role", [Role.CARER, Role.MODERATOR, Role.COORDINATOR])
def test_only_peer_workers_are_supervised(app, role):
    assign(make_person(Role.CONSUMER_PEER_WORKER), make_person(Role.SUPERVISOR))
    with pytest.raises(NotFound):
        assign(make_person(role), make_person(Role.SUPERVISOR))


def test_only_a_supervisor_supervises(pair):
    with pytest.raises(Invalid):
        assign(pair.worker, make_person(Role.CARER_PEER_WORKER))
    assert of(supervisor_of, pair.worker.id).id == pair.supervisor.id


def test_either_plans_a_session_and_both_are_told(pair):
    plan(pair, hours=2)
    act(plan_session, pair.supervisor, worker_id=pair.worker.id, planned_at=clock.now() + SOON)
    for person in (pair.worker, pair.supervisor):
        assert kinds_of(person.id).count("notice.supervision") >= 2
        assert len(of(lambda session, who=person: list_sessions(session, who, state=None, limit=9, cursor=None)).items) == 2


def test_nobody_plans_for_whom_they_do_not_supervise(pair):
    with pytest.raises(Forbidden):
        act(plan_session, make_person(Role.SUPERVISOR), worker_id=pair.worker.id, planned_at=clock.now() + SOON)
    with pytest.raises(Forbidden):
        act(plan_session, make_person(Role.CARER_PEER_WORKER), worker_id=pair.worker.id, planned_at=clock.now() + SOON)
    with pytest.raises(NoSupervisor):
        act(plan_session, make_person(Role.CARER_PEER_WORKER), worker_id=None, planned_at=clock.now() + SOON)


def test_a_session_that_was_held_keeps_the_worker_in_supervision(pair):
    planned = plan(pair, hours=2)
    assert supervised_until(pair.worker) is None
    held = hold(pair.supervisor, planned.id, Theme.ROLE, Theme.WORKLOAD, Theme.ROLE, words="We spoke of rest.")
    assert (held.state, held.themes) == (SupervisionState.HELD, [Theme.ROLE, Theme.WORKLOAD])
    until = supervised_until(pair.worker)
    assert abs(until - clock.now() - SESSION_LASTS) < timedelta(minutes=1)
    with pytest.raises(SessionOver):
        hold(pair.supervisor, planned.id)
    with pytest.raises(SessionOver):
        act(cancel_session, pair.worker, planned.id)


def test_only_who_supervised_says_that_it_was_held_and_not_before_its_day(pair):
    planned, later = plan(pair, hours=2), plan(pair, days=20)
    with pytest.raises(Forbidden):
        hold(pair.worker, planned.id)
    with pytest.raises(Invalid):
        hold(pair.supervisor, later.id)
    assert hold(pair.supervisor, planned.id).state is SupervisionState.HELD


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COORDINATOR, Role.CARER_PEER_WORKER, Role.MODERATOR])
def test_a_session_is_for_the_two_and_nobody_else(pair, role):
    planned = plan(pair, hours=2)
    with reading() as session:
        assert get_session(session, pair.worker, planned.id).session.id == planned.id
        with pytest.raises(NotFound):
            get_session(session, make_person(role), planned.id)


def test_a_session_that_was_called_off_counts_for_nothing(pair):
    planned = plan(pair, hours=2)
    for _ in range(2):
        assert act(cancel_session, pair.worker, planned.id).session.state is SupervisionState.CANCELLED
    with pytest.raises(SessionOver):
        hold(pair.supervisor, planned.id)
    assert supervised_until(pair.worker) is None


def test_erasing_takes_the_relation_along(pair):
    with transaction() as session:
        session.get_one(type(pair.worker), pair.worker.id).state = PersonState.ERASED
    assert of(supervised_by, pair.supervisor.id) == []
