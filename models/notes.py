"""Notes a worker keeps of a one-to-one: who may read which version, who did, and to whom the carer opened it.

Invariants: the carer sees every note about them; a professional reads a note only in the very version its carer has seen and
agreed to, named by that carer, while the service is `integrated`; an edit ends every share of what the note said before;
a read by anybody but its author leaves a row before the text is shown.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict, Invalid
from models.roles import Role

LONGEST_NOTE = 10_000


class NotesStayBetweenTwo(Conflict):
    code = "notes_stay_between_two"
    user_message = "In this service notes stay between the carer and the worker. They are not shared with anybody else."


class NoteUnread(Conflict):
    code = "note_unread"
    user_message = "Please read the note as it is now before you agree to share it."


class NoteTakenBack(Conflict):
    code = "note_taken_back"
    user_message = "This note was taken back. There is nothing left of it to change or to share."


class ProfessionalNotLinked(Invalid):
    code = "professional_not_linked"
    user_message = "A note can be shared only with professionals you have named yourself, or who told you of this service."


class Note(Base):
    """One note as it is now. `version` counts up with each edit; `agreed_version` is the one its carer agreed to share."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "conversation_id", "id"), Index(None, "author_id"), Index(None, "carer_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    author_role: Mapped[Role] = mapped_column(enum_column(Role))
    # Whom it is about, and who decides who else may read it.
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(EncryptedText("note.body"))
    version: Mapped[int] = mapped_column(default=1)
    agreed_version: Mapped[int | None]
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by its author; its words are gone

    @property
    def agreed(self) -> bool:
        """Whether the carer agrees to share it as it is now."""
        return self.agreed_version == self.version and self.taken_back_at is None


class NoteRevision(Base):
    """What a note said in an earlier version. Rows are only added, or go with the note."""

    __tablename__ = "note_revision"

    note_id: Mapped[str] = mapped_column(Id, ForeignKey("note.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(EncryptedText("note_revision.body"))
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoteShare(Base):
    """That a carer opened one version of a note to one professional, and when that ended."""

    __tablename__ = "note_share"
    __table_args__ = (
        Index(
            "uq_note_share_note_id_professional_id_open",
            "note_id",
            "professional_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "professional_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    note_id: Mapped[str] = mapped_column(Id, ForeignKey("note.id"))
    version: Mapped[int]
    professional_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoteRead(Base):
    """That somebody other than its author was shown a note, in which version and role. Rows are only added."""

    __tablename__ = "note_read"
    __table_args__ = (Index(None, "note_id", "id"), Index(None, "reader_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    note_id: Mapped[str] = mapped_column(Id, ForeignKey("note.id"))
    version: Mapped[int]
    reader_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    reader_role: Mapped[Role] = mapped_column(enum_column(Role))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CareLink(Base):
    """That a carer knows a professional: came by their referral, or named them with a code of theirs. The carer ends it."""

    __tablename__ = "care_link"
    __table_args__ = (
        UniqueConstraint("carer_id", "professional_id"),
        Index(None, "professional_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    carer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    professional_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
