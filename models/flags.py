"""Reports: what one member asked moderators to look at, whether it still counts, and which stretches of words they showed.

Invariants: a report belongs to one case; what was set aside says who did so, when and why; of a conversation between two
people a moderator sees its reported stretches and nothing around them.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime

MOST_IN_STRETCH = 50  # messages: enough to see what happened, too few to read along
MOST_STRETCHES = 10  # of one report, while its case is open

# What both people in a conversation of two are told, whatever else a service writes: it is how the software works.
STRETCH_RULE = (
    "If one of you reports a part of this conversation, moderators read that part, with what its messages said before they "
    "were changed, and nothing before or after it. Each time they look is on record."
)


class ReportState(StrEnum):
    STANDING = "standing"
    SET_ASIDE = "set_aside"  # made in bad faith, or together with one that was


class ReportStretch(Base):
    """From which message to which the reporter showed a conversation of two. Nothing later ever comes between them."""

    __tablename__ = "report_stretch"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    report_id: Mapped[str] = mapped_column(Id, ForeignKey("report.id"), index=True)
    from_seq: Mapped[int]
    to_seq: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetAside(Base):
    """One step: a report was found to be in bad faith, and set aside, alone or with what else its reporter had open."""

    __tablename__ = "set_aside"
    __table_args__ = (Index(None, "reporter_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reporter_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(EncryptedText("set_aside.note"))
    undone_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_note: Mapped[str | None] = mapped_column(EncryptedText("set_aside.undone_note"))
