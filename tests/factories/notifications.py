"""Devices that take Web Push."""

from typing import Any

from models.auth import SignIn
from models.clock import clock
from models.ids import new_digest, new_id
from models.notifications import PushSubscription
from models.people import Person


def make_subscription(person: Person, sign_in: SignIn, **changes: Any) -> PushSubscription:
    """Not stored yet."""
    keys = {"endpoint": "https://push.example.test/device", "p256dh": "key", "auth": "secret", **changes}
    belongs = {"person_id": person.id, "sign_in_id": sign_in.id, "created_at": clock.now()}
    return PushSubscription(id=new_id(), endpoint_index=new_digest(), **keys, **belongs)
