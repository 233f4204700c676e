"""Files of the library: a PDF to read, a recording to hear. Uploaded first, shown once a version that is shown names one.

What is stored is what the cleaning left of an upload, never the upload itself. It lies outside the database, cut into pieces
of PIECE_BYTES, each sealed with the file's own key, so that a part of a recording is heard without opening the whole of it.
Invariants: what was stored never changes; a file that a version names is never taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Invalid
from models.media_types import MediaType
from models.sealing import seal, unseal

PIECE_BYTES = 1 << 20
UNUSED_LASTS = timedelta(days=7)  # a file that no version names by then goes
FILES_AT = "/api/v1/resource-files/"


class TranscriptMissing(Invalid):
    code = "transcript_missing"
    user_message = "A recording needs its words in writing, for those who cannot hear it. Please add them."


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is known of a file once it is cleaned: `size` in bytes, `digest` SHA-256, `removed` {kind, text} each."""

    media_type: MediaType
    size: int
    pages: int | None
    seconds: int | None
    digest: str
    removed: Sequence[dict[str, Any]]


class ResourceFile(Base):
    __tablename__ = "resource_file"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # None: from a folder of files, by whoever runs the service.
    uploaded_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    media_type: Mapped[MediaType] = mapped_column(enum_column(MediaType))
    size: Mapped[int]  # in bytes
    pages: Mapped[int | None]
    seconds: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of what is shown
    removed: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(EncryptedText("resource_file.key"))  # empty once it is taken away
    stored: Mapped[bool] = mapped_column(default=False)  # whether the store has all of it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def pieces(self) -> int:
        return -(-self.size // PIECE_BYTES)

    def path(self, piece: int) -> str:
        """Where the store has a piece of it: apart from what else lies there, and without a word about what it is."""
        return f"library/{self.id[-2:]}/{self.id}.{piece}"

    def seal(self, piece: int, data: bytes) -> bytes:
        return seal(self.key, f"{self.id}.{piece}", data)

    def unseal(self, piece: int, sealed: bytes) -> bytes:
        """Raises Unreadable."""
        return unseal(self.key, f"{self.id}.{piece}", sealed)

    def as_content(self, transcript: str | None) -> dict[str, Any]:
        """What a version that names it says of it."""
        return {
            "id": self.id,
            "url": f"{FILES_AT}{self.id}",
            "media_type": self.media_type.value,
            "bytes": self.size,
            "pages": self.pages,
            "seconds": self.seconds,
            "transcript": transcript,
        }


def spoken(content: dict[str, Any]) -> bool:
    """Whether a version's file is one to hear."""
    return str(content["media_type"]).startswith("audio/")
