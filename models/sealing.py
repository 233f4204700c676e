"""Sealing what lies in the store outside the database, each thing under a key of its own that lies in its row.

Invariants: without its row what is stored cannot be opened; what was sealed for one place does not open at another.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Unreadable(Exception):
    """What is stored is not what was sealed: another thing, an altered one, or one whose key is gone."""


def new_key() -> str:
    """Base64 of 32 bytes."""
    return base64.b64encode(AESGCM.generate_key(256)).decode()


def seal(key: str, place: str, data: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, data, place.encode())


def unseal(key: str, place: str, sealed: bytes) -> bytes:
    """Raises Unreadable."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(place) from error


def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))
