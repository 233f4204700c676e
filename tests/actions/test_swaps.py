"""Handing a shift on: until it is settled the one who was on stays on."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.actions.swaps import approve_swap, ask_swap, cancel_swap, take_over, take_swap
from server.queries.rota import on_duty
from server.queries.swaps import open_swaps
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.rota import HOUR, ask, fit_worker, make_leave, put_on_duty
from tests.factories.streams import audited, events_of

PRIMARY, BACKUP = Layer.PRIMARY, Layer.BACKUP


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def worker():
    """On first from in an hour for eight."""
    worker = fit_worker()
    put_on_duty(worker, PRIMARY, since=clock.now() + HOUR, until=clock.now() + 9 * HOUR)
    return worker


@pytest.fixture
def swap(worker):
    """Of the third and fourth of those hours."""
    return ask(worker, clock.now() + 3 * HOUR, clock.now() + 5 * HOUR)


def on_at(hours):
    with reading() as session:
        return [one.person_id for one in on_duty(session, at=clock.now() + timedelta(hours=hours))]


def states_told(person):
    return [event.data["state"] for event in events_of(person.id) if event.kind == "shift.swap"]


def test_a_part_of_a_shift_goes_to_another_once_it_is_approved(worker, swap, coordinator):
    other = fit_worker()
    assert on_at(4) == [worker.id]
    act(take_swap, other, swap.id)
    assert on_at(4) == [worker.id]
    act(approve_swap, coordinator, swap.id)
    assert [on_at(hours) for hours in (2, 4, 6)] == [[worker.id], [other.id], [worker.id]]
    assert audited(swap.id) == ["swap.asked", "swap.taken", "swap.approved"]
    assert states_told(worker) == ["asked", "taken", "approved"]
    with reading() as session:
        assert open_swaps(session, now=clock.now()) == []


def test_colleagues_and_those_who_plan_are_told_that_somebody_asks(coordinator):
    worker, colleague, carer = fit_worker(), fit_worker(), make_person()
    put_on_duty(worker, PRIMARY)
    ask(worker, clock.now(), clock.now() + HOUR)
    assert states_told(colleague) == states_told(coordinator) == ["asked"]
    assert events_of(carer.id) == []


def test_only_somebody_who_is_on_asks_and_for_time_that_is_theirs(worker):
    now, stranger = clock.now(), fit_worker()
    ask(worker, now + HOUR, now + 8 * HOUR)
    for since, until, layer in ((0, 2, PRIMARY), (8, 10, PRIMARY), (10, 12, PRIMARY), (2, 3, BACKUP)):
        assert_refused("not_on_shift", ask, worker, now + since * HOUR, now + until * HOUR, layer)
    assert_refused("not_on_shift", ask, stranger, now + HOUR, now + 2 * HOUR)


def test_nobody_asks_for_another_but_those_who_plan(worker, coordinator):
    now = clock.now()
    facts = {"layer": PRIMARY, "since": now + HOUR, "until": now + 2 * HOUR, "person_id": worker.id}
    assert_refused("forbidden", act, ask_swap, fit_worker(), **facts)
    assert act(ask_swap, coordinator, **facts).person_id == worker.id


def test_nobody_unfit_away_or_needed_elsewhere_takes_it(swap):
    now = clock.now()
    assert_refused("rota_unfit", act, take_swap, make_person(Role.CARER_PEER_WORKER), swap.id)
    assert_refused("rota_unfit", act, take_swap, fit_worker(Role.SUPERVISOR), swap.id)
    away = fit_worker()
    make_leave(away, now + 4 * HOUR, now + 5 * HOUR)
    assert_refused("away_then", act, take_swap, away, swap.id)
    act(take_swap, fit_worker(), swap.id)


def test_one_cannot_take_ones_own_or_what_another_took(worker, swap):
    assert_refused("forbidden", act, take_swap, worker, swap.id)
    act(take_swap, fit_worker(), swap.id)
    assert_refused("swap_taken", act, take_swap, fit_worker(), swap.id)


def test_two_who_take_it_at_once_do_not_both_have_it(swap):
    first, second = fit_worker(), fit_worker()
    outcomes = race(lambda: act(take_swap, first, swap.id), lambda: act(take_swap, second, swap.id))
    assert sorted(outcome if isinstance(outcome, str) else "taken" for outcome in outcomes) == ["swap_taken", "taken"]


def test_nobody_approves_what_they_took_themselves(coordinator):
    now, taker = clock.now(), fit_worker(Role.SUPERVISOR)
    supervisor = fit_worker(Role.SUPERVISOR)
    put_on_duty(supervisor, Layer.SUPERVISOR)
    swap = ask(supervisor, now, now + HOUR, Layer.SUPERVISOR)
    act(take_swap, taker, swap.id)
    assert_refused("forbidden", act, approve_swap, taker, swap.id)
    assert_refused("forbidden", act, approve_swap, fit_worker(), swap.id)
    act(approve_swap, coordinator, swap.id)


def test_what_nobody_took_is_not_approved(swap, coordinator):
    assert_refused("swap_not_taken", act, approve_swap, coordinator, swap.id)
    act(take_swap, fit_worker(), swap.id)
    act(approve_swap, coordinator, swap.id)
    assert_refused("swap_settled", act, approve_swap, coordinator, swap.id)


def test_what_came_between_is_seen_at_the_approval(swap, coordinator):
    other = fit_worker()
    act(take_swap, other, swap.id)
    leave = make_leave(other, clock.now(), clock.now() + 9 * HOUR)
    assert_refused("away_then", act, approve_swap, coordinator, swap.id)
    assert leave.id


def test_a_cancelled_swap_leaves_all_as_it_was(worker, swap, coordinator):
    act(take_swap, fit_worker(), swap.id)
    assert_refused("forbidden", act, cancel_swap, fit_worker(), swap.id)
    act(cancel_swap, worker, swap.id)
    assert on_at(4) == [worker.id]
    assert_refused("swap_settled", act, approve_swap, coordinator, swap.id)
    assert_refused("swap_settled", act, cancel_swap, coordinator, swap.id)


def test_a_swap_whose_time_is_over_is_settled(swap, coordinator):
    other = fit_worker()
    clock.move(6 * HOUR)
    assert_refused("swap_settled", act, take_swap, other, swap.id)


def test_a_running_shift_is_taken_over_at_once(coordinator):
    worker, other = fit_worker(), fit_worker()
    put_on_duty(worker, PRIMARY)
    clock.move(HOUR)
    act(take_over, other, layer=PRIMARY, person_id=worker.id)
    assert on_at(-0.5) == [worker.id]
    assert on_at(0) == on_at(6) == [other.id]
    assert on_at(7.5) == []
    assert [event.data["change"] for event in events_of(coordinator.id)] == ["taken_over"]
    assert [event.kind for event in events_of(worker.id)] == ["shift.changed"]


def test_only_a_shift_that_runs_is_taken_over_and_only_by_who_is_fit(worker):
    other = fit_worker()
    assert_refused("not_on_shift", act, take_over, other, layer=PRIMARY, person_id=worker.id)
    clock.move(2 * HOUR)
    unfit = make_person(Role.CARER_PEER_WORKER)
    assert_refused("rota_unfit", act, take_over, unfit, layer=PRIMARY, person_id=worker.id)
    assert_refused("not_on_shift", act, take_over, worker, layer=PRIMARY, person_id=worker.id)
    for role in (Role.CARER, Role.CONSUMER_PEER_WORKER, Role.MODERATOR):
        assert_refused("forbidden", act, take_over, make_person(role), layer=PRIMARY, person_id=worker.id)
    act(take_over, other, layer=PRIMARY, person_id=worker.id)
