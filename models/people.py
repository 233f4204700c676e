"""People: one account, one role, a pseudonym others see, and an address nobody sees.

Invariant: an address belongs to at most one account that has proven it. Any number of accounts may claim one they have not
proven, so that signing up tells nobody whether an address has an account here already.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.roles import Role


class PersonState(StrEnum):
    """Whether an account may be used. `pending`: signed up, and waits for a coordinator. `erased`: only ids are left."""

    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_email_index_verified",
            "email_index",
            unique=True,
            sqlite_where=text("email_verified_at IS NOT NULL"),
            postgresql_where=text("email_verified_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    state: Mapped[PersonState] = mapped_column(enum_column(PersonState), default=PersonState.ACTIVE)
    display_name: Mapped[str] = mapped_column(String(60))
    # What the name looks like: two names that could be mistaken for each other have the same. None: not to be mistaken.
    name_skeleton: Mapped[str | None] = mapped_column(String(240), unique=True)
    # The address itself is encrypted; it is found by a keyed digest.
    email: Mapped[str] = mapped_column(EncryptedText("person.email"))
    email_index: Mapped[str] = mapped_column(String(64), index=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Where the service sends mail, an address must be proven before the account is of use.
    email_verification_due: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(2))
    accepted_code_version: Mapped[int]
    # Staff must have a second factor before they can do anything else; made-up people of a demo need none.
    second_factor_due: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
