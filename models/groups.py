"""Groups: a conversation with a stated focus, an audience, a way in, and a way of being moderated."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.contact_windows import next_open

LONGEST_PAUSE_S = 3600  # between two messages of the same member, in slow mode
MOST_PIECES = 5  # of the library, at its opening
# Of a newcomer's first messages. Nobody's are counted further: raised, it would make newcomers of all who stand at it.
MOST_LOOKED_AT = 20
USUALLY_LOOKED_AT = 3


class Focus(StrEnum):
    """What a group is for, stated up front [Ch14]."""

    REMEDIAL = "remedial"
    INTERACTIONAL = "interactional"
    SOCIAL = "social"


class Form(StrEnum):
    OPEN_ENDED = "open_ended"
    COURSE = "course"
    SOCIAL_CIRCLE = "social_circle"


class Audience(StrEnum):
    PARENT = "parent"
    PARTNER = "partner"
    SIBLING = "sibling"
    ADULT_CHILD = "adult_child"
    ANY = "any"


class JoinPolicy(StrEnum):
    OPEN = "open"
    REQUEST = "request"
    INVITE = "invite"


class ModerationMode(StrEnum):
    """When a moderator looks: after posting, before a newcomer's first messages, or before every message."""

    AFTER = "after"
    NEW_MEMBERS = "new_members"
    BEFORE = "before"


class Tightening(StrEnum):
    """How a group is moderated at least while nobody who looks after it is there."""

    NONE = "none"
    NEW_MEMBERS = "new_members"
    BEFORE = "before"


STRICTNESS = tuple(ModerationMode)  # in the order in which they are written


def stricter(mode: ModerationMode, other: Tightening) -> ModerationMode:
    """The one of the two that looks sooner."""
    if other is Tightening.NONE:
        return mode
    return max(mode, ModerationMode(other.value), key=STRICTNESS.index)


class Group(Base):
    __tablename__ = "group"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(String(1000))
    focus: Mapped[Focus] = mapped_column(enum_column(Focus))
    form: Mapped[Form] = mapped_column(enum_column(Form))
    audience: Mapped[list[str]]
    join_policy: Mapped[JoinPolicy] = mapped_column(enum_column(JoinPolicy))
    moderation: Mapped[ModerationMode] = mapped_column(enum_column(ModerationMode))
    # Screening outcomes this group sets itself: {label: outcome}; the rest come from the outcome table.
    screening: Mapped[dict[str, Any]]
    capacity: Mapped[int | None]
    photos: Mapped[bool] = mapped_column(default=False)  # whether messages may carry photos
    # How many of a newcomer's first messages are looked at where newcomers are.
    newcomer_messages: Mapped[int] = mapped_column(default=USUALLY_LOOKED_AT)
    # Slow mode: the least number of seconds between two messages of the same member. 0: there is none.
    slow_mode_seconds: Mapped[int] = mapped_column(default=0)
    # When it is open, as `models/contact_windows.py` writes it, on the clock of this zone. Empty: at any time.
    hours_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    hours_text: Mapped[str] = mapped_column(String(400), default="")
    tighten_when_unstaffed: Mapped[Tightening] = mapped_column(enum_column(Tightening), default=Tightening.NONE)
    # Slugs of pieces of the library that stand at its opening, in the order they are shown.
    resources: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next; None while it is open."""
        if not self.hours_text:
            return None
        opens = next_open(self.hours_zone, self.hours_text, now)
        return opens if opens is not None and opens > now else None
