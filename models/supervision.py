"""Supervision of peer workers: who supervises whom, and their sessions, which are between the two.

Invariant: a session moves from planned to held or cancelled, once; what was said in it is for the two and nobody else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.roles import Role

SUPERVISED = frozenset({Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER})
# How long a session that was held keeps a worker in supervision: six weeks.
SESSION_LASTS = timedelta(weeks=6)
FURTHEST_SESSION = timedelta(days=366)
MOST_THEMES = 6


class SupervisionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Theme(StrEnum):
    """What a session was about, in words nobody can be recognised by."""

    BOUNDARIES = "boundaries"
    HARD_CONTACT = "hard_contact"
    SAFETY = "safety"
    WORKLOAD = "workload"
    ROLE = "role"
    OWN_EXPERIENCE = "own_experience"
    TEAM = "team"
    SKILLS = "skills"
    OTHER = "other"


MOVES: Mapping[SupervisionState, frozenset[SupervisionState]] = {
    SupervisionState.PLANNED: frozenset({SupervisionState.HELD, SupervisionState.CANCELLED}),
    SupervisionState.HELD: frozenset(),
    SupervisionState.CANCELLED: frozenset(),
}


class SessionOver(Conflict):
    code = "supervision_session_over"
    user_message = "This meeting was already held or called off."


class NoSupervisor(Conflict):
    code = "no_supervisor"
    user_message = "There is no supervisor for you yet. Please ask a coordinator."


class Supervised(Base):
    """Who supervises a worker now."""

    __tablename__ = "supervised"

    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    supervisor_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    set_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SupervisionSession(Base):
    """One session. It stays between these two, also when somebody else supervises the worker later."""

    __tablename__ = "supervision_session"
    __table_args__ = (
        Index("ix_supervision_session_worker", "worker_id", "planned_at"),
        Index("ix_supervision_session_supervisor", "supervisor_id", "planned_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    supervisor_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    planned_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    state: Mapped[SupervisionState] = mapped_column(enum_column(SupervisionState))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    themes_text: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str | None] = mapped_column(EncryptedText("supervision_session.words"))

    @property
    def themes(self) -> list[Theme]:
        return [Theme(name) for name in self.themes_text.split()]

    def move(self, to: SupervisionState, *, at: datetime) -> None:
        """Raises SessionOver where it is not planned any more."""
        if to not in MOVES[self.state]:
            raise SessionOver
        self.state, self.closed_at = to, at
