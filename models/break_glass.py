"""Break-glass: how staff may read a private conversation they do not belong to, in the rare case that they must.

Invariants: somebody asks with a reason, another person of the service grants it, it is open for a bounded time, every look
is in the audit trail before the text is shown, and the members are told afterwards, once.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.roles import Role

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)  # how long it may stay open
ASKED_LASTS = timedelta(hours=24)  # a request nobody answered by then is void


class BreakGlassState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"
    VOID = "void"  # asked, and nobody answered in time; never stored, it follows from the clock


class AccessPurpose(StrEnum):
    """What the access is for, in a word that may be shown to the members: the reason itself may speak of one of them."""

    SAFETY = "safety"
    COMPLAINT = "complaint"
    LEGAL = "legal"


class BreakGlass(Base):
    __tablename__ = "break_glass"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), index=True)
    state: Mapped[BreakGlassState] = mapped_column(enum_column(BreakGlassState))
    asked_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    asked_as: Mapped[Role] = mapped_column(enum_column(Role))
    purpose: Mapped[AccessPurpose] = mapped_column(enum_column(AccessPurpose))
    reason: Mapped[str] = mapped_column(EncryptedText("break_glass.reason"))
    minutes: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Set when it is granted, and then it stays: whoever has it was once let in.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pages_read: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def state_at(self, at: datetime) -> BreakGlassState:
        """What it is by the clock, whether or not a job has written it down yet."""
        if self.state is BreakGlassState.ASKED and at >= self.asked_at + ASKED_LASTS:
            return BreakGlassState.VOID
        if self.state is BreakGlassState.GRANTED and not self.open(at):
            return BreakGlassState.ENDED
        return self.state

    def open(self, at: datetime) -> bool:
        return self.state is BreakGlassState.GRANTED and self.expires_at is not None and at < self.expires_at

    @property
    def until(self) -> datetime | None:
        """When it ended, or ends by itself; None where it was never granted."""
        return self.expires_at if self.expires_at is None else self.ended_at or self.expires_at
