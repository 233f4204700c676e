"""Devices that take Web Push."""

import base64
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.auth import SignIn
from models.clock import clock
from models.ids import new_digest, new_id
from models.notifications import PushSubscription
from models.people import Person
from models.session import transaction


def make_subscription(person: Person, sign_in: SignIn, **changes: Any) -> PushSubscription:
    """Not stored yet."""
    keys = {"endpoint": "https://push.example.test/device", "p256dh": "key", "auth": "secret", **changes}
    belongs = {"person_id": person.id, "sign_in_id": sign_in.id, "created_at": clock.now()}
    return PushSubscription(id=new_id(), endpoint_index=new_digest(), **keys, **belongs)


def add_subscription(person: Person, sign_in: SignIn, **changes: Any) -> PushSubscription:
    made = make_subscription(person, sign_in, **changes)
    with transaction() as session:
        session.add(made)
    return made


def new_push_keys() -> dict[str, str]:
    """As a browser makes them, of a device that nobody has."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        name: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        for name, raw in (("p256dh", point), ("auth", os.urandom(16)))
    }
