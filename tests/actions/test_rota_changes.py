"""One-off changes to the rota, leave, and the record of who is trained and supervised."""

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import ClearanceKind, Layer, OverrideKind
from models.session import reading
from server.actions.rota_changes import (
    make_override,
    record_clearance,
    record_leave,
    withdraw_leave,
    withdraw_override,
)
from server.queries.rota import on_duty
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.rota import HOUR, confirm_device, fit_worker, make_fit, make_leave, put_on_duty
from tests.factories.streams import audited, events_of

PRIMARY, BACKUP, SUPERVISOR = Layer
ADD, REMOVE, REPLACE = OverrideKind
NOT_PLANNING = [role for role in Role if role not in (Role.COORDINATOR, Role.SUPERVISOR)]


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def on_at(hours, start):
    with reading() as session:
        return [(one.layer, one.person_id) for one in on_duty(session, at=start + hours * HOUR)]


def change(by, kind, person, since, until, *, layer=PRIMARY, replaced=None):
    times = {"since": since, "until": until}
    replaced_id = replaced.id if replaced else None
    return act(make_override, by, kind=kind, layer=layer, person_id=person.id, replaced_id=replaced_id, **times)


def test_somebody_is_put_on_taken_off_and_replaced(coordinator):
    now, worker, other = clock.now(), fit_worker(), fit_worker()
    change(coordinator, ADD, worker, now + HOUR, now + 9 * HOUR)
    assert on_at(2, now) == [(PRIMARY, worker.id)]
    change(coordinator, REPLACE, other, now + 4 * HOUR, now + 5 * HOUR, replaced=worker)
    change(coordinator, REMOVE, worker, now + 7 * HOUR, now + 8 * HOUR)
    assert [on_at(hours, now) for hours in (3.5, 4, 5, 7, 8)] == [
        [(PRIMARY, worker.id)],
        [(PRIMARY, other.id)],
        [(PRIMARY, worker.id)],
        [],
        [(PRIMARY, worker.id)],
    ]


def test_those_concerned_are_told_and_the_trail_has_it(coordinator):
    now, worker, other = clock.now(), fit_worker(), fit_worker()
    change(coordinator, ADD, worker, now, now + 8 * HOUR)
    made = change(coordinator, REPLACE, other, now + HOUR, now + 2 * HOUR, replaced=worker)
    assert [event.data["change"] for event in events_of(worker.id)] == ["add", "replace"]
    assert [event.data["change"] for event in events_of(other.id)] == ["replace"]
    assert audited(made.id) == ["rota.changed"]


@pytest.mark.parametrize("role", NOT_PLANNING)
def test_nobody_else_changes_the_rota(role, coordinator):
    now, worker, person = clock.now(), fit_worker(), make_person(role)
    assert_refused("forbidden", change, person, ADD, worker, now, now + HOUR)
    made = change(coordinator, ADD, worker, now, now + HOUR)
    assert_refused("forbidden", act, withdraw_override, person, made.id)
    times = {"since": now, "until": now + HOUR}
    assert_refused("forbidden", act, record_leave, person, person_id=worker.id, **times)
    leave = make_leave(worker, now, now + HOUR)
    assert_refused("forbidden", act, withdraw_leave, person, leave.id)


def test_nobody_unfit_is_put_on(coordinator):
    now, worker = clock.now(), make_person(Role.CARER_PEER_WORKER, trained=False)
    refusal = assert_refused("rota_unfit", change, coordinator, ADD, worker, now, now + HOUR)
    assert {one["code"] for one in refusal.facts["problems"]} == {
        "training_lapsed",
        "supervision_lapsed",
        "paging_untested",
    }
    make_fit(worker)
    change(coordinator, ADD, worker, now, now + HOUR)
    for role in set(Role) - {Role.CARER_PEER_WORKER}:
        refusal = assert_refused("rota_unfit", change, coordinator, ADD, fit_worker(role), now, now + HOUR)
        assert [one["code"] for one in refusal.facts["problems"]] == ["role_not_eligible"]


def test_a_change_may_not_take_the_rest_of_whoever_comes(coordinator):
    now, worker, other = clock.now(), fit_worker(), fit_worker()
    change(coordinator, ADD, worker, now, now + 8 * HOUR)
    change(coordinator, ADD, other, now + 16 * HOUR, now + 20 * HOUR)
    refused = (REPLACE, other, now + 4 * HOUR, now + 8 * HOUR)
    assert_refused("rota_unfit", change, coordinator, *refused, replaced=worker)
    change(coordinator, REPLACE, other, now + 4 * HOUR, now + 5 * HOUR, replaced=worker)


