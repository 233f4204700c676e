"""Every table, imported once: what migrations and the tests take as the whole schema."""

from models import (
    audit,
    auth,
    break_glass,
    code_of_conduct,
    contacts,
    conversations,
    decisions,
    groups,
    invites,
    jobs,
    messages,
    passkeys,
    people,
    photos,
    privacy,
    review,
    role_descriptions,
    search,
    second_factor,
    service,
    streams,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "audit",
    "auth",
    "break_glass",
    "code_of_conduct",
    "contacts",
    "conversations",
    "decisions",
    "groups",
    "invites",
    "jobs",
    "messages",
    "metadata",
    "passkeys",
    "people",
    "photos",
    "privacy",
    "review",
    "role_descriptions",
    "search",
    "second_factor",
    "service",
    "streams",
]
