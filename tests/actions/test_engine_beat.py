"""The dead man's check: when no process moves alerts on, somebody is told, once, and again while it stays so."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from server.jobs.escalation import watch
from tests.factories.alerts import engine, on_duty
from tests.factories.people import make_person
from tests.factories.races import race
from tests.factories.streams import events_of, kinds_of

pytestmark = pytest.mark.usefixtures("app")


def alarms(person):
    return kinds_of(person.id).count("notice.engine")


def test_while_an_engine_goes_round_nobody_is_called():
    supervisor, running = make_person(Role.SUPERVISOR), engine()
    for _ in range(10):
        running.go_round()
        clock.move(timedelta(seconds=20))
        assert not watch()
    assert alarms(supervisor) == 0


def test_the_supervisor_on_duty_is_called_when_no_engine_went_round_for_a_minute():
    on, off = on_duty(Layer.SUPERVISOR), make_person(Role.SUPERVISOR)
    engine().go_round()
    clock.move(timedelta(seconds=61))
    assert watch()
    assert (alarms(on), alarms(off)) == (1, 0)
    assert events_of(on.id)[-1].data["silent_seconds"] >= 60


def test_where_no_supervisor_is_on_duty_all_of_them_are_called():
    supervisors, worker = [make_person(Role.SUPERVISOR) for _ in range(2)], on_duty()
    engine().go_round()
    clock.move(timedelta(minutes=2))
    watch()
    assert [*map(alarms, supervisors), alarms(worker)] == [1, 1, 0]


def test_an_engine_that_never_ran_is_missed_too():
    supervisor = make_person(Role.SUPERVISOR)
    assert not watch()
    clock.move(timedelta(seconds=61))
    assert watch()
    assert alarms(supervisor) == 1


def test_the_alarm_is_sounded_once_by_however_many_who_notice_and_again_after_five_minutes():
    supervisor = make_person(Role.SUPERVISOR)
    engine().go_round()
    clock.move(timedelta(minutes=2))
    race(*[watch] * 4)
    assert alarms(supervisor) == 1
    clock.move(timedelta(minutes=5))
    watch()
    assert alarms(supervisor) == 2
    engine().go_round()
    assert not watch()


def test_a_process_that_read_the_clock_a_moment_earlier_does_not_sound_it_again():
    supervisor = make_person(Role.SUPERVISOR)
    engine().go_round()
    clock.move(timedelta(minutes=2))
    watch()
    clock.move(-timedelta(seconds=1))
    watch()
    assert alarms(supervisor) == 1


def test_a_clock_set_back_is_no_alarm_and_hides_none_for_long():
    supervisor, running = make_person(Role.SUPERVISOR), engine()
    running.go_round()
    clock.move(-timedelta(hours=1))
    assert not watch()
    running.go_round()
    clock.move(timedelta(minutes=2))
    assert watch()
    assert alarms(supervisor) == 1


def test_readiness_tells_an_operator(client):
    def alerts():
        found = client.get("/readyz").get_json()
        assert found["status"] == "ready"
        return found.get("alerts")

    engine().go_round()
    assert alerts() is None
    clock.move(timedelta(minutes=2))
    assert alerts() == "silent"
