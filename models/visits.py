"""Visits: a supervisor comes into a one-to-one for a while, as a third person whom both see.

Invariants: nobody comes in before both members agreed; what was said before is theirs unless both agreed to show that too;
either member ends it at once, and else it ends by itself. One visit at a time; it moves only along `VISIT_MOVES`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.errors import Conflict

SHORTEST_VISIT = timedelta(minutes=5)
LONGEST_VISIT = timedelta(hours=8)
ASKED_LASTS = timedelta(hours=72)  # a visit that has not begun by then is off


class VisitState(StrEnum):
    ASKED = "asked"  # until the supervisor comes in, for which both members must have agreed
    GOING_ON = "going_on"
    OFF = "off"  # it never began
    ENDED = "ended"


VISIT_MOVES: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.ASKED: frozenset({VisitState.GOING_ON, VisitState.OFF}),
    VisitState.GOING_ON: frozenset({VisitState.ENDED}),
    VisitState.OFF: frozenset(),
    VisitState.ENDED: frozenset(),
}
LIVE_VISITS = frozenset(state for state, moves in VISIT_MOVES.items() if moves)


class VisitClosed(Conflict):
    code = "visit_closed"
    user_message = "This visit is over, or was called off."


class VisitOpen(Conflict):
    code = "visit_open"
    user_message = "Somebody was asked to come in already. One person can come in at a time."


class VisitNotAgreed(Conflict):
    code = "visit_not_agreed"
    user_message = "Both people in this conversation must agree before you can come in."


class SupervisorUnavailable(Conflict):
    code = "supervisor_unavailable"
    user_message = "This person cannot come in right now. You can ask another supervisor."


class Visit(Base):
    __tablename__ = "visit"
    __table_args__ = (
        Index(
            "uq_visit_conversation_id_live",
            "conversation_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'going_on')"),
            postgresql_where=text("state IN ('asked', 'going_on')"),
        ),
        Index(None, "supervisor_id"),
        Index("ix_visit_state_due_at", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), index=True)
    supervisor_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    asked_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    state: Mapped[VisitState] = mapped_column(enum_column(VisitState))
    minutes: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    carer_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whether each also agreed that what was said before may be read.
    carer_shows_earlier: Mapped[bool] = mapped_column(default=False)
    worker_shows_earlier: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it is off, or ends, by itself.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))  # None: the clock, or the conversation's end

    @property
    def both_agreed(self) -> bool:
        return self.carer_agreed_at is not None and self.worker_agreed_at is not None

    @property
    def shows_earlier(self) -> bool:
        return self.carer_shows_earlier and self.worker_shows_earlier

    def move(self, to: VisitState) -> None:
        """Raises VisitClosed where the table of moves does not have it."""
        if to not in VISIT_MOVES[self.state]:
            raise VisitClosed
        self.state = to
