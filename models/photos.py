"""Photos in conversations: uploaded first, shown once a message that people may see carries them.

The pictures lie in a store outside the database, each sealed with a key of its own that lies here. Invariants: without its
row a stored picture cannot be opened; wiping the key takes the picture away at once, wherever copies of the file are.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime
from models.sealing import seal, unseal

UNSENT_LASTS = timedelta(hours=24)  # a picture that no message carries by then goes
VARIANTS = ("full", "thumbnail")


class Photo(Base):
    __tablename__ = "photo"
    __table_args__ = (
        Index(
            "ix_photo_unsent",
            "created_at",
            sqlite_where=text("message_id IS NULL"),
            postgresql_where=text("message_id IS NULL"),
        ),
        Index("ix_photo_wiped", "id", sqlite_where=text("wiped"), postgresql_where=text("wiped")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"))
    uploaded_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(Id, ForeignKey("message.id"), index=True)
    key: Mapped[str] = mapped_column(EncryptedText("photo.key"))  # base64 of 32 bytes; empty once wiped
    width: Mapped[int]
    height: Mapped[int]
    stored: Mapped[bool] = mapped_column(default=False)  # whether the store has it
    wiped: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def path(self, variant: str) -> str:
        """Where the store has it: an id and nothing else, so that a listing says nothing."""
        return f"{self.id[-2:]}/{self.id}.{variant}"

    def seal(self, variant: str, picture: bytes) -> bytes:
        return seal(self.key, f"{self.id}.{variant}", picture)

    def unseal(self, variant: str, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        return unseal(self.key, f"{self.id}.{variant}", sealed)
