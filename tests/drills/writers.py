"""People who keep writing through every crash, each as a client should: what was not acknowledged is sent again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import eventlet
import socketio

from tests.factories.clients import Lost, Phone, Refused
from tests.factories.waiting import ask_until
from tests.factories.words import spelt

BACK_WITHIN_S = 30.0
LEAST_PAUSE_S = 0.1


@dataclass
class Writer:
    """Sends one message after the other, under one client id each, until `enough()`. `urls`: where it may come back to."""

    phone: Phone
    stream: str
    on_ack: Callable[[str], object]
    acknowledged: list[str] = field(default_factory=list)  # client ids, in the order sent
    sent_again: int = 0
    urls: Sequence[str] = ()
    pause_s: float = 0.0
    slowest_s: float = 0.0  # what an acknowledged send took, of those that were answered at once
    last_ack: float = 0.0

    def write(self, enough: Callable[[], bool]) -> None:
        while not enough():
            self._send(f"{self.phone.name}.{self.stream}.{spelt(len(self.acknowledged))}")
            eventlet.sleep(self.pause_s)

    def _send(self, client_id: str) -> None:
        while True:
            began = time.monotonic()
            try:
                ack = self.phone.send(self.stream, text_of(client_id), client_id=client_id)
            except Lost:
                self.sent_again += 1
                come_back(self.phone, self.urls)
            except Refused as refused:
                if refused.status != 503:
                    raise
                self.sent_again += 1  # the database is away: the same again in a moment, as the refusal asks
                eventlet.sleep(LEAST_PAUSE_S)
            else:
                assert ack["message"]["client_id"] == client_id
                self.last_ack = time.monotonic()
                self.slowest_s = max(self.slowest_s, self.last_ack - began)
                self.acknowledged.append(client_id)
                self.on_ack(client_id)
                return


def text_of(client_id: str) -> str:
    """What is sent under this client id: whose it is and which of theirs, in words that screening lets pass."""
    name, _, number = client_id.split(".")
    return f"{name} writes {number}"


def come_back(phone: Phone, urls: Sequence[str] = ()) -> None:
    """Connect again and again until let in, with the positions of what this phone has seen; at each of `urls` in turn."""
    tries = 0

    def try_once() -> bool:
        nonlocal tries
        phone.disconnect()
        if urls:
            phone.url = urls[tries % len(urls)]
        tries += 1
        try:
            phone.connect()
        except (Lost, socketio.exceptions.ConnectionError):
            return False
        except Refused as refused:
            if refused.status != 503:
                raise
            return False
        return True

    ask_until(try_once, bool, within=BACK_WITHIN_S)
