"""Devices that take pushes on the wire: a browser's `PushSubscription.toJSON()`, and what the service says of it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from marshmallow import ValidationError, fields, validate

from models.clock import clock
from models.notifications import PushSubscription
from models.push_endpoints import LONGEST_ENDPOINT
from server.schemas.fields import IdField, Moment, Secret, WireSchema
from server.vapid import from_base64url

AUTH_BYTES = 16
LONGEST_KEY = 100


class KeyBytes(fields.String):
    """Bytes as base64url, as browsers give them; kept without padding."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=True, validate=validate.Length(max=LONGEST_KEY), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        raw = from_base64url(value) if isinstance(value, str) and len(value) <= LONGEST_KEY else None
        if raw is None or not self.usable(raw):
            raise ValidationError("Not a key of a push subscription.")
        bare: str = value.rstrip("=")
        return bare

    def usable(self, raw: bytes) -> bool:
        return len(raw) == AUTH_BYTES


class Point(KeyBytes):
    """A point of the curve P-256, uncompressed."""

    def usable(self, raw: bytes) -> bool:
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        except ValueError:
            return False
        return raw.startswith(b"\x04")


class PushKeysSchema(WireSchema):
    p256dh = Point()
    auth = KeyBytes()


class SubscribeSchema(WireSchema):
    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_ENDPOINT))
    keys = fields.Nested(PushKeysSchema, required=True)


class PushKeySchema(WireSchema):
    """`applicationServerKey` for a browser's `pushManager.subscribe`."""

    public_key = fields.String()


class ConfirmTrialSchema(WireSchema):
    """The code of a trial push."""

    code = Secret(most=60, required=True)


class PushSubscriptionSchema(WireSchema):
    """`confirmed`: a trial push reached it within the last days, so that a call in a crisis may rely on it."""

    id = IdField()
    this_device = fields.Boolean()
    created_at = Moment()
    confirmed_at = Moment(allow_none=True)
    confirmed = fields.Boolean()


class PushSubscriptionsSchema(WireSchema):
    items = fields.List(fields.Nested(PushSubscriptionSchema))
    next_cursor = fields.String(allow_none=True)


def describe(device: PushSubscription, sign_in_id: str) -> dict[str, Any]:
    """Never where it points to: whoever knows that can be followed by it."""
    return {
        "id": device.id,
        "this_device": device.sign_in_id == sign_in_id,
        "created_at": device.created_at,
        "confirmed_at": device.confirmed_at,
        "confirmed": device.confirmed(clock.now()),
    }
