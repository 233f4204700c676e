"""Messages. The author's role is stamped as it was when they wrote; the text is encrypted at rest.

A held message has no `seq`: the room must not be able to count it. What a message said before it was edited is kept for
those who moderate; what its author deleted is kept for nobody, but as long as a case about it is open.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.people import Person
from models.roles import Role
from models.snapshots import given


class MessageState(StrEnum):
    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    REMOVED = "removed"
    DELETED = "deleted"


# Its index is used by who asks in these words: SQLite does not see that `indexed IS 0` is the same.
NOT_INDEXED = text("NOT indexed")


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("author_id", "client_id"),
        UniqueConstraint("conversation_id", "seq"),
        # Few are: an index that no other message is in.
        Index("ix_message_held", "author_id", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
        Index("ix_message_not_indexed", "id", sqlite_where=NOT_INDEXED, postgresql_where=NOT_INDEXED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"))
    seq: Mapped[int | None]
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    author_role: Mapped[Role] = mapped_column(enum_column(Role))
    client_id: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(EncryptedText("message.body"))
    content_warning: Mapped[str | None] = mapped_column(EncryptedText("message.content_warning"))
    reply_to: Mapped[str | None] = mapped_column(Id, ForeignKey("message.id"))
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState))
    # Labels on which the author was advised and sent anyway; shown to the author only.
    advice: Mapped[list[str]]
    # People it speaks to by name.
    mentions: Mapped[list[str]]
    # [{id, width, height, description}], as JSON: a description says what can be seen.
    photos_text: Mapped[str | None] = mapped_column(EncryptedText("message.photos_text"))
    # {slug, kind, language, title, summary, reading_minutes} of a piece of the library, as JSON, as it was when it was sent.
    resource_text: Mapped[str | None] = mapped_column(EncryptedText("message.resource_text"))
    # {name of a reaction: how many}; who they are from is in `reaction`.
    reactions: Mapped[dict[str, Any]]
    # Keyed digest of the send as it came: by it a repeat is known after the text was edited. None once that text is gone.
    sent_digest: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=0)  # how often it was edited
    indexed: Mapped[bool] = mapped_column(default=False)  # whether search knows what it says now
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    author: Mapped[Person] = relationship(lazy="raise")

    @property
    def photos(self) -> list[dict[str, Any]]:
        """`[{id, width, height, description}]` of the photos it carries."""
        return orjson.loads(self.photos_text) if self.photos_text is not None else []

    @property
    def resource_sent(self) -> dict[str, Any] | None:
        """The card of the piece it carries, as it was sent: for whoever has to judge what was said."""
        return orjson.loads(self.resource_text) if self.resource_text is not None else None

    @property
    def resource(self) -> Mapping[str, Any] | None:
        """The same as it is now, where it was loaded so. A piece that is not shown any more is only said to be gone."""
        sent = self.resource_sent
        shelf: Mapping[str, Mapping[str, Any]] | None = given(self, "shelf")
        if sent is None or shelf is None:
            return sent
        return shelf.get(sent["slug"]) or {"slug": sent["slug"], "gone": True}


class MessageRevision(Base):
    """What a message said before its edit number `revision` + 1. Rows are only added, or wiped with the message."""

    __tablename__ = "message_revision"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("message.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(EncryptedText("message_revision.body"))
    content_warning: Mapped[str | None] = mapped_column(EncryptedText("message_revision.content_warning"))
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReactionName(StrEnum):
    """A small set, all of them kind: nobody can be voted down here."""

    HEART = "heart"
    HUG = "hug"
    THANKS = "thanks"
    STRENGTH = "strength"
    ME_TOO = "me_too"
    CANDLE = "candle"


class Reaction(Base):
    __tablename__ = "reaction"
    __table_args__ = (Index(None, "person_id", "message_id"),)

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("message.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    name: Mapped[ReactionName] = mapped_column(enum_column(ReactionName), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def as_photos_text(photos: list[dict[str, Any]]) -> str | None:
    """What `Message.photos_text` keeps of `[{id, width, height, description}]`."""
    return orjson.dumps(photos).decode() if photos else None
