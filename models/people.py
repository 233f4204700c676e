"""People: one account, one role, a pseudonym others see, and an address nobody sees."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.roles import Role


class Person(Base):
    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    display_name: Mapped[str] = mapped_column(String(60))
    # The address itself is encrypted; it is found, and kept unique, by a keyed digest.
    email: Mapped[str] = mapped_column(EncryptedText("person.email"))
    email_index: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(2))
    accepted_code_version: Mapped[int]
    # Staff must have a second factor before they can do anything else; made-up people of a demo need none.
    second_factor_due: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
