"""Decisions of the service that differ from one service to the next: recorded with who, when and why, never an accident
of code. Rows are only added; the newest of a name counts, and where there is none the default does.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
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


class ServiceDecision(Base):
    __tablename__ = "service_decision"
    __table_args__ = (Index(None, "name", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # sortable by time: the greatest of a name is the newest
    name: Mapped[DecisionName] = mapped_column(enum_column(DecisionName))
    value: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(EncryptedText("service_decision.reason"))
    decided_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
