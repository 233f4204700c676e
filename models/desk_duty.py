"""Who is at the desk: moderators, supervisors and facilitators say until when they look after things.

Invariants: one row a person, said by them alone; it ends by itself, and being on is nothing but its end being ahead. Work at
the desk may prolong it, never past `LONGEST` after they last said so.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

LONGEST = timedelta(hours=12)
PROLONGED_BY = timedelta(minutes=30)  # from what they last did at the desk


class DeskDuty(Base):
    __tablename__ = "desk_duty"
    __table_args__ = (Index(None, "until"),)

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)

    def lasts(self, at: datetime) -> bool:
        return at < self.until


def prolonged(duty: DeskDuty, now: datetime) -> datetime:
    """Until when it lasts after work at the desk `now`; what has ended is not begun again."""
    if not duty.lasts(now):
        return duty.until
    return max(duty.until, min(now + PROLONGED_BY, duty.said_at + LONGEST))
