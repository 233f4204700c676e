"""A serving process calls phones, and goes on serving while a push service lets it wait."""

import socket
import time

import pytest

from server.push_services import ANSWER_S
from tests.factories.clients import Phone
from tests.factories.notifications import new_push_keys
from tests.factories.push_service import running_push_service
from tests.factories.rooms import open_room
from tests.factories.server import Server
from tests.factories.settings import VAPID_PRIVATE_KEY
from tests.factories.waiting import ask_until


@pytest.fixture
def service():
    with running_push_service() as running:
        yield running
        assert running.refusals == []


@pytest.fixture
def silent():
    """A push service that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        listening.settimeout(30)
        yield listening


@pytest.fixture
def calling(new_demo, folder, service, silent):
    """A server that may speak to both of them."""
    hosts = f"{service.host},127.0.0.1:{silent.getsockname()[1]}"
    environ = {"VAPID_PRIVATE_KEY": VAPID_PRIVATE_KEY, "VAPID_SUBJECT": "mailto:a@example.test", "PUSH_HOSTS": hosts}
    server = Server(new_demo(), folder, environ=environ).start()
    yield server
    server.stop()


def test_a_phone_is_called_and_the_server_answers_others_while_a_push_service_keeps_it_waiting(calling, service, silent):
    writer, reader, unlucky = (Phone(calling.url, name).sign_in() for name in ("carer1", "carer2", "carer3"))
    room = open_room(Phone(calling.url, "coordinator").sign_in(), writer, reader, unlucky)
    for number in range(3):
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/{number}"
        unlucky.post("/me/push-subscriptions", endpoint=endpoint, keys=new_push_keys())
    phone = service.device()
    reader.post("/me/push-subscriptions", **phone.subscription)
    writer.post(f"/conversations/{room.conversation_id}/messages", client_id="one", body="Good evening to you all.")
    waiting, _ = silent.accept()  # from now on the server waits for this one's answer
    slowest, until = 0.0, time.monotonic() + ANSWER_S - 1
    while time.monotonic() < until:
        began = time.monotonic()
        writer.get("/conversations")
        slowest = max(slowest, time.monotonic() - began)
    waiting.close()
    assert slowest < ANSWER_S / 2
    ask_until(lambda: phone.data, bool, within=30)
    assert phone.data == [{"kind": "message", "conversation_id": room.conversation_id}]
