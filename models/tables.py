"""Every table, imported once: what migrations and the tests take as the whole schema."""

from models import audit, auth, conversations, groups, messages, people, review, service, streams
from models.base import Base

metadata = Base.metadata

__all__ = [
    "audit",
    "auth",
    "conversations",
    "groups",
    "messages",
    "metadata",
    "people",
    "review",
    "service",
    "streams",
]
