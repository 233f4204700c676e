"""The tour is a test too: it plays against a real server, and it does notice when something is wrong."""

import subprocess
import sys

import pytest

from tests.factories.server import ROOT, free_port
from tests.journeys import tour
from tests.journeys.evening import Evening, expect
from tests.journeys.scenes import a_newcomer_joins, people_arrive, the_newcomer_leaves


@pytest.fixture(scope="module")
def told(server):
    """What the tour tells, as `make tour` runs it."""
    command = [sys.executable, "-m", "tests.journeys.tour", server.url]
    played = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    return played.stdout


@pytest.mark.parametrize(
    "line",
    [
        "Lantern (Carer) has joined",
        "Rowan (Carer peer worker) writes",
        "Mod Ash and Mod Birch see a new case: hostility",
        "Nobody in the room has seen it, and no number is missing",
        "Mod Ash and Mod Birch see a new case on the safety pile",
        "Pebble (Carer) is asked",
        "Pebble (Carer) is back and has been sent those two, and nothing twice",
        "Another moderator is looking at this one",
        'Mod Ash (Moderator) sees only: "A message: tells of a risk to themselves.", and can decide without the words',
        "Mod Birch (Moderator) asks to see it, and it is counted for their own sake",
        "Juniper (Carer) hears that it was let through",
        "Wattle (Carer) hears that their message was removed",
        "Lantern (Carer) has heard nothing of it",
        "Everything was as it should be",
    ],
)
def test_the_tour_tells_what_each_of_them_sees(told, line):
    assert line in told


def test_the_tour_can_be_played_again_on_the_same_server(told, server):
    assert tour.play(server.url) == 0


def test_the_tour_recovers_from_an_evening_that_broke_off(server, capsys):
    def the_lights_go_out(evening: Evening) -> None:
        expect(False, "light", "darkness")

    assert tour.play(server.url, [people_arrive, a_newcomer_joins, the_lights_go_out]) == 1
    assert "expected: light\n  seen:     darkness" in capsys.readouterr().out
    assert tour.play(server.url, [people_arrive, a_newcomer_joins, the_newcomer_leaves]) == 0


def test_the_tour_says_what_never_came(server, capsys):
    def somebody_waits_in_vain(evening: Evening) -> None:
        evening["carer1"].wait_for(lambda: False, "a message nobody wrote", timeout=0.2)

    assert tour.play(server.url, [people_arrive, somebody_waits_in_vain]) == 1
    assert "carer1 waited 0 s for a message nobody wrote" in capsys.readouterr().out


def test_the_tour_fails_where_no_server_is(capsys):
    url = f"http://127.0.0.1:{free_port()}"
    assert tour.play(url) == 1
    assert f"expected: a server at {url}" in capsys.readouterr().out
