"""The code of conduct and confidentiality: the text every person accepts before first use, and again when it changes.

Versions are kept, and who accepted which and when. A new service begins with version 1, the starter text of this package;
its coordinators write the next ones. When confidentiality is broken is a text of its own, so that it can be shown by itself:
before somebody agrees, and wherever they are about to confide.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

STARTER_VERSION = 1
STARTER_TITLE = "How we treat each other here, and what stays private"


class CodeOfConduct(Base):
    """One version written by the service. Rows are only added; the newest counts."""

    __tablename__ = "code_of_conduct"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    confidentiality_broken_when: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Acceptance(Base):
    """That a person agreed to a version, and when. Rows are only added."""

    __tablename__ = "acceptance"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class StarterCode:
    """The text a new service begins with."""

    text: str
    confidentiality_broken_when: str
    version: int = STARTER_VERSION
    title: str = STARTER_TITLE
    created_at: datetime | None = None


@cache
def starter_code() -> StarterCode:
    return StarterCode(text=_starter("code_of_conduct"), confidentiality_broken_when=_starter("confidentiality"))


def _starter(name: str) -> str:
    return files("models").joinpath(f"data/{name}.txt").read_text(encoding="utf-8").strip()
