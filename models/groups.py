"""Groups: a conversation with a stated focus, an audience, a way in, and a way of being moderated."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column


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
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
