"""The reflective diary of a peer worker: three questions, and nobody's to read but the writer's.

Invariant: a supervisor sees an entry only while its writer shares it with them and they supervise the writer; an entry that
is changed is shared no more, because what it says now was not looked through. Source: [Diary] of DOMAIN, three questions.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime
from models.errors import Conflict

QUESTIONS = {
    "happened": "What happened between you?",
    "helped": "What helped, and what did not?",
    "mattered": "Why did it matter?",
}


class SomebodyIdentifiable(Conflict):
    """Not shared: the answers seem to name somebody. `found`: where; the writer may change it, or share it as it is."""

    code = "somebody_identifiable"
    user_message = (
        "Somebody could be recognised in this. Please look at it once more before you share it. You can change it, "
        "or share it as it is."
    )
    public = ("found",)


class DiaryEntry(Base):
    __tablename__ = "diary_entry"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "shared_with", "shared_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    happened: Mapped[str] = mapped_column(EncryptedText("diary_entry.happened"))
    helped: Mapped[str | None] = mapped_column(EncryptedText("diary_entry.helped"))
    mattered: Mapped[str | None] = mapped_column(EncryptedText("diary_entry.mattered"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shared_with: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def answers(self) -> dict[str, str]:
        """By question, those that were given."""
        given = {name: getattr(self, name) for name in QUESTIONS}
        return {name: text for name, text in given.items() if text is not None}

    def unshare(self) -> None:
        self.shared_with = self.shared_at = None
