"""PostgreSQL stops under a running server: /crisis goes on at once, says what it is, and recovers by itself."""

import time

import pytest
import requests

from tests.drills.postgresql import Postgresql
from tests.factories.clients import Phone
from tests.factories.server import Server
from tests.factories.waiting import ask_until

COMMAND = ("-m", "tests.drills.quick_server", "watch")  # looks every 0.3 s; what was read two seconds ago is stale
AT_ONCE_S = 1.0
PAGES = ("/api/v1/crisis", "/crisis.html", "/crisis.css")


@pytest.fixture
def postgresql(folder):
    with Postgresql(folder) as running:
        yield running


@pytest.fixture
def server(postgresql, folder):
    running = Server(postgresql.new_demo(), folder, command=COMMAND).start()
    yield running
    running.stop()


def ask(server, path="/api/v1/crisis?region=NZ", **headers):
    began = time.monotonic()
    answer = requests.get(server.url + path, headers=headers, timeout=10)
    assert time.monotonic() - began < AT_ONCE_S
    assert answer.status_code in {200, 304}
    return answer


def stale(server):
    return ask(server).json()["stale"]


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_the_crisis_page_outlives_its_database(server, postgresql, how):
    Phone(server.url, "coordinator").sign_in().post("/crisis/helplines/nz-1737/withdraw", version=0)
    before = ask(server).json()
    assert before["stale"] is False
    assert "nz-1737" not in {line["id"] for line in before["helplines"]}

    postgresql.stop(how)
    assert requests.get(f"{server.url}/readyz", timeout=20).status_code == 503
    ask_until(lambda: stale(server), bool, within=20)
    found = ask(server).json()
    assert found["helplines"] == before["helplines"]  # as the coordinator left them, not as they were installed
    assert found["as_of"]
    assert (found["staffed_now"], found["on_duty"]) == (False, [])
    assert "the last ones we knew" in ask(server, "/crisis.html?region=NZ").text
    for path in PAGES:
        tag = ask(server, path).headers["ETag"]
        assert ask(server, path, **{"If-None-Match": tag, "Authorization": "Bearer nonsense"}).headers["ETag"]
    assert "database away; the crisis page says what it knew" in server.log_text()

    postgresql.start()
    ask_until(lambda: stale(server), lambda found: not found, within=30)
    assert "Traceback" not in server.log_text()
