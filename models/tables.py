"""Every table, imported once: what migrations and the tests take as the whole schema."""

from models import (
    audit,
    auth,
    conversations,
    groups,
    invites,
    messages,
    people,
    review,
    role_descriptions,
    second_factor,
    service,
    streams,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "audit",
    "auth",
    "conversations",
    "groups",
    "invites",
    "messages",
    "metadata",
    "people",
    "review",
    "role_descriptions",
    "second_factor",
    "service",
    "streams",
]
