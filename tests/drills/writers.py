"""People who keep writing through every crash, each as a client should: what was not acknowledged is sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field

import socketio

from tests.factories.clients import Lost, Phone
from tests.factories.waiting import ask_until
from tests.factories.words import spelt

BACK_WITHIN_S = 30.0


@dataclass
class Writer:
    """Sends one message after the other, under one client id each, until `enough()`."""

    phone: Phone
    stream: str
    on_ack: Callable[[str], object]
    acknowledged: list[str] = field(default_factory=list)  # client ids, in the order sent
    sent_again: int = 0

    def write(self, enough: Callable[[], bool]) -> None:
        while not enough():
            self._send(f"{self.phone.name}.{self.stream}.{spelt(len(self.acknowledged))}")

    def _send(self, client_id: str) -> None:
        while True:
            try:
                ack = self.phone.send(self.stream, text_of(client_id), client_id=client_id)
            except Lost:
                self.sent_again += 1
                come_back(self.phone)
            else:
                assert ack["message"]["client_id"] == client_id
                self.acknowledged.append(client_id)
                self.on_ack(client_id)
                return


def text_of(client_id: str) -> str:
    """What is sent under this client id: whose it is and which of theirs, in words that screening lets pass."""
    name, _, number = client_id.split(".")
    return f"{name} writes {number}"


def come_back(phone: Phone) -> None:
    """Connect again and again until let in, with the positions of what this phone has seen."""

    def try_once() -> bool:
        phone.disconnect()
        try:
            phone.connect()
        except (Lost, socketio.exceptions.ConnectionError):
            return False
        return True

    ask_until(try_once, bool, within=BACK_WITHIN_S)
