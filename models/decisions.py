"""Decisions of the service that differ from one service to the next: recorded with who, when and why, never an accident
of code. Rows are only added; the newest of a name counts, and where there is none the default does.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column


class PeerRoleModel(StrEnum):
    """Whether a consumer peer worker may ever take a carer one-to-one [Barr]."""

    DISTINCT = "distinct"
    BY_CONSENT = "by_consent"


class TeamModel(StrEnum):
    """Whether a worker's note may be shared with the team, once the carer has seen it and agreed [Barr T2]."""

    COMPLEMENTARY = "complementary"
    INTEGRATED = "integrated"


class DecisionName(StrEnum):
    PEER_ROLE_MODEL = "peer_role_model"
    TEAM_MODEL = "team_model"
    # How many days what was said is kept, per kind of conversation.
    RETENTION_GROUP = "retention_group"
    RETENTION_ONE_TO_ONE = "retention_one_to_one"
    RETENTION_CRISIS = "retention_crisis"


DEFAULTS: Mapping[DecisionName, str] = {
    DecisionName.PEER_ROLE_MODEL: PeerRoleModel.DISTINCT.value,
    DecisionName.TEAM_MODEL: TeamModel.COMPLEMENTARY.value,
    DecisionName.RETENTION_GROUP: "730",
    DecisionName.RETENTION_ONE_TO_ONE: "2555",
    DecisionName.RETENTION_CRISIS: "2555",
}
CHOICES: Mapping[DecisionName, type[StrEnum]] = {
    DecisionName.PEER_ROLE_MODEL: PeerRoleModel,
    DecisionName.TEAM_MODEL: TeamModel,
}
# Shorter and what was reported could be gone before anybody looked at it; longer than any record must be kept.
FEWEST_DAYS, MOST_DAYS = 30, 9_131
DAYS = re.compile(r"[1-9][0-9]{0,3}")


def can_be_decided(name: DecisionName, value: str) -> bool:
    """Whether this is one of the choices of `name`, or for retention a whole number of days within bounds."""
    choices = CHOICES.get(name)
    if choices is not None:
        return value in [choice.value for choice in choices]
    return DAYS.fullmatch(value) is not None and FEWEST_DAYS <= int(value) <= MOST_DAYS


class ServiceDecision(Base):
    __tablename__ = "service_decision"
    # Two coordinators who decide at once from the same version clash here.
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[DecisionName] = mapped_column(enum_column(DecisionName))
    version: Mapped[int]  # 1, 2, 3 ... of its name; 0 is the default, which nobody decided
    value: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(EncryptedText("service_decision.reason"))
    decided_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
