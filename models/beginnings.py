"""The beginning of a one-to-one contact: what it is and is not, which both agree to before a word is written.

Versions are kept, and who agreed to which, for which contact and when. A service begins with version 1, the starter text of
this package; its coordinators write the next ones, and say of each whether it changes what people agreed to. Invariant: in a
contact nobody writes while one of the two has not agreed to the newest version that changed something in substance.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.errors import Forbidden

STARTER_VERSION = 1


class AgreementRequired(Forbidden):
    """`support`: the crisis information, where what was not sent tells of a risk."""

    code = "agreement_required"
    user_message = (
        "Before you write to each other, both of you look at what this contact is, and agree to it. "
        "If you need somebody now, the crisis page is open as always."
    )
    public = ("contact_id", "needs", "support")


class BeginningText(Base):
    """One version written by the service. Rows are only added; the newest is shown."""

    __tablename__ = "beginning_text"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    is_this: Mapped[list[str]]
    is_not: Mapped[list[str]]
    duty_of_care: Mapped[str] = mapped_column(Text)
    # Whether those who agreed to the one before are asked again. Mending a spelling does not ask anybody.
    in_substance: Mapped[bool]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BeginningAgreement(Base):
    """That one of the two agreed, and to what they were shown. Rows are only added."""

    __tablename__ = "beginning_agreement"

    contact_id: Mapped[str] = mapped_column(Id, ForeignKey("contact.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # The description of the worker's role and the confidentiality that were shown with it.
    role_version: Mapped[int]
    code_version: Mapped[int]
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class StarterBeginning:
    """The text a new service begins with."""

    title: str
    is_this: list[str]
    is_not: list[str]
    duty_of_care: str
    version: int = STARTER_VERSION
    in_substance: bool = True
    created_at: datetime | None = None


@cache
def starter_beginning() -> StarterBeginning:
    raw = tomllib.loads(files("models").joinpath("data/beginning.toml").read_text(encoding="utf-8"))
    return StarterBeginning(**raw)
