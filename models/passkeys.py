"""Passkeys (WebAuthn): a key on the person's own device that signs them in without a password.

A challenge is good once and for minutes. The public key is no secret; the private one never leaves the device.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column


class ChallengePurpose(StrEnum):
    ENROL = "enrol"
    SIGN_IN = "sign_in"


class Passkey(Base):
    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url of at most 1,023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    transports: Mapped[list[str]]
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyChallenge(Base):
    __tablename__ = "passkey_challenge"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # None for a sign-in: who it is shows only when the key answers.
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    purpose: Mapped[ChallengePurpose] = mapped_column(enum_column(ChallengePurpose))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
