"""Groups for one test each, made by the coordinator of a running server; and the beginning of a one-to-one there."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.factories.clients import Phone


@dataclass(frozen=True)
class Room:
    """A group and its conversation. `coordinator` admits and removes people."""

    group_id: str
    conversation_id: str
    coordinator: Phone

    def admit(self, phone: Phone, **more: Any) -> None:
        self._put(phone, state="member", **more)

    def remove(self, phone: Phone) -> None:
        self._put(phone, state="removed")

    def _put(self, phone: Phone, **body: Any) -> None:
        self.coordinator.put(f"/groups/{self.group_id}/members/{phone.person['id']}", **body)


def open_room(coordinator: Phone, *people: Phone, **fields: Any) -> Room:
    body = {
        "name": f"Room {uuid4().hex}",
        "description": "Made for one test.",
        "focus": "social",
        "form": "open_ended",
        "audience": ["any"],
        "join_policy": "open",
        "moderation": "after",
        **fields,
    }
    made = coordinator.post("/groups", **body)
    room = Room(group_id=made["id"], conversation_id=made["conversation_id"], coordinator=coordinator)
    for person in people:
        room.admit(person)
    return room


def begin(contact: dict[str, Any], *people: Phone) -> None:
    """These people agree to what the contact is, as it is shown to them."""
    for person in people:
        path = f"/contact-requests/{contact['id']}/beginning"
        shown = person.get(path)
        person.post(path, version=shown["version"], role_version=shown["role"]["version"])
