"""Every table, imported once: what migrations and the tests take as the whole schema."""

from models import (
    accounts,
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
    privacy,
    review,
    role_descriptions,
    second_factor,
    service,
    streams,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "accounts",
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
    "privacy",
    "review",
    "role_descriptions",
    "second_factor",
    "service",
    "streams",
]
