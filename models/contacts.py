"""One-to-one contacts: a carer's request to a worker, the agreements it needs, and walls between people who must not meet.

Invariants: a contact moves only along `CONTACT_MOVES`; its conversation exists from acceptance on; no contact is begun or
goes on across a wall that stands.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.pairings import Pairing


class ContactState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


CONTACT_MOVES: Mapping[ContactState, frozenset[ContactState]] = {
    ContactState.REQUESTED: frozenset({ContactState.ACCEPTED, ContactState.DECLINED, ContactState.WITHDRAWN}),
    ContactState.ACCEPTED: frozenset({ContactState.ENDED}),
    ContactState.DECLINED: frozenset(),
    ContactState.WITHDRAWN: frozenset(),
    ContactState.ENDED: frozenset(),
}


class Party(StrEnum):
    """Whose agreement it is."""

    CARER = "carer"
    WORKER = "worker"
    COORDINATOR = "coordinator"


class Contact(Base):
    """A request of a carer to one worker, and what became of it."""

    __tablename__ = "contact"
    __table_args__ = (
        # One open contact at most between the same two people.
        Index(
            "uq_contact_carer_id_worker_id_open",
            "carer_id",
            "worker_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'accepted')"),
            postgresql_where=text("state IN ('requested', 'accepted')"),
        ),
        Index(None, "worker_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    # What their roles were to each other when the carer asked.
    pairing: Mapped[Pairing] = mapped_column(enum_column(Pairing))
    state: Mapped[ContactState] = mapped_column(enum_column(ContactState))
    note: Mapped[str | None] = mapped_column(EncryptedText("contact.note"))  # the carer's, to the worker
    reply: Mapped[str | None] = mapped_column(EncryptedText("contact.reply"))  # the worker's kind words on declining
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("conversation.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Agreement(Base):
    """That one party agreed to a contact, who and when. Rows are only added."""

    __tablename__ = "agreement"

    contact_id: Mapped[str] = mapped_column(Id, ForeignKey("contact.id"), primary_key=True)
    party: Mapped[Party] = mapped_column(enum_column(Party), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WallKind(StrEnum):
    SUPPORTS_THE_CONSUMER = "supports_the_consumer"  # the worker supports the person this carer cares for
    OTHER = "other"


class Wall(Base):
    """That a carer and a worker must not meet one-to-one. Neither learns that the other asked for it, nor why.

    Consent lifts a `supports_the_consumer` wall only: the consumer's own, recorded by a coordinator.
    """

    __tablename__ = "wall"
    __table_args__ = (Index(None, "carer_id", "worker_id"), Index(None, "declared_by"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    declared_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    kind: Mapped[WallKind] = mapped_column(enum_column(WallKind))
    reason: Mapped[str | None] = mapped_column(EncryptedText("wall.reason"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The consumer's consent: where it is on file, and which coordinator recorded it.
    consent_note: Mapped[str | None] = mapped_column(EncryptedText("wall.consent_note"))
    consent_recorded_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    consent_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None and self.consent_recorded_at is None


class Handover(Base):
    """What became of one conversation of somebody whose role changed: handed to another, or ended. Rows are only added."""

    __tablename__ = "handover"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), index=True)
    from_person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    to_person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))  # None: it ended
    decided_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(EncryptedText("handover.reason"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
