"""Check-ins: how a peer worker is, for themselves, and for their supervisor if they choose. In no report.

Each answer is from 1 (not at all) to 5 (very much).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime

LEAST, MOST = 1, 5
SCALES = {
    "rested": "I feel rested.",
    "coping": "I can put the work aside when it is over.",
    "supported": "I feel supported in this work.",
}


class CheckIn(Base):
    __tablename__ = "check_in"
    __table_args__ = (
        *(CheckConstraint(f"{name} BETWEEN {LEAST} AND {MOST}", name=f"{name}_on_its_scale") for name in SCALES),
        Index(None, "person_id", "id"),
        Index(None, "shared_with", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    rested: Mapped[int]
    coping: Mapped[int]
    supported: Mapped[int]
    words: Mapped[str | None] = mapped_column(EncryptedText("check_in.words"))
    shared_with: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
