"""Passkeys (WebAuthn): a key on the person's own device that signs them in without a password.

Invariants: a challenge is good once and for minutes. A device names the account only by a handle that nobody else can trace
to it. The public key is no secret; the private one never leaves the device.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.crypto import current_keyring

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10  # of one person
MOST_WAITING = 10_000  # sign-ins begun and not finished: past this the oldest give way


class ChallengePurpose(StrEnum):
    ENROL = "enrol"
    SIGN_IN = "sign_in"


class Passkey(Base):
    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url of at most 1,023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 32 bits without a sign
    name: Mapped[str] = mapped_column(String(60))
    transports: Mapped[list[str]]
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def went_back(self, sign_count: int) -> bool:
        """Whether a device that counts its uses tells no later count than before: two devices share the key.

        Many count nothing and always say 0, which tells nothing.
        """
        return (sign_count > 0 or self.sign_count > 0) and sign_count <= self.sign_count


class PasskeyChallenge(Base):
    __tablename__ = "passkey_challenge"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # None for a sign-in: who it is shows only when the key answers.
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    purpose: Mapped[ChallengePurpose] = mapped_column(enum_column(ChallengePurpose))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def user_handle(person_id: str) -> bytes:
    """By what a device knows the account: always the same, and no id that means anything elsewhere."""
    return bytes.fromhex(current_keyring().blind_index(f"passkey {person_id}"))
