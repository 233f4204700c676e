"""The waiting list for a one-to-one contact: carers who take anybody, in the order in which they joined.

Invariants: a carer waits at most once; nobody goes before somebody who joined earlier but by an exception that a coordinator
made, with a reason that is kept; whoever was offered a worker and did not begin keeps their place.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict, Invalid


class WaitingState(StrEnum):
    WAITING = "waiting"
    MET = "met"  # a contact began
    LEFT = "left"


class WaitingOver(Conflict):
    code = "waiting_over"
    user_message = "This place on the waiting list is not there any more."


class OfferOpen(Conflict):
    code = "offer_open"
    user_message = "A worker has been asked for this carer already. Please wait for the answer."


class ReasonNeeded(Invalid):
    code = "reason_needed"
    user_message = "Others have waited longer. Please say why this carer goes first; it is kept on record."


class Waiting(Base):
    """A carer's place on the list."""

    __tablename__ = "waiting"
    __table_args__ = (
        Index(
            "uq_waiting_carer_id_waiting",
            "carer_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "state", "joined_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    state: Mapped[WaitingState] = mapped_column(enum_column(WaitingState))
    wish: Mapped[str | None] = mapped_column(EncryptedText("waiting.wish"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The coordinator's exception: from then on this place is before all that have none.
    forward_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forward_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    forward_reason: Mapped[str | None] = mapped_column(EncryptedText("waiting.forward_reason"))
    # The worker asked last. While that request is open nobody else is asked.
    offer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("contact.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
