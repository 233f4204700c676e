"""Sign-in sessions: one per device that signed in. Tokens name their session; ending it ends them all at once."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column

IDLE_LASTS = timedelta(days=14)  # a device that was not used for so long signs in anew


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - a reason, not a secret


class SignIn(Base):
    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    # The one refresh token that still counts. Any other token of this session is a used one: somebody has a copy.
    refresh_id: Mapped[str] = mapped_column(Id)
    device_name: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason))

    def live(self, at: datetime) -> bool:
        """Not ended, within its absolute life, and used within the idle limit."""
        return self.ended_at is None and at < self.expires_at and at < self.refreshed_at + IDLE_LASTS
