"""Invariant 5 with one process: kill -9 at random moments, and the clock set an hour either way."""

import random
import time
from datetime import timedelta

import eventlet
import pytest

from models.clock import clock
from tests.drills.night import NIGHTS, SETTINGS, STEPPING, Night, note_delays, paced, quick_policy, set_clock
from tests.drills.rounds import drill
from tests.factories.server import Server

PAGE_WITHIN_S = 15.0
KILLS = 3


@pytest.fixture
def server(new_demo, folder):
    one = Server(new_demo(), folder, environ=quick_policy(folder), command=STEPPING).start()
    yield one
    one.kill()
    assert "Traceback" not in one.log_text(), one.log_text()[-4000:]


@pytest.fixture
def night(server):
    nights = []

    def make():
        nights.append(Night([server]))
        return nights[-1]

    yield make
    for one in nights:
        one.over()


@pytest.mark.timeout(1800)
def test_5_no_alert_is_lost_or_taken_twice_when_the_only_process_is_killed(server, night):
    chance = random.Random(11)
    with drill("alerts: the only process killed") as one:
        for _ in range(NIGHTS):
            tonight = night()
            tasks = tonight.ask_all()

            def kill(tonight=tonight):
                eventlet.sleep(chance.random() * 2)
                server.kill()
                since, began = time.monotonic(), clock.now()
                server.start()
                tonight.outages.append((began, clock.now()))
                one.recovered_after(time.monotonic() - since)

            tonight.wait(paced(timedelta(seconds=1), kill, KILLS))
            for task in tasks:
                task.wait()
            tonight.count_faults(one)
            assert note_delays(one, tonight) < PAGE_WITHIN_S


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("which", "hours"), SETTINGS)
def test_5_no_alert_is_lost_or_held_up_when_the_clock_is_set_an_hour(server, night, folder, which, hours):
    with drill(f"alerts: the clock set an hour {which}") as one:
        for _ in range(NIGHTS):
            tonight = night()
            tasks = tonight.ask_all()
            eventlet.sleep(3)
            set_clock(folder, hours)
            one.recovered_after(tonight.wait())
            for task in tasks:
                task.wait()
            set_clock(folder, 0)
            tonight.count_faults(one)
