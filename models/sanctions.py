"""Sanctions: what the service limits for a person after something they did in its groups, for how long, and in which words.

Nothing here closes an account (`PersonState` does) and nothing reaches past groups: crisis information, alerts, crisis
chats, the library and the one-to-one with one's worker stay open under every one of them. A sanction is over at `until` by
the clock alone; `ended_at` says when the person was told, or that it was ended before.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.roles import Role


class SanctionKind(StrEnum):
    """From the lightest to the gravest."""

    ADVICE = "advice"
    WARNING = "warning"
    READ_ONLY = "read_only"  # in one group, or in all of them
    REMOVAL = "removal"  # from one group
    SUSPENSION = "suspension"  # from all groups


class SanctionReason(StrEnum):
    """Why, as a code. A risk to oneself is none: nobody is limited for being in danger."""

    ABUSE = "abuse"
    STIGMA = "stigma"
    PRIVACY = "privacy"
    CONTACT_DETAILS = "contact_details"
    MISINFORMATION = "misinformation"
    SPAM = "spam"
    BAD_FAITH = "bad_faith"
    OTHER = "other"


class SanctionEnding(StrEnum):
    EXPIRED = "expired"
    LIFTED = "lifted"
    OVERTURNED = "overturned"  # on appeal: it counts as if it had never been


LIMITING = frozenset({SanctionKind.READ_ONLY, SanctionKind.REMOVAL, SanctionKind.SUSPENSION})
OUT_OF_GROUPS = frozenset({SanctionKind.REMOVAL, SanctionKind.SUSPENSION})

_NOT_ENDED = text("ended_at IS NULL")


class Sanction(Base):
    __tablename__ = "sanction"
    __table_args__ = (
        Index(None, "person_id", "id"),
        Index("ix_sanction_until_not_ended", "until", sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    kind: Mapped[SanctionKind] = mapped_column(enum_column(SanctionKind))
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("conversation.id"))  # None: all groups
    # The decision on a case that it came with, if it did.
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decision.id"), unique=True)
    reason: Mapped[SanctionReason] = mapped_column(enum_column(SanctionReason))
    words: Mapped[str] = mapped_column(EncryptedText("sanction.words"))  # to the person, why
    imposed_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    imposed_as: Mapped[Role] = mapped_column(enum_column(Role))
    imposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: lasting, where it limits anything
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending: Mapped[SanctionEnding | None] = mapped_column(enum_column(SanctionEnding))
    ended_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    ending_note: Mapped[str | None] = mapped_column(EncryptedText("sanction.ending_note"))  # for the desk

    @property
    def appealed_as(self) -> str:
        """The id under which it is appealed: that of the decision it came with, if it did. One appeal is about both."""
        return self.decision_id or self.id

    def limits(self, at: datetime) -> bool:
        """Whether it keeps the person from anything at that moment, by the clock and whatever has been swept."""
        return self.kind in LIMITING and self.ended_at is None and (self.until is None or at < self.until)
