"""Invariant 5 with two processes and a worker: each is killed, PostgreSQL is restarted, Valkey goes, while carers ask."""

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import eventlet
import pytest

from tests.drills.night import NIGHTS, SETTINGS, STEPPING, Night, note_delays, paced, quick_policy, set_clock
from tests.drills.rounds import drill
from tests.factories.server import ROOT, Server

PAGE_WITHIN_S = 15.0
TIMES = 3


class Worker:
    """`flask --app wsgi worker` beside the servers, killed and started like them."""

    def __init__(self, beside: Server, folder):
        self._beside, self._log, self._process = beside, folder / "worker.log", None

    def start(self):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._beside.environ, stdout=log, stderr=log)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def log_text(self):
        return self._log.read_text(errors="replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the processes share: how quickly they page, and their clock."""
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def town(postgresql, valkey, folder):
    """Two servers and a worker over one database of their own; whatever is broken is put back by whoever breaks it."""
    url = postgresql.new_demo()
    more = {"RATE_LIMIT_FACTOR": "1000", **quick_policy(folder)}
    servers = [Server(url, folder, redis_url=valkey.url, environ=more, command=STEPPING) for _ in range(2)]
    for server in servers:
        server.start()
    worker = Worker(servers[0], folder)
    worker.start()
    yield [*servers, worker]
    worker.kill()
    for server in servers:
        server.kill()
        assert "Traceback" not in server.log_text(), server.log_text()[-4000:]
    assert "Traceback" not in worker.log_text(), worker.log_text()[-4000:]


@contextmanager
def a_night(town):
    night = Night(town[:2])
    try:
        yield night
    finally:
        night.over()


def break_things(town, one, how, *, times=TIMES):
    """Rounds of a night each, in which `how()` breaks something every now and then and says how long it was gone."""
    for _ in range(NIGHTS):
        with a_night(town) as night:
            tasks = night.ask_all()
            night.wait(paced(timedelta(seconds=1), lambda: one.recovered_after(how()), times))
            for task in tasks:
                task.wait()
            night.count_faults(one)
            p99 = note_delays(one, night)
            assert p99 < PAGE_WITHIN_S


@pytest.mark.timeout(3600)
def test_5_no_alert_is_lost_or_taken_twice_when_servers_and_the_worker_are_killed(town):
    chance = random.Random(13)

    def kill_one():
        eventlet.sleep(chance.random() * 2)
        victim = chance.choice(town)
        victim.kill()
        since = time.monotonic()
        victim.start()
        return time.monotonic() - since

    with drill("alerts: servers and the worker killed") as one:
        break_things(town, one, kill_one)


@pytest.mark.timeout(3600)
def test_5_no_alert_is_lost_or_held_up_when_all_processes_are_killed_at_once(town):
    def kill_all():
        for process in town:
            process.kill()
        since = time.monotonic()
        for process in town:
            process.start()
        return time.monotonic() - since

    with drill("alerts: every process killed at once") as one:
        break_things(town, one, kill_all, times=1)


@pytest.mark.timeout(3600)
def test_5_no_alert_is_lost_or_taken_twice_when_postgresql_restarts(town, postgresql):
    ways = iter(("immediate", "fast") * 1000)

    def restart():
        since = time.monotonic()
        postgresql.restart(next(ways))
        return time.monotonic() - since

    with drill("alerts: PostgreSQL restarted") as one:
        break_things(town, one, restart)


@pytest.mark.timeout(3600)
def test_5_no_alert_is_lost_or_held_up_while_valkey_is_away(town, valkey):
    with drill("alerts: Valkey stopped") as one:
        for _ in range(NIGHTS):
            valkey.stop()
            try:
                with a_night(town) as night:
                    tasks = night.ask_all()
                    one.recovered_after(night.wait())
                    for task in tasks:
                        task.wait()
                    night.count_faults(one)
                    assert note_delays(one, night) < PAGE_WITHIN_S
            finally:
                valkey.start()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("which", "hours"), SETTINGS)
def test_5_no_alert_is_lost_or_taken_twice_when_the_servers_clocks_are_set_an_hour(town, folder, which, hours):
    """The worker's clock stays right: processes whose clocks disagree by an hour are part of it."""
    with drill(f"alerts: clocks of two of three processes set an hour {which}") as one:
        for _ in range(NIGHTS):
            with a_night(town) as night:
                tasks = night.ask_all()
                eventlet.sleep(3)
                set_clock(folder, hours)
                one.recovered_after(night.wait())
                for task in tasks:
                    task.wait()
                set_clock(folder, 0)
                night.count_faults(one)
