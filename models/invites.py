"""Invites: how anybody but a bare carer comes in. The code itself is not kept, only a keyed digest of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.roles import Role


class Invite(Base):
    __tablename__ = "invite"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    # None: made from the command line, before there was anybody to make it.
    created_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"), index=True)
    note: Mapped[str | None] = mapped_column(EncryptedText("invite.note"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def usable(self, at: datetime) -> bool:
        return self.revoked_at is None and self.uses < self.max_uses and at < self.expires_at
