"""The server restarts and everybody comes back in the same second: all are in soon, and no writer is kept waiting."""

import json
import socket
import subprocess
import sys
import time

import eventlet
import pytest
import requests

from tests.drills.ledger import settle
from tests.drills.rounds import AT_LENGTH, ROUNDS, drill
from tests.drills.talk import Talk
from tests.drills.writers import come_back
from tests.factories.clients import Phone
from tests.factories.rooms import open_room
from tests.factories.server import ROOT, Server

HERD = 1_000 if AT_LENGTH else 200
UNLIMITED = {"RATE_LIMIT_FACTOR": "1000"}
PEOPLE = ("carer2", "carer3", "carer4", "carer5", "worker1")
SEND_WITHIN_S = 1.0  # 99 of 100 sends while the storm blows
ANSWER_WITHIN_S = 5.0


class Herd:
    """The phones' process. Spoken to over a socket, because waiting for a pipe would hold up every greenlet here."""

    def __init__(self, **facts):
        self._line, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.drills.herd"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs)
        theirs.close()
        self._answers = self._line.makefile("rb")
        self.say(json.dumps(facts))

    def say(self, line):
        self._line.sendall(line.encode() + b"\n")

    def answer(self):
        line = self._answers.readline()
        assert line, "the herd is gone"
        return json.loads(line)

    def close(self):
        self._answers.close()
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        self._process.wait(timeout=20)


class Timed(Phone):
    """Remembers how long each send took."""

    def __init__(self, url, name):
        super().__init__(url, name)
        self.took = []

    def send(self, conversation_id, body, **more):
        began = time.monotonic()
        answer = super().send(conversation_id, body, **more)
        self.took.append(time.monotonic() - began)
        return answer


def share(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def slowest_answer(server, over):
    """Seconds the slowest health check takes until `over`."""
    slowest = 0.0
    while not over.ready():
        began = time.monotonic()
        assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200
        slowest = max(slowest, time.monotonic() - began)
        eventlet.sleep(0.05)
    return slowest


@pytest.mark.timeout(1200)
def test_1_everybody_comes_back_at_once_and_whoever_writes_is_not_kept_waiting(new_demo, folder):
    server = Server(new_demo(), folder, environ=UNLIMITED)
    server.start()
    try:
        _storm(server)
    finally:
        server.stop()
    assert "Traceback" not in server.log_text()


def _storm(server):
    writer = Timed(server.url, "carer1").sign_in()
    people = [Phone(server.url, name).sign_in() for name in PEOPLE]
    stream = open_room(Phone(server.url, "coordinator").sign_in(), writer, *people).conversation_id
    writer.connect()
    talk = Talk(stream, [writer], pause_s=0.02)
    tokens = [phone.access_token for phone in people]
    herd = Herd(port=server.port, tokens=tokens, stream=stream, position=talk.stood, count=HERD)
    try:
        herd.say("rush")
        assert len(herd.answer()["back_after"]) == HERD
        with drill(f"{HERD} clients come back at once") as one:
            for _ in range(ROUNDS):
                _once(one, server, herd, writer, talk)
            herd.say(f"report {writer.seqs[stream]}")
            head = writer.seqs[stream]
            for seqs in herd.answer()["seqs"]:
                expected = list(range(talk.stood + 1, head + 1))
                one.lost += len(set(expected) - set(seqs))
                one.doubled += len(seqs) - len(set(seqs))
                one.out_of_order += list(dict.fromkeys(seqs)) != sorted(set(seqs))
            settle(one, stream, talk.writers, [writer], stood=talk.stood)
        assert one.figures["99 of 100 sends within"] < SEND_WITHIN_S
        assert one.figures["slowest health check"] < ANSWER_WITHIN_S
    finally:
        herd.close()
    writer.disconnect()


def _once(one, server, herd, writer, talk):
    server.stop()
    server.start()
    come_back(writer)
    writer.took.clear()
    over = eventlet.Event()
    checking = eventlet.spawn(slowest_answer, server, over)
    since = time.monotonic()
    herd.say("rush")
    with talk.going_on():
        back = herd.answer()
    over.send()
    one.recovered_after(time.monotonic() - since)
    assert len(back["back_after"]) == HERD, f"only {len(back['back_after'])} came back"
    one.worst("half were back after", share(back["back_after"], 0.5))
    one.worst("99 of 100 sends within", share(writer.took, 0.99))
    one.worst("half of the sends within", share(writer.took, 0.5))
    one.worst("slowest health check", checking.wait())
    one.figures["refused and told to wait"] = one.figures.get("refused and told to wait", 0) + back["refused"]
    one.figures["thrown out"] = one.figures.get("thrown out", 0) + back["thrown_out"]
