"""Photos in conversations: uploaded first, shown once a message that people may see carries them.

The pictures lie in a store outside the database, each sealed with a key of its own that lies here. Invariants: without its
row a stored picture cannot be opened; wiping the key takes the picture away at once, wherever copies of the file are.
"""

import base64
import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime

NONCE_BYTES = 12
UNSENT_LASTS = timedelta(hours=24)  # a picture that no message carries by then goes
VARIANTS = ("full", "thumbnail")


class PhotoUnreadable(Exception):
    """What is stored is not what was sealed: another file, an altered one, or one whose key is gone."""


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
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, picture, self._place(variant))

    def unseal(self, variant: str, sealed: bytes) -> bytes:
        """Raises PhotoUnreadable."""
        try:
            return self._cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(variant))
        except (InvalidTag, ValueError) as error:
            raise PhotoUnreadable(self.id) from error

    def _cipher(self) -> AESGCM:
        return AESGCM(base64.b64decode(self.key))

    def _place(self, variant: str) -> bytes:
        return f"{self.id}.{variant}".encode()


def new_photo_key() -> str:
    return base64.b64encode(AESGCM.generate_key(256)).decode()
