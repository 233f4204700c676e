"""Single shifts of the rota: handing one on, what was said at its start and end, and the calendar feeds that tell of it.

Invariants: until a swap is settled the one who was on stays on; a shift's record is one row for a person, a layer and a
start; a feed's token is found by a keyed digest and kept nowhere.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.rota import Layer


class SwapState(StrEnum):
    ASKED = "asked"
    TAKEN = "taken"  # somebody would; a coordinator or supervisor has not agreed yet
    APPROVED = "approved"
    CANCELLED = "cancelled"


class Swap(Base):
    """Somebody asks that another be on in their place, for a whole shift or a part of one."""

    __tablename__ = "swap"
    __table_args__ = (Index("ix_swap_state_since", "state", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[SwapState] = mapped_column(enum_column(SwapState))
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)  # who is on, and stays on until settled
    asked_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))  # the same, or a coordinator for them
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    override_id: Mapped[str | None] = mapped_column(Id, ForeignKey("rota_override.id"))  # what it became


class Debrief(StrEnum):
    """The answer to "Would you like to talk about this shift?"."""

    NO = "no"
    LATER = "later"
    SOON = "soon"


class ShiftRecord(Base):
    """What somebody said at the start and the end of a shift. The note is for whoever comes next."""

    __tablename__ = "shift_record"
    __table_args__ = (UniqueConstraint("person_id", "layer", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    debrief: Mapped[Debrief | None] = mapped_column(enum_column(Debrief))
    handover_note: Mapped[str | None] = mapped_column(EncryptedText("shift_record.handover_note"))


class CheckStage(StrEnum):
    AHEAD = "ahead"  # a day before, while something can still be done
    START = "start"


class ShiftCheck(Base):
    """That somebody about to be on was looked at, and what stood against it: codes, no words."""

    __tablename__ = "shift_check"
    __table_args__ = (UniqueConstraint("person_id", "layer", "since", "stage"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    stage: Mapped[CheckStage] = mapped_column(enum_column(CheckStage))
    codes: Mapped[list[str]]
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedScope(StrEnum):
    OWN = "own"
    ROTA = "rota"


class CalendarFeed(Base):
    __tablename__ = "calendar_feed"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    scope: Mapped[FeedScope] = mapped_column(enum_column(FeedScope))
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
