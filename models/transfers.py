"""Another worker for a contact that goes on: for good (a handover) or while its worker is away (a cover).

Invariants: a transfer moves only along `TRANSFER_MOVES`; nothing begins before the other worker and the carer have both
agreed; no text goes with it but the note, and that only once the carer has seen it and said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict, Invalid

LONGEST_COVER = timedelta(days=92)
FURTHEST_COVER = timedelta(days=183)  # how far ahead it may begin


class TransferKind(StrEnum):
    HANDOVER = "handover"
    COVER = "cover"


class TransferState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"  # by the other worker
    AGREED = "agreed"  # by the carer as well; a cover waits for its day
    DONE = "done"  # the new contact has begun
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # what it was about is over, or it can no longer be


TRANSFER_MOVES: Mapping[TransferState, frozenset[TransferState]] = {
    TransferState.PROPOSED: frozenset(
        {TransferState.ACCEPTED, TransferState.DECLINED, TransferState.WITHDRAWN, TransferState.LAPSED}
    ),
    TransferState.ACCEPTED: frozenset(
        {TransferState.AGREED, TransferState.DECLINED, TransferState.WITHDRAWN, TransferState.LAPSED}
    ),
    TransferState.AGREED: frozenset(
        {TransferState.DONE, TransferState.DECLINED, TransferState.WITHDRAWN, TransferState.LAPSED}
    ),
    TransferState.DONE: frozenset(),
    TransferState.DECLINED: frozenset(),
    TransferState.WITHDRAWN: frozenset(),
    TransferState.LAPSED: frozenset(),
}
OPEN_TRANSFERS = frozenset({TransferState.PROPOSED, TransferState.ACCEPTED, TransferState.AGREED})


class TransferOver(Conflict):
    code = "transfer_over"
    user_message = "This was already answered or taken back."


class TransferOpen(Conflict):
    code = "transfer_open"
    user_message = "Another worker has been proposed for this contact already. Take that back first."


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Whom a transfer concerns. The carer learns of it once the other worker has accepted: a no never reaches them."""

    carer_id: str
    worker_id: str
    to_worker_id: str
    proposed_by: str
    reached_carer: bool
    note_agreed: bool


class CoverOfCover(Invalid):
    code = "cover_of_cover"
    user_message = "This contact only lasts while another worker is away. It cannot be handed on."


class Transfer(Base):
    """A proposal that another worker takes a contact, and what became of it."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index(
            "uq_transfer_contact_id_open",
            "contact_id",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'accepted', 'agreed')"),
            postgresql_where=text("state IN ('proposed', 'accepted', 'agreed')"),
        ),
        Index(None, "to_worker_id", "state"),
        Index(None, "state", "starts_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id, ForeignKey("contact.id"))
    kind: Mapped[TransferKind] = mapped_column(enum_column(TransferKind))
    state: Mapped[TransferState] = mapped_column(enum_column(TransferState))
    to_worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    proposed_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(EncryptedText("transfer.note"))  # the worker's; the carer sees it first
    with_note: Mapped[bool] = mapped_column(default=False)  # the carer agreed that the other worker reads it
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a cover
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_contact_id: Mapped[str | None] = mapped_column(Id, ForeignKey("contact.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the other worker
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the carer
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_TRANSFERS

    def move(self, to: TransferState, *, at: datetime) -> None:
        """Into another state. Raises TransferOver where the table of moves does not have it."""
        if to not in TRANSFER_MOVES[self.state]:
            raise TransferOver
        self.state = to
        if to is TransferState.ACCEPTED:
            self.accepted_at = at
        elif to is TransferState.AGREED:
            self.agreed_at = at
        if not self.is_open:
            self.closed_at = at
