"""On what terms a worker takes contact with carers: when they read, how many people, how many hours, and whether they pause.

Invariants: one row a worker, changed by them alone; who has said nothing has no row, or a row of defaults, and then the
service's own limits hold and nothing is kept from their devices. Leave that the rota knows (`models/rota.py`) counts here as
well; leave they take themselves counts here alone, because nobody leaves a crisis rota with a hole by filling in a form.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.errors import Conflict
from models.roles import Role

TAKES_CARERS = frozenset({Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER})
MOST_CAPACITY = 50
MOST_LEAVES = 20  # to come
MOST_HOURS = 60  # a week
AFTER_HOURS = "after_hours"  # the label of what a worker is asked before they write outside their windows


class WorkerFull(Conflict):
    """To the worker themselves, who set the limit; a carer is told that the worker cannot take it on."""

    code = "worker_full"
    user_message = "You talk with as many people as you said you would. Nothing is lost: this request waits for you."


class WorkerPaused(Conflict):
    """To the worker themselves, as `WorkerFull`."""

    code = "worker_paused"
    user_message = "You have paused new contacts. Nothing is lost: this request waits until you go on."


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What holds for a worker who has said nothing else: people at once, and hours a week."""

    capacity: int = 8
    weekly_hours: int = 38


_limits = [Limits()]


def use_limits(limits: Limits) -> None:
    """Set at start-up."""
    _limits[0] = limits


def current_limits() -> Limits:
    return _limits[0]


class ContactTerms(Base):
    __tablename__ = "contact_terms"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    # On whose clock the windows are.
    zone: Mapped[str] = mapped_column(String(64))
    # As `models/contact_windows.py` writes them; empty: none were named, and carers are promised nothing.
    windows_text: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int | None]
    weekly_hours: Mapped[int | None]
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ContactLeave(Base):
    """A time in which a worker reads nothing and takes nobody new. Taken back, it stays as a row."""

    __tablename__ = "contact_leave"
    __table_args__ = (Index("ix_contact_leave_person_id_until", "person_id", "until"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AfterHours(Base):
    """How many messages a worker wrote to carers outside their windows, on one day of their own clock. Never which."""

    __tablename__ = "after_hours"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int]
