"""Sign-in sessions, one per device that signed in, and proofs of an address, sent by mail and good once.

Tokens name their session; ending it ends them all at once.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column

IDLE_LASTS = timedelta(days=14)  # a device that was not used for so long signs in anew
RECENT = timedelta(minutes=15)  # what cannot be undone is asked of somebody who signed in within this time


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    REVOKED_BY_SERVICE = "revoked_by_service"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a secret
    ROLE_CHANGED = "role_changed"
    SUSPENDED = "suspended"
    ERASED = "erased"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - a reason, not a secret


class SignIn(Base):
    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    # The one refresh token that still counts. Any other token of this session is a used one: somebody has a copy.
    refresh_id: Mapped[str] = mapped_column(Id)
    # Digest of the client's own key for the last refresh: whoever repeats it never heard the answer, and hears it again.
    refresh_key: Mapped[str | None] = mapped_column(String(64))
    device_name: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason))

    def live(self, at: datetime) -> bool:
        """Not ended, within its absolute life, and used within the idle limit."""
        return self.ended_at is None and at < self.expires_at and at < self.refreshed_at + IDLE_LASTS

    def recent(self, at: datetime) -> bool:
        """The person showed who they are just now, not only that a device of theirs is still signed in."""
        return at < self.created_at + RECENT


class ProofPurpose(StrEnum):
    VERIFY = "verify"
    RESET = "reset"


class EmailProof(Base):
    """A code sent to an address. Whoever brings it back can read what is sent there. Only its keyed digest is kept."""

    __tablename__ = "email_proof"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    purpose: Mapped[ProofPurpose] = mapped_column(enum_column(ProofPurpose))
    # The address that is proven: a new one, when the person is changing it.
    email: Mapped[str] = mapped_column(EncryptedText("email_proof.email"))
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def good(self, at: datetime) -> bool:
        return self.used_at is None and at < self.expires_at
