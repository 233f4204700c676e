"""Aftercare: what is owed once a case was decided. Reporters are told, the author is offered support, and somebody looks
after it again, or says why nobody need.

Invariants: a closed case is done (`Case.done_at`) or a loose end, and nothing between; a follow-up moves along `MOVES` only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict

FARTHEST = timedelta(days=14)  # a follow-up later than this follows nothing up
LONGEST_NOTE = 1000


class SupportState(StrEnum):
    OFFERED = "offered"
    NOT_NEEDED = "not_needed"
    NOT_POSSIBLE = "not_possible"  # their account is gone


class SupportReason(StrEnum):
    """Why support is offered: which words the author is shown."""

    AFTER_RISK = "after_risk"
    AFTER_REMOVAL = "after_removal"


class AftercareState(StrEnum):
    """Of the follow-up."""

    DUE = "due"  # nobody has said when or why not; or its time has come
    SCHEDULED = "scheduled"
    DECLINED = "declined"
    DONE = "done"


class DeclineReason(StrEnum):
    NOT_NEEDED = "not_needed"
    FALSE_ALARM = "false_alarm"
    IN_CONTACT = "in_contact"  # somebody of the service talks with them already
    NOT_WANTED = "not_wanted"  # they said so themselves
    LEFT = "left"  # they are not here any more


class AftercareOutcome(StrEnum):
    SUPPORTED = "supported"
    NOT_REACHED = "not_reached"
    NOT_WANTED = "not_wanted"
    HANDED_ON = "handed_on"


# Only what the author says later, or the time, makes one due again.
MOVES: Mapping[AftercareState, frozenset[AftercareState]] = {
    AftercareState.DUE: frozenset({AftercareState.SCHEDULED, AftercareState.DECLINED, AftercareState.DONE}),
    AftercareState.SCHEDULED: frozenset(AftercareState),
    AftercareState.DECLINED: frozenset({AftercareState.DUE, AftercareState.SCHEDULED, AftercareState.DECLINED}),
    AftercareState.DONE: frozenset({AftercareState.DUE}),
}


class CaseNotClosed(Conflict):
    code = "case_not_closed"
    user_message = "This case is not decided yet. What follows it up comes after that."


class CaseFollowUpOver(Conflict):
    code = "case_follow_up_over"
    user_message = "This was followed up already."


class Aftercare(Base):
    """One row for each case that was ever closed."""

    __tablename__ = "aftercare"
    __table_args__ = (Index("ix_aftercare_follow_up_follow_up_at", "follow_up", "follow_up_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # what the author knows of it; the case is not theirs to know
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), unique=True)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    reporters_told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    support: Mapped[SupportState] = mapped_column(enum_column(SupportState))
    support_reason: Mapped[SupportReason | None] = mapped_column(enum_column(SupportReason))
    support_offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up: Mapped[AftercareState] = mapped_column(enum_column(AftercareState))
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who scheduled, declined or did it last; None: a rule did.
    follow_up_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    declined: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason))
    note: Mapped[str | None] = mapped_column(EncryptedText("aftercare.note"))
    outcome: Mapped[AftercareOutcome | None] = mapped_column(enum_column(AftercareOutcome))
    outcome_note: Mapped[str | None] = mapped_column(EncryptedText("aftercare.outcome_note"))

    def move(self, to: AftercareState) -> None:
        """Raises CaseFollowUpOver."""
        if to not in MOVES[self.follow_up]:
            raise CaseFollowUpOver
        self.follow_up = to

    @property
    def settled(self) -> bool:
        """Whether nobody need do anything now. What is scheduled is due again by itself."""
        return self.follow_up is not AftercareState.DUE
