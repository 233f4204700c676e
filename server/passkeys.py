"""What a device is asked, and whether its answer holds: the one place that knows the WebAuthn library.

Every check needs the person verified by their device (a finger, a face, a code), which is why a passkey counts as two
factors: something they have, and something they are or know. Nothing here touches the database or the clock.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models.errors import Invalid, NotSignedIn
from models.passkeys import CHALLENGE_LASTS, Passkey, user_handle
from models.people import Person
from server.settings import Settings

log = structlog.get_logger("hearthside.passkeys")

ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# Who made a device is not asked. Some sign with their own new key all the same; anything more is not looked into.
FORMATS = {AttestationFormat.NONE, AttestationFormat.PACKED}
TIMEOUT_MS = int(CHALLENGE_LASTS.total_seconds()) * 1000


class PasskeyRefused(NotSignedIn):
    """The same for a key nobody knows and for an answer that does not hold."""

    code = "passkey_refused"
    user_message = "This passkey does not sign in here. Please try again, or sign in with your password."


class PasskeyUnusable(Invalid):
    code = "passkey_unusable"
    user_message = "This passkey could not be added. Please try again, or use another device."


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """The service as devices know it: a key made for one host answers no other."""

    id: str
    origins: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> "RelyingParty":
        host = urlsplit(settings.public_url).hostname or "localhost"
        # Browsers make no passkey for a bare address; on one's own machine they do for its name.
        return cls(id="localhost" if host == "127.0.0.1" else host, origins=settings.origins)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    credential_id: str
    public_key: bytes
    sign_count: int
    backed_up: bool
    transports: list[str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a device said that holds: the key answered, its person verified."""

    passkey_id: str
    person_id: str
    sign_count: int
    backed_up: bool


def creation_options(party: RelyingParty, person: Person, challenge: bytes, known: Sequence[Passkey]) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON: a discoverable key under the person's pseudonym, none of those known again."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name="Hearthside",
        user_id=user_handle(person.id),
        user_name=person.display_name,
        user_display_name=person.display_name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(
                id=base64url_to_bytes(passkey.credential_id),
                transports=[AuthenticatorTransport(transport) for transport in passkey.transports],
            )
            for passkey in known
        ],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json_dict(options)


def request_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON that names no account: the device shows the ones it has."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def check_new_key(party: RelyingParty, credential: Mapping[str, Any], *, challenge: bytes) -> NewKey:
    """The key a device made for this challenge, at one of our origins. Raises PasskeyUnusable."""
    try:
        parsed = parse_registration_credential_json(dict(credential))
        _refuse_framed(parsed.response.client_data_json)
        if parse_attestation_object(parsed.response.attestation_object).fmt not in FORMATS:
            raise ValueError("format")
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        if made.credential_id != parsed.raw_id:
            raise ValueError("id")
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except Exception as error:
        _note(error)
        raise PasskeyUnusable from error
    return NewKey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        backed_up=made.credential_backed_up,
        transports=sorted({transport.value for transport in parsed.response.transports or []}),
    )


def check_answer(party: RelyingParty, credential: Mapping[str, Any], *, challenge: bytes, known: Passkey | None) -> Answer:
    """What the key `known` answered to this challenge, at one of our origins. Raises PasskeyRefused.

    Whether its count went back is not looked at: that is compared with what is stored when the answer is taken.
    """
    if known is None:
        raise PasskeyRefused
    try:
        _refuse_framed(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        if base64url_to_bytes(credential["response"]["userHandle"]) != user_handle(known.person_id):
            raise ValueError("handle")
        answer = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        _note(error)
        raise PasskeyRefused from error
    return Answer(
        passkey_id=known.id,
        person_id=known.person_id,
        sign_count=answer.new_sign_count,
        backed_up=answer.credential_backed_up,
    )


def _refuse_framed(client_data: bytes) -> None:
    """Another site showed ours in a frame of its own: nobody can tell what the person thought they agreed to."""
    if json.loads(client_data).get("crossOrigin"):
        raise ValueError("framed")


def _note(error: Exception) -> None:
    """What a stranger sends fails in many parsers, in as many ways. The kind is noted; the words may hold what was sent."""
    log.info("passkey not verified", kind=type(error).__name__)
