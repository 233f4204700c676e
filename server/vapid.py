"""Who speaks to a push service: the key pair of this service, and the token signed with it (RFC 8292).

The same pair for the life of the service: a device subscribes for one public key, and another's pushes do not reach it.
"""

import base64
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

TOKEN_LASTS = timedelta(hours=12)  # a push service takes up to 24, by its own clock
KEY_BYTES = 32


class VapidError(Exception):
    """What was given is no key. Says nothing of what it was."""


def new_key() -> str:
    """A fresh private key in the form VAPID_PRIVATE_KEY takes."""
    return _text(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(KEY_BYTES, "big"))


def read_key(given: str) -> ec.EllipticCurvePrivateKey:
    """From 32 bytes as base64url, or the path of a PEM file. Raises VapidError."""
    raw = from_base64url(given)
    if raw is not None and len(raw) == KEY_BYTES:
        try:
            return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
        except ValueError as error:
            raise VapidError from error
    try:
        key = load_pem_private_key(Path(given).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise VapidError from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise VapidError
    return key


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """What a browser subscribes with (`applicationServerKey`), as base64url."""
    return _text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(key: ec.EllipticCurvePrivateKey, *, subject: str, endpoint: str, now: datetime) -> str:
    """The header that tells the push service at `endpoint` who speaks. `subject` is where its operator can complain."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + TOKEN_LASTS).timestamp()), "sub": subject}
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={public_key(key)}"


def from_base64url(text: str) -> bytes | None:
    """The bytes, with or without padding; None for what is no base64url."""
    bare = text.rstrip("=")
    if not bare.isascii() or not all(letter.isalnum() or letter in "-_" for letter in bare) or len(bare) % 4 == 1:
        return None
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
