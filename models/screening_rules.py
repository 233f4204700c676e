"""Screening rules a service has of its own: phrases it looks for, phrases it excepts, shipped rules it silences.

Invariants: a rule moves only along `RULE_MOVES`; it has no effect before it is active, and what it says never changes from
then on, so a flag that names it can be explained for as long as the service runs; rows are never deleted.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column


class ScreeningRuleKind(StrEnum):
    PHRASES = "phrases"  # a message that holds one of them is hit
    EXCEPTION = "exception"  # inside one of them no hit of the label counts
    SILENCE = "silence"  # a shipped rule does not count


class ScreeningRuleState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"  # somebody wants it to count, and another has to agree
    ACTIVE = "active"
    RETIRED = "retired"


RULE_MOVES: Mapping[ScreeningRuleState, frozenset[ScreeningRuleState]] = {
    ScreeningRuleState.DRAFT: frozenset(
        {ScreeningRuleState.PROPOSED, ScreeningRuleState.ACTIVE, ScreeningRuleState.RETIRED}
    ),
    ScreeningRuleState.PROPOSED: frozenset({ScreeningRuleState.ACTIVE, ScreeningRuleState.RETIRED}),
    ScreeningRuleState.ACTIVE: frozenset({ScreeningRuleState.RETIRED}),
    ScreeningRuleState.RETIRED: frozenset(),
}


class ScreeningRule(Base):
    __tablename__ = "screening_rule"
    __table_args__ = (
        CheckConstraint("(kind = 'silence') = (silenced IS NOT NULL)", name="silences_or_not"),
        CheckConstraint("(kind = 'phrases') = (severity IS NOT NULL)", name="severity_of_phrases"),
        CheckConstraint("state != 'active' OR in_force_since IS NOT NULL", name="active_is_in_force"),
        Index(None, "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[ScreeningRuleKind] = mapped_column(enum_column(ScreeningRuleKind))
    state: Mapped[ScreeningRuleState] = mapped_column(enum_column(ScreeningRuleState))
    version: Mapped[int] = mapped_column(default=1)  # raised with every change of anything
    label: Mapped[str] = mapped_column(String(32))
    severity: Mapped[int | None]
    # One a line; somebody may be named in them.
    phrases_text: Mapped[str | None] = mapped_column(EncryptedText("screening_rule.phrases_text"))
    entries: Mapped[int]  # how many phrases
    silenced: Mapped[str | None] = mapped_column(String(80))  # id of a shipped rule
    reason: Mapped[str] = mapped_column(EncryptedText("screening_rule.reason"))
    written_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_version: Mapped[int | None]  # the version that was last tried against messages
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    activated_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The place of its activation, and then of its end, among all changes of what is in force. Unique, so that two at one
    # moment clash: the highest there is says which rules are in force, to every process and in one number.
    in_force_since: Mapped[int | None] = mapped_column(BigInteger, unique=True)

    @property
    def phrases(self) -> list[str]:
        return self.phrases_text.split("\n") if self.phrases_text else []
