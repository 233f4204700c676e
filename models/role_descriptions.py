"""Role descriptions: what each role is and is not, for everyone to read. Versions are kept; the newest counts."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.roles import Role


class RoleDescription(Base):
    """One version of a role's description. Rows are only added."""

    __tablename__ = "role_description"

    role: Mapped[Role] = mapped_column(enum_column(Role), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    summary: Mapped[str] = mapped_column(String(400))
    does: Mapped[list[str]]
    does_not: Mapped[list[str]]
    # Who holds the role and wrote this version together with the coordinator [Barr T3.3].
    written_with: Mapped[list[str]]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class StarterDescription:
    """The description a new service begins with: version 1, written with nobody yet."""

    role: Role
    summary: str
    does: list[str]
    does_not: list[str]
    version: int = 1
    written_with: tuple[str, ...] = ()
    created_at: datetime | None = None


@cache
def starter_descriptions() -> dict[Role, StarterDescription]:
    raw = tomllib.loads(files("models").joinpath("data/roles.toml").read_text(encoding="utf-8"))
    return {role: StarterDescription(role=role, **raw[role.value]) for role in Role}
