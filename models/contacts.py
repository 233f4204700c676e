"""One-to-one contacts: a carer's request to a worker, the agreements it needs, and walls between people who must not meet.

Invariants: a contact moves only along `CONTACT_MOVES`; its conversation exists from acceptance on; no contact is begun or
goes on across a wall that stands.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict, Forbidden
from models.pairings import Pairing


class ContactState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # nobody answered in time
    ENDED = "ended"


class Origin(StrEnum):
    """How a contact came about."""

    ASKED = "asked"  # the carer chose this worker
    ASSIGNED = "assigned"  # a coordinator did, for a carer who waits
    WAITING_LIST = "waiting_list"  # it was their turn
    HANDOVER = "handover"  # another worker's, with the carer's agreement
    COVER = "cover"  # while another worker is away


CONTACT_MOVES: Mapping[ContactState, frozenset[ContactState]] = {
    ContactState.REQUESTED: frozenset(
        {ContactState.ACCEPTED, ContactState.DECLINED, ContactState.WITHDRAWN, ContactState.EXPIRED}
    ),
    ContactState.ACCEPTED: frozenset({ContactState.ENDED}),
    ContactState.DECLINED: frozenset(),
    ContactState.WITHDRAWN: frozenset(),
    ContactState.EXPIRED: frozenset(),
    ContactState.ENDED: frozenset(),
}
OPEN = frozenset({ContactState.REQUESTED, ContactState.ACCEPTED})

# How long a worker has to answer, unless the service sets another time.
REQUEST_LASTS = timedelta(hours=72)
# An ending that is planned leaves time for a last word, and is not so far off that nobody remembers why.
ENDING_SOONEST, ENDING_LATEST = timedelta(days=1), timedelta(days=180)


class Party(StrEnum):
    """Whose agreement it is."""

    CARER = "carer"
    WORKER = "worker"
    COORDINATOR = "coordinator"


# Whose agreement a contact needs before it begins. In the order in which they are shown.
NEEDED: Mapping[Pairing, tuple[Party, ...]] = {
    Pairing.USUAL: (Party.CARER, Party.WORKER),
    Pairing.BY_CONSENT: (Party.CARER, Party.WORKER, Party.COORDINATOR),
}


# What a carer reads when a worker could not be found this way. Never why, and never that it was them.
NEXT_STEPS: Mapping[ContactState, str] = {
    ContactState.DECLINED: "This worker cannot take it on now. That says nothing about you. Others may have room: look at "
    "who is suggested to you, or join the waiting list and we look for you.",
    ContactState.EXPIRED: "This worker did not get to answer in time, and we are sorry that you waited. That says nothing "
    "about you. Others may have room: look at who is suggested to you, or join the waiting list and we look for you.",
}


# The same to somebody for whom the service looks.
STILL_WAITING = (
    "It was not to be with this worker. That says nothing about you. You keep your place, and we go on looking for you."
)
LOOKED_FOR = frozenset({Origin.ASSIGNED, Origin.WAITING_LIST})


class ContactClosed(Conflict):
    code = "contact_closed"
    user_message = "This request was already answered or taken back, or its time is over."


class PairingNotAllowed(Forbidden):
    code = "pairing_not_allowed"
    user_message = "In this service people with these two roles do not talk one-to-one. You can choose somebody else."


class WorkerUnavailable(Conflict):
    """Away, unknown, or behind a wall: one answer, so that nobody learns of a wall."""

    code = "worker_unavailable"
    user_message = "This worker cannot take on this contact right now. You can choose another."


class ContactUnavailable(Conflict):
    """The same to whoever answers: the other is away, full, or behind a wall."""

    code = "contact_unavailable"
    user_message = "This contact cannot begin right now."


class RequestsFull(Conflict):
    code = "requests_full"
    user_message = "Several workers have your request already. Please wait for an answer, or take one back."


class ContactsFull(Conflict):
    code = "contacts_full"
    user_message = "You already talk with several workers. Please end one of these conversations before you ask another."


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
        Index(None, "carer_id", "state"),
        # What comes due by itself.
        Index(None, "state", "expires_at"),
        Index(None, "state", "ends_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.ASKED)
    # What their roles were to each other when the carer asked.
    pairing: Mapped[Pairing] = mapped_column(enum_column(Pairing))
    state: Mapped[ContactState] = mapped_column(enum_column(ContactState))
    note: Mapped[str | None] = mapped_column(EncryptedText("contact.note"))  # the carer's, to the worker
    reply: Mapped[str | None] = mapped_column(EncryptedText("contact.reply"))  # the worker's kind words on declining
    private_reason: Mapped[str | None] = mapped_column(EncryptedText("contact.private_reason"))  # theirs, to coordinators
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("conversation.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # unless everybody needed has agreed by then
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # A planned end: one of the two proposed it, or it is as long as the worker who is away stays away.
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending_proposed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    ending_summary: Mapped[str | None] = mapped_column(EncryptedText("contact.ending_summary"))  # the worker's, to the carer
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def overdue(self, now: datetime) -> bool:
        """Whether it was to be answered by now and was not."""
        return self.state is ContactState.REQUESTED and self.expires_at is not None and self.expires_at <= now

    def move(self, to: ContactState, *, at: datetime) -> None:
        """Into another state. Raises ContactClosed where the table of moves does not have it."""
        if to not in CONTACT_MOVES[self.state]:
            raise ContactClosed
        self.state = to
        if to is ContactState.ENDED:
            self.ended_at = at
        else:
            self.answered_at = at

    def still_needs(self, agreed: Collection[Party]) -> tuple[Party, ...]:
        """Whose agreement is missing; nobody's once it was answered."""
        if self.state is not ContactState.REQUESTED:
            return ()
        return tuple(party for party in NEEDED[self.pairing] if party not in agreed)


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
