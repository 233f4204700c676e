"""Conversations (a group's, a one-to-one, a crisis contact) and who belongs to them.

A conversation's id is also its stream's id. A member who left keeps their row: it says until when they belonged.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BY_KEY, Base, Id, UtcDateTime, enum_column


class ConversationKind(StrEnum):
    GROUP = "group"
    ONE_TO_ONE = "one_to_one"
    CRISIS = "crisis"


class Standing(StrEnum):
    """How somebody belongs. A guest is a consumer peer worker or a professional, named as such wherever they speak."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    GUEST = "guest"


class MemberState(StrEnum):
    REQUESTED = "requested"
    MEMBER = "member"
    LEFT = "left"
    REMOVED = "removed"


class Conversation(Base):
    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[ConversationKind] = mapped_column(enum_column(ConversationKind))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # From then on it can be read by who still belongs to it, and nobody writes in it.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Base):
    __tablename__ = "membership"
    __table_args__ = (Index(None, "person_id", "state"), BY_KEY)

    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    state: Mapped[MemberState] = mapped_column(enum_column(MemberState))
    standing: Mapped[Standing] = mapped_column(enum_column(Standing))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    # How far this person has read: only ever grows, and only they can see it.
    read_seq: Mapped[int] = mapped_column(default=0)
    # From which event on they may read: 0 for who belongs, else a visitor's; what came before is not theirs to see.
    from_seq: Mapped[int] = mapped_column(default=0)
    # How far their devices were told of it: only ever grows.
    notified_seq: Mapped[int] = mapped_column(default=0)
    muted: Mapped[bool] = mapped_column(default=False)
    # Messages of theirs that reached the room here, of the first MOST_LOOKED_AT (models/groups.py): a newcomer's first ones
    # may be looked at before they appear.
    delivered_count: Mapped[int] = mapped_column(default=0)
    # When they last sent something here, delivered or held. Kept where a group goes slowly, and nowhere else.
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Until then they read here and do not write: the latest end of what was imposed (`models/sanctions.py`). Kept on this
    # row because every message looks at it.
    read_only_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when a sanction keeps them out: when it is over they have their place back, with the standing it had.
    sanctioned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def active(self) -> bool:
        return self.state is MemberState.MEMBER

    def read_only(self, at: datetime) -> bool:
        return self.read_only_until is not None and at < self.read_only_until

    @property
    def visiting(self) -> bool:
        """Let into a conversation of two for a while (`models/visits.py`)."""
        return bool(self.from_seq)
