"""Review: a *flag* is a reason to look, from screening or from a member's *report*; a *case* gathers all flags on one
target; a *decision* is what a moderator did about it. States move through the tables in `moderation/review.py` only.
"""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.flags import ReportState


class CaseState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class TargetKind(StrEnum):
    """What a case is about."""

    MESSAGE = "message"
    PERSON = "person"  # how they behave, beyond a single message
    CONVERSATION = "conversation"  # a stretch of a one-to-one, which one of the two showed


class Queue(StrEnum):
    """Which pile a case lies on. Safety is looked at first."""

    SAFETY = "safety"
    CONDUCT = "conduct"
    PRIVACY = "privacy"
    PRE_MODERATION = "pre_moderation"


class FlagSource(StrEnum):
    SCREENING = "screening"
    REPORT = "report"


class Urgency(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class DecisionKind(StrEnum):
    APPROVE = "approve"
    HIDE = "hide"
    REMOVE = "remove"
    RESTORE = "restore"
    DISMISS = "dismiss"
    UPHOLD = "uphold"  # of a person or a one-to-one: what was reported is so


class HouseRule(StrEnum):
    """Why a moderator decided: the rule of the house it comes under, told to whom it is about."""

    HOSTILITY = "hostility"
    STIGMA = "stigma"
    CONTACT_DETAILS = "contact_details"
    THIRD_PARTY_PRIVACY = "third_party_privacy"
    MISINFORMATION = "misinformation"
    SPAM = "spam"
    RISK = "risk"
    OTHER = "other"
    NONE_BROKEN = "none_broken"


class ReportReason(StrEnum):
    RISK_TO_SELF = "risk_to_self"
    RISK_TO_OTHER = "risk_to_other"
    ABUSE = "abuse"
    PRIVACY = "privacy"
    STIGMA = "stigma"
    CONTACT_DETAILS = "contact_details"
    MISINFORMATION = "misinformation"
    SPAM = "spam"
    OTHER = "other"


def _one_not_closed(name: str, *columns: str, of: TargetKind) -> Index:
    """At most one case that is not closed per target: every flag on it lands in the same place."""
    where = text(f"state != 'closed' AND target_kind = '{of.value}'")
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


LOOSE_END = text("state = 'closed' AND done_at IS NULL")


class Case(Base):
    __tablename__ = "case"
    __table_args__ = (
        _one_not_closed("uq_case_message_id_not_closed", "message_id", of=TargetKind.MESSAGE),
        _one_not_closed("uq_case_about_id_not_closed", "about_id", of=TargetKind.PERSON),
        _one_not_closed("uq_case_conversation_id_not_closed", "conversation_id", "about_id", of=TargetKind.CONVERSATION),
        Index(None, "state", "queue", "due_at"),
        Index(None, "about_id", "opened_at"),
        Index("ix_case_loose_ends", "closed_at", "id", sqlite_where=LOOSE_END, postgresql_where=LOOSE_END),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    target_kind: Mapped[TargetKind] = mapped_column(enum_column(TargetKind))
    about_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))  # whose words or ways it is about
    message_id: Mapped[str | None] = mapped_column(Id, ForeignKey("message.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("conversation.id"))
    state: Mapped[CaseState] = mapped_column(enum_column(CaseState))
    queue: Mapped[Queue] = mapped_column(enum_column(Queue))
    urgency: Mapped[int]
    weight: Mapped[int] = mapped_column(default=0)  # of the reports that stand, together: `moderation/flags.py`
    claimed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    claim_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # how long it lay before somebody took it up
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # since when nothing is owed after it (models/aftercare.py)
    version: Mapped[int] = mapped_column(default=1)


class Flag(Base):
    __tablename__ = "flag"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), index=True)
    source: Mapped[FlagSource] = mapped_column(enum_column(FlagSource))
    label: Mapped[str] = mapped_column(String(32))
    severity: Mapped[int]
    rule: Mapped[str | None] = mapped_column(String(80))
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("reporter_id", "case_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), index=True)
    reporter_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    reason: Mapped[ReportReason] = mapped_column(enum_column(ReportReason))
    note: Mapped[str | None] = mapped_column(EncryptedText("report.note"))
    weight: Mapped[int]  # as its reporter's earlier reports gave it when it was made
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.STANDING)
    # The step by which it was set aside, if it was.
    set_aside_id: Mapped[str | None] = mapped_column(Id, ForeignKey("set_aside.id"), index=True)


class Decision(Base):
    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), index=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    decision: Mapped[DecisionKind] = mapped_column(enum_column(DecisionKind))
    reason: Mapped[HouseRule | None] = mapped_column(enum_column(HouseRule))
    template: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(EncryptedText("decision.note"))  # stays at the desk
    words: Mapped[str | None] = mapped_column(EncryptedText("decision.words"))  # to whom it is about
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
