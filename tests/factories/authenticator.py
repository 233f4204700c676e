"""A device that makes passkeys and answers with them, in software: real keys, real signatures, real bytes.

It does what the standard asks of a browser and an authenticator together; `changes` of a ceremony make it lie.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

ES256, EDDSA, RS256 = -7, -8, -257
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "===")


@dataclass
class Credential:
    id: bytes
    algorithm: int
    private: Any
    handle: bytes
    rp_id: str


@dataclass
class Authenticator:
    """One device at one origin. `step` is by how much its count of uses grows; 0 is a device that counts nothing."""

    origin: str = "http://127.0.0.1:8000"
    rp_id: str | None = None
    algorithm: int = ES256
    count: int = 0
    step: int = 1
    verifies: bool = True
    backed_up: bool = False
    attests: bool = False  # signs a new key with that key itself
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """navigator.credentials.create(): a new key, kept on this device."""
        assert {"type": "public-key", "alg": self.algorithm} in options["pubKeyCredParams"]
        excluded = {unb64(known["id"]) for known in options.get("excludeCredentials", [])}
        assert not excluded & {mine.id for mine in self.credentials}, "this device is known already"
        private, public = _new_key(self.algorithm)
        rp_id = self.rp_id or options["rp"]["id"]
        made = Credential(secrets.token_bytes(16), self.algorithm, private, unb64(options["user"]["id"]), rp_id)
        self.credentials.append(made)
        return self.present(made, public, options, **client)

    def present(self, made: Credential, public: dict[int, Any], options: dict[str, Any], **client: Any) -> dict[str, Any]:
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + cbor2.dumps(public)
        data = self._authenticator_data(made.rp_id, AT) + attested
        client_data = self._client_data("webauthn.create", options, client)
        statement: dict[str, Any] = {"fmt": "none", "attStmt": {}}
        if self.attests:
            signed = _sign(made, data + hashlib.sha256(client_data).digest())
            statement = {"fmt": "packed", "attStmt": {"alg": made.algorithm, "sig": signed}}
        response = {
            "clientDataJSON": b64(client_data),
            "attestationObject": b64(cbor2.dumps({**statement, "authData": data})),
            "transports": ["internal", "hybrid"],
        }
        return _credential(made, response)

    def get(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """navigator.credentials.get(): the newest key of this device answers."""
        assert options["userVerification"] == "required"
        made = self.credentials[-1]
        client_data = self._client_data("webauthn.get", options, client)
        data = self._authenticator_data(self.rp_id or made.rp_id, 0)
        signed = _sign(made, data + hashlib.sha256(client_data).digest())
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(signed),
            "userHandle": b64(made.handle),
        }
        return _credential(made, response)

    def _client_data(self, kind: str, options: dict[str, Any], changes: dict[str, Any]) -> bytes:
        facts = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**facts, **changes}).encode()

    def _authenticator_data(self, rp_id: str, flags: int) -> bytes:
        self.count += self.step
        flags |= UP | (UV if self.verifies else 0) | (BE | BS if self.backed_up else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")


def _credential(made: Credential, response: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": b64(made.id),
        "rawId": b64(made.id),
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
        "response": response,
    }


def _new_key(algorithm: int) -> tuple[Any, dict[int, Any]]:
    """A private key, and its public half as COSE writes it."""
    if algorithm == EDDSA:
        edwards = ed25519.Ed25519PrivateKey.generate()
        return edwards, {1: 1, 3: EDDSA, -1: 6, -2: edwards.public_key().public_bytes_raw()}
    if algorithm == RS256:
        big = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        modulus = big.public_key().public_numbers().n
        return big, {1: 3, 3: RS256, -1: modulus.to_bytes(256, "big"), -2: (65_537).to_bytes(3, "big")}
    curve = ec.generate_private_key(ec.SECP256R1())
    point = curve.public_key().public_numbers()
    return curve, {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def _sign(made: Credential, data: bytes) -> bytes:
    if made.algorithm == EDDSA:
        signed: bytes = made.private.sign(data)
    elif made.algorithm == RS256:
        signed = made.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    else:
        signed = made.private.sign(data, ec.ECDSA(hashes.SHA256()))
    return signed
