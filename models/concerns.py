"""Concerns: that a carer's words told of a risk where nobody reads just then: in a one-to-one whose worker is at home, in a
group that is closed or that nobody looks after.

Invariants: a concern says that it is so, and never who or what: whoever is on duty sees neither the carer nor the words, and
all they can do is to offer that somebody is there. It is over when somebody reads there again, or after `LASTS`.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.errors import Conflict

LASTS = timedelta(hours=12)
AGAIN_AFTER = timedelta(minutes=15)  # more such words within it are part of the same call


class ConcernOver(Conflict):
    code = "concern_over"
    user_message = "This was a while ago: somebody reads there again, or somebody has already made the offer."


class Concern(Base):
    __tablename__ = "concern"
    __table_args__ = (
        Index("ix_concern_conversation_id_until", "conversation_id", "until"),
        Index("ix_concern_until", "until"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"))
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    # The newest message that told of a risk: what the carer's own request for somebody may name.
    message_id: Mapped[str] = mapped_column(Id, ForeignKey("message.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=1)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
