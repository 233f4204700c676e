"""Break-glass: how staff may read a private conversation they do not belong to, in the rare case that they must.

Invariants: somebody asks with a reason, another person of the service grants it, it is open for a bounded time, every look
is in the audit trail before the text is shown, and the members are told afterwards.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column

LONGEST = timedelta(hours=24)  # how long it may stay open
ASKED_LASTS = timedelta(hours=24)  # a request nobody answered by then is void


class BreakGlassState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


class BreakGlass(Base):
    __tablename__ = "break_glass"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), index=True)
    state: Mapped[BreakGlassState] = mapped_column(enum_column(BreakGlassState))
    asked_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(EncryptedText("break_glass.reason"))
    minutes: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def open(self, at: datetime) -> bool:
        return self.state is BreakGlassState.GRANTED and self.expires_at is not None and at < self.expires_at
