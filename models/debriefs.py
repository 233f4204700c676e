"""Debrief requests: a peer worker would like to talk about what was hard, and somebody sees to it until it was done.

Invariant: an open request has a time at which somebody is told again; it ends only by being held or taken back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict


class DebriefSource(StrEnum):
    BY_HAND = "by_hand"
    SHIFT = "shift"  # said at its end
    ALERT = "alert"  # offered to whoever took it


class DebriefWish(StrEnum):
    SOON = "soon"
    LATER = "later"


class DebriefState(StrEnum):
    OPEN = "open"  # nobody has said yet that they will talk with them
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"


DEBRIEF_MOVES: Mapping[DebriefState, frozenset[DebriefState]] = {
    # Done at once: they talked before anybody said so here.
    DebriefState.OPEN: frozenset({DebriefState.TAKEN, DebriefState.DONE, DebriefState.WITHDRAWN}),
    # Open again: whoever took it is no longer there.
    DebriefState.TAKEN: frozenset({DebriefState.TAKEN, DebriefState.OPEN, DebriefState.DONE, DebriefState.WITHDRAWN}),
    DebriefState.DONE: frozenset(),
    DebriefState.WITHDRAWN: frozenset({DebriefState.OPEN}),  # they would like to after all
}
OPEN_DEBRIEFS = frozenset({DebriefState.OPEN, DebriefState.TAKEN})
# How long nobody may have said that they come before all who could are told; and then every day.
NOT_TAKEN: Mapping[DebriefWish, timedelta] = {
    DebriefWish.SOON: timedelta(hours=4),
    DebriefWish.LATER: timedelta(days=3),
}
AGAIN = timedelta(days=1)
NOT_HELD = timedelta(days=7)  # after somebody said that they come


class DebriefOver(Conflict):
    code = "debrief_over"
    user_message = "This was already talked through, or taken back."


class DebriefRequest(Base):
    __tablename__ = "debrief_request"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("(due_at IS NULL) = (state IN ('done', 'withdrawn'))", name="open_is_looked_at_again"),
        Index(None, "person_id", "id"),
        Index(None, "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    source: Mapped[DebriefSource] = mapped_column(enum_column(DebriefSource))
    source_id: Mapped[str | None] = mapped_column(Id)  # the shift's record, or the follow-up; by hand none
    wish: Mapped[DebriefWish] = mapped_column(enum_column(DebriefWish))
    words: Mapped[str | None] = mapped_column(EncryptedText("debrief_request.words"))
    state: Mapped[DebriefState] = mapped_column(enum_column(DebriefState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)
    taken_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_DEBRIEFS

    def take(self, by: str, at: datetime) -> None:
        """Also from another who could not after all. Raises DebriefOver."""
        self._refuse_unless_possible(DebriefState.TAKEN)
        self.state, self.taken_by, self.taken_at, self.due_at = DebriefState.TAKEN, by, at, at + NOT_HELD

    def reopen(self, wish: DebriefWish, at: datetime) -> None:
        """Somebody is to be found anew. Raises DebriefOver."""
        self._refuse_unless_possible(DebriefState.OPEN)
        self.state, self.wish, self.due_at = DebriefState.OPEN, wish, at + NOT_TAKEN[wish]
        self.taken_by = self.taken_at = self.closed_at = None

    def close(self, to: DebriefState, at: datetime) -> None:
        """Raises DebriefOver."""
        self._refuse_unless_possible(to)
        self.state, self.due_at, self.closed_at = to, None, at

    def _refuse_unless_possible(self, to: DebriefState) -> None:
        if to not in DEBRIEF_MOVES[self.state]:
            raise DebriefOver
