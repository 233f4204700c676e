"""Encryption of free text at rest: AES-256-GCM under one of several keys.

Invariant: text a person wrote reaches the database only through `Keyring.encrypt`, bound (AAD) to its table and column, so
that a ciphertext moved elsewhere does not open. Stored form: key id length (1 byte), key id, nonce (12 bytes), ciphertext.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_KEY_ID = 255  # its length is stored in one byte


class KeyringError(Exception):
    """The keys given cannot be used, or a text was written under a key that is not here."""


class Keyring:
    """The keys of the service. The first writes, all read; retire a key only after re-encryption."""

    def __init__(self, keys: dict[str, bytes], *, index_secret: str) -> None:
        if not keys:
            raise KeyringError("no encryption key")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._primary = next(iter(keys))
        self._prefix = bytes([len(self._primary.encode())]) + self._primary.encode()
        # Apart from the keys above, so that rotating those leaves every address findable.
        self._index_key = hashlib.sha256(b"hearthside blind index" + index_secret.encode()).digest()
        self._search_key = hashlib.sha256(b"hearthside search" + index_secret.encode()).digest()
        self._chain_key = hashlib.sha256(b"hearthside audit chain" + index_secret.encode()).digest()
        self._links = AESGCM(hashlib.sha256(b"hearthside links" + index_secret.encode()).digest())

    @classmethod
    def parse(cls, text: str, *, index_secret: str) -> "Keyring":
        """From `id:base64key[,id:base64key...]`, 32-byte keys, the writing key first. Raises KeyringError."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            key_id, colon, encoded = part.partition(":")
            if not colon:
                raise KeyringError("a key is written id:key")  # what stands there may be the key: it is not repeated
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:  # binascii's own is one, and so is a letter beyond ASCII
                raise KeyringError(f"key {key_id!r} is not base64") from error
            if not 0 < len(key_id.encode()) <= LONGEST_KEY_ID or len(key) != KEY_BYTES:
                raise KeyringError(f"key {key_id!r} must be {KEY_BYTES} bytes and have a short id")
            if key_id in keys:
                raise KeyringError(f"two keys are called {key_id!r}")
            keys[key_id] = key
        return cls(keys, index_secret=index_secret)

    @property
    def key_ids(self) -> list[str]:
        """Every key by its id, the writing one first."""
        return list(self._ciphers)

    @property
    def prefix(self) -> bytes:
        """What everything begins with that is written now."""
        return self._prefix

    def encrypt(self, text: str, place: bytes) -> bytes:
        return self.encrypt_bytes(text.encode(), place)

    def encrypt_bytes(self, data: bytes, place: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._prefix + nonce + self._ciphers[self._primary].encrypt(nonce, data, place)

    def decrypt(self, stored: bytes, place: bytes) -> str:
        try:
            return self.decrypt_bytes(stored, place).decode()
        except UnicodeDecodeError as error:
            raise KeyringError("what is stored is not text") from error

    def decrypt_bytes(self, stored: bytes, place: bytes) -> bytes:
        start = 1 + int.from_bytes(stored[:1], "big")
        cipher = self._ciphers.get(key_id_of(stored))
        if cipher is None:
            raise KeyringError("text written under a key that is not in ENCRYPTION_KEYS")
        nonce, sealed = stored[start : start + NONCE_BYTES], stored[start + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, place)
        except (InvalidTag, ValueError) as error:  # a nonce cut short is the latter
            raise KeyringError("stored text does not open: wrong key, or it was altered or moved") from error

    def blind_index(self, text: str) -> str:
        """A keyed digest by which an encrypted value can be found again, and nothing learnt without the key."""
        return hmac.digest(self._index_key, text.encode(), "sha256").hex()

    def term_digests(self, conversation_id: str, stems: Iterable[str]) -> list[bytes]:
        """For each, eight bytes under which a conversation's messages with this word are found; another's have others."""
        return list(map(_term_digest, repeat(self._search_key), repeat(conversation_id), stems))

    def chain_digest(self, data: bytes) -> str:
        """The digest by which the audit trail holds together; nobody without the key can make one."""
        return hmac.digest(self._chain_key, data, "sha256").hex()

    def seal_for_link(self, text: str, purpose: str) -> str:
        """Text as part of a link that may lie in a mailbox for years: whoever reads it learns nothing, and can change
        nothing in it. It opens for this purpose only, also after the keys above were rotated.
        """
        nonce = os.urandom(NONCE_BYTES)
        return _as_base64url(nonce + self._links.encrypt(nonce, text.encode(), purpose.encode()))

    def open_from_link(self, sealed: str, purpose: str) -> str | None:
        """What `seal_for_link` was given; None for anything it did not make."""
        try:
            raw = base64.b64decode(sealed.encode() + b"=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            if _as_base64url(raw) != sealed:  # the last letter has bits that say nothing
                return None
            return self._links.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            return None


@lru_cache(maxsize=20_000)  # a conversation keeps to its words; some 6 MB at most
def _term_digest(key: bytes, conversation_id: str, stem: str) -> bytes:
    return hmac.digest(key, f"{conversation_id} {stem}".encode(), "sha256")[:8]


def _as_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key_id_of(stored: bytes) -> str:
    """The id of the key this was written under; its first bytes are enough."""
    return stored[1 : 1 + int.from_bytes(stored[:1], "big")].decode(errors="replace")


class _Current:
    """The process's keyring, set once at start-up."""

    keyring: Keyring | None = None


def use_keyring(keyring: Keyring) -> None:
    _Current.keyring = keyring


def current_keyring() -> Keyring:
    if _Current.keyring is None:
        raise KeyringError("no keyring: the application has not been configured")
    return _Current.keyring