def test_only_somebody_who_is_on_is_taken_off_or_replaced(coordinator):
    now, worker, other = clock.now(), fit_worker(), fit_worker()
    for kind, person, replaced in ((REMOVE, worker, None), (REPLACE, other, worker)):
        assert_refused("not_on_shift", change, coordinator, kind, person, now, now + HOUR, replaced=replaced)
    put_on_duty(worker, PRIMARY, since=now, until=now + HOUR)
    assert_refused("not_on_shift", change, coordinator, REMOVE, worker, now, now + HOUR, layer=BACKUP)
    change(coordinator, REPLACE, other, now, now + HOUR, replaced=worker)
    assert on_at(0.5, now) == [(PRIMARY, other.id)]


def test_who_is_away_is_replaced_but_does_not_come(coordinator):
    now, away, other = clock.now(), fit_worker(), fit_worker()
    put_on_duty(away, PRIMARY, since=now, until=now + 8 * HOUR)
    make_leave(away, now, now + 8 * HOUR)
    assert on_at(1, now) == []
    assert_refused("away_then", change, coordinator, ADD, away, now, now + HOUR)
    change(coordinator, REPLACE, other, now, now + 8 * HOUR, replaced=away)
    assert on_at(1, now) == [(PRIMARY, other.id)]


def test_whoever_is_on_first_cannot_be_their_own_backup(coordinator):
    now, worker = clock.now(), fit_worker()
    put_on_duty(worker, PRIMARY)
    assert_refused("away_then", change, coordinator, ADD, worker, now, now + HOUR, layer=BACKUP)


@pytest.mark.parametrize(
    ("since", "until"),
    [(1, 1), (2, 1), (-3, -1), (-3, 0), (1, 26), (24 * 800, 24 * 800 + 1)],
)
def test_a_stretch_that_is_over_backwards_too_long_or_too_far_is_refused(coordinator, since, until):
    now, worker = clock.now(), fit_worker()
    assert_refused("invalid", change, coordinator, ADD, worker, now + since * HOUR, now + until * HOUR)


def test_what_has_passed_is_not_changed(coordinator):
    now, worker, other = clock.now(), fit_worker(), fit_worker()
    put_on_duty(worker, PRIMARY, since=now - 4 * HOUR, until=now + 4 * HOUR)
    change(coordinator, REPLACE, other, now - 4 * HOUR, now + 4 * HOUR, replaced=worker)
    assert on_at(-1, now) == [(PRIMARY, worker.id)]
    assert on_at(1, now) == [(PRIMARY, other.id)]


def test_a_change_taken_back_before_it_began_never_was(coordinator):
    now, worker = clock.now(), fit_worker()
    made = change(coordinator, ADD, worker, now + HOUR, now + 2 * HOUR)
    act(withdraw_override, coordinator, made.id)
    assert on_at(1, now) == []
    assert_refused("already_withdrawn", act, withdraw_override, coordinator, made.id)
    assert audited(made.id) == ["rota.changed", "rota.change_withdrawn"]


def test_a_change_taken_back_while_it_runs_ends_there(coordinator):
    now, worker = clock.now(), fit_worker()
    made = change(coordinator, ADD, worker, now, now + 8 * HOUR)
    clock.move(2 * HOUR)
    act(withdraw_override, coordinator, made.id)
    assert on_at(1, now) == [(PRIMARY, worker.id)]
    assert on_at(3, now) == []


def test_leave_takes_somebody_off_until_it_is_taken_back(coordinator):
    now, worker = clock.now(), fit_worker()
    put_on_duty(worker, PRIMARY, since=now + HOUR, until=now + 3 * HOUR)
    leave = make_leave(worker, now + 2 * HOUR, now + 48 * HOUR)
    assert [on_at(hours, now) for hours in (1, 2)] == [[(PRIMARY, worker.id)], []]
    act(withdraw_leave, coordinator, leave.id)
    assert on_at(2, now) == [(PRIMARY, worker.id)]
    assert_refused("already_withdrawn", act, withdraw_leave, coordinator, leave.id)
    assert [event.kind for event in events_of(worker.id)] == ["shift.leave", "shift.leave"]


def test_the_newest_record_of_training_counts_also_when_it_is_shorter(coordinator):
    now, worker = clock.now(), fit_worker()
    change(coordinator, ADD, worker, now + HOUR, now + 2 * HOUR)
    act(record_clearance, coordinator, person_id=worker.id, kind=ClearanceKind.TRAINING, valid_until=now)
    refusal = assert_refused("rota_unfit", change, coordinator, ADD, worker, now + 20 * HOUR, now + 21 * HOUR)
    assert [one["code"] for one in refusal.facts["problems"]] == ["training_lapsed"]


def test_nobody_records_their_own_training():
    supervisor, until = make_person(Role.SUPERVISOR), clock.now() + HOUR
    record = {"person_id": supervisor.id, "kind": ClearanceKind.TRAINING, "valid_until": until}
    assert_refused("forbidden", act, record_clearance, supervisor, **record)
    act(record_clearance, make_person(Role.SUPERVISOR), **record)
    confirm_device(supervisor)
