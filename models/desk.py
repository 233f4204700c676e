"""The desk: what moderators leave on a case while nothing is decided yet.

A *draft* is one moderator's decision in the making; a *skip* lays a case aside for one moderator and no one else; a *second
opinion* asks another to look before it is decided; an *escalation* brings it to the supervisors; a *pending decision* was
taken a moment ago and can still be undone. Which of them allows what is said in `moderation/desk.py` only.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BY_KEY, Base, EncryptedText, Id, UtcDateTime, enum_column
from models.review import DecisionKind, HouseRule


class SkipReason(StrEnum):
    TOO_CLOSE = "too_close"  # it touches what they live through themselves
    NOT_NOW = "not_now"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    OTHER = "other"


class CaseDraft(Base):
    """Kept apart from the claim: whose claim ran out finds what they had written."""

    __tablename__ = "case_draft"
    __table_args__ = BY_KEY

    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), primary_key=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    decision: Mapped[DecisionKind | None] = mapped_column(enum_column(DecisionKind))
    reason: Mapped[HouseRule | None] = mapped_column(enum_column(HouseRule))
    template: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(EncryptedText("case_draft.note"))
    words: Mapped[str | None] = mapped_column(EncryptedText("case_draft.words"))
    attached: Mapped[str | None] = mapped_column(EncryptedText("case_draft.attached"))  # what would go with it, as JSON
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseSkip(Base):
    __tablename__ = "case_skip"
    __table_args__ = BY_KEY

    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), primary_key=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    reason: Mapped[SkipReason | None] = mapped_column(enum_column(SkipReason))
    skipped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class SecondOpinion(Base):
    """The newest of a case is the one that counts: who asked does not decide before another has looked."""

    __tablename__ = "second_opinion"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), index=True)
    asked_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(EncryptedText("second_opinion.note"))
    leaning: Mapped[DecisionKind | None] = mapped_column(enum_column(DecisionKind))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Escalation(Base):
    """`by` is None where every moderator had laid the case aside. `remind_at` None: nothing more is told."""

    __tablename__ = "escalation"
    __table_args__ = (Index(None, "remind_at"),)

    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), primary_key=True)
    by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(EncryptedText("escalation.note"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PendingDecision(Base):
    """`version` is the case's after it was taken: where the case has moved on since, it is not carried out."""

    __tablename__ = "pending_decision"
    __table_args__ = (Index(None, "until"),)

    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), primary_key=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    decision: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind))
    reason: Mapped[HouseRule | None] = mapped_column(enum_column(HouseRule))
    template: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(EncryptedText("pending_decision.note"))
    words: Mapped[str | None] = mapped_column(EncryptedText("pending_decision.words"))
    attached: Mapped[str] = mapped_column(EncryptedText("pending_decision.attached"))  # what goes with it, as JSON
    version: Mapped[int]
    hid: Mapped[bool]  # its message was taken out of sight meanwhile
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
