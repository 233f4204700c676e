"""Messages. The author's role is stamped as it was when they wrote; the text is encrypted at rest.

A held message has no `seq`: the room must not be able to count it.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.people import Person
from models.roles import Role


class MessageState(StrEnum):
    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    REMOVED = "removed"
    DELETED = "deleted"


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("author_id", "client_id"),
        UniqueConstraint("conversation_id", "seq"),
        Index(None, "conversation_id", "author_id", "state"),
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
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    author: Mapped[Person] = relationship(lazy="raise")
