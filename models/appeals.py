"""Appeals: the person concerned asks that somebody else looks again at what was decided about their message or about them.

Invariants: one appeal per decision, within `APPEAL_WITHIN` of it; never decided by anybody who took part in it. What a
decision took out of sight keeps its text for moderators while it can be appealed or is.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column

APPEAL_WITHIN = timedelta(days=30)
ANSWER_WITHIN = timedelta(hours=72)  # a target of the service: nothing is lost after it


class AppealState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"  # the decision stands
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


class Appeal(Base):
    __tablename__ = "appeal"
    __table_args__ = (Index(None, "state", "id"), Index(None, "person_id", "id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    # What it is about: a decision on a case, a sanction, or both where one came with the other.
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decision.id"), unique=True)
    sanction_id: Mapped[str | None] = mapped_column(Id, ForeignKey("sanction.id"), unique=True)
    words: Mapped[str] = mapped_column(EncryptedText("appeal.words"))
    state: Mapped[AppealState] = mapped_column(enum_column(AppealState))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(EncryptedText("appeal.note"))  # for the desk
    answer: Mapped[str | None] = mapped_column(EncryptedText("appeal.answer"))  # to the person
    version: Mapped[int] = mapped_column(default=1)

    @property
    def about(self) -> str:
        """The id under which it was made."""
        return self.decision_id or self.sanction_id or ""
