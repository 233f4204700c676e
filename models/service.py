"""Facts about this installation of the service, one row a name."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

DEMO = "demo"  # present: the people in this database are made up, and their password is printed for anyone


class ServiceFact(Base):
    __tablename__ = "service_fact"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
