"""Finding messages by their words without keeping the words.

Owns the `search_term` table: for each word of a message that can be seen, a short keyed digest of its stem and of the
conversation. Invariants: without the key a digest says nothing; the same word has another digest in another conversation;
what a digest finds is read again, as it stands and as the person may see it, before anybody is told.
"""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BY_KEY, Base, Id, Octets

MOST_TERMS = 400  # different words of one message; a message of 4,000 characters has fewer


class SearchTerm(Base):
    __tablename__ = "search_term"
    __table_args__ = (Index(None, "message_id"), BY_KEY)

    # In this order: a search looks for one term in one conversation, newest message first.
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey("conversation.id"), primary_key=True)
    term: Mapped[bytes] = mapped_column(Octets(8), primary_key=True)
    message_id: Mapped[str] = mapped_column(Id, ForeignKey("message.id"), primary_key=True)
